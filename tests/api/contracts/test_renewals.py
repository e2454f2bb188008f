"""contract.9: a service that another contract is about goes on when one of its contracts ends."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID, uuid4

import pytest

from domain.access.permissions import Permission
from services.access.check import check
from storage.contract_orders import closing
from storage.contracts import ending, promised, starting
from tests.builders import contracts
from tests.builders.contract_ends import carried_out, come_to_its_end, mobiil_id, subscription
from tests.builders.delegations import OFFICE, PHONE, ROUTER
from tests.builders.people import PEETER, TIIU
from tests.builders.rows import carry_out, give, put_service, rows, service
from tests.builders.services_since import had_for_a_year
from tests.clients.api_client import BILLING, Front
from tests.clients.contracting import end, preview
from tests.clients.porting import NUMBER, tell
from tests.clients.suspending import of, orders, resume, suspend

TOLD = {
    "account_id": str(OFFICE.id),
    "product": "Kõnepakett XL",
    "state": "active",
    "services": [str(PHONE.id)],
}
DESK = service(7, OFFICE, kind="router")
DUE = {"state": "ending", "ends_at": "2026-01-01T00:00:00Z"}


STATES = {
    "active": "state = 'active'",
    "activating": "state = 'activating'",
    "suspended": "state = 'suspended', suspend_reason = 'lost'",
    "ending": "state = 'ending', end_reason = 'customer', end_source = 'here',"
    " ends_at = clock_timestamp() + interval '90 days'",
}


def renewed(front: Front) -> tuple[UUID, UUID]:
    """Two contracts of the catalogue about the telephone."""
    new = contracts.new_contract(OFFICE.id, terms=contracts.terms(number="+37255500077"))
    return subscription(front.database), contracts.active(front.database, new, [PHONE.id])


def carry_out_due(front: Front, *contract_ids: UUID) -> None:
    with front.database.transaction() as session:
        assert ending.ask_for_due(session) == len(contract_ids)
    carried_out(front.database, *contract_ids)


def state_of(front: Front, contract_id: UUID) -> str:
    (found,) = rows(front.database, "SELECT state FROM contract WHERE id = :id", id=contract_id)
    return str(found.state)


def service_state(front: Front) -> str:
    (found,) = rows(front.database, "SELECT status FROM service WHERE id = :id", id=PHONE.id)
    return str(found.status)


def access_until(front: Front) -> datetime | None:
    (row,) = rows(front.database, "SELECT access_until FROM service WHERE id = :id", id=PHONE.id)
    until: datetime | None = row.access_until
    return until


def may_use(front: Front) -> bool:
    with front.database.reading() as connection:
        found = check(connection, PEETER, Permission.USAGE_VIEW, OFFICE.id, service_id=PHONE.id)
    return found.allowed


async def test_contract_9_the_end_of_an_old_told_contract_ends_neither_service_nor_renewal(
    front: Front,
) -> None:
    give(front.database, PEETER, OFFICE, "user", on=PHONE)
    old, renewal = uuid4(), uuid4()
    for id_, how in ((old, DUE), (renewal, {})):
        answer = await front.put(f"/v1/contracts/{id_}", BILLING, {**TOLD, **how})
        assert answer.status_code == 201, answer.text

    carry_out_due(front, old)
    after_old = state_of(front, old), state_of(front, renewal), service_state(front)
    assert (after_old, may_use(front)) == (("ended", "active", "active"), True)

    await front.put(f"/v1/contracts/{renewal}", BILLING, {**TOLD, **DUE})
    carry_out_due(front, renewal)
    assert (state_of(front, renewal), service_state(front)) == ("ended", "ended")
    assert not may_use(front)


async def test_contract_9_of_two_ends_that_are_due_the_last_one_ends_the_service(
    front: Front,
) -> None:
    old, renewal = renewed(front)
    on_it = mobiil_id(front.database, front.id_of(TIIU))
    for id_ in (old, renewal):
        assert (await end(front, str(id_))).status_code == 200
        come_to_its_end(front.database, id_)

    carry_out_due(front, old, renewal)

    assert service_state(front) == "ended"
    (on_phone,) = rows(
        front.database, "SELECT state, ends_at FROM contract WHERE id = :id", id=on_it
    )
    assert on_phone.state == "ending"


@pytest.mark.parametrize("state", STATES)
async def test_contract_9_what_is_left_to_another_contract_is_in_no_order_and_no_preview(
    front: Front, state: str
) -> None:
    give(front.database, PEETER, OFFICE, "user", on=PHONE)
    old, renewal = renewed(front)
    mobiil_id(front.database, front.id_of(TIIU))
    stands = f"UPDATE contract SET {STATES[state]} WHERE id = :id"
    carry_out(front.database, stands, id=renewal)

    shown = (await preview(front, str(old))).json()
    assert (await end(front, str(old))).status_code == 200
    come_to_its_end(front.database, old)
    carry_out_due(front, old)

    assert not any(shown["ends"].values()), shown["ends"]
    assert not rows(front.database, "SELECT FROM service WHERE status = 'ended'")
    over = rows(front.database, "SELECT id FROM contract WHERE state IN ('ended', 'cancelled')")
    assert [each.id for each in over] == [old]
    assert not rows(front.database, "SELECT FROM service_order WHERE contract_id = :id", id=old)


@pytest.mark.parametrize("left", ["one", "none"])
async def test_contract_9_what_the_old_contract_costs_is_invoiced_once(
    front: Front, left: str
) -> None:
    """Whether a service ends with it, or all go on with the renewal."""
    old, renewal = renewed(front)
    put_service(front.database, DESK)
    carry_out(
        front.database,
        "INSERT INTO contract_service (contract_id, service_id) SELECT :old, id FROM service"
        " WHERE id = ANY(:ids)",
        old=old,
        ids=[ROUTER.id, DESK.id] if left == "one" else [],
    )
    device = "UPDATE contract SET device_instalments_left_cents = 9000 WHERE id = :id"
    carry_out(front.database, device, id=old)
    assert (await end(front, str(old))).status_code == 200
    come_to_its_end(front.database, old)
    carry_out_due(front, old)

    items = rows(
        front.database,
        """SELECT i.service_id, i.price, (SELECT array_agg(e ->> 'do' ORDER BY n)
            FROM jsonb_array_elements(i.plan) WITH ORDINALITY AS p(e, n)) AS does
        FROM service_order_item i JOIN service_order o ON o.id = i.order_id
        WHERE o.contract_id = :id ORDER BY i.number""",
        id=old,
    )
    prices = [[each["cents"] for each in item.price or ()] for item in items]
    if left == "none":
        assert [(item.service_id, item.does) for item in items] == [(PHONE.id, ["final_invoice"])]
        assert prices == [[9000]]
    else:
        assert {item.service_id for item in items} == {ROUTER.id, DESK.id}
        assert prices == [[9000], []]
    assert state_of(front, renewal) == "active"


@pytest.mark.parametrize("has_more", [False, True])
async def test_contract_10_a_loss_outlives_the_contract_that_it_was_reported_of(
    front: Front, *, has_more: bool
) -> None:
    """A renewal about nothing else is suspended then; one with more opens the telephone."""
    old, renewal = renewed(front)
    if has_more:
        carry_out(
            front.database,
            "INSERT INTO contract_service (contract_id, service_id) VALUES (:id, :more)",
            id=renewal,
            more=ROUTER.id,
        )
    assert (await suspend(front, old)).status_code == 202
    shown = (await preview(front, str(old))).json()["ends"]
    assert (await end(front, str(old))).status_code == 200
    come_to_its_end(front.database, old)
    carry_out_due(front, old)

    assert not any(shown.values())
    placed = orders(front)
    if has_more:
        assert of(front, renewal) == ("active", None)
        assert placed == [(True, "resume")], "nothing was sent: the other is cancelled"
    else:
        assert of(front, renewal) == ("suspended", "lost")
        assert placed == [(True, "suspend")]
        assert (await resume(front, renewal)).status_code == 202
        assert orders(front)[1:] == [(True, "resume")]
    kind = "contract_resumed" if has_more else "contract_suspended"
    about = "SELECT FROM notice WHERE kind = :kind AND subject_id = :id"
    assert rows(front.database, about, kind=kind, id=renewal)


async def test_contract_9_the_order_of_the_last_contract_turns_its_service_off(
    front: Front,
) -> None:
    old, renewal = renewed(front)
    shown = []
    for id_ in (old, renewal):
        shown.append((await preview(front, str(id_))).json()["ends"]["services"])
        assert (await end(front, str(id_))).status_code == 200
        come_to_its_end(front.database, id_)
        carry_out_due(front, id_)

    orders = "SELECT contract_id FROM service_order WHERE contract_id = ANY(:ids)"
    placed = rows(front.database, orders, ids=[old, renewal])
    assert [each.contract_id for each in placed] == [renewal]
    assert shown == [[], [str(PHONE.id)]]


async def test_contract_10_a_number_that_has_left_ends_its_service_for_all_contracts(
    front: Front,
) -> None:
    put_service(front.database, replace(PHONE, number=NUMBER))
    old, renewal = renewed(front)
    had_for_a_year(front.database)

    answer = await tell(front, "completed")

    assert answer.status_code == 200, answer.text
    assert (state_of(front, old), state_of(front, renewal)) == ("ended", "ended")
    assert service_state(front) == "ended"
    orders = "SELECT FROM service_order WHERE contract_id = ANY(:ids)"
    assert len(rows(front.database, orders, ids=[old, renewal])) == 1


@pytest.mark.parametrize(("is_agreed", "lasts"), [(False, False), (True, True)])
async def test_contract_9_an_offer_that_nobody_agreed_to_holds_no_access(
    front: Front, *, is_agreed: bool, lasts: bool
) -> None:
    old = subscription(front.database)
    new = contracts.new_contract(OFFICE.id, terms=contracts.terms(number="+37255500077"))
    contracts.offered(front.database, new)
    with front.database.transaction() as session:
        promised.about(session, contracts.locked(session, new.id), PHONE.id)
    if is_agreed:
        contracts.agree(front.database, new.id)

    assert (await end(front, str(old))).status_code == 200

    assert (access_until(front) is None) is lasts


async def test_contract_9_access_follows_a_contract_that_is_agreed_to_or_given_up_meanwhile(
    front: Front,
) -> None:
    old = subscription(front.database)
    new = contracts.new_contract(OFFICE.id, terms=contracts.terms(number="+37255500077"))
    contracts.offered(front.database, new)
    with front.database.transaction() as session:
        promised.about(session, contracts.locked(session, new.id), PHONE.id)
    assert (await end(front, str(old))).status_code == 200
    until = access_until(front)

    contracts.agree(front.database, new.id)
    agreed = access_until(front)
    with front.database.transaction() as session:
        closing.close_start(session, new.id, starting.WITHDRAWN, contracts.OPS)

    assert until is not None
    assert (agreed, access_until(front)) == (None, until)


async def test_contract_8_what_a_loss_is_handed_to_does_not_end_by_the_preview(
    front: Front,
) -> None:
    """The renewal, which the operator suspended, is lost from then on: it goes on."""
    old, renewal = renewed(front)
    assert (await suspend(front, old)).status_code == 202
    carry_out(
        front.database,
        "UPDATE contract SET state = 'suspended', suspend_reason = 'told',"
        " suspension_is_told = true WHERE id = :id",
        id=renewal,
    )

    shown = (await preview(front, str(old))).json()

    assert not any(shown["ends"].values()), shown["ends"]
