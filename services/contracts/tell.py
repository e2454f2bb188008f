"""Use cases of the operator's systems: tell the contracts that exist there, one or a file."""

from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from domain.audit import Actor
from domain.contracts.states import ContractState
from domain.contracts.told import ToldContract
from domain.processes import order_id
from services import launcher
from services.accounts.import_records import RecordKind
from services.engine import Engine
from services.errors import Refused
from services.ops.wake import wake_if_reached
from storage.accounts import import_rules
from storage.accounts.upserts import UpsertResult, parts
from storage.contract_orders import lost_hosts, suspension
from storage.contract_orders.suspension import Orders
from storage.contracts import rows, telling
from storage.contracts.telling import Taken
from storage.database import Session


@dataclass(frozen=True, slots=True)
class PutContract:
    """Result of telling a contract."""

    created: bool
    state: ContractState
    """An end or a suspension that was decided here stays."""


async def tell(engine: Engine, told: ToldContract, zone: ZoneInfo, *, actor: Actor) -> PutContract:
    """Create or replace a contract. Idempotent.

    Raises Refused: ``contract_decided_here``, ``contract_incomplete``, ``contract_started_here``.
    """

    def write(session: Session) -> tuple[PutContract, Orders]:
        taken, _ = telling.put(session, [[told]], zone, actor=actor)
        if refusal := taken.refused.get(told.id):
            raise Refused(refusal)
        orders = _losses_followed(session, taken, actor)
        stored = rows.read(session, told.id)
        state = told.state if stored is None else stored.state
        return PutContract(bool(taken.created), state), orders

    done, orders = await engine.write(write)
    for id_ in orders.cancelled:
        await wake_if_reached(engine, order_id(id_))
    for id_ in orders.placed:
        await launcher.start(engine, id_)
    return done


def contract_records(zone: ZoneInfo) -> RecordKind[ToldContract]:
    """Return contracts as a kind of record; ``zone``: of the days on which their terms end."""

    def put(session: Session, facts: Iterable[ToldContract], /, *, actor: Actor) -> UpsertResult:
        taken, ended = telling.put(session, parts(facts), zone, actor=actor)
        # What is placed a worker starts within seconds, as all orders of contracts.
        orders = _losses_followed(session, taken, actor)
        return UpsertResult(taken.created, taken.changed, ended, taken.refused, orders.cancelled)

    return RecordKind(
        "contracts",
        import_rules.CONTRACTS,
        claim=lambda _: None,
        party=lambda contract: contract.account_id,
        put=put,
    )


def _losses_followed(session: Session, taken: Taken, actor: Actor) -> Orders:
    """Suspend what was told on, or goes on with, a service that was reported lost here."""
    for id_, services in sorted(taken.left.items()):
        if (contract := rows.lock_with_others(session, id_)) is not None:
            suspension.hand_over(session, contract, services, actor=actor)
    return lost_hosts.suspend_told(session, [*taken.created, *taken.changed], actor=actor)
