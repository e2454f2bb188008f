"""Read the activation code of an eSIM: by who may order one, and never without an event."""

from uuid import UUID

from domain.access.decisions import decide
from domain.audit import Actor, EventKind
from domain.inventory.secrets import ACTIVATION_CODE_PERMISSION
from runtime.secret_cipher import SecretCipher
from services.errors import NotFound
from storage.access import grant_queries
from storage.accounts import service_queries
from storage.audit import events
from storage.audit.events import NewEvent
from storage.database import Database, Session
from storage.inventory import secrets


def read_activation_code(
    database: Database, cipher: SecretCipher, service_id: UUID, person_id: UUID, *, actor: Actor
) -> str:
    """Return the activation code of the service's eSIM (GSMA SGP.22, 4.1), and record who read it.

    Raises NotFound where this person may not read it, or where none waits to be used;
    SecretUnreadable where this process does not have its key.
    """
    with database.transaction() as session:
        account_id = _account_where_allowed(session, service_id, person_id)
        found = secrets.activation_code(session.connection(), service_id)
        if found is None:
            raise NotFound
        code = cipher.open(found.sealed, str(found.place))
        event = NewEvent(
            EventKind.SERVICE_ACTIVATION_CODE_READ,
            subject_id=service_id,
            account_id=account_id,
            person_id=person_id,
        )
        events.append(session, [event], actor=actor)
    return code


def _account_where_allowed(session: Session, service_id: UUID, person_id: UUID) -> UUID:
    service = service_queries.service(session.connection(), service_id)
    if service is None:
        raise NotFound
    held = grant_queries.held(session.connection(), person_id, service.account_id)
    if not decide(ACTIVATION_CODE_PERMISSION, held, service_id).allowed:
        raise NotFound
    return service.account_id
