"""Ends a contract at its moment: access first, and its order with the steps, in one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import text

from domain.accounts import ServiceStatus
from domain.audit import Actor
from domain.catalogue.products import Period
from domain.contracts.end_costs import cost_at_end
from domain.contracts.end_policy import device_left, is_from_outside
from domain.contracts.reasons import EndReason, EndSource
from domain.contracts.starts import FrozenPrice
from domain.contracts.states import IN_FORCE, ContractState
from domain.days import day_of
from domain.orders.states import OrderState
from domain.reasons import Reason
from storage.accounts.services import put_services
from storage.accounts.stored_facts import STORED, facts_of
from storage.accounts.upserts import UpsertResult
from storage.contract_orders import placing, suspension
from storage.contracts import changing, ending, resting
from storage.contracts.rows import StoredContract
from storage.database import Session

ENDED = Reason("contract_ended", "Its end has come")
# Of two transactions that end contracts of a service, the later one sees that the other has ended.
_LOCK = text("SELECT FROM service WHERE id = ANY(:ids) ORDER BY id FOR UPDATE")
_OTHERS = text("""
SELECT DISTINCT s.id FROM service s JOIN contract_service x ON x.service_id = s.id
    JOIN contract c ON c.id = x.contract_id AND c.account_id = s.account_id
WHERE s.id = ANY(:ids) AND c.id <> :contract AND c.state = ANY(:states)
""")
_SERVICES = text(f"""
{STORED} WHERE s.id = ANY(:ids) AND s.status <> 'ended' ORDER BY s.id FOR UPDATE OF s
""")
_ORDER = text("SELECT state FROM service_order WHERE id = :id")


def end(
    session: Session, contract: StoredContract, zone: ZoneInfo, *, actor: Actor
) -> UpsertResult:
    """End a locked contract that is ending, its services and the access to them, now.

    A service that another contract is about goes on with that one. The order for those that end,
    and for what the end costs, is placed in the same transaction. Returns what ended with the
    services. A contract of a product that the catalogue does not know has no order: the operator's
    systems know its steps.
    """
    product = resting.product_of(session, contract)
    at = contract.ends_at or contract.now
    contract = changing.move(
        session,
        contract,
        ContractState.ENDED,
        actor=actor,
        why=ENDED,
        facts={"happened_at": at.isoformat()},
        billed_until=day_of(at, zone),
        number_kept_until=resting.kept_until(contract, product, at),
        ended_at=at,
        **_cost(contract),
    )
    resting.rest(session, [contract.id])
    services = _ending_with(session, contract)
    found = session.execute(_SERVICES, {"ids": services}).all()
    gone = [replace(facts_of(row), status=ServiceStatus.ENDED) for row in found]
    ended = put_services(session, gone, actor=actor)
    lasting = frozenset(contract.service_ids).difference(services)
    suspension.hand_over(session, contract, lasting, actor=actor)
    if product is not None and product.contract is not None:
        cost = [
            FrozenPrice(each["cents"], each["currency"], each["is_vat_included"], Period.ONCE)
            for each in contract.end_cost or ()
        ]
        order_id = placing.place_end(session, contract, product, services, cost, actor=actor)
        changing.update(session, contract, end_order_id=order_id)
    return ended


def _ending_with(session: Session, contract: StoredContract) -> Sequence[UUID]:
    """Lock the services of a contract and return those that no other contract holds.

    A number that leaves ends its service for contracts that are not in force yet, too.
    """
    states = IN_FORCE
    if contract.end_reason is not EndReason.PORTED_OUT:
        states |= {ContractState.SIGNED, ContractState.ACTIVATING}
    session.execute(_LOCK, {"ids": list(contract.service_ids)})
    about = {"ids": list(contract.service_ids), "contract": contract.id, "states": sorted(states)}
    held = set(session.execute(_OTHERS, about).scalars())
    return [each for each in contract.service_ids if each not in held]


def _cost(contract: StoredContract) -> Mapping[str, Any]:
    """Return what the end costs by now. One that was told costs what the operator knows."""
    reason, confirmed = contract.end_reason, contract.end_cost
    if reason is None or contract.end_source is EndSource.TOLD:
        return {}
    value, instalments = contract.device_value_left_cents, contract.device_instalments_left_cents
    cost = cost_at_end(reason, confirmed or (), device_left(value, instalments))
    is_known = is_from_outside(reason) or contract.is_end_cost_known
    return {"end_cost": cost, "is_end_cost_known": is_known}


def close_if_done(session: Session, contract: StoredContract) -> bool:
    """Close an ended contract once its order has ended; False: it has not. Idempotent."""
    if contract.closed_at is not None:
        return True
    if contract.end_order_id is not None:
        state = session.execute(_ORDER, {"id": contract.end_order_id}).scalar_one()
        if not OrderState(state).is_final:
            return False
    changing.update(session, contract, closed_at=contract.now)
    ending.end_process(session, contract)
    return True
