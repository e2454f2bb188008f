"""Store an account or a service as the operator's systems have it."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from domain.audit import Actor
from domain.delegations.departures import DepartureRules
from domain.processes import order_id
from services.engine import Engine
from services.errors import Refused
from services.ops.wake import wake_if_reached
from services.registry.start_sync import RegisterCheck, check_new_customer
from storage.accounts import single
from storage.accounts.accounts import AccountFacts
from storage.accounts.services import ServiceFacts
from storage.accounts.single import RecordRefused
from storage.database import Session
from storage.inventory import inventories
from storage.orders import operator_word


@dataclass(frozen=True, slots=True)
class PutAccount:
    """Result of storing an account."""

    created: bool
    register_check: RegisterCheck | None
    """None: not needed. The owner is a person, or a company with a register state."""


async def put_account(
    engine: Engine, facts: AccountFacts, on_departure: DepartureRules, *, actor: Actor
) -> PutAccount:
    """Create or update an account, and align access with it. Idempotent.

    Queries the register about a company for which there is no register state yet. Raises Refused.
    """
    try:
        created = await engine.write(
            lambda s: single.put_account(s, facts, on_departure, actor=actor)
        )
    except RecordRefused as error:
        raise Refused(error.refusal) from None
    return PutAccount(created, await check_new_customer(engine, facts.id))


@dataclass(frozen=True, slots=True)
class PutService:
    """Result of storing a service."""

    created: bool
    open_order: UUID | None
    """The oldest order for the service that was open when it was stored."""
    drift: Sequence[str]
    """Names of characteristics that an order set and the record has differently."""
    to_wake: Sequence[UUID]
    """Orders that it ended in part."""


async def put_service(engine: Engine, facts: ServiceFacts, *, actor: Actor) -> PutService:
    """Create or update a service; access to one that ends or moves ends. Idempotent.

    So does what was ordered for it: what was done of it is undone. Otherwise an order goes on, and
    what it set stays what the service should be. Raises Refused.
    """
    try:
        put = await engine.write(lambda session: _put_service(session, facts, actor))
    except RecordRefused as error:
        raise Refused(error.refusal) from None
    for id_ in put.to_wake:
        await wake_if_reached(engine, order_id(id_))
    return put


def _put_service(session: Session, facts: ServiceFacts, actor: Actor) -> PutService:
    connection = session.connection()
    open_order = operator_word.open_orders(connection, [facts.id]).get(facts.id)
    put = single.put_service(session, facts, actor=actor)
    drift = inventories.told_otherwise(connection, facts.id)
    return PutService(bool(put.created), open_order, drift, put.orders)
