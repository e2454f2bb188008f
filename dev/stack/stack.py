"""The whole stack on one machine: PostgreSQL, Temporal, simulators, and the product's processes.

Used by ``make run`` on the checkout's ``.volitus`` and by the demo on a temporary directory.
"""

import time
from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError, ProgrammingError

from dev.postgres.roles import create_roles
from dev.postgres.server import PostgresServer
from dev.stack.credentials import Credentials, write_environment
from dev.stack.database_roles import login_role, owner_role, pages_role
from dev.stack.os_processes import StartError
from dev.stack.ports import is_free_by
from dev.stack.services import PRODUCT, Programs, here
from dev.stack.settings import PREFIX, DevSettings
from dev.stack.staff_session import sign_in
from dev.stack.stale_processes import PidFile, locked
from dev.stack.supervised_process import Program, RunningProgram
from storage import migrate
from storage.database import driven
from storage.privileges import PrivilegesError

READY_SECONDS = 180.0
POSTGRESQL = "postgresql"
LEFTOVER_SECONDS = 10.0
STOP_SECONDS = 12.0  # the worker gives its activities ten


class Stack:
    """A stack: ``start`` returns when everything is ready, ``stop`` leaves nothing running.

    State is kept in ``settings.home``, so that the next start uses the same data and
    credentials. One stack per directory: a second one is refused while the first runs, and
    takes over when the first was killed. Start it in the main thread.

    ``without`` these programs; ``changes`` are settings of the product's processes, and
    ``options`` of PostgreSQL.
    """

    def __init__(
        self,
        settings: DevSettings,
        database_url: str | None = None,
        *,
        without: Collection[str] = (),
        changes: Mapping[str, str] | None = None,
        options: Mapping[str, str] | None = None,
    ) -> None:
        self.settings = settings
        self._without = frozenset(without)
        self._changes = dict(changes or {})
        self._options = dict(options or {})
        self.home = settings.home.absolute()
        self.environment: dict[str, str] = {}
        self.running: dict[str, RunningProgram] = {}
        self._given_database_url = database_url
        self._pid_file = PidFile(self.home / "processes.json")
        self._postgres: PostgresServer | None = None
        self._lock: IO[str] | None = None

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def api_url(self) -> str:
        return here(self.settings.api_port)

    @property
    def web_url(self) -> str:
        return here(self.settings.web_port)

    @property
    def register_url(self) -> str:
        return here(self.settings.register_port)

    @property
    def identity_url(self) -> str:
        return here(self.settings.identity_port)

    @property
    def sms_url(self) -> str:
        return here(self.settings.sms_port)

    @property
    def network_url(self) -> str:
        return here(self.settings.network_port)

    @property
    def billing_url(self) -> str:
        return here(self.settings.billing_port)

    @property
    def bank_url(self) -> str:
        return here(self.settings.bank_port)

    @property
    def trust_url(self) -> str:
        return here(self.settings.trust_port)

    @property
    def mobile_id_url(self) -> str:
        return here(self.settings.mobile_id_port)

    @property
    def smart_id_url(self) -> str:
        return here(self.settings.smart_id_port)

    @property
    def database_address(self) -> str:
        """Database URL without its password."""
        url = make_url(self.environment["VOLITUS_DATABASE_URL"])._replace(password=None)
        return url.set(drivername="postgresql").render_as_string()

    def start(self) -> None:
        """Start all and wait until all are ready. StartError says the cause in one line."""
        deadline = time.monotonic() + READY_SECONDS
        self.home.mkdir(parents=True, exist_ok=True)
        self._lock = locked(self.home, way_out=f"set {PREFIX}HOME")
        credentials = Credentials.load(self.home / "credentials.json")
        programs = Programs(self.settings, credentials)
        self._postgres = self._make_postgres(credentials)
        self._check_ports(patience=LEFTOVER_SECONDS if self._take_over() else 0)
        self._keep_last_logs()
        for program in programs.servers():
            self._start(program)
        url = self._start_database(credentials)
        self.environment = programs.environment(url) | self._changes
        write_environment(self.home / "env", self.environment)
        self.running["temporal"].wait_until_ready(deadline)
        for program in programs.product(self.environment):
            self._start(program)
        for running in self.running.values():
            running.wait_until_ready(deadline)
        sign_in(self.identity_url, Path(self.environment["VOLITUS_STAFF_LOGIN_SESSION_FILE"]))

    def stop(self) -> None:
        """End everything, servers last; safe to repeat."""
        deadline = time.monotonic() + STOP_SECONDS
        servers = {"temporal"}
        for wave in (self.running.keys() - servers, servers & self.running.keys()):
            for name in wave:
                self.running[name].ask_to_stop()
            for name in wave:
                self.running[name].wait_stopped(deadline)
        self.running.clear()
        if self._postgres is not None:
            self._postgres.stop()
        if self._lock is not None:
            self._pid_file.clear()
            self._lock.close()
            self._lock = None

    def kill(self, name: str) -> None:
        """Send SIGKILL to one program; PostgreSQL is stopped at once instead."""
        if name == POSTGRESQL and self._postgres is not None:
            self._postgres.stop(in_good_order=False)
        else:
            self.running[name].kill()

    def start_again(self, name: str) -> None:
        """Start a program that was killed or has ended; only PostgreSQL is ready on return."""
        if name == POSTGRESQL and self._postgres is not None:
            self._postgres.start()
        else:
            self.running[name].start()
            self._write_pids()

    @property
    def server_url(self) -> str:
        """URL of the PostgreSQL server, for its superuser. Only of a server of its own."""
        if self._postgres is None:
            raise StartError("the database is not this stack's own")
        return self._postgres.url()

    def stop_product(self) -> None:
        """Stop the product's own processes; the servers and simulators run on."""
        deadline = time.monotonic() + STOP_SECONDS
        for name in self._product():
            self.running[name].ask_to_stop()
        for name in self._product():
            self.running[name].wait_stopped(deadline)

    def start_product(self) -> None:
        """Start the product's own processes again, and wait until they are ready."""
        deadline = time.monotonic() + READY_SECONDS
        for name in self._product():
            self.start_again(name)
        for name in self._product():
            self.running[name].wait_until_ready(deadline)

    def _product(self) -> list[str]:
        return [name for name in PRODUCT if name in self.running]

    def restart(self, name: str, changes: Mapping[str, str] | None = None) -> None:
        """Start one program again, killed or not, and wait until it is ready.

        ``changes`` are settings that it has from now on.
        """
        running = self.running[name]
        running.stop()
        changed = {**running.program.environment, **(changes or {})}
        running.program = replace(running.program, environment=changed)
        self.start_again(name)
        self.running[name].wait_until_ready(time.monotonic() + READY_SECONDS)

    def ended(self) -> list[RunningProgram]:
        """Return the programs that ended by themselves. StartError if PostgreSQL did."""
        if self._postgres is not None and self._postgres.ended():
            raise StartError(f"postgresql ended, see {self._postgres.home / 'log'}")
        return [each for each in self.running.values() if each.exit_code() is not None]

    def _make_postgres(self, credentials: Credentials) -> PostgresServer | None:
        if self._given_database_url is not None:
            return None
        return PostgresServer(
            self.home / "postgres",
            port=self.settings.postgres_port,
            password=credentials.postgres_password,
            options=self._options,
        )

    def _take_over(self) -> bool:
        """End what a killed run left; return whether there was such a run."""
        was_killed = self._pid_file.exists()
        self._pid_file.end_leftovers()
        if self._postgres is not None:
            self._postgres.end_leftover()
        return was_killed

    def _check_ports(self, patience: float) -> None:
        # A process that ends has no command line any more some time before its ports are free.
        deadline = time.monotonic() + patience
        for name, port in self.settings.ports().items():
            if name == "postgres_port" and self._postgres is None:
                continue
            if not is_free_by(deadline, port):
                raise StartError(
                    f"port {port} is taken: stop what listens there, or set"
                    f" {PREFIX}{name.upper()} to another port"
                )

    def _keep_last_logs(self) -> None:
        logs = self.home / "logs"
        logs.mkdir(exist_ok=True)
        for log in logs.glob("*.log"):
            log.rename(log.with_suffix(".log.before"))

    def _start(self, program: Program) -> None:
        if program.name in self._without:
            return
        running = self.running[program.name] = RunningProgram(program)
        running.start()
        self._write_pids()

    def _write_pids(self) -> None:
        pids = {name: each.pid for name, each in self.running.items()}
        self._pid_file.write({name: pid for name, pid in pids.items() if pid is not None})

    def _start_database(self, credentials: Credentials) -> str:
        """Start PostgreSQL, migrate the database and return its URL for the processes."""
        owner, login, pages = (of(credentials) for of in (owner_role, login_role, pages_role))
        try:
            if self._postgres is None:
                url = owner_url = driven(self._given_database_url or "").render_as_string(False)
                create_roles(url, owner=owner, login=login, pages=pages)
            else:
                self._postgres.start()
                create_roles(self._postgres.url(), owner=owner, login=login, pages=pages)
                url = self._postgres.create_database("volitus", owner=owner.name)
                owner_url = owner.of(url)
            migrate.upgrade(owner_url)
        except (OperationalError, ProgrammingError) as error:
            cause = " ".join(str(error.orig).split())
            raise StartError(f"the database cannot be used: {cause}") from None
        except PrivilegesError as error:
            raise StartError(f"the database cannot be used: {error}") from None
        return login.of(url)
