"""A world with a clock, kept in a folder from which it continues after a restart."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from uuid import uuid4
from zoneinfo import ZoneInfo

import msgspec

from simulators.register.cards import Company, Pen
from simulators.register.days import Happened, next_day
from simulators.register.drafts import AS_OF
from simulators.register.world import Change, World

_TALLINN = ZoneInfo("Europe/Tallinn")


class OtherWorld(ValueError):
    """The folder keeps a world of another size or seed than the one asked for."""


@dataclass(frozen=True, slots=True)
class _Kept:
    companies: int
    seed: int
    name: str
    """Distinguishes this world's files from those of any other folder."""
    clock_days: int = 0


class Simulation:
    """The world of ``folder``: continued from what is there, or begun anew.

    Raises OtherWorld where the folder keeps another world.
    """

    def __init__(self, folder: Path, companies: int, seed: int) -> None:
        self.folder = folder
        self._state = folder / "world.json"
        self._journal = folder / "changes.ndjson"
        folder.mkdir(parents=True, exist_ok=True)
        self._kept = self._found(companies, seed)
        self.world = World(companies, seed)
        self.world.replay(self._changes())

    @property
    def version(self) -> str:
        """Version of the world: unique to it, and different after every change."""
        return f"{self._kept.name}-{self.world.revision:x}"

    @property
    def changed_at(self) -> datetime:
        """Time of the world's last change."""
        return self.world.changed_at or datetime.combine(AS_OF, time(10, 37, 59), UTC)

    @property
    def clock_days(self) -> int:
        return self._kept.clock_days

    def now(self) -> datetime:
        """The simulator's clock: the real time plus the days by which it was moved."""
        return datetime.now(UTC) + timedelta(days=self.clock_days)

    def today(self) -> date:
        """The day under which an entry made now is journaled."""
        return self.now().astimezone(_TALLINN).date()

    def set_clock(self, days: int) -> None:
        """Set the clock ``days`` ahead of the real time; not added to an earlier setting."""
        self._keep(replace(self._kept, clock_days=days))

    def pen(self, company: Company) -> Pen:
        """Return the pen that writes today's entry on the company's card."""
        return self.world.pen(company, self.today())

    def record(self, company: Company) -> None:
        """Store and journal the state of a company after its entry of today."""
        self._append([self.world.record(company, self.today(), self.now())])

    def next_day(self, seed: int, share: float) -> list[Happened]:
        """Invent a day's changes, all journaled under the clock's today. The clock is not moved."""
        news = next_day(self.world, seed, self.today(), at=self.now(), share=share)
        self._append([happened.change for happened in news])
        return news

    def _found(self, companies: int, seed: int) -> _Kept:
        if not self._state.exists():
            kept = _Kept(companies, seed, uuid4().hex[:8])
            self._keep(kept)
            return kept
        kept = msgspec.json.decode(self._state.read_bytes(), type=_Kept)
        if (kept.companies, kept.seed) != (companies, seed):
            raise OtherWorld(
                f"{self.folder} keeps a world of {kept.companies} companies and seed {kept.seed}; "
                f"asked for {companies} and {seed}. Give another folder, or empty this one"
            )
        return kept

    def _keep(self, kept: _Kept) -> None:
        self._kept = kept
        part = self._state.with_suffix(".part")
        part.write_bytes(msgspec.json.encode(kept))
        part.replace(self._state)

    def _changes(self) -> Iterator[Change]:
        if self._journal.exists():
            with self._journal.open("rb") as lines:
                yield from (msgspec.json.decode(line, type=Change) for line in lines)

    def _append(self, changes: list[Change]) -> None:
        with self._journal.open("ab") as journal:
            journal.writelines(msgspec.json.encode(change) + b"\n" for change in changes)
