"""Common behaviour of all commands: help, exit codes, one line instead of a traceback."""

import os

import pytest
from sqlalchemy import make_url

from dev.postgres.databases import create_database, drop_database
from storage.database import Database
from tests.builders.import_files import account, ndjson_of
from tests.builders.rows import rows
from tests.builders.staff import OPERATOR
from tests.clients.cli_runner import SETTINGS, Volitus, in_a_process
from tests.fixtures.ports import free_port
from tests.fixtures.roles import as_application, as_owner, as_superuser, owner_name

COMMANDS = [
    *("migrate", "worker", "scheduler", "api", "dev", "demo", "bench", "config", "openapi"),
    *("import", "import accounts", "import services"),
    *(
        "sync",
        "sync list",
        "sync show",
        "sync release",
        "sync reject",
        "sync run",
        "sync rejected-records",
    ),
    *("events", "events list", "events verify", "explain"),
    *("staff", "staff list", "staff erase"),
    *("numbers", "numbers blocks", "numbers lift"),
    *("ops", "ops stuck", "ops show", "ops retry", "ops retries", "ops skip", "ops abort"),
    *("ops repair", "ops targets", "ops targets pause", "ops targets resume"),
    *("simulate", "simulate register"),
]


@pytest.mark.parametrize("words", COMMANDS)
def test_every_command_says_what_it_does(nowhere: Volitus, words: str) -> None:
    result = nowhere(*words.split(), "--help")

    assert result.code == 0
    assert f"Usage: volitus {words}" in result.out


@pytest.mark.parametrize("words", ["", "nonsense", "sync nonsense", "import accounts", "sync show"])
def test_invalid_usage_is_exit_code_2(nowhere: Volitus, words: str) -> None:
    assert nowhere(*words.split()).code == 2


def test_programs_get_json(volitus: Volitus) -> None:
    for words in (
        "sync list",
        "sync rejected-records",
        "events list",
        "numbers blocks",
        "ops stuck",
    ):
        assert volitus(*words.split(), "--json").json == []


READING = ["sync list", "sync show latest", "sync rejected-records", "events list", "events verify"]
READING += ["numbers blocks", "numbers lift 01234567 --reason why"]
READING += ["ops stuck", "ops show 0123456", "ops skip 0123456 --reason why", "ops targets"]


@pytest.mark.parametrize("words", [*READING, "migrate", "sync run file"])
def test_a_database_that_is_down_is_one_line(nowhere: Volitus, words: str) -> None:
    result = nowhere(*words.split())

    assert result.code == 1
    assert result.err.startswith("The database is unavailable: ")
    assert len(result.err.splitlines()) == 1
    assert "a-password" not in result.err


def test_temporal_that_is_down_is_one_line(volitus: Volitus) -> None:
    result = volitus.with_settings(VOLITUS_TEMPORAL_ADDRESS=f"127.0.0.1:{free_port()}")(
        "sync", "run", "check"
    )

    assert result.code == 1
    assert result.err.startswith("Temporal is unavailable at 127.0.0.1:")
    assert len(result.err.splitlines()) == 1


def test_migrate_makes_a_database_ready_and_can_be_repeated(database_url: str) -> None:
    name = f"volitus_test_{os.getpid()}_empty"
    server = as_superuser(database_url)
    empty = create_database(server, name, owner=owner_name())
    volitus, owner = Volitus(as_application(empty)), Volitus(as_owner(empty))
    try:
        before, refused = volitus("sync", "list"), volitus("migrate")
        first, second = owner("migrate"), owner("migrate")
        after = volitus("sync", "list", "--json")
    finally:
        drop_database(server, name)

    assert before.code == 1
    assert "run `volitus migrate`" in before.err
    assert refused.code == 1
    assert "does not own the database: migrate as its owner" in refused.err
    assert len(refused.err.splitlines()) == 1
    assert (first.code, second.code) == (0, 0)
    assert after.json == []


def test_volitus_runs_as_an_installed_program(database_url: str, database: Database) -> None:
    environment = Volitus(database_url).environment
    lines = ndjson_of([account(1), account(2, status="asleep")])

    result = in_a_process(
        ["import", "accounts", "-", "--format", "ndjson", "--json"], environment, lines.encode()
    )

    assert result.code == 1
    assert result.json["created"] == 1
    assert result.err.splitlines()[0].startswith("stdin:2: invalid_value: status")
    actors = rows(database, "SELECT actor->>'kind' AS kind, actor->>'id' AS id FROM event")
    assert [(actor.kind, actor.id) for actor in actors] == [("ops", OPERATOR)]


@pytest.mark.usefixtures("processes")
def test_colours_can_be_switched_off() -> None:
    environment = {**SETTINGS, "NO_COLOR": "1", "FORCE_COLOR": "1"}

    result = in_a_process(["--help"], environment)

    assert "\x1b[3" not in result.out


@pytest.mark.usefixtures("processes")
def test_a_wrong_setting_stops_a_process_before_it_starts() -> None:
    result = in_a_process(["migrate"], {**SETTINGS, "VOLITUS_DATABASE_URL": ""})

    assert result.code == 2
    assert "Traceback" not in result.err


@pytest.mark.parametrize(
    "command",
    [
        ("ops", "stuck", "--account", "K\udcff"),
        ("ops", "show", "\udcff"),
        ("ops", "skip", "0123abcd", "--reason", "not \udcff UTF-8"),
        ("import", "accounts", "\udcff.csv"),
    ],
    ids=lambda command: " ".join(command[:2]),
)
def test_arguments_that_are_not_utf_8_are_refused(
    volitus: Volitus, command: tuple[str, ...]
) -> None:
    result = volitus(*command)

    assert result.code == 2
    assert "Arguments must be UTF-8." in result.err


def test_a_database_that_takes_no_writes_is_one_line(database_url: str) -> None:
    """As during a failover, when the address leads to a standby."""
    read_only = {"options": "-c default_transaction_read_only=on"}
    url = make_url(database_url).update_query_dict(read_only)
    volitus = Volitus(url.render_as_string(hide_password=False))

    result = volitus("ops", "targets", "pause", "sms", "--reason", "a test")

    assert (result.code, result.out) == (1, "")
    assert result.err.startswith("The database is unavailable: cannot execute ")
    assert len(result.err.splitlines()) == 1
