"""Writing history: lines are added with the change they tell of, in the same transaction."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

from domain.audit import Actor, EventKind
from domain.reasons import Reason


@dataclass(frozen=True, slots=True)
class NewEvent:
    """One event to be written. Ids only; see storage.history.EventRow."""

    kind: EventKind
    subject_id: UUID | None = None
    account_id: UUID | None = None
    company_id: UUID | None = None
    person_id: UUID | None = None
    reason: Reason | None = None
    before: dict[str, Any] | None = None
    after: dict[str, Any] | None = None

    def as_json(self) -> dict[str, Any]:
        """The columns of the event table that this line fills."""
        ids = {"subject_id", "account_id", "company_id", "person_id"}
        row: dict[str, Any] = {
            name: str(value) for name in sorted(ids) if (value := getattr(self, name)) is not None
        }
        row["kind"] = self.kind.value
        row["reason"] = self.reason.as_json() if self.reason else None
        return row | {"before": self.before, "after": self.after}


_APPEND = text("""
INSERT INTO event (at, kind, actor, subject_id, account_id, company_id, person_id,
                   reason, before, after)
SELECT :at, l.kind, CAST(:actor AS jsonb), l.subject_id, l.account_id, l.company_id, l.person_id,
       NULLIF(l.reason, 'null'), NULLIF(l.before, 'null'), NULLIF(l.after, 'null')
FROM jsonb_to_recordset(CAST(:lines AS jsonb)) AS l(
    kind text, subject_id uuid, account_id uuid, company_id uuid, person_id uuid,
    reason jsonb, before jsonb, after jsonb)
""")


def append(session: Session, lines: Iterable[NewEvent], *, actor: Actor, at: datetime) -> None:
    """Add these lines to the history, in this order, as part of the caller's transaction."""
    rows = [line.as_json() for line in lines]
    if rows:
        session.execute(
            _APPEND,
            {"at": at, "actor": json.dumps(actor.as_json()), "lines": json.dumps(rows)},
        )


def now(session: Session) -> datetime:
    """The database's clock at this very moment (not at the transaction's start).

    Read after locks are held, so that what commits later also has the later time.
    """
    moment: datetime = session.execute(text("SELECT clock_timestamp()")).scalar_one()
    return moment
