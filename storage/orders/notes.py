"""Table ``order_note``: notes to orders, which are only added."""

import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import text

from domain.orders.notes import NewNote
from storage.database import Session

_INSERT = text("""
INSERT INTO order_note (order_id, number, note_id, author, text, written_at)
SELECT :id, there.number + n.number, n.note_id, n.author, n.text, COALESCE(n.at, clock_timestamp())
FROM jsonb_to_recordset(CAST(:notes AS jsonb))
    AS n(number int, note_id text, author text, text text, at timestamptz),
    (SELECT COALESCE(max(number), 0) AS number FROM order_note WHERE order_id = :id) there
""")


def insert(session: Session, order_id: UUID, notes: Sequence[NewNote]) -> None:
    """Add notes to an order, after those that it has. The order is new, or its row is locked."""
    if notes:
        rows = [_row(number, note) for number, note in enumerate(notes, 1)]
        session.execute(_INSERT, {"id": order_id, "notes": json.dumps(rows)})


def _row(number: int, note: NewNote) -> dict[str, Any]:
    at = None if note.written_at is None else note.written_at.isoformat()
    named = {"note_id": note.id, "author": note.author, "text": note.text}
    return named | {"number": number, "at": at}
