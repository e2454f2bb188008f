"""Import accounts, services or delegations from a file: checked as a whole, stored batch by batch.

The order of lines does not matter, so a file may swap numbers and references or move them to other
records. Lines that cannot be stored are kept as rejected records until a later import of the file
accepts them or no longer contains them. See decision 0021.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Generic
from uuid import UUID

from domain.audit import Actor
from domain.registry.register import Defect
from services.accounts.import_records import R, RecordKind, RejectedLine, rejection
from storage.accounts import import_lines, upserts
from storage.accounts.import_lines import Batch, ImportLine, ImportLines
from storage.database import NOT_STORABLE, Database, unless_deadlocked
from storage.registry import rejected_records

# How often the rest of a file is checked again after other writers changed what it relied on.
_PATIENCE = 5


@dataclass(frozen=True, slots=True)
class Import(Generic[R]):
    """What is imported, and by whom."""

    kind: RecordKind[R]
    parse: Callable[[Mapping[str, str]], R | RejectedLine]
    """Parses the columns of a line."""
    file: str
    """Name of the file in rejected records."""
    actor: Actor
    keeps_rejected: bool = True
    """Whether rejected lines are kept as rejected records."""

    @property
    def source(self) -> str:
        """Source of its rejected records."""
        return f"import:{self.kind.name}"


@dataclass(frozen=True, slots=True)
class ImportResult:
    """Numbers of records created, changed and unchanged, and of grants ended, by reason code."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    ended: Counter[str] = field(default_factory=Counter)

    def __add__(self, other: "ImportResult") -> "ImportResult":
        return ImportResult(
            self.created + other.created,
            self.changed + other.changed,
            self.unchanged + other.unchanged,
            self.ended + other.ended,
        )


class FileImport(Generic[R]):
    """One import of one file: ``add`` all lines, ``judge``, then ``store``; ``finish`` at the end.

    Every call is made of transactions of its own.
    """

    def __init__(self, asked: Import[R], lines: ImportLines) -> None:
        self._asked = asked
        self._lines = lines

    def add(self, lines: Mapping[int, Mapping[str, str] | RejectedLine]) -> None:
        """Stage lines, by number: the columns of each, or why it cannot be read."""
        self._lines.add([self._line(number, content) for number, content in lines.items()])

    def judge(self) -> None:
        """All lines are staged: reject those that cannot be stored."""
        self._lines.complete()

    def store(self, *, trial: bool = False) -> Iterator[ImportResult]:
        """Store every line that is not rejected, yielding the result so far after each batch.

        A trial rolls each batch back. Batches do not depend on each other, so it shows what
        storing the file would do, and locks little for long.
        """
        done, total, patience = 0, ImportResult(), _PATIENCE
        while (batch := self._lines.next_batch(done)) is not None:
            try:
                result = unless_deadlocked(partial(self._store, batch, trial=trial))
            except NOT_STORABLE:
                if trial:  # what was stored before is not: from the start
                    done, total = 0, ImportResult()
                if not self._refuse_singly(batch):
                    patience -= 1
                    if patience < 0:
                        raise
                self._lines.weigh(done=done)
            else:
                done, total = batch.number, total + result
                yield total

    def rejected(self) -> Iterator[tuple[int, RejectedLine]]:
        """Keep and return lines that were rejected since the last call, by number."""
        while reported := self._report():
            yield from reported.items()

    def _report(self) -> Mapping[int, RejectedLine]:
        asked = self._asked
        with self._lines.session.begin():
            reported = {line.line: rejection(line) for line in self._lines.report()}
            if asked.keeps_rejected:
                defects = [
                    Defect(f"{asked.file}:{line}", why.code, why.detail)
                    for line, why in reported.items()
                ]
                rejected_records.reject_lines(self._lines.session, asked.source, defects)
        return reported

    def finish(self) -> None:
        """Resolve lines that an earlier import rejected and this one did not."""
        asked, began_at = self._asked, self._lines.began_at
        with self._lines.session.begin():
            session = self._lines.session
            rejected_records.resolve_lines(session, asked.source, asked.file, began_at=began_at)

    def _line(self, number: int, content: Mapping[str, str] | RejectedLine) -> ImportLine:
        if isinstance(content, RejectedLine):
            return ImportLine(number, code=content.code, detail=content.detail)
        record = self._asked.parse(content)
        if isinstance(record, RejectedLine):
            return ImportLine(number, code=record.code, detail=record.detail)
        kind = self._asked.kind
        return ImportLine(number, record.id, kind.claim(record), kind.party(record), content)

    def _records(self, batch: Batch) -> Iterator[R]:
        for content in self._lines.read(batch):
            record = self._asked.parse(content)
            if not isinstance(record, RejectedLine):  # which it was not before
                yield record

    def _store(self, batch: Batch, *, trial: bool) -> ImportResult:
        asked, session = self._asked, self._lines.session
        with session.begin() as transaction:
            upserts.defer_uniqueness(session)
            result = asked.kind.put(session, self._records(batch), actor=asked.actor)
            upserts.check_uniqueness(session)
            if trial:
                transaction.rollback()
        self._refuse(result.refused)
        created, changed = len(result.created), len(result.changed)
        unchanged = batch.lines - created - changed - len(result.refused)
        ended = Counter(str(change.reason["code"]) for change in result.ended)
        return ImportResult(created, changed, unchanged, ended)

    def _refuse(self, refused: Mapping[UUID, str]) -> None:
        """Reject the lines of records that their rules refuse, each with its code."""
        for code in sorted(set(refused.values())):
            self._lines.refuse([id_ for id_, why in refused.items() if why == code], code)

    def _refuse_singly(self, batch: Batch) -> int:
        """Reject the lines that the database refuses by themselves; returns their number."""
        refused = unless_deadlocked(lambda: self._refused_singly(batch))
        self._lines.refuse(refused, "refused_by_database")
        return len(refused)

    def _refused_singly(self, batch: Batch) -> list[UUID]:
        asked, session, refused = self._asked, self._lines.session, list[UUID]()
        with session.begin() as transaction:
            upserts.defer_uniqueness(session)
            for record in self._records(batch):
                try:
                    with session.begin_nested():
                        asked.kind.put(session, [record], actor=asked.actor)
                except NOT_STORABLE:
                    refused.append(record.id)
            transaction.rollback()
        return refused


@contextmanager
def importing(database: Database, asked: Import[R]) -> Iterator[FileImport[R]]:
    """Import a file, over one connection."""
    with import_lines.staging(database, asked.kind.table) as lines:
        yield FileImport(asked, lines)
