"""deleg.18: the operator's systems put delegations that exist; people's word counts more."""

import asyncio
from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from domain.delegations.periods import default_through
from domain.identifiers import PersonKey
from tests.builders.company_suspensions import alive, bankrupt
from tests.builders.days import DAY, today
from tests.builders.delegations import (
    OFFICE,
    OWN,
    PHONE,
    set_up_customers,
)
from tests.builders.people import JAAN, MARI, PEETER, TIIU
from tests.builders.rows import rows, store_states
from tests.clients.api_client import BILLING, SUPPORT, Answer, Front, person_token
from tests.clients.delegating import allowed, code_of, given, post

LONG_AGO = date(2019, 2, 28)


@pytest.fixture(autouse=True)
def customers(front: Front) -> None:
    set_up_customers(front.database)


def record(who: PersonKey = JAAN, **more: Any) -> dict[str, Any]:
    """An accountant since 2019, without an end."""
    role = {} if "permissions" in more else {"role": "accountant"}
    account = {"account_id": str(OFFICE.id), "receiver": code_of(who)}
    return account | role | {"from_day": LONG_AGO.isoformat()} | more


async def put(front: Front, id_: object, body: dict[str, Any]) -> Answer:
    return await front.put(f"/v1/delegations/{id_}", BILLING, body)


async def read(front: Front, id_: object, who: PersonKey = MARI) -> dict[str, Any]:
    answer = await front.get(f"/v1/delegations/{id_}", person_token(who))
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


async def test_deleg_18_imported_without_acceptance_and_keeping_its_beginning(front: Front) -> None:
    id_ = uuid4()

    first = await put(front, id_, record())
    again = await put(front, id_, record())
    shown = await read(front, id_)

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert shown["state"] == "active"
    assert shown["giver"] == {"id": None, "name": None, "country": None, "code": None}
    assert shown["basis"]["kind"] == "imported"
    assert shown["terms"]["from_day"] == LONG_AGO.isoformat()
    assert shown["terms"]["through_day"] == default_through(today()).isoformat()
    assert shown["terms"]["version"] == 1
    assert await allowed(front, JAAN)


async def test_deleg_18_access_itself_begins_with_the_import(front: Front) -> None:
    await put(front, uuid4(), record())

    (grant,) = rows(
        front.database,
        "SELECT clock_timestamp() - lower(validity) < interval '1 minute' AS new FROM access_grant"
        " WHERE origin = 'delegation'",
    )

    assert grant.new


async def test_deleg_18_the_receiver_is_told_with_its_days(front: Front) -> None:
    await put(front, uuid4(), record())

    (notice,) = (await front.get("/v1/me/notices", person_token(JAAN))).json()["items"]

    assert notice["kind"] == "delegation_imported"
    assert notice["facts"]["through"] == default_through(today()).isoformat()


async def test_deleg_6_who_is_imported_while_the_company_is_bankrupt_is_told_of_that_once(
    front: Front,
) -> None:
    store_states(front.database, bankrupt())
    first, second = uuid4(), uuid4()
    for id_, who in ((first, JAAN), (first, JAAN), (second, TIIU)):
        await put(front, id_, record(who))
    during = [await allowed(front, who) for who in (JAAN, TIIU)]
    store_states(front.database, alive())

    told = (await front.get("/v1/me/notices", person_token(JAAN))).json()["items"]
    recorded = rows(
        front.database,
        "SELECT kind FROM event WHERE subject_id = :id AND kind ~ '^delegation:' ORDER BY id",
        id=first,
    )

    assert during == [False, False]
    assert sorted(notice["kind"] for notice in told) == [
        "delegation_imported",
        "delegation_restored",
        "delegation_suspended",
    ]
    happened = ["imported", "suspended", "restored"]
    assert [event.kind for event in recorded] == [f"delegation:{each}" for each in happened]
    assert [await allowed(front, who) for who in (JAAN, TIIU)] == [True, True]


async def test_deleg_18_other_terms_are_a_new_version(front: Front) -> None:
    id_, soon = uuid4(), (today() + 40 * DAY).isoformat()
    await put(front, id_, record())

    narrower = await put(front, id_, record(permissions=["invoice:view"], through_day=soon))
    narrow = await allowed(front, JAAN)
    wider = await put(front, id_, record())

    assert narrower.json()["terms"] | {"service_ids": []} == {
        "version": 2,
        "role": "composed",
        "permissions": ["invoice:view"],
        "service_ids": [],
        "from_day": LONG_AGO.isoformat(),
        "through_day": soon,
        "may_pass_on": False,
        "purpose": None,
    }
    assert not narrow
    assert wider.json()["terms"]["version"] == 3
    assert wider.json()["terms"]["through_day"] == soon
    assert await allowed(front, JAAN)


async def test_deleg_18_what_ended_here_stays_ended(front: Front) -> None:
    id_ = uuid4()
    await put(front, id_, record())
    revoked = await post(front, f"/v1/delegations/{id_}/revoke", MARI)

    again = await put(front, id_, record())

    assert revoked.json()["ended_reason"]["code"] == "delegation_revoked"
    assert (again.status_code, again.json()["refusals"]) == (409, ["ended_stays_ended"])
    assert not await allowed(front, JAAN)


async def test_deleg_18_what_its_days_ended_is_not_taken_up_again(front: Front) -> None:
    id_ = uuid4()
    await put(front, id_, record(through_day=today().isoformat()))
    with front.database.transaction() as session:
        moved = "UPDATE delegation SET ends_at = clock_timestamp() WHERE id = :id"
        session.connection().exec_driver_sql(moved.replace(":id", f"'{id_}'"))

    longer = await put(front, id_, record(through_day=(today() + DAY).isoformat()))

    assert longer.json()["refusals"] == ["ended_stays_ended"]


async def test_deleg_18_the_receiver_may_give_it_up(front: Front) -> None:
    id_ = uuid4()
    await put(front, id_, record())

    waived = await post(front, f"/v1/delegations/{id_}/waive", JAAN)

    assert waived.json()["state"] == "ended"


async def test_deleg_18_what_people_narrowed_is_not_widened_again(front: Front) -> None:
    id_ = uuid4()
    await put(front, id_, record())
    less = {"permissions": ["invoice:view"], "from_day": LONG_AGO.isoformat()}
    last = {"through_day": (today() + 9 * DAY).isoformat()}
    changed = await post(front, f"/v1/delegations/{id_}/change", MARI, less | last)

    same = await put(front, id_, record())
    wider = await put(front, id_, record(role="administrator", may_pass_on=True))
    narrower = await put(
        front, id_, record(permissions=["invoice:view"], through_day=(today() + DAY).isoformat())
    )

    assert changed.status_code == same.status_code == narrower.status_code == 200
    assert same.json()["terms"] == changed.json()["terms"]
    assert (wider.status_code, wider.json()["refusals"]) == (409, ["changed_by_people"])
    assert narrower.json()["terms"]["version"] == 3


async def test_deleg_18_what_a_person_gave_here_is_theirs(front: Front) -> None:
    id_ = await given(front, MARI, JAAN)

    answer = await put(front, id_, record())

    assert (answer.status_code, answer.json()["refusals"]) == (409, ["given_by_a_person"])


async def test_deleg_18_renewed_by_a_person_lasts_longer(front: Front) -> None:
    id_ = uuid4()
    await put(front, id_, record(through_day=(today() + DAY).isoformat()))
    year = {"role": "accountant", "from_day": today().isoformat()}

    offered = await post(front, f"/v1/delegations/{id_}/renew", MARI, year)
    accepted = await post(front, f"/v1/delegations/{id_}/accept", JAAN, {"version": 2})
    same = await put(front, id_, record(through_day=(today() + DAY).isoformat()))

    assert (offered.status_code, accepted.status_code, same.status_code) == (200, 200, 200)
    assert same.json()["terms"] == accepted.json()["terms"]


@pytest.mark.parametrize(
    ("more", "refusal"),
    [
        ({"through_day": LONG_AGO.isoformat()}, "through_in_past"),
        ({"through_day": "2199-01-01"}, "longer_than_five_years"),
        ({"from_day": "2199-01-01"}, "from_too_far"),
        ({"role": "joint_representative"}, "unknown_role"),
        ({"permissions": ["access:manage"]}, "manage_needs_pass_on"),
        ({"service_ids": [str(uuid4())]}, "service_of_another_account"),
        ({"receiver": {"country": "EE", "code": "10000024"}}, "receiver_is_company"),
        (
            {"account_id": str(OWN.id), "receiver": code_of(PEETER)},
            "to_yourself",
        ),
    ],
)
async def test_deleg_18_refused(front: Front, more: dict[str, Any], refusal: str) -> None:
    answer = await put(front, uuid4(), record(**more))

    assert (answer.status_code, answer.json()["code"]) == (409, "delegation_refused")
    assert refusal in answer.json()["refusals"]
    assert rows(front.database, "SELECT FROM delegation") == []


async def test_deleg_18_an_id_stands_for_one_delegation(front: Front) -> None:
    id_ = uuid4()
    await put(front, id_, record())

    other_person = await put(front, id_, record(TIIU))
    other_account = await put(front, id_, record(account_id=str(OWN.id)))

    assert other_person.json()["refusals"] == ["another_delegation"]
    assert other_account.json()["refusals"] == ["another_delegation"]


async def test_deleg_18_an_unknown_account(front: Front) -> None:
    answer = await put(front, uuid4(), record(account_id=str(uuid4())))

    assert (answer.status_code, answer.json()["code"]) == (409, "account_unknown")


async def test_deleg_18_a_day_before_all_records_is_invalid(front: Front) -> None:
    answer = await put(front, uuid4(), record(from_day="0001-01-01"))

    assert answer.status_code == 422


async def test_deleg_18_what_was_passed_on_is_clipped(front: Front) -> None:
    id_ = uuid4()
    wide: dict[str, Any] = {"permissions": ["usage:view", "number:view"], "may_pass_on": True}
    await put(front, id_, record(**wide))
    less = wide | {"permissions": ["usage:view"], "service_ids": [str(PHONE.id)]}
    first = {"from_day": today().isoformat(), "through_day": (today() + DAY).isoformat()}
    passed_on = await post(
        front,
        f"/v1/delegations/{id_}/pass-on",
        JAAN,
        {"permissions": ["usage:view", "number:view"]} | first | {"receiver": code_of(TIIU)},
    )
    child = passed_on.json()["id"]
    await post(front, f"/v1/delegations/{child}/accept", TIIU, {"version": 1})

    await put(front, id_, record(**less))

    assert (await read(front, child, TIIU))["terms"]["permissions"] == ["usage:view"]
    assert (await read(front, child, TIIU))["terms"]["service_ids"] == [str(PHONE.id)]


async def test_deleg_18_imported_access_is_reviewed_explained_and_in_the_history(
    front: Front,
) -> None:
    id_, mari = uuid4(), person_token(MARI)
    await put(front, id_, record())

    review = (await front.get(f"/v1/accounts/{OFFICE.id}/review", mari)).json()["items"]
    (jaan,) = [each for each in review if each["delegation_id"] == str(id_)]
    confirmed = await front.post(
        f"/v1/accounts/{OFFICE.id}/review/decisions",
        mari,
        {"decisions": [{"decision": "confirm", "delegation_id": str(id_)}]},
        idempotency_key=str(uuid4()),
    )
    question = {
        "person_id": str(front.id_of(JAAN)),
        "account_id": str(OFFICE.id),
        "permission": "invoice:pay",
    }
    explained = (await front.post("/v1/access/explain", SUPPORT, question)).json()
    listed = (await front.get(f"/v1/accounts/{OFFICE.id}/history", mari)).json()["items"]
    own = (await front.get("/v1/me/history", person_token(JAAN))).json()["items"]

    assert (jaan["given_by"]["kind"], jaan["given_by"]["id"]) == ("operator", None)
    assert confirmed.status_code == 200, confirmed.text
    assert explained["allowed"]
    assert explained["path"][0]["grant"]["reason"]["facts"]["kind"] == "imported"
    for events in (listed, own):
        (event,) = [each for each in events if each["kind"] == "delegation:imported"]
        assert event["actor"]["kind"] == "system"


async def test_deleg_18_the_same_at_once_is_imported_once(front: Front) -> None:
    id_, other = uuid4(), uuid4()

    same = await asyncio.gather(*(put(front, id_, record()) for _ in range(4)))
    two = await asyncio.gather(*(put(front, other, record(who)) for who in (JAAN, TIIU, PEETER)))

    assert sorted(answer.status_code for answer in same) == [200, 200, 200, 201]
    assert sorted(answer.status_code for answer in two) == [201, 409, 409]
    assert len(rows(front.database, "SELECT FROM delegation")) == 2
    assert len(rows(front.database, "SELECT FROM access_grant WHERE origin = 'delegation'")) == 2
