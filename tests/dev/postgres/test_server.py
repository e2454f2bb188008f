import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from pydantic import SecretStr
from sqlalchemy import NullPool, create_engine, text
from sqlalchemy.exc import IntegrityError

from dev.postgres.binaries import Binaries, PostgresError, find_binaries
from dev.postgres.server import THROWAWAY, PostgresServer
from dev.stack.os_processes import command_of
from tests.fixtures.ports import free_port

pytestmark = pytest.mark.usefixtures("processes")

_SYSTEM = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
_DIRECTORIES = [
    pytest.param(None, id="the-wheel"),
    *(pytest.param(path, id=f"the-systems-{path.parent.name}") for path in _SYSTEM),
]


@pytest.fixture(params=_DIRECTORIES)
def server(request: pytest.FixtureRequest, place: Path) -> Iterator[PostgresServer]:
    server = PostgresServer(place / "pg", bin_dir=request.param, options=THROWAWAY)
    yield server
    server.stop()


def _ask(server: PostgresServer, question: str, database: str = "postgres") -> object:
    engine = create_engine(server.url(database), poolclass=NullPool)
    with engine.begin() as connection:
        answer = connection.execute(text(question))
        return answer.scalar() if answer.returns_rows else None


def test_data_outlive_a_stop_and_a_start(server: PostgresServer) -> None:
    server.start()
    server.create_database("kept")
    _ask(server, "CREATE TABLE kept AS SELECT 'õ' AS letter", "kept")

    server.stop()
    server.start()

    assert _ask(server, "SELECT letter FROM kept", "kept") == "õ"
    assert _ask(server, "SELECT datctype FROM pg_database WHERE datname = 'kept'") == "C.UTF-8"


def test_fault_24_the_log_holds_no_values_of_rows(server: PostgresServer) -> None:
    server.start()
    _ask(server, "CREATE TABLE person (code text PRIMARY KEY, name text CHECK (name <> ''))")
    engine = create_engine(server.url(), poolclass=NullPool)
    twice = "INSERT INTO person VALUES (:code, 'a'), (:code, 'b')"
    nameless = "INSERT INTO person VALUES (:code, '')"

    for wrong in (twice, nameless):
        with engine.connect() as connection, pytest.raises(IntegrityError):
            connection.execute(text(wrong), {"code": "60001019906"})

    log = (server.home / "log").read_text()
    assert "duplicate key" in log
    assert "violates check constraint" in log
    assert "60001019906" not in log


def test_a_server_killed_with_its_children_left_starts_again(server: PostgresServer) -> None:
    server.start()
    assert server.pid is not None

    os.kill(server.pid, signal.SIGKILL)
    server.start()

    assert _ask(server, "SELECT 1") == 1


def test_a_database_is_a_copy_of_its_template_and_created_once(server: PostgresServer) -> None:
    server.start()
    server.create_database("model")
    _ask(server, "CREATE TABLE here AS SELECT 1 AS one", "model")

    first = server.create_database("copy", template="model")
    again = server.create_database("copy", template="model")

    assert first == again
    assert _ask(server, "SELECT one FROM here", "copy") == 1


def test_a_cluster_of_a_killed_run_is_taken_over(place: Path) -> None:
    home = place / "pg"
    leftover = PostgresServer(home, options=THROWAWAY)
    leftover.start()
    assert leftover.pid is not None

    with PostgresServer(home, options=THROWAWAY) as server:
        assert _ask(server, "SELECT 1") == 1
        assert command_of(leftover.pid) is None
    leftover.stop()


def test_a_pid_file_of_another_program_harms_no_one(place: Path) -> None:
    home = place / "pg"
    with PostgresServer(home, options=THROWAWAY) as server:
        data = server.home / "data"
    (data / "postmaster.pid").write_text(f"{os.getpid()}\n")

    with PostgresServer(home, options=THROWAWAY) as server:
        assert _ask(server, "SELECT 1") == 1


def test_the_server_does_not_outlive_a_killed_parent(place: Path) -> None:
    start_and_wait = (
        "import sys; from pathlib import Path; from dev.postgres.server import PostgresServer\n"
        "server = PostgresServer(Path(sys.argv[1])); server.start()\n"
        "print(server.pid, flush=True); sys.stdin.read()"
    )
    runner = subprocess.Popen(
        [sys.executable, "-c", start_and_wait, str(place / "pg")],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[3],
    )  # fmt: skip
    with runner:
        assert runner.stdout is not None
        pid = int(runner.stdout.readline())
        runner.kill()

    with PostgresServer(place / "pg") as server:
        assert _ask(server, "SELECT 1") == 1
        assert command_of(pid) is None


def test_a_tcp_port_asks_for_the_password(place: Path) -> None:
    port = free_port()
    password = SecretStr("a / b@c:d")
    with PostgresServer(place / "pg", port=port, password=password, options=THROWAWAY) as server:
        assert _ask(server, "SELECT 1") == 1
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(f"postgresql://postgres@127.0.0.1:{port}/postgres")


def test_a_taken_port_is_reported_in_one_line(place: Path) -> None:
    port, password = free_port(), SecretStr("x")
    with PostgresServer(place / "one", port=port, password=password, options=THROWAWAY):
        second = PostgresServer(place / "two", port=port, password=password, options=THROWAWAY)
        with pytest.raises(PostgresError, match=r"did not start: .*127\.0\.0\.1.*in use$"):
            second.start()


def test_data_of_another_version_are_refused_and_left_alone(place: Path) -> None:
    with PostgresServer(place / "pg", options=THROWAWAY) as server:
        version = server.home / "data" / "PG_VERSION"
    version.write_text("14\n")

    with pytest.raises(PostgresError, match="was made by PostgreSQL 14"):
        PostgresServer(place / "pg").start()


def test_a_home_out_of_reach_or_too_long_is_replaced_and_keeps_its_data(place: Path) -> None:
    home = place / ("long" * 25)
    with PostgresServer(home, options=THROWAWAY) as server:
        server.create_database("kept")
        first = server.home

    with PostgresServer(home, options=THROWAWAY) as server:
        assert server.home == first != home
        assert _ask(server, "SELECT 1", "kept") == 1
    shutil.rmtree(first)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root starts servers as another user")
def test_no_parent_directory_is_opened(place: Path) -> None:
    closed = place / "closed"
    closed.mkdir(mode=0o700)

    with PostgresServer(closed / "pg", options=THROWAWAY) as server:
        assert _ask(server, "SELECT 1") == 1
    shutil.rmtree(server.home)

    assert closed.stat().st_mode & 0o777 == 0o700


def test_a_directory_without_binaries_is_reported_in_one_line(place: Path) -> None:
    with pytest.raises(PostgresError, match=f"no PostgreSQL 15 or later .* in {place}"):
        find_binaries(place)


def test_binaries_are_found_without_being_named() -> None:
    assert find_binaries().major_version >= 15
    assert not Binaries(Path("/nowhere")).usable()
