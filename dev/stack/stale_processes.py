"""Programs that a killed run left behind: written down when started, ended by the next run."""

import contextlib
import fcntl
import json
import signal
from collections.abc import Mapping
from pathlib import Path
from typing import IO

from dev.stack.os_processes import StartError, command_of, end


def locked(home: Path, way_out: str) -> IO[str]:
    """The lock of a stack's directory, held until it is closed; StartError while another has it."""
    lock = (home / "lock").open("a+")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        raise StartError(f"a stack runs from {home} already: stop it, or {way_out}") from None
    return lock


class PidFile:
    """The processes of one stack and what each runs."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def write(self, pids: Mapping[str, int]) -> None:
        """Remember these, and nothing else."""
        running = {name: [pid, command_of(pid)] for name, pid in pids.items()}
        half = self._file.with_suffix(".new")
        half.write_text(json.dumps(running))
        half.rename(self._file)

    def end_leftovers(self) -> list[str]:
        """End what is written there and still runs; the names of what was ended."""
        with contextlib.suppress(OSError, ValueError):
            return [
                name for name, kept in json.loads(self._file.read_text()).items() if _end(*kept)
            ]
        return []

    def clear(self) -> None:
        """Nothing runs any more."""
        self._file.unlink(missing_ok=True)


def _end(pid: int, command: str | None) -> bool:
    # The number may have gone to another program since; the same words in it say that it has not.
    return (
        command is not None
        and command_of(pid) == command
        and end(pid, signal.SIGTERM, signal.SIGKILL, grace=5)
    )
