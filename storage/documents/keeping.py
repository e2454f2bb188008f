"""How long documents are kept: after the end by kind, longer under a legal hold, then erased."""

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import text

from domain.audit import Actor, ActorKind, EventKind
from domain.documents.kinds import KEPT_FOR
from domain.reasons import Reason
from storage.audit import event_notes, events
from storage.audit.events import NewEvent
from storage.database import Session

RETENTION: Final = Actor(ActorKind.ENGINE, "retention")
ERASED: Final = Reason("retention_ended", "It was kept for as long as it had to be")
HELD: Final = Reason("legal_hold", "A legal claim needs it")
RELEASED: Final = Reason("legal_hold_ended", "No legal claim needs it any more")

_KEEP = text("""
UPDATE stored_document SET keep_until = CAST(:ended_at AS timestamptz) + :period
WHERE subject_id = :subject_id AND kind = :kind AND erased_at IS NULL
""")
_KEEP_ON = text("""
UPDATE stored_document SET keep_until = NULL
WHERE subject_id = :subject_id AND keep_until IS NOT NULL AND erased_at IS NULL
""")
_HOLD = text("""
UPDATE stored_document SET legal_hold = :hold
WHERE subject_id = :subject_id AND legal_hold <> :hold AND erased_at IS NULL
RETURNING id, account_id
""")
_ERASE = text("""
WITH due AS (
    SELECT id FROM stored_document
    WHERE keep_until < statement_timestamp() AND NOT legal_hold AND erased_at IS NULL
    ORDER BY keep_until LIMIT :most FOR UPDATE SKIP LOCKED
), emptied AS (
    DELETE FROM document_content c USING due WHERE c.document_id = due.id
)
UPDATE stored_document d SET erased_at = statement_timestamp() FROM due WHERE d.id = due.id
RETURNING d.id, d.account_id, d.kind, d.sha256
""")


def keep_from(session: Session, subject_id: UUID, ended_at: datetime) -> None:
    """Say when a contract ended: its documents are kept as long after it as their kinds say.

    From the moment, which is on one day in UTC and may be on the next one here. Idempotent; a later
    call with another moment counts instead.
    """
    for kind, period in KEPT_FOR.items():
        kept = {"subject_id": subject_id, "kind": kind, "ended_at": ended_at, "period": period}
        session.execute(_KEEP, kept)


def keep_on(session: Session, subject_id: UUID) -> None:
    """Say that a contract goes on whose end was taken back: its documents are kept. Idempotent."""
    session.execute(_KEEP_ON, {"subject_id": subject_id})


def set_legal_hold(
    session: Session, subject_id: UUID, *, hold: bool, actor: Actor, note: str = ""
) -> int:
    """Keep the documents of a contract whatever their time, or no longer; returns how many.

    One event for each document that changes, with the note: idempotent. The caller has locked the
    contract: no document of it is stored meanwhile.
    """
    found = session.execute(_HOLD, {"subject_id": subject_id, "hold": hold}).all()
    kind = EventKind.DOCUMENT_HELD if hold else EventKind.DOCUMENT_RELEASED
    reason = HELD if hold else RELEASED
    for row in found:
        event = NewEvent(kind, row.id, row.account_id, reason=reason)
        event_notes.append(session, event, note, actor=actor)
    return len(found)


def erase_due(session: Session, *, most: int = 100) -> int:
    """Erase the bytes of documents whose time is over, with an event each; returns how many.

    What is known of a document stays: its kind, digest and dates.
    """
    found = session.execute(_ERASE, {"most": most}).all()
    erased = [
        NewEvent(
            EventKind.DOCUMENT_ERASED,
            row.id,
            row.account_id,
            reason=ERASED,
            before={"kind": row.kind, "sha256": row.sha256},
        )
        for row in found
    ]
    events.append(session, erased, actor=RETENTION)
    return len(erased)
