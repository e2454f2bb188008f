"""Use case of the operator's systems: tell what the end of a contract goes by."""

from dataclasses import asdict, dataclass
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from domain.audit import Actor
from services.engine import Engine
from services.errors import NotFound
from storage.contracts import identity_documents, rows, telling
from storage.database import Session


@dataclass(frozen=True, slots=True)
class EndFacts:
    """What the end of a contract goes by, and only the operator knows. None: there is none."""

    device_value_left_cents: int | None
    device_instalments_left_cents: int | None
    terms_changed_on: date | None
    document_replaced_on: date | None
    """When the identity document of the contract's user was replaced."""


async def tell_end_facts(
    engine: Engine, contract_id: UUID, facts: EndFacts, zone: ZoneInfo, *, actor: Actor
) -> None:
    """Replace what is known for the end of a contract, wherever it was started. Idempotent.

    A Mobiil-ID whose product says so ends when its user's identity document is replaced: at once,
    on the day, or as soon as it is in force.

    Raises NotFound.
    """

    def write(session: Session) -> None:
        contract = rows.lock(session, contract_id)
        if contract is None:
            raise NotFound
        telling.put_end_facts(session, contract, asdict(facts), actor=actor)
        if (told := rows.read(session, contract_id)) is not None:
            identity_documents.follow(session, told, zone, actor=actor)

    await engine.write(write)
