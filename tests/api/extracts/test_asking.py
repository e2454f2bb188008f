"""bill.4, bill.5: who may ask for which call details, of which services, and how often."""

from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain.access.grants import Origin
from domain.access.permissions import Permission
from domain.call_details import extracts as limits
from domain.identifiers import PersonKey
from storage.access import grants
from storage.database import Database
from storage.extracts import places
from tests.builders.days import DAY, today
from tests.builders.extracts import put_chunk
from tests.builders.people import JAAN, KATI, MARI, PEETER
from tests.builders.rows import ENGINE, carry_out, give, rows, starting
from tests.clients.api_client import PORTAL, Front, person_token
from tests.clients.extracting import (
    GROUND,
    HERS,
    HIS,
    OFFICE,
    THEIRS,
    ask,
    asked,
    extracts_of,
    made,
    refusal,
    shown,
)

JAANS = person_token(JAAN)


def may_see_whole_numbers(database: Database, who: PersonKey, front: Front) -> None:
    """Somebody was given this by name."""
    start = starting(front.id_of(who), OFFICE, origin=Origin.DELEGATION)
    named = frozenset({Permission.CALL_DETAILS_FULL})
    with database.transaction() as session:
        grants.start(session, [replace(start, permissions=named)], actor=ENGINE)


async def test_bill_4_an_administrator_asks_for_the_calls_of_all_numbers(customers: Front) -> None:
    answer = await ask(customers, kinds=["voice"], roaming=True, min_cost="0.5")

    assert answer.status_code == 202
    operation = answer.json()
    assert (operation["kind"], operation["state"]) == ("usage_extract", "pending")
    assert answer.headers["location"] == f"/v1/operations/{operation['id']}"
    head = await shown(customers, operation["id"])
    assert {name: head[name] for name in ("state", "level", "format", "kinds", "roaming")} == {
        "state": "making",
        "level": "masked",
        "format": "csv",
        "kinds": ["voice"],
        "roaming": True,
    }
    assert (head["min_cost"], head["is_of_all"], head["service_count"]) == ("0.500000", True, 2)
    assert [each["number"] for each in head["services"]] == [HIS.number, HERS.number]
    assert (head["is_mine"], head["may_cancel"], head["may_download"]) == (True, True, False)
    assert (head["waits_for"], head["waits_since"]) == (None, None)


async def test_bill_4_an_extract_that_billing_gives_nothing_for_says_since_when(
    customers: Front,
) -> None:
    id_ = await made(customers)
    with customers.database.transaction() as session:
        places.waits(session, UUID(id_))

    head = await shown(customers, id_)
    assert (head["state"], head["waits_for"]) == ("making", "billing")
    assert head["waits_since"] >= head["created_at"]

    put_chunk(customers.database)
    assert (await shown(customers, id_))["waits_since"] is None


async def test_bill_4_the_same_request_is_carried_out_once(customers: Front) -> None:
    first = await ask(customers, key="k1")
    again = await ask(customers, key="k1")

    assert first.json()["id"] == again.json()["id"]
    assert rows(customers.database, "SELECT count(*) AS n FROM extract")[0].n == 1


@pytest.mark.parametrize(
    ("who", "body", "expected"),
    [
        (MARI, {"services": [str(HIS.id)]}, (202, "masked")),
        (MARI, {"level": "masked"}, (202, "masked")),
        (MARI, {"level": "own"}, (403, "extract_level_refused")),
        (MARI, {"level": "full", "purpose": "a dispute"}, (403, "extract_level_refused")),
        (MARI, {"direction": "forwarded"}, (202, "masked")),
        (MARI, {"direction": "incoming"}, (403, "extract_level_refused")),
        (MARI, {"services": [str(THEIRS.id)]}, (404, "not_found")),
        (MARI, {"services": [str(uuid4())]}, (404, "not_found")),
        (JAAN, {}, (202, "own")),
        (JAAN, {"services": [str(HIS.id)], "level": "own"}, (202, "own")),
        (JAAN, {"level": "masked"}, (202, "masked")),
        (JAAN, {"direction": "incoming"}, (202, "own")),
        (JAAN, {"level": "masked", "direction": "incoming"}, (403, "extract_level_refused")),
        (JAAN, {"level": "full", "purpose": "a dispute"}, (403, "extract_level_refused")),
        (JAAN, {"services": [str(HERS.id)]}, (404, "not_found")),
        (KATI, {}, (403, "not_permitted")),
        (PEETER, {}, (404, "not_found")),
    ],
)
async def test_bill_5_who_may_ask_for_what(
    customers: Front, who: PersonKey, body: dict[str, Any], expected: tuple[int, str]
) -> None:
    answer = await ask(customers, person_token(who), **body)

    if answer.status_code == 202:
        head = await shown(customers, answer.json()["id"], person_token(who))
        assert (202, head["level"]) == expected
    else:
        assert refusal(answer) == expected


async def test_bill_5_calls_of_before_the_number_was_theirs_are_not_their_own(
    customers: Front,
) -> None:
    """They begin with the day of the proof."""
    proved, before = today() - 9 * DAY, today() - 10 * DAY

    own = await made(customers, JAANS, from_day=proved.isoformat())
    refused = [
        refusal(await ask(customers, JAANS, from_day=before.isoformat(), **level))
        for level in ({}, {"level": "own"}, {"level": "masked"})
    ]

    assert (await shown(customers, own, JAANS))["level"] == "own"
    assert refused == [(403, "extract_level_refused")] * 3


async def test_bill_5_whole_numbers_of_others_need_a_purpose_which_is_kept_as_a_note(
    customers: Front,
) -> None:
    may_see_whole_numbers(customers.database, PEETER, customers)
    token = person_token(PEETER)

    assert refusal(await ask(customers, token, level="full")) == (422, "purpose_needed")
    id_ = await made(customers, token, level="full", purpose="Vaidlus arve üle")
    unasked = await made(customers, token)

    head = await shown(customers, id_, token)
    assert (head["level"], head["purpose"]) == ("full", "Vaidlus arve üle")
    assert (await shown(customers, unasked, token))["level"] == "masked"
    (event,) = rows(
        customers.database,
        "SELECT CAST(reason AS text) || CAST(after AS text) AS said, reason ->> 'code' AS code"
        " FROM event WHERE kind = 'extract:requested' AND subject_id = :id",
        id=UUID(id_),
    )
    assert event.code == "purpose_stated"
    assert "Vaidlus" not in event.said


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (0, 0, 202),
        (-limits.LONGEST.days + 1, 0, 202),
        (-limits.LONGEST.days, 0, (422, "extract_period_refused")),
        (0, 1, (422, "extract_period_refused")),
        (0, -1, (422, "extract_period_refused")),
    ],
    ids=["today", "13 months", "longer", "tomorrow", "none"],
)
async def test_bill_4_a_period_is_past_and_no_longer_than_13_months(
    customers: Front, first: int, last: int, expected: Any
) -> None:
    days = [(today() + n * DAY).isoformat() for n in (first, last)]
    answer = await ask(customers, from_day=days[0], through_day=days[1])

    assert expected in (answer.status_code, refusal(answer) if answer.is_error else None)
    if answer.is_error:
        assert answer.json()["detail"].startswith("`from_day` is" if last == 0 else "`through_day`")


@pytest.mark.parametrize("day", ["0001-01-01", "0001-01-02", "1900-01-01"])
async def test_bill_4_a_day_of_which_there_are_no_details_is_refused(
    customers: Front, day: str
) -> None:
    answer = await ask(customers, from_day=day, through_day=day)

    assert refusal(answer) == (422, "extract_period_refused")


@pytest.mark.parametrize(
    "wrong",
    [
        {"from_day": "yesterday"},
        {"services": ["me"]},
        {"services": [str(uuid4())] * 101},
        {"kinds": ["fax"]},
        {"direction": "up"},
        {"roaming": "yes"},
        {"min_cost": "-1"},
        {"min_cost": "NaN"},
        {"format": "xlsx"},
        {"level": "all"},
        {"purpose": "a\nb"},
        {"unknown": 1},
    ],
    ids=lambda each: next(iter(each)),
)
async def test_bill_4_what_cannot_be_asked_for_is_said(
    customers: Front, wrong: dict[str, Any]
) -> None:
    assert refusal(await ask(customers, **wrong)) == (422, "invalid")


async def test_bill_4_how_many_are_made_and_kept_at_once_is_limited(
    customers: Front, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "KEPT_PER_PERSON", 4)
    for _ in range(limits.OPEN_PER_PERSON):
        await made(customers)
    refused = [refusal(await ask(customers))]
    await made(customers, JAANS)
    put_chunk(customers.database)
    await made(customers)
    put_chunk(customers.database)
    refused.append(refusal(await ask(customers)))

    assert refused == [(409, "too_many_extracts")] * 2

    monkeypatch.setattr(limits, "KEPT_PER_PERSON", 40)
    monkeypatch.setattr(limits, "OPEN_PER_ACCOUNT", 1)
    await made(customers)
    assert refusal(await ask(customers, JAANS)) == (409, "too_many_extracts")


async def test_bill_4_a_portal_asks_for_whoever_it_names(customers: Front) -> None:
    answer = await customers.post(
        extracts_of(),
        PORTAL,
        asked(),
        idempotency_key="k",
        on_behalf_of=str(customers.id_of(JAAN)),
    )

    assert answer.status_code == 202
    assert (await shown(customers, answer.json()["id"], JAANS))["is_mine"]


@pytest.mark.parametrize("who", [MARI, JAAN])
async def test_bill_4_what_may_be_asked_for_is_told_before(
    customers: Front, who: PersonKey
) -> None:
    told = (await customers.get(f"{extracts_of()}/choices", person_token(who))).json()

    proved = (today() - 9 * DAY).isoformat()
    assert [
        (each["service"]["number"], each["levels"], each["own_from_day"])
        for each in told.pop("services")
    ] == {
        MARI: [(HIS.number, ["masked"], None), (HERS.number, ["masked"], None)],
        JAAN: [(HIS.number, ["own", "masked"], proved)],
    }[who]
    assert told == {
        "more": False,
        "levels": {MARI: ["masked"], JAAN: ["own", "masked"]}[who],
        "today": today().isoformat(),
        "oldest_day": (today() - limits.LONGEST + DAY).isoformat(),
        "longest_days": 397,
        "most_rows": 2_000_000,
        "pdf_most_rows": 5_000,
    }


@pytest.mark.parametrize(("who", "expected"), [(KATI, 403), (PEETER, 404)])
async def test_bill_5_whoever_may_ask_for_nothing_is_told_nothing(
    customers: Front, who: PersonKey, expected: int
) -> None:
    answer = await customers.get(f"{extracts_of()}/choices", person_token(who))

    assert answer.status_code == expected


async def test_bill_4_numbers_of_a_service_that_has_ended_can_be_asked_for(
    customers: Front,
) -> None:
    """Its last calls are on an invoice to come."""
    carry_out(customers.database, "UPDATE service SET status = 'ended' WHERE id = :id", id=HERS.id)

    assert (await ask(customers, services=[str(HERS.id)])).status_code == 202


async def test_bill_5_another_account_has_extracts_of_its_own(customers: Front) -> None:
    id_ = await made(customers)
    give(customers.database, MARI, GROUND, "administrator")

    for path in (f"{extracts_of(GROUND.id)}/{id_}", f"{extracts_of(GROUND.id)}/{id_}/file"):
        assert (await customers.get(path, person_token(MARI))).status_code == 404
