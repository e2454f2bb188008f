"""Changes orders that have been placed, as far as they still can be."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import text

from domain.audit import Actor, EventKind
from domain.orders.amendments import Amendable, Amendment, OrderFacts, check
from domain.orders.notes import NewNote
from domain.orders.states import OrderState
from domain.reasons import Reason
from storage.audit import events
from storage.audit.events import NewEvent
from storage.database import Session
from storage.orders import ending
from storage.orders import notes as notes_table

AMENDED = Reason("order_amended", "The program that placed it changed it")

_MOST_NOTES = 200
_LOCK = text("""
SELECT account_id, state, began_at IS NOT NULL AS has_begun, confirm, expected_at, given,
    clock_timestamp() AS now, make_interval(secs => expected_seconds) AS takes,
    requested_start_at, requested_completion_at
FROM service_order WHERE id = :id FOR UPDATE
""")
_NOTES = text("""
SELECT COALESCE(note_id, CAST(number AS text)) AS id, author, text FROM order_note
WHERE order_id = :id ORDER BY number
""")
# The client's start moves when it is expected to be completed, until it begins.
_CHANGE = """
UPDATE service_order SET {values}given = CAST(:given AS jsonb), version = version + 1,
    updated_at = clock_timestamp()
WHERE id = :id
"""
_EXPECT = text("""
UPDATE service_order SET expected_at = GREATEST(clock_timestamp(), requested_start_at)
    + make_interval(secs => expected_seconds)
WHERE id = :id AND began_at IS NULL
""")


class NoteRefused(Exception):
    """A note that is there would be changed, or there would be too many."""


def amend(session: Session, order_id: UUID, amendment: Amendment, actor: Actor) -> None:
    """Change an order; it begins if it waited for a time that has come. Idempotent.

    It is cancelled instead where whoever ordered it may not do so any more.
    Raises NotAmendable or NoteRefused, and LookupError where there is no such order.
    """
    found = session.execute(_LOCK, {"id": order_id}).one_or_none()
    if found is None:
        raise LookupError
    check(
        amendment,
        OrderFacts(
            is_final=OrderState(found.state).is_final,
            has_begun=found.has_begun,
            needs_confirmation=found.confirm != "nothing",
            now=found.now,
            expected_at=found.expected_at,
            takes=found.takes,
            start=found.requested_start_at,
            completion=found.requested_completion_at,
        ),
    )
    _change(session, order_id, amendment, dict(found.given))
    added = _add_notes(session, order_id, amendment.notes)
    parts = [*(each.value for each in amendment.values), *amendment.document]
    _note_event(session, order_id, found.account_id, [*parts, *(["note"] if added else [])], actor)
    if Amendable.REQUESTED_START in amendment.values:
        session.execute(_EXPECT, {"id": order_id})
        ending.begin(session, order_id, actor)


def _change(
    session: Session, order_id: UUID, amendment: Amendment, document: dict[str, Any]
) -> None:
    if not amendment.values and not amendment.document:
        return
    document |= amendment.document
    kept = {name: value for name, value in document.items() if value is not None}
    columns = [f"{part} = :{part}, " for part in Amendable if part in amendment.values]
    statement = text(_CHANGE.format(values="".join(columns)))
    values = {part.value: value for part, value in amendment.values.items()}
    session.execute(statement, values | {"id": order_id, "given": json.dumps(kept)})


def _add_notes(session: Session, order_id: UUID, notes: Sequence[NewNote]) -> bool:
    rows = session.execute(_NOTES, {"id": order_id}).all() if notes else []
    there = {row.id: (row.author, row.text) for row in rows}
    new = list(_new(notes, there))
    if len(rows) + len(new) > _MOST_NOTES:
        raise NoteRefused
    notes_table.insert(session, order_id, new)
    return bool(new)


def _new(notes: Sequence[NewNote], there: Mapping[str, tuple[str, str]]) -> Iterator[NewNote]:
    """Return the notes that are not there; whoever sends what they read sends those too."""
    for note in dict.fromkeys(notes):
        content = note.author, note.text
        if note.id is not None and there.get(note.id, content) != content:
            raise NoteRefused
        if note.id not in there and not (note.id is None and content in there.values()):
            yield note


def _note_event(
    session: Session, order_id: UUID, account_id: UUID | None, parts: list[str], actor: Actor
) -> None:
    if not parts:
        return
    event = NewEvent(
        EventKind.ORDER_AMENDED,
        subject_id=order_id,
        account_id=account_id,
        reason=AMENDED,
        after={"parts": sorted(parts)},
    )
    events.append(session, [event], actor=actor)
