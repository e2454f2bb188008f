"""Runs a PostgreSQL server, 15 to 18, from nothing but a directory of binaries.

The server belongs to this process: it stops with ``stop``, at the end of ``with``, or when the
process dies. What a killed run left behind is found by the pid in ``postmaster.pid`` and ended.
As root the server runs as ``nobody``; no user is made and no parent directory's mode is changed.
"""

import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from pydantic import SecretStr
from sqlalchemy import URL

from dev.postgres.binaries import Binaries, PostgresError, find_binaries
from dev.postgres.cluster import (
    USER,
    end_leftover,
    ensure_cluster,
    last_error,
    reachable_home,
)
from dev.postgres.databases import create_database, drop_database
from dev.postgres.os_user import SystemUser, temporary_home

# For data that may be lost: commits do not wait for the disk.
THROWAWAY = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "jit": "off",  # without statistics, which new databases lack, small queries seem worth it
}

_ALWAYS = {"max_connections": "200", "timezone": "UTC", "log_timezone": "UTC", "lc_messages": "C"}
# Details, contexts and parameters hold the rows' values: personal data.
_TERSE_LOG = {
    "log_error_verbosity": "terse",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
}
_START_SECONDS = 120.0
_SOCKET_PORT = "5432"


@contextmanager
def throwaway_server() -> "Iterator[PostgresServer]":
    """Run a server in a temporary directory, reachable through its socket; remove it at the end."""
    with (
        temporary_home("volitus-pg-") as home,
        PostgresServer(home / "pg", options=THROWAWAY) as server,
    ):
        yield server


class PostgresServer:
    """A cluster and, between ``start`` and ``stop``, the server that runs it.

    ``port`` None: reachable through a Unix socket, without a password, by the caller and root
    only. ``port`` given: reachable at that port of 127.0.0.1, and ``password`` is needed.
    ``options`` are settings of postgresql.conf, such as ``THROWAWAY``.
    ``home`` is where the cluster is: ``data_dir``, or ``/var/tmp/volitus-<digest of data_dir>``
    where the server's user cannot reach that or its path is too long for a socket.
    Start it in the main thread: it ends with the thread that started it.
    """

    def __init__(
        self,
        data_dir: Path,
        *,
        port: int | None = None,
        password: SecretStr | None = None,
        bin_dir: Path | None = None,
        options: Mapping[str, str] | None = None,
    ) -> None:
        if port is not None and password is None:
            raise PostgresError("PostgreSQL on a TCP port needs a password")
        self.home = data_dir.absolute()
        self._port = port
        self._password = password
        self._bin_dir = bin_dir
        self._options = {**_ALWAYS, **_TERSE_LOG, **(options or {})}
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def pid(self) -> int | None:
        """Process id of the server; None while it is not running."""
        return None if self._process is None else self._process.pid

    def start(self) -> None:
        """Start the server and return when it answers. Raises PostgresError with one line."""
        user = SystemUser.choose()
        binaries = find_binaries(self._bin_dir)
        self.stop()
        self.end_leftover()
        sync = self._options.get("fsync") != "off"
        ensure_cluster(self._data, binaries, user, self._password, sync=sync)
        deadline = time.monotonic() + _START_SECONDS
        while not self._launch(binaries, user, deadline):
            time.sleep(0.1)

    def end_leftover(self) -> None:
        """End the server that a killed run left on this cluster; ``start`` does it too."""
        user = SystemUser.choose()
        self.home = reachable_home(self.home, user, with_socket=self._port is None)
        end_leftover(self._data)

    def ended(self) -> bool:
        """True if the server ended by itself."""
        return self._process is not None and self._process.poll() is not None

    def stop(self, *, in_good_order: bool = True) -> None:
        """Stop the server at once, in good order where asked and possible; safe to repeat.

        Otherwise nothing that was not committed is left, and the next start recovers the rest.
        """
        process, self._process = self._process, None
        if process is None:
            return
        # Fast, then immediate, in PostgreSQL's words. SIGKILL comes last, since it leaves the
        # server's children and shared memory behind.
        numbers = (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL)
        for number in numbers if in_good_order else numbers[1:]:
            process.send_signal(number)
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                continue
            return

    def url(self, database: str = "postgres") -> str:
        """Return the SQLAlchemy URL of a database, with its password if there is one."""
        url = URL.create("postgresql+psycopg", username=USER, database=database)
        if self._port is None or self._password is None:
            # The port is part of the socket's name; given here, as PGPORT could name another.
            url = url.set(query={"host": str(self.home), "port": _SOCKET_PORT})
        else:
            secret = self._password.get_secret_value()
            url = url.set(host="127.0.0.1", port=self._port, password=secret)
        return url.render_as_string(hide_password=False)

    def create_database(self, name: str, template: str = "template0", *, owner: str = USER) -> str:
        """Create a database as a copy of ``template`` unless it exists; return its URL.

        The URL is the superuser's.
        """
        return create_database(self.url(), name, template, owner=owner)

    def drop_database(self, name: str) -> None:
        """Drop a database with its connections; do nothing if it does not exist."""
        drop_database(self.url(), name)

    @property
    def _data(self) -> Path:
        return self.home / "data"

    def _launch(self, binaries: Binaries, user: SystemUser, deadline: float) -> bool:
        """Start the server and wait until it answers; return False if it should be tried again."""
        log_file = self.home / "log"
        command = [str(binaries.directory / "postgres"), "-D", str(self._data)]
        with log_file.open("ab") as log:
            before = log.tell()
            self._process = user.start(*command, *self._arguments(), cwd=self.home, log=log)
        while self._process.poll() is None:
            if self._ready(self._process.pid):
                return True
            if time.monotonic() > deadline:
                self.stop()
                raise PostgresError(f"PostgreSQL was not ready in {_START_SECONDS:.0f} s")
            time.sleep(0.01)
        self._process = None
        output = log_file.read_bytes()[before:].decode(errors="replace")
        # The children of a server that was killed need a moment to notice and to let go.
        if "shared memory block" in output and time.monotonic() < deadline:
            return False
        raise PostgresError(f"PostgreSQL did not start: {last_error(output)}")

    def _arguments(self) -> list[str]:
        if self._port is None:
            where = {"listen_addresses": "", "unix_socket_directories": str(self.home)}
            where["port"] = _SOCKET_PORT
        else:
            where = {"listen_addresses": "127.0.0.1", "unix_socket_directories": ""}
            where["port"] = str(self._port)
        return [word for item in (self._options | where).items() for word in ("-c", "=".join(item))]

    def _ready(self, pid: int) -> bool:
        """Return whether ``postmaster.pid`` belongs to this server and its last line says ready."""
        try:
            lines = (self._data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        return lines[:1] == [str(pid)] and lines[-1].strip() == "ready"
