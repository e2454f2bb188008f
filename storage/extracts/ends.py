"""End an extract: its row, its operation, its files and its event, in one transaction."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text

from domain import retention
from domain.audit import Actor, ActorKind, EventKind
from domain.call_details.extracts import ExtractFault, ExtractState, FileFormat, why
from domain.reasons import Reason
from storage.audit import event_notes
from storage.audit.events import NewEvent
from storage.database import Session
from storage.extracts import places, rows
from storage.extracts.rows import StoredExtract
from storage.requests import operations

ENGINE = Actor(ActorKind.ENGINE, "usage_extract")
_END = text("""
UPDATE extract SET state = :state, fault = :fault, cursor = NULL, waits_since = NULL,
    made_at = CASE WHEN :state = 'ready' THEN clock_timestamp() END,
    kept_until = CASE WHEN :state = 'ready' THEN clock_timestamp() + :kept_for END
WHERE id = :id
""")
_KEEP_PDF = text("""
UPDATE extract SET pdf_size = :size
WHERE id = :id AND state = 'making' AND is_read AND pdf_size IS NULL RETURNING id
""")
_FAULT = text("UPDATE extract SET fault = :fault WHERE id = :id AND state = 'making'")
_DROP = text("DELETE FROM extract_chunk WHERE extract_id = :id")
_FORGET = text("DELETE FROM extract WHERE id = :id")


def keep_pdf(session: Session, extract_id: UUID, content: Iterable[bytes], size: int) -> None:
    """Keep the PDF of an extract whose CSV is whole, once however often it is called."""
    if session.execute(_KEEP_PDF, {"id": extract_id, "size": size}).one_or_none() is not None:
        for number, chunk in enumerate(content):
            places.keep(session, extract_id, FileFormat.PDF, number, chunk)


def has_no_pdf(session: Session, extract_id: UUID, fault: ExtractFault) -> None:
    """Record why an extract in the making will have no PDF. Idempotent."""
    session.execute(_FAULT, {"id": extract_id, "fault": fault})


def ready(session: Session, extract_id: UUID) -> None:
    """End an extract whose files are made. Repeating, or one that has ended, changes nothing."""
    extract = rows.lock(session, extract_id)
    if extract is None or not extract.is_open:
        return
    _end(session, extract, ExtractState.READY, extract.fault, kept_for=retention.EXTRACT)
    counts = {"rows": extract.rows, "rejected": extract.rejected}
    operations.succeeded(session, extract_id, counts)
    told = counts if extract.tells_count else None
    _record(session, extract, EventKind.EXTRACT_MADE, None, told, actor=ENGINE)


def fail(session: Session, extract_id: UUID, fault: ExtractFault) -> None:
    """End an extract that could not be made. Repeating, or one that has ended, changes nothing."""
    extract = rows.lock(session, extract_id)
    if extract is None or not extract.is_open:
        return
    reason = why(fault)
    _end(session, extract, ExtractState.FAILED, fault)
    operations.failed(session, extract_id, reason)
    _record(session, extract, EventKind.EXTRACT_FAILED, reason, actor=ENGINE)


def cancel(session: Session, extract_id: UUID, *, actor: Actor, note: str = "") -> bool:
    """End an extract in the making; what it has read is deleted. Returns whether it is cancelled.

    False: it has ended otherwise. Repeating changes nothing. ``note``: what operations wrote.
    """
    extract = rows.lock(session, extract_id)
    if extract is None or not extract.is_open:
        return extract is not None and extract.state is ExtractState.CANCELLED
    reason = why(ExtractFault.CANCELLED)
    _end(session, extract, ExtractState.CANCELLED, ExtractFault.CANCELLED)
    operations.cancelled(session, extract_id, reason)
    _record(session, extract, EventKind.EXTRACT_CANCELLED, reason, actor=actor, note=note)
    return True


def close(session: Session, extract_id: UUID, reason: Reason, actor: Actor) -> None:  # noqa: ARG001 # its own reason says it
    """End the process of an extract as operations decided. Repeating changes nothing."""
    cancel(session, extract_id, actor=actor)


def delete(session: Session, extract_id: UUID, *, actor: Actor) -> bool:
    """Delete an extract that has ended, with its files. Returns False where it has not."""
    extract = rows.lock(session, extract_id)
    if extract is None:
        return True
    if extract.is_open:
        return False
    session.execute(_FORGET, {"id": extract_id})
    _record(session, extract, EventKind.EXTRACT_DELETED, None, actor=actor)
    return True


def downloaded(session: Session, extract: StoredExtract, file: FileFormat, *, actor: Actor) -> None:
    """Record that a file of an extract is handed over."""
    facts: dict[str, Any] = {"format": file.value, "level": extract.terms.level.value}
    if extract.tells_count:
        facts["rows"] = extract.rows
    _record(session, extract, EventKind.EXTRACT_DOWNLOADED, None, facts, actor=actor)


def _end(
    session: Session,
    extract: StoredExtract,
    state: ExtractState,
    fault: ExtractFault | None,
    *,
    kept_for: timedelta = timedelta(),
) -> None:
    asked = {"id": extract.id, "state": state, "fault": fault, "kept_for": kept_for}
    session.execute(_END, asked)
    if state is not ExtractState.READY:
        session.execute(_DROP, {"id": extract.id})


def _record(
    session: Session,
    extract: StoredExtract,
    kind: EventKind,
    reason: Reason | None,
    facts: dict[str, Any] | None = None,
    *,
    actor: Actor,
    note: str = "",
) -> None:
    event = NewEvent(
        kind,
        subject_id=extract.id,
        account_id=extract.account_id,
        person_id=extract.person_id,
        reason=reason,
        after=facts,
    )
    event_notes.append(session, event, note, actor=actor)
