"""Lines of one import file, staged in a temporary table: files are larger than memory."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from storage import database
from storage.accounts import import_rules
from storage.accounts.import_rules import Table
from storage.accounts.upserts import PART
from storage.database import Database, Session

_CREATE = text("""
CREATE TEMPORARY TABLE import_line (
    line bigint PRIMARY KEY, id uuid, claim text, party uuid, content jsonb,
    code text, detail text, other bigint, reported boolean NOT NULL DEFAULT false, batch bigint)
""")
_ADD = text("""
INSERT INTO import_line (line, id, claim, party, content, code, detail)
SELECT * FROM jsonb_to_recordset(CAST(:lines AS jsonb)) AS l(
    line bigint, id uuid, claim text, party uuid, content jsonb, code text, detail text)
""")
# Once all lines are there, for that is faster. Autovacuum analyses no temporary table.
_INDEX = [
    text("CREATE INDEX import_line_id ON import_line (id)"),
    text("CREATE INDEX import_line_claim ON import_line (claim) WHERE claim IS NOT NULL"),
    text("CREATE INDEX import_line_batch ON import_line (batch, id) WHERE code IS NULL"),
    text(
        "CREATE INDEX import_line_refused ON import_line (line)"
        " WHERE code IS NOT NULL AND NOT reported"
    ),
    text("ANALYZE import_line"),
]
_NEXT_BATCH = text("""
SELECT batch, count(*) FROM import_line WHERE batch > :done AND code IS NULL
GROUP BY batch ORDER BY batch LIMIT 1
""")
_READ = text("""
SELECT id, content FROM import_line
WHERE batch = :batch AND code IS NULL AND (CAST(:after AS uuid) IS NULL OR id > :after)
ORDER BY id LIMIT :limit
""")
_REFUSE = text("""
UPDATE import_line SET code = :code WHERE id = ANY(:ids) AND code IS NULL
""")
_REPORT = text("""
UPDATE import_line SET reported = true WHERE line IN (
    SELECT line FROM import_line WHERE code IS NOT NULL AND NOT reported ORDER BY line LIMIT :limit)
RETURNING line, code, COALESCE(detail, '') AS detail, other
""")


@dataclass(frozen=True, slots=True)
class ImportLine:
    """A line: what it says about which record, or why it cannot be used."""

    line: int
    id: UUID | None = None
    claim: str | None = None
    """What no other record may have: the reference, the number."""
    party: UUID | None = None
    """The account."""
    content: Mapping[str, str] | None = None
    """The line's columns."""
    code: str | None = None
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class RefusedLine:
    """A line that is not stored."""

    line: int
    code: str
    detail: str
    other: int | None
    """The line that it contradicts."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Lines that are stored in one transaction."""

    number: int
    lines: int


class ImportLines:
    """The lines of one file. Every method but ``read`` and ``report`` is its own transaction."""

    def __init__(self, session: Session, table: Table, began_at: datetime) -> None:
        self.session = session
        self.began_at = began_at
        self._table = table

    def add(self, lines: Sequence[ImportLine]) -> None:
        """Stage lines."""
        rows = json.dumps([asdict(line) for line in lines], default=str)
        with self.session.begin():
            self.session.execute(_ADD, {"lines": rows})

    def complete(self) -> None:
        """All lines are staged: refuse those that contradict each other, and plan the batches."""
        with self.session.begin():
            for statement in _INDEX:
                self.session.execute(statement)
            self.session.execute(import_rules.DUPLICATES)
        self.weigh(done=0)

    def weigh(self, *, done: int) -> None:
        """Refuse lines that cannot be stored, and plan the batches after ``done`` again."""
        after = {"done": done}
        with self.session.begin():
            if self._table.account:
                self.session.execute(import_rules.UNKNOWN_ACCOUNTS, after)
            if self._table.claim:
                self.session.execute(import_rules.taken(self._table), after)
            self.session.execute(import_rules.plan(self._table), after | {"size": PART})

    def next_batch(self, done: int) -> Batch | None:
        """The batch after ``done``; None: there is none."""
        with self.session.begin():
            found = self.session.execute(_NEXT_BATCH, {"done": done}).one_or_none()
        return None if found is None else Batch(*found)

    def refuse(self, ids: Sequence[UUID], code: str) -> None:
        """Refuse the lines of these records."""
        with self.session.begin():
            self.session.execute(_REFUSE, {"ids": list(ids), "code": code})

    def read(self, batch: Batch) -> Iterator[Mapping[str, str]]:
        """Read the columns of a batch's lines in the caller's transaction, by id."""
        after: UUID | None = None
        while True:
            page = {"batch": batch.number, "after": after, "limit": PART}
            rows = self.session.execute(_READ, page).all()
            yield from (row.content for row in rows)
            if len(rows) < PART:
                return
            after = rows[-1].id

    def report(self) -> Sequence[RefusedLine]:
        """The next refused lines not reported yet, by line, in the caller's transaction."""
        rows = self.session.execute(_REPORT, {"limit": PART})
        return sorted((RefusedLine(*row) for row in rows), key=lambda refused: refused.line)


@contextmanager
def staging(opened: Database, table: Table) -> Iterator[ImportLines]:
    """Stage lines in a temporary table of one connection, which nobody else sees."""
    with opened.own_connection() as session:
        with session.begin():
            began_at = database.now(session.connection())
            session.execute(_CREATE)
        yield ImportLines(session, table, began_at)
