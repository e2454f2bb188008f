"""Programs that a killed run left behind: recorded when started, ended by the next run."""

import contextlib
import fcntl
import json
import signal
from collections.abc import Mapping
from pathlib import Path
from typing import IO

from dev.stack.os_processes import StartError, command_of, end


def locked(home: Path, way_out: str) -> IO[str]:
    """Lock a stack's directory until the returned file is closed. StartError while it is locked."""
    lock = (home / "lock").open("a+")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        raise StartError(f"a stack runs from {home} already: stop it, or {way_out}") from None
    return lock


class PidFile:
    """The file with the processes of one stack and the command of each."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def write(self, pids: Mapping[str, int]) -> None:
        """Record these processes in place of what was recorded before."""
        running = {name: [pid, command_of(pid)] for name, pid in pids.items()}
        half = self._file.with_suffix(".new")
        half.write_text(json.dumps(running))
        half.rename(self._file)

    def end_leftovers(self) -> list[str]:
        """End the recorded processes that still run; return their names."""
        with contextlib.suppress(OSError, ValueError):
            return [
                name for name, kept in json.loads(self._file.read_text()).items() if _end(*kept)
            ]
        return []

    def exists(self) -> bool:
        """Return whether a run recorded processes and did not clear them."""
        return self._file.exists()

    def clear(self) -> None:
        """Remove the file: nothing runs any more."""
        self._file.unlink(missing_ok=True)


def _end(pid: int, command: str | None) -> bool:
    # The pid may belong to another program since; an equal command line shows that it does not.
    return (
        command is not None
        and command_of(pid) == command
        and end(pid, signal.SIGTERM, signal.SIGKILL, grace=5)
    )
