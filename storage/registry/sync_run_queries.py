"""Reading sync runs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
from sqlalchemy import Row, text

from domain.audit import Actor, ActorKind
from domain.reasons import Reason
from domain.registry.sync import (
    LOGIN_MARK,
    SyncCounts,
    SyncPreview,
    SyncSource,
    SyncState,
    SyncWait,
)
from storage.audit import event_notes
from storage.audit.staff import name_of
from storage.database import Connection, Session
from storage.id_prefix import IdPrefix, ids_with_prefix

Place = tuple[datetime, UUID]
"""Where a page ended: ``started_at`` and id of its last run."""


@dataclass(frozen=True, slots=True)
class RunCompany:
    """The company that a run of source ``company`` is about."""

    id: UUID
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class SyncRun:
    """A run as it is stored."""

    id: UUID
    source: SyncSource
    subject: str
    """The time or request that the run is for."""
    state: SyncState
    reason: Reason | None
    counts: SyncCounts
    preview: SyncPreview | None
    version: str | None
    companies: int | None
    decided_by: Actor | None
    """The member of staff who released or rejected it, since it was last held."""
    decided_at: datetime | None
    note: str | None
    """What they wrote; None: nobody decided, or it is erased."""
    started_at: datetime
    ended_at: datetime | None
    company: RunCompany | None = None
    """Of source ``company``; None: another source."""
    waits_until: datetime | None = None
    """When it continues, while the day's queries to the register are used up."""

    @property
    def is_by_login(self) -> bool:
        """Whether a login opened it."""
        return LOGIN_MARK in self.subject

    @property
    def waits_for(self) -> SyncWait | None:
        """What it waits for; None: nothing outside, or it has ended."""
        counts = self.counts
        if self.state is SyncState.HELD:
            return SyncWait.DECISION
        if self.state is not SyncState.RUNNING:
            return None
        if self.waits_until is not None:
            return SyncWait.QUERIES
        if counts.to_query is None:
            return SyncWait.SOURCE
        done = (counts.answered or 0) + (counts.unknown or 0)
        return SyncWait.REGISTER if done < counts.to_query else None


@dataclass(frozen=True, slots=True)
class RunToStart:
    """Start arguments of a run's workflow."""

    source: SyncSource
    subject: str


class FileVersion(NamedTuple):
    """A version of a register's file, by the server's name for it and by its bytes."""

    version: str
    sha256: str


_ID = "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}:"
"""A subject that begins with an id."""
_COLUMNS = f"""id, source, subject, state, reason, counts, preview, version, companies,
    decided_by, {name_of("decided_by")} AS by_name, {event_notes.text_of("note_id")} AS note,
    decided_at, started_at, ended_at,
    CASE WHEN waits_until > clock_timestamp() AND state = 'running' THEN waits_until END
        AS waits_until,
    (SELECT jsonb_build_array(c.id, c.code, c.name) FROM company c
        WHERE c.id = CASE WHEN source = 'company' AND subject ~ '{_ID}'
            THEN CAST(left(subject, 36) AS uuid) END) AS company"""

_RUNS = text(f"""
SELECT {_COLUMNS} FROM sync_run
WHERE (CAST(:source AS text) IS NULL OR source = :source)
  AND (CAST(:state AS text) IS NULL OR state = :state)
  AND (CAST(:moment AS timestamptz) IS NULL
       OR (started_at, id) < (CAST(:moment AS timestamptz), CAST(:id AS uuid)))
ORDER BY started_at DESC, id DESC LIMIT :limit
""")

_RUN = text(f"SELECT {_COLUMNS} FROM sync_run WHERE id = :id")
_RUN_ABOUT = text(f"""
SELECT {_COLUMNS} FROM sync_run WHERE source = :source AND subject = :subject
""")

_TO_START = text("SELECT source, subject FROM sync_run WHERE id = :id")

_LAST_FILE = text("""
SELECT version, sha256 FROM sync_run
WHERE source = 'file' AND state = 'finished' AND sha256 IS NOT NULL
ORDER BY started_at DESC LIMIT 1
""")

_REFERENCES = text("SELECT id, reference FROM account WHERE id = ANY(:ids)")


def _run(row: Row[Any]) -> SyncRun:
    return SyncRun(
        id=row.id,
        source=SyncSource(row.source),
        subject=row.subject,
        state=SyncState(row.state),
        reason=Reason.from_json(row.reason) if row.reason else None,
        counts=SyncCounts(**row.counts),
        preview=msgspec.convert(row.preview, SyncPreview | None),
        version=row.version,
        companies=row.companies,
        decided_by=Actor(ActorKind.OPS, row.decided_by, name=row.by_name)
        if row.decided_by
        else None,
        decided_at=row.decided_at,
        note=row.note,
        started_at=row.started_at,
        ended_at=row.ended_at,
        company=RunCompany(UUID(row.company[0]), *row.company[1:]) if row.company else None,
        waits_until=row.waits_until,
    )


def runs(
    connection: Connection,
    *,
    source: SyncSource | None = None,
    state: SyncState | None = None,
    before: Place | None = None,
    limit: int,
) -> list[SyncRun]:
    """Return up to ``limit`` runs that started before ``before``, newest first."""
    moment, id_ = before or (None, None)
    parameters = {"source": source, "state": state, "moment": moment, "id": id_, "limit": limit}
    return [_run(row) for row in connection.execute(_RUNS, parameters)]


def run(connection: Connection | Session, run_id: UUID) -> SyncRun | None:
    """Return a run; None: there is none."""
    row = connection.execute(_RUN, {"id": run_id}).one_or_none()
    return None if row is None else _run(row)


def run_about(connection: Connection, source: SyncSource, subject: str) -> SyncRun | None:
    """Return the run of a source about a subject; None: there is none."""
    row = connection.execute(_RUN_ABOUT, {"source": source, "subject": subject}).one_or_none()
    return None if row is None else _run(row)


def ids(connection: Connection, prefix: IdPrefix) -> list[UUID]:
    """Return up to five runs whose ids begin so."""
    return ids_with_prefix(connection, "sync_run", prefix)


def last_file(connection: Connection) -> FileVersion | None:
    """Return the file that the last finished run read; None: none was."""
    row = connection.execute(_LAST_FILE).one_or_none()
    return None if row is None else FileVersion(*row)


def account_references(connection: Connection, account_ids: Sequence[UUID]) -> dict[UUID, str]:
    """Return the customer number of each of these accounts that exists."""
    found = connection.execute(_REFERENCES, {"ids": list(account_ids)})
    return {row.id: row.reference for row in found}


def to_start(connection: Connection, run_id: UUID) -> RunToStart:
    """Return the start arguments of the run's workflow. The run must exist."""
    source, subject = connection.execute(_TO_START, {"id": run_id}).one()
    return RunToStart(SyncSource(source), subject)
