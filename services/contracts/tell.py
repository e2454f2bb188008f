"""Use case of the operator's systems: tell a contract that exists there."""

from dataclasses import replace

from domain.audit import Actor
from domain.identifiers import PersonKey
from services.engine import Engine
from services.errors import Refused
from storage.contracts import telling
from storage.contracts.telling import NotTellable, StartedHere, ToldContract
from storage.database import Session
from storage.parties import upsert


async def tell(engine: Engine, told: ToldContract, user: PersonKey | None, *, actor: Actor) -> bool:
    """Create or replace a contract; returns whether it is new. Idempotent.

    ``user``: whose contract it is, where that is not the account's owner. Raises Refused:
    ``contract_started_here``, ``contract_incomplete``.
    """

    def write(session: Session) -> bool:
        person_id = None if user is None else upsert.person_ids(session, [user])[user]
        return telling.put(session, replace(told, person_id=person_id), actor=actor)

    try:
        return await engine.write(write)
    except StartedHere:
        raise Refused("contract_started_here") from None
    except NotTellable:
        raise Refused("contract_incomplete") from None
