"""The published open-data file: written anew when the world has changed, kept until then."""

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from threading import Lock

from simulators.register.open_data import write_open_data
from simulators.register.simulation import Simulation

_KEPT_FILES = 3
"""Number of older versions kept on disk: a client may be in the middle of downloading one."""


@dataclass(frozen=True, slots=True)
class Published:
    """One version of the file, ready to be served."""

    path: Path
    etag: str
    modified: datetime


class Shelf:
    """Keeps the file of the current world, or a ``ready`` file that never changes."""

    def __init__(self, simulation: Simulation, ready: Path | None = None) -> None:
        self._simulation = simulation
        self._ready = ready
        self._folder = simulation.folder / "open-data"
        self._folder.mkdir(exist_ok=True)
        self._making = Lock()

    def current(self, share: float = 1.0) -> Published:
        """Return today's file; a ``share`` below 1 gives a valid zip that lacks companies.

        Blocks while the file is being written: seconds for a world of full size.
        """
        if self._ready is not None:
            at = self._ready.stat()
            modified = datetime.fromtimestamp(int(at.st_mtime), UTC)
            return Published(self._ready, f'"{at.st_mtime_ns:x}-{at.st_size:x}"', modified)
        with self._making:
            version = self._simulation.version + ("" if share == 1.0 else f"-{share:g}")
            modified = self._simulation.changed_at.replace(microsecond=0)
            path = self._folder / f"{version}.zip"
            if not path.exists():
                self._write(path, share)
            return Published(path, f'"{version}"', modified)

    def _write(self, path: Path, share: float) -> None:
        world = self._simulation.world
        enough = None if share == 1.0 else int(share * (world.invented + 1))
        write_open_data(path, islice(world.companies(), enough))
        by_age = sorted(self._folder.glob("*.zip"), key=os.path.getmtime)
        for old in by_age[:-_KEPT_FILES]:
            old.unlink()
