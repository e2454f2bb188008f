"""One PostgreSQL and one Temporal server for a whole test session, shared by all its workers.

With ``pytest -n`` the controller owns both and tells the workers where they are; without, the
process that runs the tests starts each when a test first asks. They end with the session, and
with the process if it is killed; what is then left on disk the next session removes.
``TEST_DATABASE_URL``, else ``DATABASE_URL``, names a server to use instead of starting one: its
user must be allowed to create databases, and only databases named ``volitus_test_*`` are touched.
"""

import itertools
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from dev.databases import create_database, drop_database
from dev.postgres import THROWAWAY, PostgresServer
from dev.postgres_cluster import end_leftover
from dev.processes import command_of
from dev.program import RunningProgram
from dev.temporal import QUICK, TIME_SKIPPING, temporal_server
from storage import migrate
from tests.ports import free_port

_HOME_PREFIX = "volitus-tests-"
_DATABASE_PREFIX = "volitus_test_"
_MEMORY = Path("/dev/shm")  # a folder of a random name is made in it
_ROOM = 4 * 2**30


@dataclass(frozen=True)
class Addresses:
    """What a worker must know to use the session's servers."""

    postgres: str
    template: str
    temporal: str


class OwnedServers:
    """Started when first asked for, stopped by ``close``."""

    def __init__(self) -> None:
        self._stack = ExitStack()

    @cached_property
    def postgres(self) -> str:
        """A server's URL."""
        given = os.environ.get("TEST_DATABASE_URL") or os.environ.get("DATABASE_URL")
        if given:
            return given
        server = PostgresServer(self._home / "postgres", options=THROWAWAY)
        return self._stack.enter_context(server).url()

    @cached_property
    def template(self) -> str:
        """The name of a migrated, empty database."""
        name = f"{_DATABASE_PREFIX}template_{os.getpid()}"
        drop_database(self.postgres, name)
        migrate.upgrade(create_database(self.postgres, name))
        self._stack.callback(drop_database, self.postgres, name)
        return name

    @cached_property
    def temporal(self) -> str:
        """The address of a development server that can skip time."""
        port = free_port()
        program = temporal_server(
            port, self._home / "temporal.log", dynamic_config=QUICK | TIME_SKIPPING
        )
        server = RunningProgram(program)
        server.start()
        self._stack.callback(server.stop)
        server.wait_until_ready(time.monotonic() + 30)
        return f"127.0.0.1:{port}"

    def start(self) -> Addresses:
        """All of them."""
        return Addresses(self.postgres, self.template, self.temporal)

    def close(self) -> None:
        """Stop what was started."""
        self._stack.close()

    @cached_property
    def _home(self) -> Path:
        _remove_leftovers()
        home = Path(tempfile.mkdtemp(prefix=f"{_HOME_PREFIX}{os.getpid()}-", dir=_where()))
        home.chmod(0o755)  # PostgreSQL's user passes through; what is inside has its own modes
        self._stack.callback(shutil.rmtree, home, ignore_errors=True)
        return home


def _where() -> Path:
    """In memory, where there is room: a database is some hundred files, and each test has one."""
    roomy = _MEMORY.is_dir() and os.access(_MEMORY, os.W_OK)
    if roomy and shutil.disk_usage(_MEMORY).free > _ROOM:
        return _MEMORY
    return Path(tempfile.gettempdir())


def _remove_leftovers() -> None:
    homes = (place.glob(f"{_HOME_PREFIX}*") for place in (Path(tempfile.gettempdir()), _MEMORY))
    for home in itertools.chain(*homes):
        pid = int(home.name.removeprefix(_HOME_PREFIX).partition("-")[0])
        if command_of(pid) is None:
            end_leftover(home / "postgres" / "data")
            shutil.rmtree(home, ignore_errors=True)


class Databases:
    """Fresh migrated databases for one test worker. Copying the template takes some 20 ms.

    Emptying the tables instead would be quicker, but the event table refuses it, as it must.
    """

    def __init__(self, server: str, template: str) -> None:
        self._server, self._template = server, template
        self._numbers = itertools.count(1)

    @contextmanager
    def fresh(self) -> Iterator[str]:
        """The URL of a database that nobody used; removed afterwards, with its connections."""
        name = f"{_DATABASE_PREFIX}{os.getpid()}_{next(self._numbers)}"
        drop_database(self._server, name)
        try:
            yield create_database(self._server, name, self._template)
        finally:
            drop_database(self._server, name)
