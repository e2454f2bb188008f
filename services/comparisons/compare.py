"""Use case of cutting over: compare who has access by the old system and by Volitus.

Changes nothing: all of it runs in transactions in which PostgreSQL refuses to write. That somebody
in operations compared is an event, with how much, before anything is shown.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from domain.audit import Actor, EventKind
from domain.comparisons.old_access import OldAccess
from services.comparisons.reasons import Difference, explained
from storage.audit import events
from storage.audit.events import NewEvent
from storage.comparisons import differences, old_access
from storage.comparisons.differences import ComparisonSize
from storage.database import Database, Session


class Comparison:
    """One comparison of one file: ``add`` all lines, then ``run``, and read ``differences``."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, lines: Mapping[int, OldAccess]) -> None:
        """Stage lines, by number."""
        old_access.add(self._session, lines)

    @contextmanager
    def run(
        self, database: Database, *, lines: int, every_account: bool, actor: Actor
    ) -> Iterator[ComparisonSize]:
        """Compare, record who did, and yield the counts; ``differences`` are read within.

        ``lines``: that were staged. ``every_account``: see ``storage.comparisons.differences``.
        """
        with old_access.at_one_moment(self._session):
            size = differences.compare(self._session, every_account=every_account)
            _record(database, size, lines, actor)
            yield size

    def differences(self) -> Iterator[Difference]:
        """Yield what is not the same, with reasons: only old, different, only in Volitus."""
        for page in differences.pages(self._session):
            yield from explained(self._session, page)


@contextmanager
def comparing(database: Database) -> Iterator[Comparison]:
    """Compare one file, over one connection."""
    with old_access.staging(database) as session:
        yield Comparison(session)


def _record(database: Database, size: ComparisonSize, lines: int, actor: Actor) -> None:
    counts = {finding.value: number for finding, number in size.findings.items()}
    after = {"lines": lines, "accounts": size.accounts, "people": size.people} | counts
    with database.transaction() as session:
        events.append(session, [NewEvent(EventKind.ACCESS_COMPARED, after=after)], actor=actor)
