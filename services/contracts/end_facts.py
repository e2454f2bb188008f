"""Use case of the operator's systems: tell what the end of a contract goes by."""

from dataclasses import asdict, dataclass
from datetime import date
from uuid import UUID

from domain.audit import Actor
from services.engine import Engine
from services.errors import NotFound
from storage.contracts import rows, telling
from storage.database import Session


@dataclass(frozen=True, slots=True)
class EndFacts:
    """What the end of a contract goes by, and only the operator knows. None: there is none."""

    device_value_left_cents: int | None
    device_instalments_left_cents: int | None
    terms_changed_on: date | None


async def tell_end_facts(
    engine: Engine, contract_id: UUID, facts: EndFacts, *, actor: Actor
) -> None:
    """Replace what is known for the end of a contract, wherever it was started. Idempotent.

    Raises NotFound.
    """

    def write(session: Session) -> None:
        contract = rows.lock(session, contract_id)
        if contract is None:
            raise NotFound
        telling.put_end_facts(session, contract, asdict(facts), actor=actor)

    await engine.write(write)
