"""A program that runs beside us: started, watched until it is ready, stopped, killed, restarted."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlsplit

from dev.stack.os_processes import StartError, die_with_parent

_LAST_LINES = 15


@dataclass(frozen=True)
class Program:
    """A program to run: command, environment, readiness check and log file."""

    name: str
    command: Sequence[str]
    log_file: Path
    ready: Callable[[], bool] = field(default=lambda: True)
    environment: Mapping[str, str] = field(default_factory=dict)


class RunningProgram:
    """A program and its process; its whole process group ends together.

    Start it in the main thread: the process ends with the thread that started it.
    """

    def __init__(self, program: Program) -> None:
        self.program = program
        self.started_at = 0.0
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def name(self) -> str:
        return self.program.name

    @property
    def pid(self) -> int | None:
        """Process id; None while it is not started."""
        return None if self._process is None else self._process.pid

    def start(self) -> None:
        """Start the process; it may not be ready yet. StartError if there is no such program."""
        self.started_at = time.monotonic()
        self.program.log_file.parent.mkdir(parents=True, exist_ok=True)
        try:
            with self.program.log_file.open("ab") as log:
                self._process = subprocess.Popen(
                    self.program.command,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    env={**os.environ, **self.program.environment},
                    start_new_session=True,  # Ctrl-C is for us; we end it in our own order
                    preexec_fn=_die_with_us,  # noqa: PLW1509 (one system call, prepared beforehand)
                )
        except OSError as error:
            raise StartError(f"{self.name} cannot be started: {error}") from None

    def wait_until_ready(self, deadline: float) -> None:
        """Wait for ``ready``. StartError with the end of the log if it ends or takes too long."""
        while not self.program.ready():
            if (code := self.exit_code()) is not None:
                raise StartError(f"{self.name} ended with code {code}:\n{self.last_lines()}")
            if time.monotonic() > deadline:
                raise StartError(f"{self.name} is not ready in time:\n{self.last_lines()}")
            time.sleep(0.05)

    def exit_code(self) -> int | None:
        """Exit code; None while it runs and before it was started."""
        return None if self._process is None else self._process.poll()

    def ask_to_stop(self) -> None:
        """Send SIGTERM to the whole group; ``wait_stopped`` waits for the end."""
        self._signal(signal.SIGTERM)

    def wait_stopped(self, deadline: float) -> None:
        """Wait for the end; send SIGKILL to what is left of the group at the deadline."""
        if self._process is None:
            return
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=max(0.0, deadline - time.monotonic()))
        self.kill()

    def stop(self, grace: float = 8.0) -> None:
        """Stop it within ``grace`` seconds, then kill it; safe to repeat."""
        self.ask_to_stop()
        self.wait_stopped(time.monotonic() + grace)

    def kill(self) -> None:
        """Send SIGKILL to the whole group; safe to repeat."""
        self._signal(signal.SIGKILL)
        if self._process is not None:
            self._process.wait()

    def last_lines(self) -> str:
        """Return the last lines of the log."""
        lines = self.program.log_file.read_text(errors="replace").splitlines()
        return "\n".join(lines[-_LAST_LINES:])

    def _signal(self, number: signal.Signals) -> None:
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, number)


_die_with_us = partial(die_with_parent, signal.SIGTERM)


def answers(url: str) -> Callable[[], bool]:
    """Return a check: a GET of this address answers 200."""
    address = urlsplit(url)

    def ready() -> bool:
        # httpx would read every trusted authority for each of these, though this is plain HTTP.
        connection = HTTPConnection(address.hostname or "", address.port, timeout=2)
        try:
            connection.request("GET", address.path or "/")
            return connection.getresponse().status == HTTPStatus.OK
        except (OSError, HTTPException):
            return False
        finally:
            connection.close()

    return ready


def succeeds(*command: str) -> Callable[[], bool]:
    """Return a check: this command ends with exit code 0."""

    def ready() -> bool:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0

    return ready
