"""Use cases of the operator's systems: tell the contracts that exist there, one or a file."""

from collections.abc import Iterable
from dataclasses import dataclass

from domain.audit import Actor
from domain.contracts.states import ContractState
from domain.contracts.told import ToldContract
from services.accounts.import_records import RecordKind
from services.engine import Engine
from services.errors import Refused
from storage.accounts import import_rules
from storage.accounts.upserts import UpsertResult, parts
from storage.contracts import rows, telling
from storage.database import Session


@dataclass(frozen=True, slots=True)
class PutContract:
    """Result of telling a contract."""

    created: bool
    state: ContractState
    """An end or a suspension that was decided here stays."""


async def tell(engine: Engine, told: ToldContract, *, actor: Actor) -> PutContract:
    """Create or replace a contract. Idempotent.

    Raises Refused: ``contract_decided_here``, ``contract_incomplete``, ``contract_started_here``.
    """

    def write(session: Session) -> PutContract:
        taken, _ = telling.put(session, [[told]], actor=actor)
        if refusal := taken.refused.get(told.id):
            raise Refused(refusal)
        stored = rows.read(session, told.id)
        return PutContract(bool(taken.created), told.state if stored is None else stored.state)

    return await engine.write(write)


def _put(session: Session, facts: Iterable[ToldContract], /, *, actor: Actor) -> UpsertResult:
    taken, ended = telling.put(session, parts(facts), actor=actor)
    return UpsertResult(taken.created, taken.changed, ended, taken.refused)


CONTRACTS: RecordKind[ToldContract] = RecordKind(
    "contracts",
    import_rules.CONTRACTS,
    claim=lambda _: None,
    party=lambda contract: contract.account_id,
    put=_put,
)
