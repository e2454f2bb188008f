"""Programs that a killed run left behind: written down when started, ended by the next run."""

import contextlib
import json
import signal
from collections.abc import Mapping
from pathlib import Path

from dev.processes import command_of, end


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
