"""Notices that are sent by SMS, and their processes."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text

from domain.audit import Actor
from domain.messages.notices import NoticeKind
from domain.numbers.sms_texts import Language
from domain.reasons import Reason
from storage.database import Connection, Session
from storage.messages.contact_queries import LANGUAGE, NUMBER, WANTS_SMS
from storage.processes import processes

_BLOCKED = """EXISTS (SELECT FROM number_block b WHERE b.kind = 'number'
    AND b.subject = reached.number AND b.until > clock_timestamp())"""
_TO_SEND = text(f"""
SELECT kind, language, number FROM (
    SELECT n.kind, {LANGUAGE} AS language, {NUMBER} AS number
    FROM notice n JOIN contact_settings c ON c.person_id = n.person_id
    WHERE n.id = :id AND n.read_at IS NULL AND {WANTS_SMS}
) reached
WHERE number IS NOT NULL AND NOT {_BLOCKED}
""")


@dataclass(frozen=True, slots=True)
class NoticeToSend:
    """A notice that its person wants by SMS."""

    kind: NoticeKind
    language: Language
    number: str
    """E.164."""


def to_send(session: Session, notice_id: UUID) -> NoticeToSend | None:
    """Read what is to be sent; None: nothing any more.

    The notice was read or deleted meanwhile, the person wants no SMS or has no number now, or the
    number is blocked.
    """
    row = session.execute(_TO_SEND, {"id": notice_id}).one_or_none()
    if row is None:
        return None
    return NoticeToSend(NoticeKind(row.kind), Language(row.language), row.number)


_TO_START = text("SELECT id FROM process WHERE id = :id")


def to_start(connection: Connection, notice_id: UUID) -> UUID:
    """Read what the workflow is started from. It must exist."""
    found: UUID = connection.execute(_TO_START, {"id": notice_id}).scalar_one()
    return found


_END = text(f"WITH sent AS (SELECT CAST(:id AS uuid) AS id) {processes.ended('sent')}")


def end(session: Session, notice_id: UUID) -> None:
    """End the process. Repeating changes nothing."""
    session.execute(_END, {"id": notice_id})


def close(session: Session, notice_id: UUID, why: Reason, actor: Actor) -> None:  # noqa: ARG001 # the notice is in the inbox, whatever becomes of its SMS
    """End the process without sending anything (more)."""
    end(session, notice_id)
