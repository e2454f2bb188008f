"""Queries about stuck items: pages, counts, one item, and the steps that it blocks."""

from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, text

from domain.ops.resolutions import Resolution, StuckState
from domain.ops.stuck_items import RecordedDecision, StuckItem, decision_of
from domain.ops.stuck_reasons import StuckKind, StuckReason
from domain.processes import ProcessType
from domain.provisioning.stuck_steps import Cause
from storage.audit import event_notes
from storage.audit.staff import name_of
from storage.id_prefix import IdPrefix, ids_with_prefix

_NAMES = {field.name for field in fields(StuckItem)}
_QUESTION = {"question_code", "question_detail"}


def columns(row: str) -> str:
    """The columns that ``item`` reads, of the row of ``stuck`` with this name."""
    own = (f"{row}.{name}" for name in sorted(_NAMES - {"note", "question"} | _QUESTION))
    note = event_notes.text_of(f"{row}.note_id")
    name = name_of(f"{row}.decision #>> '{{by,id}}'")
    return f"{', '.join(own)}, {note} AS note, {name} AS by_name"


ITEM = columns("stuck")
"""The columns that ``item`` reads, from the table ``stuck``."""
Place = tuple[datetime, UUID]
"""Where a page ended: the last item's ``since`` and id."""


def item(row: Row[Any]) -> StuckItem:
    """The item in a row that has the columns of ``ITEM``, and perhaps more."""
    kept = row.decision
    typed: dict[str, Any] = {
        "kind": StuckKind(row.kind),
        "state": StuckState(row.state),
        "process": ProcessType(row.process) if row.process else None,
        "code": StuckReason(row.code),
        "question": cause(row.question_code, row.question_detail),
        "allowed_decisions": tuple(map(decision_of, row.allowed_decisions)),
        "correctable_inputs": tuple(row.correctable_inputs),
        "decision": RecordedDecision.from_json(kept, row.by_name) if kept else None,
        "resolution": Resolution(row.resolution) if row.resolution else None,
    }
    return StuckItem(**{name: getattr(row, name) for name in _NAMES - typed.keys()}, **typed)


def cause(code: str | None, detail: str) -> Cause | None:
    """The cause in two columns; None where there is no code."""
    return Cause(StuckReason(code), detail) if code else None


@dataclass(frozen=True, slots=True)
class Filter:
    """Filter of the items that are not closed; None: any."""

    target: str | None = None
    code: StuckReason | None = None
    kind: StuckKind | None = None
    process: ProcessType | None = None
    account_id: UUID | None = None
    older_than: timedelta | None = None
    """Stuck for at least this long."""

    def named(self) -> dict[str, Any]:
        """The conditions that are set, by field."""
        return {name: value for name in _WHERE if (value := getattr(self, name)) is not None}

    def as_sql(self) -> tuple[str, dict[str, Any]]:
        """A condition on ``stuck``, and its parameters. Closed items never match."""
        named = self.named()
        return " AND ".join([OPEN, *(_WHERE[name] for name in named)]), named


OPEN = "state <> 'closed'"
_WHERE = {
    "target": "target = :target",
    "code": "code = :code",
    "kind": "kind = :kind",
    "process": "process = :process",
    "account_id": "account_id = :account_id",
    "older_than": "since <= statement_timestamp() - CAST(:older_than AS interval)",
}


def page(
    connection: Connection, which: Filter, *, after: Place | None, limit: int
) -> list[StuckItem]:
    """Up to ``limit`` items that follow ``after``; the item that is stuck longest comes first."""
    where, parameters = which.as_sql()
    if after is not None:
        where += " AND (since, id) > (:since, :id)"
        parameters |= {"since": after[0], "id": after[1]}
    statement = f"SELECT {ITEM} FROM stuck WHERE {where} ORDER BY since, id LIMIT :limit"
    return [item(row) for row in connection.execute(text(statement), parameters | {"limit": limit})]


@dataclass(frozen=True, slots=True)
class StuckGroup:
    """Items with the same target, reason and kind."""

    target: str | None
    code: StuckReason
    kind: StuckKind
    count: int
    undecided: int
    """Items among them without a decision."""
    oldest: datetime
    """Since when the oldest is stuck."""


def groups(connection: Connection, which: Filter) -> list[StuckGroup]:
    """Count items by target, reason and kind; the largest group comes first."""
    where, parameters = which.as_sql()
    statement = (
        "SELECT target, code, kind, count(*), count(*) FILTER (WHERE state = 'stuck'), min(since)"
        f" FROM stuck WHERE {where}"
        " GROUP BY target, code, kind ORDER BY count(*) DESC, min(since), target, code"
    )
    return [
        StuckGroup(target, StuckReason(code), StuckKind(kind), *counts)
        for target, code, kind, *counts in connection.execute(text(statement), parameters)
    ]


def read(connection: Connection, id_: UUID) -> StuckItem | None:
    """The item with this id, closed or not."""
    row = connection.execute(_READ, {"id": id_}).one_or_none()
    return item(row) if row is not None else None


_READ = text(f"SELECT {ITEM} FROM stuck WHERE id = :id")


def ids(connection: Connection, prefix: IdPrefix) -> list[UUID]:
    """Up to five items, closed or not, whose id begins so."""
    return ids_with_prefix(connection, "stuck", prefix)
