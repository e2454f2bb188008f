"""Two days of the register's file in its real format; written once, kept for the next run."""

import sys
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from benchmarks.measuring import Size
from simulators.register.days import Happened, next_day
from simulators.register.drafts import AS_OF
from simulators.register.files import world_on
from simulators.register.open_data import write_open_data
from simulators.register.world import World

SEED = 1
NEXT_SEED = 2
"""Seed of the day's changes: the register simulator uses the same one."""
_UNSEEN = {"renamed", "founded"}
"""Changes that a customer's rows in the file do not show."""


@dataclass(frozen=True)
class TwoDays:
    """Both files, and the companies of today for which other people may act tomorrow."""

    today: Path
    tomorrow: Path
    changed: list[str]


def two_days(directory: Path, size: Size) -> TwoDays:
    """Write the files that are missing. At full size that takes two minutes, once."""
    directory.mkdir(parents=True, exist_ok=True)
    today = directory / f"register-{size.companies}.zip"
    tomorrow = directory / f"register-{size.companies}-{size.share:g}.zip"
    world = world_on(size.companies, SEED)
    _write(today, world)
    happened = _next_day(world, size.share)
    _write(tomorrow, world)
    changed = [each.code for each in happened if each.what not in _UNSEEN]
    return TwoDays(today, tomorrow, changed)


def _next_day(world: World, share: float) -> list[Happened]:
    return next_day(world, NEXT_SEED, AS_OF + timedelta(days=1), share=share)


def _write(path: Path, world: World) -> None:
    if not path.exists():
        sys.stderr.write(f"Writing {path.name}: a minute or so, once\n")
        write_open_data(path, world.companies())
