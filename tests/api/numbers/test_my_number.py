"""A code that comes back, another SMS, no more of it; and nothing of that for anybody else."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from temporalio.client import Client

from domain.numbers.phone_numbers import NumberRules
from storage.database import Database
from tests.builders.people import JAAN, MARI
from tests.builders.rows import carry_out, history, rows
from tests.clients.api_client import NUMBERS, PORTAL, Answer, Front, open_front, person_token
from tests.clients.number_verification import (
    CODE,
    NUMBER,
    OTHER_NUMBER,
    PATH,
    WRONG_CODE,
    ask,
    lasts,
    nobody_works,
    resend,
    sent,
    type_in,
)

TRIES, LIFE = NUMBERS.rules.wrong_codes, NUMBERS.rules.life


@pytest.fixture
async def started(database: Database, temporal: Client) -> AsyncIterator[Front]:
    async with nobody_works(database, temporal) as opened:
        yield opened


def shown(answer: Answer) -> dict[str, Any]:
    """Return the verification in an answer, successful or a problem."""
    body: dict[str, Any] = answer.json()
    verification: dict[str, Any] = body.get("verification", body)
    return verification


def wrong_codes(front: Front) -> int:
    (row,) = rows(front.database, "SELECT wrong_codes FROM verification")
    return int(row.wrong_codes)


def let_pass(front: Front, time: timedelta) -> None:
    """Everything so far happened that much earlier."""
    carry_out(
        front.database,
        "UPDATE verification SET created_at = created_at - CAST(:time AS interval),"
        " expires_at = expires_at - CAST(:time AS interval),"
        " resend_at = resend_at - CAST(:time AS interval)",
        time=time,
    )


async def test_a_wrong_code_counts_and_the_answer_has_the_attempts_left(front: Front) -> None:
    id_ = sent(front)

    answers = [await type_in(front, id_, WRONG_CODE) for _ in range(TRIES)]

    *wrong, last = answers
    assert {(a.status_code, a.json()["code"]) for a in wrong} == {(422, "code_wrong")}
    assert [shown(a)["attempts_left"] for a in answers] == [4, 3, 2, 1, 0]
    assert {lasts(shown(a), "expires_at") for a in answers} == {LIFE}
    assert {lasts(shown(a), "resend_at") for a in wrong} == {timedelta(seconds=60)}
    assert {shown(a)["delivery"] for a in answers} == {"accepted"}
    assert (last.status_code, last.json()["code"]) == (409, "verification_closed")
    assert (shown(last)["state"], shown(last)["resend_at"]) == ("failed", None)
    assert shown(last)["reason"]["code"] == "too_many_wrong_codes"
    assert WRONG_CODE not in "".join(a.text for a in answers)


async def test_the_right_code_proves_it_and_may_be_repeated(started: Front) -> None:
    id_ = sent(started)
    await type_in(started, id_, WRONG_CODE)

    answers = [await type_in(started, id_, CODE) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json() == answers[1].json()
    body = answers[0].json()
    assert (body["id"], body["code_accepted"], body["number"]) == (str(id_), True, NUMBER)


async def test_nothing_can_be_guessed_once_the_right_code_came(started: Front) -> None:
    id_ = sent(started)
    await type_in(started, id_, CODE)

    answer = await type_in(started, id_, WRONG_CODE)

    assert (answer.status_code, wrong_codes(started)) == (409, 0)


@pytest.mark.parametrize("code", ["204816", "135790"])
async def test_a_late_code_is_as_valid_as_its_successor(started: Front, code: str) -> None:
    id_ = sent(started, "204816", "135790")

    assert (await type_in(started, id_, code)).status_code == 200


async def test_a_code_is_valid_for_its_own_verification_only(front: Front) -> None:
    sent(front, "135790", number=OTHER_NUMBER)
    id_ = sent(front, "204816")

    answer = await type_in(front, id_, "135790")

    assert answer.json()["code"] == "code_wrong"


async def test_while_temporal_is_down_the_right_code_is_kept_for_later(
    front: Front, temporal: Client
) -> None:
    id_ = sent(front)

    refused = await type_in(front, id_, CODE)
    let_pass(front, LIFE)
    async with nobody_works(front.database, temporal) as working:
        later = await type_in(working, id_, CODE)

    assert (refused.status_code, refused.json()["code"]) == (503, "workflows_unavailable")
    assert refused.headers["Retry-After"]
    assert (later.status_code, later.json()["code_accepted"]) == (200, True)


@pytest.mark.parametrize("code", ["20481", "2048160", "20481a", "２０４８１６", "204 816", ""])
async def test_a_malformed_code_does_not_count_as_an_attempt(front: Front, code: str) -> None:
    id_ = sent(front)

    answer = await type_in(front, id_, code)

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert not code or code not in answer.text
    assert wrong_codes(front) == 0


@pytest.mark.parametrize("code", [f" {CODE}", f"{CODE}\n"])
async def test_spaces_around_a_code_are_no_part_of_it(started: Front, code: str) -> None:
    assert (await type_in(started, sent(started), code)).status_code == 200


@pytest.mark.parametrize("code", [CODE, WRONG_CODE])
async def test_an_expired_code_is_invalid(front: Front, code: str) -> None:
    id_ = sent(front)
    let_pass(front, LIFE)

    answer = await type_in(front, id_, code)

    assert (answer.status_code, answer.json()["code"]) == (409, "verification_closed")
    assert (shown(answer)["state"], shown(answer)["attempts_left"]) == ("expired", 0)
    assert (shown(answer)["resend_at"], lasts(shown(answer), "expires_at")) == (None, LIFE)
    assert wrong_codes(front) == 0


async def test_a_cancelled_verification_has_ended(front: Front) -> None:
    id_, token = sent(front), person_token(MARI)

    ends = [await front.ask("DELETE", f"{PATH}/{id_}", token) for _ in range(2)]
    now = (await front.get(f"{PATH}/{id_}", token)).json()
    after = [await type_in(front, id_, CODE), await resend(front, id_)]

    assert [end.status_code for end in ends] == [204, 204]
    assert (now["state"], now["reason"]["code"]) == ("cancelled", "cancelled")
    assert {(a.status_code, a.json()["code"]) for a in after} == {(409, "verification_closed")}
    assert {shown(a)["state"] for a in after} == {"cancelled"}
    assert history(front.database).count("verification:ended") == 1


async def test_a_refused_resend_says_the_same_when_it_is_repeated(front: Front) -> None:
    id_, key = sent(front), str(uuid4())
    await front.ask("DELETE", f"{PATH}/{id_}", person_token(MARI))

    first, again = [await resend(front, id_, key=key) for _ in range(2)]

    assert first.json() | {"instance": ""} == again.json() | {"instance": ""}
    assert shown(again)["attempts_left"] == 0


async def test_another_sms_may_be_requested_after_a_growing_wait(started: Front) -> None:
    id_ = (await ask(started)).json()["id"]
    key = str(uuid4())

    early = await resend(started, id_, key=key)
    let_pass(started, timedelta(seconds=60))
    second = await resend(started, id_, key=key)
    repeated = await resend(started, id_, key=key)
    early_again = await resend(started, id_)
    let_pass(started, timedelta(seconds=120))
    third = await resend(started, id_)
    fourth = await resend(started, id_)

    assert [a.status_code for a in (early, second, third)] == [429, 202, 202]
    assert 50 < int(early.headers["Retry-After"]) <= 60
    assert 110 < int(early_again.headers["Retry-After"]) <= 120
    assert shown(early)["attempts_left"] == TRIES
    assert repeated.json() == second.json()
    assert timedelta(seconds=180) <= lasts(second.json(), "resend_at") < timedelta(seconds=190)
    assert lasts(second.json(), "expires_at") == lasts(third.json(), "expires_at") == LIFE
    assert third.json()["resend_at"] is None
    assert 400 < int(fourth.headers["Retry-After"]) <= 420


async def test_a_resend_that_does_not_reach_temporal_is_not_counted(
    front: Front, temporal: Client
) -> None:
    async with nobody_works(front.database, temporal) as working:
        id_ = (await ask(working)).json()["id"]
        let_pass(front, timedelta(seconds=60))
        refused = await resend(front, id_)
        later = await resend(working, id_)

    assert (refused.status_code, refused.json()["code"]) == (503, "workflows_unavailable")
    assert (later.status_code, later.json()["resend_at"] is None) == (202, False)


async def test_another_persons_verification_is_not_found(front: Front) -> None:
    id_ = sent(front)
    token, jaan = person_token(JAAN), str(front.id_of(JAAN))

    async def tried(which: UUID) -> list[Answer]:
        return [
            await front.get(f"{PATH}/{which}", token),
            await front.get(f"{PATH}/{which}", PORTAL, on_behalf_of=jaan),
            await type_in(front, which, CODE, JAAN),
            await type_in(front, which, WRONG_CODE, JAAN),
            await resend(front, which, JAAN),
            await front.ask("DELETE", f"{PATH}/{which}", token),
        ]

    hers, none = await tried(id_), await tried(uuid4())

    assert {answer.status_code for answer in hers + none} == {404}
    assert len({str(answer.json() | {"instance": ""}) for answer in hers + none}) == 1
    (row,) = rows(
        front.database, "SELECT state, wrong_codes, sends, code_accepted_at FROM verification"
    )
    assert tuple(row) == ("sent", 0, 1, None)


async def test_the_portal_sends_the_code_for_the_person(started: Front) -> None:
    id_, mari = sent(started), str(started.id_of(MARI))

    answer = await started.post(f"{PATH}/{id_}/code", PORTAL, {"code": CODE}, on_behalf_of=mari)

    assert (answer.status_code, answer.json()["code_accepted"]) == (200, True)


async def test_no_code_is_resent_to_a_country_that_is_no_longer_allowed(
    started: Front, temporal: Client
) -> None:
    id_ = sent(started)
    let_pass(started, timedelta(minutes=2))
    numbers = replace(NUMBERS, numbers=NumberRules(frozenset({"LV"})))

    async with open_front(started.database, temporal, numbers=numbers) as front:
        answer = await resend(front, id_)

    assert (answer.status_code, answer.json()["code"]) == (422, "number_not_allowed")
    assert shown(answer)["state"] == "sent"
