"""bill.5: every route of what billing says, called as every kind of caller."""

from dataclasses import replace
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.builders.billed_office import (
    NUMBER,
    OFFICE,
    PHONE,
    SECOND,
    SECOND_NUMBER,
    an_office,
    final_october,
    written,
)
from tests.builders.billing_callers import PEOPLE, PROGRAMS, everyone
from tests.builders.register_states import TAMM
from tests.builders.rows import carry_out, put, rows
from tests.clients import made_extracts
from tests.clients.api_client import PORTAL, Front
from tests.clients.billing_client import Client
from tests.clients.made_extracts import Made

ACCOUNT = f"/v1/accounts/{OFFICE.id}"
MONTH = written(final_october())
WHOLE = {"administrator", "administrator by delegation", "joint representative"}
"""They see everything on the whole account."""
BILLS = WHOLE | {"accountant"}
ON_PHONE = {"own user", "service user"}
"""They see what is used of the number. The predecessor, whose role is in force, does not."""
STAFF = {"support", "ops"}
ON_ACCOUNT = BILLS | ON_PHONE | {"predecessor", "given in full"}
READS = {
    "listInvoices": (f"{ACCOUNT}/invoices", BILLS | STAFF),
    "getInvoice": ("/v1/invoices/{invoice}", BILLS | STAFF),
    "listInvoiceLines": ("/v1/invoices/{invoice}/lines", BILLS | STAFF),
    "getInvoiceDocument": ("/v1/invoices/{invoice}/document", BILLS | STAFF),
    "getBalance": (f"{ACCOUNT}/balance", BILLS | STAFF),
    "getAccountCosts": (f"{ACCOUNT}/costs?month={MONTH}", BILLS | STAFF),
    "getAccountCostsFile": (f"{ACCOUNT}/costs.csv?month={MONTH}", BILLS | STAFF),
    "listCreditLimitChanges": (f"{ACCOUNT}/credit-limit/history", BILLS | STAFF),
    "getAccountCreditLimit": (f"{ACCOUNT}/credit-limit", BILLS | ON_PHONE | STAFF),
    "getAccountUsage": (f"{ACCOUNT}/usage?month={MONTH}", WHOLE | ON_PHONE | STAFF),
    "getServiceUsage": (f"/v1/services/{PHONE.id}/usage?month={MONTH}", WHOLE | ON_PHONE | STAFF),
    "the other service's usage": (
        f"/v1/services/{SECOND.id}/usage?month={MONTH}",
        WHOLE | STAFF,
    ),
    "listExtracts": (f"{ACCOUNT}/extracts", ON_ACCOUNT),
    "getExtract": (f"{ACCOUNT}/extracts/{{extract}}", WHOLE),
}
"""By operation: path, and who is answered. The extract is the administrator's."""
EXTRACTS = {"listExtracts", "getExtract"}
"""What people see of each other's requests: no member of staff sees them here."""
NO_PERSON = {"portal": 400, "nobody": 401}
PERIOD = {"from_day": f"{MONTH}-02", "through_day": f"{MONTH}-28"}
NEVER = ("imei", "cell", "withheld")


@pytest.fixture
def tokens(front: Front, billing: Client) -> dict[str, str | None]:
    an_office(front.database, billing)
    return everyone(front.database)


async def ask_for(front: Front, token: str | None, **more: Any) -> httpx.Response:
    return await made_extracts.ask_for(front, ACCOUNT, token, **(PERIOD | more))


async def test_bill_6_a_service_says_what_of_it_the_caller_is_answered(
    front: Front, tokens: dict[str, str | None]
) -> None:
    """And so its page leads nobody to what is refused: a predecessor whose grant is in force."""
    wrong = []
    for who, token in tokens.items():
        answer = await front.get(f"/v1/services/{PHONE.id}", token)
        if answer.status_code != 200:
            continue
        said = answer.json()
        choices = await front.get(f"{ACCOUNT}/extracts/choices", token)
        limits = await front.get(f"{ACCOUNT}/credit-limit", token)
        usage = await front.get(f"/v1/services/{PHONE.id}/usage", token)
        services = choices.json()["services"] if choices.is_success else ()
        answered = {
            "may_see_usage": usage.is_success,
            "may_see_credit_limit": limits.is_success,
            "may_request_call_details": any(
                each["service"]["id"] == str(PHONE.id) for each in services
            ),
        }
        wrong += [(who, name) for name, is_so in answered.items() if said[name] is not is_so]
    assert not wrong


async def filled(front: Front, token: str | None, path: str) -> str:
    """Return the path with ids that there are."""
    if "{invoice}" in path:
        found = (await front.get(f"{ACCOUNT}/invoices", token)).json()
        return path.format(invoice=found["items"][0]["id"])
    if "{extract}" in path:
        return path.format(extract=(await ask_for(front, token)).json()["id"])
    return path


def refused_with(who: str) -> int:
    """Return the status for those who are not answered."""
    return 404 if who in PEOPLE else NO_PERSON.get(who, 403)


@pytest.mark.parametrize("name", READS)
async def test_bill_5_who_is_answered(
    front: Front, tokens: dict[str, str | None], name: str
) -> None:
    path, seeing = READS[name]
    path = await filled(front, tokens["administrator"], path)

    found = {who: (await front.get(path, token)) for who, token in tokens.items()}

    statuses = {who: answer.status_code for who, answer in found.items()}
    assert statuses == {who: 200 if who in seeing else refused_with(who) for who in tokens}
    for who, answer in found.items():
        said = answer.text.lower() if answer.status_code == 200 else ""
        assert not [word for word in NEVER if word in said], who


@pytest.mark.parametrize("name", READS)
async def test_bill_5_a_portal_sees_what_the_person_sees_for_whom_it_asks(
    front: Front, tokens: dict[str, str | None], name: str
) -> None:
    path, seeing = READS[name]
    path = await filled(front, tokens["administrator"], path)

    for who, key in PEOPLE.items():
        behalf = {"On-Behalf-Of": str(front.id_of(key))}
        answer = await front.ask("GET", path, PORTAL, headers=behalf)
        assert answer.status_code == (200 if who in seeing else 404), who


async def test_bill_5_after_access_has_ended_nothing_is_answered(
    front: Front, tokens: dict[str, str | None]
) -> None:
    paths = [await filled(front, tokens["administrator"], path) for path, _ in READS.values()]

    carry_out(
        front.database,
        "UPDATE access_grant SET validity = tstzrange(lower(validity), clock_timestamp())",
    )

    for path in paths:
        for who in PEOPLE:
            assert (await front.get(path, tokens[who])).status_code == 404, (path, who)


async def test_bill_5_who_sees_one_number_sees_nothing_of_another(
    front: Front, tokens: dict[str, str | None]
) -> None:
    for who in ON_PHONE:
        for name in ("getAccountCreditLimit", "getAccountUsage", "getServiceUsage", "listExtracts"):
            said = (await front.get(READS[name][0], tokens[who])).text
            assert str(SECOND.id) not in said, (who, name)
            assert SECOND_NUMBER not in said, (who, name)


async def test_bill_5_that_calls_came_in_is_told_to_the_numbers_own_user_only(
    front: Front, tokens: dict[str, str | None]
) -> None:
    for name, told in (("getAccountUsage", set[str]()), ("getServiceUsage", {"own user"})):
        path, seeing = READS[name]
        for who in seeing:
            said = (await front.get(path, tokens[who])).text
            assert ('"incoming"' in said) is (who in told), (name, who)


LEVELS: dict[str, dict[str, set[str]]] = {
    "own": {"phone": {"own user"}, "both": set(), "all": {"own user"}},
    "masked": {
        "phone": {
            *("administrator", "administrator by delegation"),
            *("own user", "service user", "given in full"),
        },
        "both": {"administrator", "administrator by delegation"},
        "all": {
            *("administrator", "administrator by delegation"),
            *("own user", "service user", "given in full"),
        },
    },
    "full": {"phone": {"given in full"}, "both": set(), "all": {"given in full"}},
}
"""Who may ask for an extract: by level, and by services that are named."""
SERVICES = {"phone": [PHONE.id], "both": [PHONE.id, SECOND.id], "all": []}
UNASKED = {
    "administrator": "masked",
    "administrator by delegation": "masked",
    "own user": "own",
    "service user": "masked",
    "given in full": "masked",
}
"""The level where none is named, of all that they may have."""


def who_may_not(who: str, services: str) -> set[int]:
    """Return the statuses, one of which those get who may not have an extract."""
    if who not in PEOPLE:
        return {NO_PERSON.get(who, 403)}
    return {404, 403} if who in ON_ACCOUNT else {404}


@pytest.mark.parametrize("services", SERVICES)
@pytest.mark.parametrize("level", LEVELS)
async def test_bill_5_who_may_have_which_extract(
    front: Front, tokens: dict[str, str | None], level: str, services: str
) -> None:
    named = [str(each) for each in SERVICES[services]]
    why = {"purpose": "Vaidlus arve üle"} if level == "full" else {}

    for who, token in tokens.items():
        answer = await ask_for(front, token, services=named, level=level, **why)
        if who in LEVELS[level][services]:
            assert answer.status_code == 202, (who, answer.text)
        else:
            assert answer.status_code in who_may_not(who, services), (who, answer.text)


async def test_bill_5_the_level_where_none_is_named_is_the_narrowest(
    front: Front, tokens: dict[str, str | None]
) -> None:
    for who, level in UNASKED.items():
        made = await ask_for(front, tokens[who])
        shown = await front.get(f"{ACCOUNT}/extracts/{made.json()['id']}", tokens[who])
        assert shown.json()["level"] == level, who


@pytest.mark.parametrize(("purpose", "code"), [(None, "purpose_needed"), ("    ", "invalid")])
async def test_bill_5_what_needs_a_purpose_is_not_made_without_one(
    front: Front, tokens: dict[str, str | None], purpose: str | None, code: str
) -> None:
    refused = await ask_for(front, tokens["given in full"], level="full", purpose=purpose)

    assert (refused.status_code, refused.json()["code"]) == (422, code)
    assert not rows(front.database, "SELECT FROM extract")


async def test_bill_5_a_purpose_that_nobody_needs_is_not_kept(
    front: Front, tokens: dict[str, str | None]
) -> None:
    await ask_for(front, tokens["administrator"], level="masked", purpose="Vaidlus arve üle")

    assert rows(front.database, "SELECT FROM extract WHERE note_id IS NULL")
    assert not rows(front.database, "SELECT FROM event_note WHERE text LIKE 'Vaidlus%'")


async def test_bill_5_a_new_owner_sees_no_extract_and_no_call_of_before(
    front: Front, tokens: dict[str, str | None]
) -> None:
    before = (await ask_for(front, tokens["administrator"])).json()["id"]
    put(front.database, replace(OFFICE, owner=TAMM))

    new = tokens["of another account"]
    listed = await front.get(f"{ACCOUNT}/extracts", new)
    one = await front.get(f"{ACCOUNT}/extracts/{before}", new)
    asked = await ask_for(front, new)
    assert (listed.status_code, listed.json()["items"]) == (200, [])
    assert (one.status_code, asked.status_code) == (404, 403)


async def made(front: Front, billing: Client, token: str | None, **more: Any) -> Made:
    """Ask for an extract, let a worker make it, and download it."""
    return await made_extracts.made(front, billing, ACCOUNT, token, **(PERIOD | more))


async def test_bill_5_a_file_shows_what_its_level_shows(
    front: Front, billing: Client, tokens: dict[str, str | None]
) -> None:
    why = {"level": "full", "purpose": "Vaidlus arve üle"}
    own = (await made(front, billing, tokens["own user"])).lines
    full = (await made(front, billing, tokens["given in full"], **why)).lines
    masked = (await made(front, billing, tokens["service user"])).lines

    for lines in (own, full, masked):
        assert {each["own_number"].strip("'") for each in lines} == {NUMBER}
        assert not [name for name in lines[0] if name in NEVER]
    assert {each["direction"] for each in own} == {"outgoing", "incoming", "forwarded"}
    for lines in (full, masked):
        assert {each["direction"] for each in lines} == {"outgoing", "forwarded"}
    by_id = {each["record_id"]: each["other_number"] for each in own}
    assert all(each["other_number"] == by_id[each["record_id"]] for each in full)
    hidden = [each for each in masked if "•" in each["other_number"]]
    assert len(hidden) > len(masked) / 4
    for each in masked:
        whole, shown = by_id[each["record_id"]], each["other_number"]
        assert shown == whole or (shown[-4:] == "••••" and shown[:-4] == whole[:-4])
    assert all(len(each["other_number"].strip("'+")) <= 6 for each in masked if each not in hidden)


async def test_bill_5_every_number_on_the_account_is_masked_to_its_administrators(
    front: Front, billing: Client, tokens: dict[str, str | None]
) -> None:
    lines = (await made(front, billing, tokens["administrator"])).lines

    assert {each["own_number"].strip("'") for each in lines} == {NUMBER, SECOND_NUMBER}
    assert {each["direction"] for each in lines} <= {"outgoing", "forwarded"}
    long = [each for each in lines if len(each["other_number"].strip("'")) > 7]
    assert long
    assert all(each["other_number"].endswith("••••") for each in long)


async def test_bill_5_a_file_is_its_makers_alone_and_while_they_may_have_it(
    front: Front, billing: Client, tokens: dict[str, str | None]
) -> None:
    own = await made(front, billing, tokens["own user"])
    file = f"{own.path}/file?format=csv"

    for who, token in tokens.items():
        for method, path in (("GET", file), ("DELETE", own.path)):
            if who != "own user":
                answer = await front.ask(method, path, token)
                assert answer.status_code == refused_with(who), (who, method)
        cancel = await front.post(f"{own.path}/cancel", token, idempotency_key=str(uuid4()))
        assert cancel.status_code in {409, refused_with(who)}, who
        assert who == "own user" or cancel.status_code != 409, who
    assert (await front.get(file, tokens["own user"])).status_code == 200
    carry_out(
        front.database,
        "UPDATE access_grant SET validity = tstzrange(lower(validity), clock_timestamp())"
        " WHERE person_id = :person",
        person=front.id_of(PEOPLE["own user"]),
    )
    assert (await front.get(file, tokens["own user"])).status_code == 404


async def test_bill_5_the_numbers_user_is_told_and_the_history_says_who_made_and_who_downloaded(
    front: Front, billing: Client, tokens: dict[str, str | None]
) -> None:
    why = {"level": "full", "purpose": "Vaidlus arve üle"}
    await made(front, billing, tokens["given in full"], **why)

    told = (await front.get("/v1/me/notices", tokens["own user"])).json()["items"]
    history = (await front.get(f"{ACCOUNT}/history", tokens["administrator"])).json()["items"]
    by_kind = {each["kind"]: each for each in history}
    maker = str(front.id_of(PEOPLE["given in full"]))
    assert [each["kind"] for each in told] == ["call_details_asked"]
    assert "Vaidlus arve üle" in told[0]["body"]
    for kind in ("extract:requested", "extract:downloaded"):
        assert by_kind[kind]["actor"]["id"] == maker
        assert by_kind[kind]["after"]["level"] == "full"
    assert "Vaidlus" not in str(rows(front.database, "SELECT reason, after FROM event"))


async def test_bill_5_staff_and_programs_have_no_extracts(
    front: Front, tokens: dict[str, str | None]
) -> None:
    for who in PROGRAMS:
        for path in (f"{ACCOUNT}/extracts", f"{ACCOUNT}/extracts/choices"):
            answer = await front.get(path, tokens[who])
            assert answer.status_code == NO_PERSON.get(who, 403), who
