"""Full-size files for benchmarks and demonstrations, without a server."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from pathlib import Path

from simulators.register.cards import Company
from simulators.register.days import Happened, next_day
from simulators.register.drafts import AS_OF
from simulators.register.open_data import FILE_NAME, write_open_data
from simulators.register.world import World


@dataclass(frozen=True, slots=True)
class Written:
    """Outcome of writing a day's file."""

    path: Path
    companies: int
    rows: int
    bytes_json: int
    bytes_zip: int


def write_day(
    out: Path,
    companies: int,
    seed: int,
    *,
    day: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> Written:
    """Write the open-data zip of a world on its first day, or ``day`` days later.

    ``out`` is the file, or a folder that gets it under its real name. The same arguments give the
    same bytes. ``progress`` is called with companies written and companies in all.
    """
    world = world_on(companies, seed, day)
    path = out / FILE_NAME if out.is_dir() else out
    tell = None if progress is None else lambda done: progress(done, companies)
    counts = write_open_data(path, world.companies(), tell)
    return Written(path, counts.companies, counts.rows, counts.bytes_json, path.stat().st_size)


def world_on(companies: int, seed: int, day: int = 0) -> World:
    """Return the world ``day`` days after its first day."""
    world = World(companies, seed)
    for number in range(1, day + 1):
        _news_of(world, number)
    return world


def news_of(companies: int, seed: int, day: int = 1) -> list[Happened]:
    """Return the changes from the day before to ``day``, by company."""
    return _news_of(world_on(companies, seed, day - 1), day)


def registry_codes(companies: int, seed: int) -> Iterator[str]:
    """Yield the registry codes of a world's first day, without the canary's."""
    generator = World(companies, seed).generator
    return (generator.code_at(number) for number in range(companies - 1))


def first_companies(companies: int, seed: int, limit: int) -> list[Company]:
    """Return the first few companies of a world in full, personal codes included."""
    return list(islice(World(companies, seed).companies(), limit))


def _news_of(world: World, day: int) -> list[Happened]:
    return next_day(world, world.seed + day, AS_OF + timedelta(days=day))
