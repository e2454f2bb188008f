"""Taking a file of accounts or services in: batch by batch, bad lines aside, nothing twice."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import BinaryIO, Generic

from sqlalchemy import text
from sqlalchemy.exc import DataError, IntegrityError

from cli.imports.record_reader import BadLine, Format, Values, read_lines
from cli.imports.record_types import F, Kind
from cli.imports.seen_ids import MetIds
from domain.audit import Actor
from domain.registry.register import Defect
from storage.accounts.accounts import Put
from storage.database import Database, Session
from storage.registry.unusable_records import set_aside

BATCH = 1000
"""Lines taken in with one transaction."""


@dataclass(slots=True)
class Tally:
    """What became of the lines so far."""

    read: int = 0
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    set_aside: int = 0


@dataclass(frozen=True)
class Source:
    """The file: its bytes, how they are to be read, and its name in what is set aside."""

    stream: BinaryIO
    form: Format
    name: str
    size: int | None = None
    """Bytes, where it is known."""


_REFUSALS = {
    "reference_taken": "another account has this reference",
    "account_unknown": "there is no such account: import the accounts first",
    "number_taken": "another active service has this number",
}

# Lines of this very file only: what follows its name is a line number and nothing else.
_RESOLVE = text("""
UPDATE record_aside SET resolved_at = now()
WHERE source = :source AND resolved_at IS NULL AND last_seen_at < :began
  AND starts_with(key, :prefix) AND substr(key, length(:prefix) + 1) ~ '^[0-9]+$'
""")


class Intake(Generic[F]):
    """One reading of one file. ``report`` hears of each line that was set aside."""

    def __init__(
        self,
        database: Database,
        kind: Kind[F],
        source: Source,
        *,
        actor: Actor,
        report: Callable[[int, BadLine], None],
        dry_run: bool = False,
    ) -> None:
        self._database = database
        self._kind = kind
        self._source = source
        self._aside = f"import:{kind.name}"
        self._actor = actor
        self._report = report
        self._dry_run = dry_run
        self._today = datetime.now(UTC).date()
        self.tally = Tally()

    def take_in(self) -> Iterator[Tally]:
        """Take the file in, telling the tally after each batch; committed until then is kept.

        At the end, lines set aside by an earlier reading that are good now, or gone, are
        resolved. A dry run undoes each batch: what one would make, the next does not see.
        Raises WrongHeader before anything is taken in.
        """
        kind, source = self._kind, self._source
        lines = read_lines(source.stream, source.form, kind.columns, kind.spare)
        with self._database.reading() as connection, MetIds(connection) as met:
            began = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
            while batch := list(islice(lines, BATCH)):
                self._take(batch, met)
                yield self.tally
        if not self._dry_run:
            self._resolve(began)

    def _take(self, batch: list[tuple[int, Values | BadLine]], met: MetIds) -> None:
        good: dict[int, F] = {}
        bad: dict[int, BadLine] = {}
        for number, content in batch:
            try:
                good[number] = self._facts(content)
            except BadLine as why:
                bad[number] = why
        for number, first in met.again({n: facts.id for n, facts in good.items()}).items():
            del good[number]
            bad[number] = BadLine("duplicate", f"the same id as in line {first}")
        self.tally.read += len(batch)
        self._store(good, bad)

    def _facts(self, content: Values | BadLine) -> F:
        if isinstance(content, BadLine):
            raise content
        return self._kind.facts(content, self._today)

    def _store(self, good: Mapping[int, F], bad: Mapping[int, BadLine]) -> None:
        """In one transaction; where the database objects to a line, each line in its own."""
        try:
            self._store_together(good, bad)
        except (DataError, IntegrityError):
            if len(good) > 1:
                for number, facts in good.items():
                    self._store({number: facts}, {})
                self._store({}, bad)
            else:
                refused = dict.fromkeys(good, BadLine("refused_by_database"))
                self._store_together({}, {**bad, **refused})

    def _store_together(self, good: Mapping[int, F], bad: Mapping[int, BadLine]) -> None:
        opening = self._database.trial if self._dry_run else self._database.transaction
        with opening() as session:
            put = self._kind.put(session, list(good.values()), actor=self._actor)
            numbers = {facts.id: number for number, facts in good.items()}
            refused = {numbers[id_]: _refusal(code) for id_, code in put.refused.items()}
            aside = dict(sorted({**bad, **refused}.items()))
            self._set_aside(session, aside)
        self._count(put, len(good), aside)

    def _set_aside(self, session: Session, aside: Mapping[int, BadLine]) -> None:
        for number, why in aside.items():
            defect = Defect(f"{self._source.name}:{number}", why.code, why.detail)
            set_aside(session, self._aside, defect)

    def _count(self, put: Put, good: int, aside: Mapping[int, BadLine]) -> None:
        created, changed = len(put.created), len(put.changed)
        self.tally.created += created
        self.tally.changed += changed
        self.tally.unchanged += good - len(put.refused) - created - changed
        self.tally.set_aside += len(aside)
        for number, why in aside.items():
            self._report(number, why)

    def _resolve(self, began: datetime) -> None:
        with self._database.transaction() as session:
            session.execute(
                _RESOLVE,
                {"source": self._aside, "prefix": f"{self._source.name}:", "began": began},
            )


def _refusal(code: str) -> BadLine:
    return BadLine(code, _REFUSALS.get(code, ""))
