"""Store an account or a service as the operator's systems have it."""

from dataclasses import dataclass

from domain.audit import Actor
from domain.delegations.departures import DepartureRules
from services.engine import Engine
from services.errors import Refused
from services.registry.start_sync import RegisterCheck, check_new_customer
from storage.accounts import single
from storage.accounts.accounts import AccountFacts
from storage.accounts.services import ServiceFacts
from storage.accounts.single import RecordRefused


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


async def put_service(engine: Engine, facts: ServiceFacts, *, actor: Actor) -> bool:
    """Create or update a service; access to one that ends or moves ends. Idempotent.

    Returns whether it is new. Raises Refused.
    """
    try:
        return await engine.write(lambda s: single.put_service(s, facts, actor=actor))
    except RecordRefused as error:
        raise Refused(error.refusal) from None
