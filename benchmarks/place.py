"""Environment of the benchmarks: a PostgreSQL server of their own, and programs beside it."""

import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import count
from pathlib import Path
from typing import Self

from sqlalchemy import NullPool, create_engine, text

from dev.postgres.roles import Role, create_roles
from dev.postgres.server import PostgresServer
from dev.stack.credentials import Credentials
from dev.stack.ports import free_ports
from dev.stack.services import Programs
from dev.stack.settings import DevSettings
from dev.stack.supervised_process import Program, RunningProgram, answers
from dev.stack.temporal_server import temporal_server
from storage import migrate
from storage.database import Database

_READY_SECONDS = 180
_OWNER, _LOGIN = Role("volitus_owner"), Role("volitus")
PAGES = Role("volitus_pages")
"""As whom the web pages connect."""


class Place:
    """Environment in ``home``, which keeps large files and an empty cluster for the next run.

    The server has PostgreSQL's own settings, so a commit waits for the disk as in production.
    """

    def __init__(self, home: Path) -> None:
        self.home = home.absolute()
        self._stack = ExitStack()
        self._numbers = count(1)

    def __enter__(self) -> Self:
        self.home.mkdir(parents=True, exist_ok=True)
        self._postgres = self._stack.enter_context(PostgresServer(self.home / "postgres"))
        folder = self._stack.enter_context(tempfile.TemporaryDirectory(prefix="volitus-bench-"))
        self.scratch = Path(folder)
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    @contextmanager
    def database(self) -> Iterator[str]:
        """Create a migrated, empty database and drop it afterwards.

        Yields its URL for the role that the product's processes have.
        """
        name = f"bench_{next(self._numbers)}"
        self._postgres.drop_database(name)
        create_roles(self._postgres.url(), owner=_OWNER, login=_LOGIN, pages=PAGES)
        url = self._postgres.create_database(name, owner=_OWNER.name)
        try:
            migrate.upgrade(_OWNER.of(url))
            yield _LOGIN.of(url)
        finally:
            self._postgres.drop_database(name)

    @contextmanager
    def temporal(self, *simulators: str) -> Iterator[dict[str, str]]:
        """Run a Temporal server beside an empty database; yields what a worker's settings are.

        ``simulators``: names of those that run as well.
        """
        (port,) = free_ports(1)
        programs, *_ = self.programs()
        server = temporal_server(port, self.scratch / "temporal.log")
        beside = [named(programs.servers(), each) for each in simulators]
        with self.database() as url, running(server, *beside):
            address = {"VOLITUS_TEMPORAL_ADDRESS": f"127.0.0.1:{port}"}
            yield {**programs.environment(url), **address}

    def bare_route(self, url: str, port: int) -> Program:
        """Describe the bare routes on this port, which read this database."""
        return Program(
            "bare-route",
            [sys.executable, "-m", "benchmarks.bare_route", str(port)],
            self.scratch / f"bare-route-{port}.log",
            answers(f"http://127.0.0.1:{port}/livez"),
            {"DATABASE_URL": url},
        )

    def programs(self, companies: int = 1) -> tuple[Programs, DevSettings, Credentials]:
        """Describe the stack's programs on free ports, with their own folder; none runs yet."""
        home = Path(tempfile.mkdtemp(dir=self.scratch))
        settings = DevSettings.temporary(home, companies)
        credentials = Credentials.load(home / "credentials.json")
        return Programs(settings, credentials), settings, credentials


def vacuum(database: Database, tables: str = "") -> None:
    """Vacuum and analyse these tables, or all: PostgreSQL allows that to their owner only."""
    url = database.engine.url.render_as_string(hide_password=False)
    engine = create_engine(_OWNER.of(url), poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"VACUUM ANALYZE {tables}"))


@contextmanager
def running(*programs: Program) -> Iterator[None]:
    """Run these programs, ready, while the block runs."""
    with ExitStack() as stack:
        begun = [RunningProgram(program) for program in programs]
        for program in begun:
            program.start()
            stack.callback(program.stop)
        deadline = time.monotonic() + _READY_SECONDS
        for program in begun:
            program.wait_until_ready(deadline)
        yield


def named(programs: list[Program], name: str) -> Program:
    """Return the program with this name."""
    return next(program for program in programs if program.name == name)
