"""Read a file of accounts or services and import it batch by batch; bad lines are rejected."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import BinaryIO, Generic

from cli.imports.record_reader import BadLine, Format, Values, read_lines
from cli.imports.record_types import R, RecordType
from domain.audit import Actor
from services.accounts.import_records import Import, RejectedLine, resolve_rejected
from storage.accounts import import_reading
from storage.accounts.import_reading import ImportReading
from storage.database import Database

BATCH = 1000
"""Lines of one transaction."""


@dataclass(slots=True)
class Tally:
    """Numbers of lines read, created, changed, unchanged and rejected, and grants ended so far."""

    read: int = 0
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    rejected: int = 0
    ended: int = 0


@dataclass(frozen=True)
class Source:
    """The file: its bytes, its format, and its name in rejected records."""

    stream: BinaryIO
    form: Format
    name: str
    size: int | None = None
    """Bytes; None: unknown."""


class Importer(Generic[R]):
    """One import of one file. Calls ``report`` for each rejected line."""

    def __init__(
        self,
        database: Database,
        kind: RecordType[R],
        source: Source,
        *,
        actor: Actor,
        report: Callable[[int, RejectedLine], None],
        dry_run: bool = False,
    ) -> None:
        self._import = Import(database, f"import:{kind.name}", source.name, actor, dry_run)
        self._kind = kind
        self._source = source
        self._report = report
        self._today = datetime.now(UTC).date()
        self.tally = Tally()
        self.endings = Counter[str]()
        """Numbers of grants that ended, by reason code."""

    def run(self) -> Iterator[Tally]:
        """Import the file, yielding the tally after each batch is committed.

        At the end, resolves lines that an earlier import rejected and this one did not. Raises
        WrongHeader before anything is imported.
        """
        kind, source = self._kind, self._source
        lines = read_lines(source.stream, source.form, kind.columns, kind.optional)
        with import_reading.reading(self._import.database) as reading:
            while batch := list(islice(lines, BATCH)):
                self._import_batch(batch, reading)
                yield self.tally
        resolve_rejected(self._import, began_at=reading.began_at)

    def _import_batch(
        self, batch: list[tuple[int, Values | BadLine]], reading: ImportReading
    ) -> None:
        good: dict[int, R] = {}
        bad: dict[int, RejectedLine] = {}
        for number, content in batch:
            try:
                good[number] = self._record(content)
            except BadLine as why:
                bad[number] = RejectedLine(why.code, why.detail)
        ids = {number: record.id for number, record in good.items()}
        for number, first in reading.duplicates(ids).items():
            del good[number]
            bad[number] = RejectedLine("duplicate", f"the same id as in line {first}")
        self.tally.read += len(batch)
        self._store(good, bad)

    def _record(self, content: Values | BadLine) -> R:
        if isinstance(content, BadLine):
            raise content
        return self._kind.parse(content, self._today)

    def _store(self, good: Mapping[int, R], bad: Mapping[int, RejectedLine]) -> None:
        result = self._kind.import_batch(self._import, good, bad)
        self.tally.created += result.created
        self.tally.changed += result.changed
        self.tally.unchanged += result.unchanged
        self.tally.rejected += len(result.rejected)
        self.tally.ended += result.ended.total()
        self.endings += result.ended
        for number, why in result.rejected.items():
            self._report(number, why)
