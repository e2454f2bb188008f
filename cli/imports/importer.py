"""Read a file of accounts, services or delegations, and import it; bad lines are rejected."""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import BinaryIO, Generic

from cli.imports.record_reader import BadLine, Format, Values, read_lines
from cli.imports.record_types import R, RecordType
from domain.audit import Actor
from services.accounts.import_file import FileImport, Import, ImportResult, importing
from services.accounts.import_records import RejectedLine
from storage.accounts.upserts import parts
from storage.database import Database


@dataclass(slots=True)
class Tally:
    """Numbers of lines read, created, changed, unchanged and rejected, and grants ended so far."""

    read: int = 0
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    rejected: int = 0
    ended: int = 0

    def take(self, result: ImportResult) -> None:
        """Take over the numbers of records and grants."""
        self.created, self.changed = result.created, result.changed
        self.unchanged, self.ended = result.unchanged, result.ended.total()


@dataclass(frozen=True)
class Source:
    """The file: its bytes, its format, and its name in rejected records."""

    stream: BinaryIO
    form: Format
    name: str
    size: int | None = None
    """Bytes; None: unknown."""


class Importer(Generic[R]):
    """One import of one file: ``read`` it, ``try_out`` what it would do, ``store`` it."""

    def __init__(self, running: FileImport[R], kind: RecordType[R], source: Source) -> None:
        self._running = running
        self._kind = kind
        self._source = source
        self.tally = Tally()

    def read(self) -> Iterator[Tally]:
        """Read and judge the whole file, yielding the tally now and then. Raises WrongHeader."""
        kind, source = self._kind, self._source
        columns = (kind.columns, kind.optional, kind.objects)
        lines = read_lines(source.stream, source.form, *columns)
        for batch in parts(lines):
            self._running.add({number: _readable(content) for number, content in batch})
            self.tally.read += len(batch)
            yield self.tally
        self._running.judge()

    def try_out(self) -> Counter[str]:
        """Show in the tally what storing the file would do; returns the endings by reason code."""
        ended = Counter[str]()
        for result in self._running.store(trial=True):
            self.tally.take(result)
            ended = result.ended
        return ended

    def store(self) -> Iterator[Tally]:
        """Store the file, yielding the tally after each batch is committed."""
        for result in self._running.store():
            self.tally.take(result)
            yield self.tally

    def rejected(self) -> Iterator[tuple[int, RejectedLine]]:
        """Lines that were rejected since the last call, each counted."""
        for number, why in self._running.rejected():
            self.tally.rejected += 1
            yield number, why

    def finish(self) -> None:
        """Resolve lines that an earlier import rejected and this one did not."""
        self._running.finish()


@contextmanager
def importer(
    database: Database, kind: RecordType[R], source: Source, *, actor: Actor, dry_run: bool
) -> Iterator[Importer[R]]:
    """Import a file. A dry run keeps no rejected records."""
    today = datetime.now(UTC).date()

    def parse(values: Mapping[str, str]) -> R | RejectedLine:
        try:
            return kind.parse(values, today)
        except BadLine as why:
            return RejectedLine(why.code, why.detail)

    asked = Import(kind.records, parse, source.name, actor, keeps_rejected=not dry_run)
    with importing(database, asked) as running:
        yield Importer(running, kind, source)


def _readable(content: Values | BadLine) -> Values | RejectedLine:
    return RejectedLine(content.code, content.detail) if isinstance(content, BadLine) else content
