"""A person proves to hold a number: every way in which that ends, and what the person gets."""

import pytest

from tests.builders.people import JAAN, MARI
from tests.builders.rows import account, put, put_service, service
from tests.fixtures.number_stack import NUMBER, OFFICE, Numbers

OTHER_OPERATORS = "+3725123456"


async def test_the_right_code_gives_access_to_the_numbers_service(numbers: Numbers) -> None:
    service_id = numbers.office_has(NUMBER).id
    verification = await numbers.asked()

    answer = await numbers.bring_newest(verification)

    shown, (grant,) = answer.json(), numbers.grants()
    assert (answer.status_code, shown["state"], shown["access_in_force"]) == (200, "verified", True)
    assert (grant.person_id, grant.open) == (numbers.front.id_of(MARI), True)
    assert (grant.account_id, grant.service_id, grant.role) == (OFFICE.id, service_id, "user")
    assert (grant.reason["code"], grant.proof) == ("number_verified", verification)
    assert len(numbers.codes()) == 1


async def test_the_right_code_twice_is_no_mistake(numbers: Numbers) -> None:
    numbers.office_has(NUMBER)
    verification = await numbers.asked()
    await numbers.bring_newest(verification)

    again = await numbers.bring_newest(verification)

    assert again.json()["verification"]["state"] == "verified"
    assert (len(numbers.grants()), numbers.events("verification:ended")) == (1, 1)


async def test_a_number_of_the_own_account_gives_its_administration(numbers: Numbers) -> None:
    home = account(MARI)
    put(numbers.database, home)
    put_service(numbers.database, service(1, home, phone=NUMBER))
    verification = await numbers.asked()

    await numbers.bring_newest(verification)

    (grant,) = numbers.grants()
    assert (grant.account_id, grant.service_id, grant.role) == (home.id, None, "administrator")
    assert (grant.reason["code"], grant.proof) == ("own_number_verified", verification)


async def test_another_operators_number_is_verified_and_gives_nothing(numbers: Numbers) -> None:
    numbers.office_has(NUMBER)
    verification = await numbers.asked(OTHER_OPERATORS)

    answer = await numbers.bring_newest(verification, OTHER_OPERATORS)

    assert (answer.json()["state"], answer.json()["access_in_force"]) == ("verified", False)
    assert numbers.grants() == []


async def test_five_wrong_codes_and_the_right_one_comes_too_late(numbers: Numbers) -> None:
    numbers.office_has(NUMBER)
    verification = await numbers.asked()

    wrong = [await numbers.bring(verification, numbers.wrong()) for _ in range(5)]
    right = await numbers.bring_newest(verification)

    await numbers.over(verification)
    left = [answer.json()["verification"]["attempts_left"] for answer in wrong]
    codes = [answer.json()["code"] for answer in (*wrong, right)]
    assert left == [4, 3, 2, 1, 0]
    assert codes == ["code_wrong"] * 4 + ["verification_closed"] * 2
    shown = right.json()["verification"]
    assert (shown["state"], shown["reason"]["code"]) == ("failed", "too_many_wrong_codes")
    assert numbers.grants() == []


async def test_an_expired_right_code_gives_nothing(numbers: Numbers) -> None:
    numbers.office_has(NUMBER)
    verification = await numbers.asked()
    await numbers.time_runs_out(verification)

    answer = await numbers.bring_newest(verification)

    shown = answer.json()["verification"]
    assert (answer.json()["code"], shown["state"]) == ("verification_closed", "expired")
    assert shown["reason"]["code"] == "time_ran_out"
    assert (numbers.grants(), numbers.events("verification:ended")) == ([], 1)


async def test_of_two_requests_only_the_newer_ones_code_is_valid(numbers: Numbers) -> None:
    older = await numbers.asked()
    numbers.wait_passes(older)
    newer = await numbers.asked()
    first, second = await numbers.sent(2)

    too_old = await numbers.bring(older, first)
    good = await numbers.bring(newer, second)

    await numbers.over(older)
    shown = too_old.json()["verification"]
    assert (shown["state"], shown["reason"]["code"]) == ("superseded", "newer_request")
    assert good.json()["state"] == "verified"


async def test_two_people_may_prove_the_same_number_with_codes_of_their_own(
    numbers: Numbers,
) -> None:
    numbers.office_has(NUMBER)
    maris, jaans = await numbers.asked(), await numbers.asked(person=JAAN)
    for_mari, for_jaan = await numbers.sent(2)

    strange = await numbers.bring(maris, for_mari, JAAN)
    answers = [await numbers.bring(maris, for_mari), await numbers.bring(jaans, for_jaan, JAAN)]

    assert strange.status_code == 404
    assert [answer.json()["state"] for answer in answers] == ["verified", "verified"]
    assert {grant.person_id for grant in numbers.grants()} == set(
        map(numbers.front.id_of, (MARI, JAAN))
    )


async def test_a_cancelled_verification_ends(numbers: Numbers) -> None:
    verification = await numbers.asked()

    cancelled = await numbers.cancel(verification)
    answer = await numbers.bring_newest(verification)

    await numbers.over(verification)
    assert cancelled.status_code == 204
    assert answer.json()["code"] == "verification_closed"
    assert answer.json()["verification"]["state"] == "cancelled"


@pytest.mark.parametrize("brought", [pytest.param(0, id="first"), pytest.param(1, id="second")])
async def test_both_codes_of_one_verification_are_valid(numbers: Numbers, brought: int) -> None:
    numbers.office_has(NUMBER)
    verification = await numbers.asked()
    too_early = await numbers.resend(verification)
    numbers.wait_passes(verification)

    again = await numbers.resend(verification)
    answer = await numbers.bring(verification, (await numbers.sent(2))[brought])

    assert (too_early.status_code, again.status_code) == (429, 202)
    assert 1 <= int(too_early.headers["Retry-After"]) <= 60
    assert (len(numbers.codes()), answer.json()["state"]) == (2, "verified")
    assert len(numbers.grants()) == 1


async def test_a_recently_changed_sim_proves_nothing(numbers: Numbers) -> None:
    numbers.office_has(NUMBER)
    numbers.network.sim(NUMBER, changed_hours_ago=1)
    verification = await numbers.asked()

    answer = await numbers.bring_newest(verification)

    shown = answer.json()
    assert (shown["state"], shown["reason"]["code"]) == ("failed", "sim_changed")
    assert (shown["access_in_force"], numbers.grants()) == (False, [])


@pytest.mark.impatient
async def test_while_the_sim_cannot_be_checked_nothing_is_granted(numbers: Numbers) -> None:
    numbers.office_has(NUMBER)
    numbers.network.fault("http_503")
    verification = await numbers.asked()

    meanwhile = await numbers.bring_newest(verification)
    given_meanwhile = numbers.grants()
    numbers.network.reset()

    shown = await numbers.until_shown(verification, state="verified")
    assert (meanwhile.json()["state"], meanwhile.json()["code_accepted"]) == ("sent", True)
    assert (given_meanwhile, len(numbers.grants()), shown["access_in_force"]) == ([], 1, True)


@pytest.mark.impatient
async def test_after_an_hour_without_a_sim_check_the_verification_fails(numbers: Numbers) -> None:
    numbers.office_has(NUMBER)
    numbers.network.fault("http_503")
    verification = await numbers.asked()

    await numbers.bring_newest(verification)
    await numbers.skipper.fast_forward(numbers.handle(verification), None)

    shown = await numbers.shown(verification)
    assert (shown["state"], shown["reason"]["code"]) == ("failed", "sim_unknown")
    assert numbers.grants() == []
