"""contract.8: what ending a contract brings about is shown before, and is what then ends."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.contracts.dates import add_months
from domain.contracts.working_days import holidays_of
from tests.builders.contract_ends import (
    MOBIIL_ID,
    carried_out,
    come_to_its_end,
    mobiil_id,
    subscription,
)
from tests.builders.days import ZONE, today
from tests.builders.delegations import OFFICE, OWN, PHONE, given, terms
from tests.builders.people import JAAN, KATI, MARI, PEETER, TIIU, TOOMAS
from tests.builders.rows import carry_out, give, rows
from tests.clients.api_client import OPS, PORTAL, SUPPORT, Front, person_token
from tests.clients.contracting import FIBRE, end, offered, preview


async def test_contract_8_the_preview_is_what_then_ends(front: Front) -> None:
    id_ = subscription(front.database)
    on_it = mobiil_id(front.database, front.id_of(TIIU))
    give(front.database, PEETER, OFFICE, on=PHONE)
    delegation = given(front.database, MARI, JAAN, OFFICE, terms("usage:view", on={PHONE.id}))
    open_grants = "SELECT id FROM access_grant WHERE ended_reason IS NULL"
    before = {each.id for each in rows(front.database, open_grants)}

    shown = (await preview(front, str(id_))).json()
    answer = await end(front, str(id_))
    come_to_its_end(front.database, id_)
    carried_out(front.database, id_, on_it)

    assert (answer.status_code, answer.json()["state"]) == (200, "ending"), answer.text
    gone = rows(front.database, "SELECT id FROM service WHERE status = 'ended'")
    assert {str(each.id) for each in gone} == {str(PHONE.id), str(MOBIIL_ID.id)}
    assert shown["ends"]["services"] == [str(PHONE.id)]
    assert shown["ends"]["contracts"] == [{"id": str(on_it), "services": [str(MOBIIL_ID.id)]}]
    over = rows(front.database, "SELECT id FROM contract WHERE state = 'ended'")
    assert {each.id for each in over} == {id_, on_it}
    ended = rows(front.database, "SELECT id FROM delegation WHERE ended_at IS NOT NULL")
    assert shown["ends"]["delegations"] == [str(each.id) for each in ended] == [str(delegation.id)]
    lost = rows(
        front.database,
        "SELECT DISTINCT person_id FROM access_grant WHERE ended_reason IS NOT NULL"
        " AND id = ANY(:ids)",
        ids=list(before),
    )
    assert set(shown["ends"]["people"]) == {str(each.person_id) for each in lost}
    assert set(shown["ends"]["people"]) == {str(front.id_of(each)) for each in (PEETER, JAAN)}


async def test_contract_8_a_preview_changes_nothing(front: Front) -> None:
    id_ = subscription(front.database)
    mobiil_id(front.database, front.id_of(KATI))
    tables = ("event", "access_grant", "service_order", "process", "contract", "service")
    states = {each: f"SELECT * FROM {each} ORDER BY id" for each in tables}
    before = {each: rows(front.database, states[each]) for each in tables}

    first, second = [(await preview(front, str(id_))).json() for _ in range(2)]

    assert first == second
    assert {each: rows(front.database, states[each]) for each in tables} == before


async def test_contract_8_the_earliest_end_and_its_cost_have_a_rule_and_its_law(
    front: Front,
) -> None:
    id_ = subscription(front.database)
    protected = (await preview(front, str(id_))).json()
    carry_out(
        front.database,
        "UPDATE contract SET committed_until = :day WHERE id = :id",
        day=add_months(today() + timedelta(days=30), 1) - timedelta(days=1),
        id=id_,
    )
    carry_out(
        front.database,
        "INSERT INTO customer_size (account_id, size_class, source, as_of)"
        " VALUES (:id, 'larger', 'annual_report', :day)",
        id=OFFICE.id,
        day=today(),
    )
    larger = (await preview(front, str(id_))).json()

    following = (today() + timedelta(days=n) for n in range(1, 9))
    working_day = next(day for day in following if holidays_of(ZONE).is_working_day(day))
    assert protected["earliest"] == working_day.isoformat()
    assert (protected["cost"], protected["cost_known"]) == ([], True)
    assert protected["rules"] == [{"rule": "next_working_day", "law": "ESS § 100 (1), (6)"}]
    assert larger["earliest"] == (today() + timedelta(days=30)).isoformat()
    assert larger["cost"] == [
        {"cents": 1690, "currency": "EUR", "is_vat_included": True, "rule": "term_left"}
    ]
    assert [each["rule"] for each in larger["rules"]] == ["notice", "term_left"]
    assert larger["digest"] != protected["digest"]
    assert protected["customer_size"] == {"size_class": "micro", "source": None, "as_of": None}
    assert larger["customer_size"]["source"] == "annual_report"


@pytest.mark.parametrize("reason", ["withdrawal", "changed_terms"])
async def test_contract_8_what_the_law_does_not_give_is_no_reason(
    front: Front, reason: str
) -> None:
    """Kuusk is no consumer, and nobody told it of changed terms."""
    id_ = subscription(front.database)

    answer = await preview(front, str(id_), query=f"?reason={reason}")

    assert (answer.status_code, answer.json()["code"]) == (409, "end_not_possible")


async def test_contract_8_another_day_ends_it_then(front: Front) -> None:
    id_ = subscription(front.database)
    day = today() + timedelta(days=100)

    shown = (await preview(front, str(id_), query=f"?on={day}")).json()
    answer = await end(front, str(id_), preview=shown["digest"], on=day.isoformat())

    assert answer.json()["end"]["at"] == shown["at"], answer.text
    assert shown["earliest"] < day.isoformat()


async def test_contract_8_a_changed_answer_is_refused_with_the_new_one(front: Front) -> None:
    id_ = subscription(front.database)
    old = (await preview(front, str(id_))).json()
    give(front.database, PEETER, OFFICE, on=PHONE)

    answer = await end(front, str(id_), preview=old["digest"])
    new = answer.json()["preview"]
    again = await end(front, str(id_), preview=new["digest"])

    assert (answer.status_code, answer.json()["code"]) == (409, "preview_changed")
    assert new["ends"]["people"] == [str(front.id_of(PEETER))]
    assert new == (old | {"ends": new["ends"], "digest": new["digest"]})
    assert (again.status_code, again.json()["state"]) == (200, "ending"), again.text


async def test_contract_8_whoever_does_not_see_the_people_sees_how_many(front: Front) -> None:
    id_ = subscription(front.database)
    give(front.database, PEETER, OFFICE, on=PHONE)
    may = ("contract:end", "contract:view")
    given(front.database, MARI, TIIU, OFFICE, terms(*may))

    of_mari = (await preview(front, str(id_))).json()
    of_tiiu = (await preview(front, str(id_), TIIU)).json()

    assert of_mari["ends"]["people"] == [str(front.id_of(PEETER))]
    assert (of_tiiu["ends"]["people"], of_tiiu["ends"]["people_in_all"]) == ([], 1)
    assert of_tiiu["digest"] == of_mari["digest"]


async def test_contract_11_a_private_mobiil_id_on_the_number_is_named_and_its_people_counted(
    front: Front,
) -> None:
    host = str(subscription(front.database))
    his = str(mobiil_id(front.database, front.id_of(PEETER), OWN))
    give(front.database, TOOMAS, OWN, on=replace(MOBIIL_ID, account_id=OWN.id))

    of_mari = (await preview(front, host)).json()["ends"]
    of_staff = (await front.get(f"/v1/contracts/{host}/end-preview", OPS)).json()["ends"]

    assert of_mari["contracts"] == [{"id": his, "services": [str(MOBIIL_ID.id)]}]
    assert of_mari["contracts"] == of_staff["contracts"]
    assert (of_mari["people"], of_mari["people_in_all"]) == ([], 1)
    assert of_staff["people"] == [str(front.id_of(TOOMAS))]


async def test_contract_8_a_contract_that_is_not_in_force_has_no_end(front: Front) -> None:
    id_ = await offered(front, FIBRE)

    shown = await preview(front, id_)
    answer = await end(front, id_)

    for each in (shown, answer):
        assert (each.status_code, each.json()["code"]) == (409, "contract_not_in_force")


async def test_contract_8_staff_and_the_portal_preview_what_they_see(front: Front) -> None:
    id_ = subscription(front.database)
    path = f"/v1/contracts/{id_}/end-preview"
    shown = (await preview(front, str(id_))).json()

    staff = [(await front.get(path, token)).json() for token in (SUPPORT, OPS)]
    portal = await front.get(path, PORTAL, on_behalf_of=str(front.id_of(MARI)))
    stranger = await front.get(path, person_token(PEETER))

    assert staff == [shown, shown]
    assert portal.json() == shown
    assert stranger.status_code == 404
