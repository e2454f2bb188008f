"""The settings in force, and the page that lists them all."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import Field, SecretStr

from cli.settings.markdown import page
from settings.base import ProcessSettings
from settings.processes import PROCESSES, WorkerSettings
from settings.sections import Section, settings_of
from tests.clients.cli_runner import SETTINGS, Volitus

PAGE = Path(__file__).parents[3] / "docs" / "settings.md"
EVERY = sorted({each.variable for kind in PROCESSES.values() for each in settings_of(kind)})


@pytest.mark.parametrize("variable", EVERY)
def test_the_page_lists_every_setting(variable: str) -> None:
    (line,) = [
        line for line in page(PROCESSES).splitlines() if line.startswith(f"| `{variable}` |")
    ]

    assert line in PAGE.read_text().splitlines(), "volitus config --markdown > docs/settings.md"


def test_the_page_lists_nothing_else(nowhere: Volitus) -> None:
    assert nowhere("config", "--markdown").out == PAGE.read_text()


class _Patience(Section):
    """Settings of a wait, for the test."""

    wait: timedelta = Field(timedelta(seconds=10), description="How long to wait.")
    key: SecretStr = Field(description="A key.")


class _Waiter(ProcessSettings):
    """Waits."""

    patience: _Patience


class _Other(ProcessSettings):
    """Does not."""

    name: str = Field("x", description="A name.")


def test_a_section_is_a_table_whose_columns_are_the_processes_that_read_it() -> None:
    lines = page({"waiter": _Waiter, "other": _Other}).splitlines()

    assert "| waiter | Waits. |" in lines
    at = lines.index("## Patience")
    assert lines[at + 4] == "| variable | default | waiter | description |"
    assert lines[at + 6] == "| `VOLITUS_PATIENCE_WAIT` | `PT10S` | yes | How long to wait. |"
    assert lines[at + 7] == "| `VOLITUS_PATIENCE_KEY` | none | **required** | A key. |"


@pytest.mark.parametrize("process", PROCESSES)
def test_secrets_are_hidden_and_sources_shown(nowhere: Volitus, process: str) -> None:
    result = nowhere.with_settings(VOLITUS_DATABASE_PASSWORD="", VOLITUS_API_PORT="8123")(
        "config", process, "--json"
    )

    kind = PROCESSES[process]
    shown = {setting["variable"]: setting for setting in result.json}
    assert set(shown) == {each.variable for each in settings_of(kind)}
    if process not in {"login", "web"}:  # they do not connect to it
        assert shown["VOLITUS_DATABASE_URL"]["source"] == "environment"
        assert shown["VOLITUS_DATABASE_PASSWORD"]["source"] == "default"
    for each in settings_of(kind):
        if each.secret:
            assert shown[each.variable]["value"] in {"**********", None, "[]"}
    if process == "api":
        port = {"variable": "VOLITUS_API_PORT", "value": "8123", "source": "environment"}
        assert shown["VOLITUS_API_PORT"] == port
        assert shown["VOLITUS_LOG_LEVEL"]["source"] == "default"


def test_step_5_tokens_of_named_networks_are_hidden(nowhere: Volitus) -> None:
    fixed = {"name": "fixed", "url": "https://fixed.example/v4", "token": "salajane"}
    result = nowhere.with_settings(VOLITUS_NETWORKS=json.dumps([fixed]))("config", "worker")

    assert "https://fixed.example/v4" in result.out
    assert "salajane" not in result.out


def test_a_value_from_a_file_is_shown_as_such(nowhere: Volitus, tmp_path: Path) -> None:
    (tmp_path / "queue").write_text("other\n")

    result = nowhere.with_settings(VOLITUS_TASK_QUEUE_FILE=str(tmp_path / "queue"))(
        "config", "cli", "--json"
    )

    (shown,) = [each for each in result.json if each["variable"] == "VOLITUS_TASK_QUEUE"]
    assert (shown["value"], shown["source"]) == ("other", "file")


@pytest.mark.parametrize("process", PROCESSES)
@pytest.mark.parametrize(
    "form", [pytest.param([], id="table"), pytest.param(["--json"], id="json")]
)
def test_no_secret_is_printed(nowhere: Volitus, process: str, form: list[str]) -> None:
    result = nowhere("config", process, *form)

    assert result.code == 0
    for secret in ("VOLITUS_REGISTER_PASSWORD", "VOLITUS_PAYLOAD_KEYS", "VOLITUS_SMS_PASSWORD"):
        assert SETTINGS[secret] not in result.out
    assert "a-password" not in result.out


def test_a_misspelled_variable_is_named(nowhere: Volitus) -> None:
    result = nowhere.with_settings(VOLITUS_LOGLEVEL="debug")("config", "api", "--json")

    assert result.code == 0
    wanted = "VOLITUS_LOGLEVEL is not a setting of any process. Did you mean VOLITUS_LOG_LEVEL?\n"
    assert wanted in result.err


@pytest.mark.parametrize("words", [[], ["nobody"]])
def test_a_process_must_be_named(nowhere: Volitus, words: list[str]) -> None:
    result = nowhere("config", *words)

    assert result.code == 2
    assert all(name in result.err for name in PROCESSES)


def test_a_process_that_would_not_start_is_exit_code_2(nowhere: Volitus) -> None:
    result = nowhere.with_settings(VOLITUS_REGISTER_PASSWORD="")("config", WorkerSettings.process)

    assert result.code == 2
    assert result.err.startswith("Invalid settings: VOLITUS_REGISTER_PASSWORD: required")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        pytest.param("VOLITUS_TEMPORAL_ADDRESS", "http://temporal", id="no-address"),
        pytest.param("VOLITUS_PAYLOAD_KEYS", "{}", id="no-key"),
        pytest.param("VOLITUS_PAYLOAD_KEY_CURRENT", "lost", id="not-one-of-the-keys"),
        pytest.param("VOLITUS_DATABASE_URL", "postgresql://host:port/name", id="no-url"),
    ],
)
def test_a_wrong_setting_is_one_line_that_names_it(nowhere: Volitus, name: str, value: str) -> None:
    result = nowhere.with_settings(**{name: value})("sync", "run", "check")

    assert result.code == 2
    assert len(result.err.splitlines()) == 1
    assert f"{name}: " in result.err
    assert result.out == ""


@pytest.mark.parametrize(
    "words",
    [
        *("migrate", "sync list", "sync show latest", "events list", "events verify"),
        *("ops stuck", "ops targets", "numbers blocks"),
    ],
)
def test_a_command_on_the_database_needs_no_keys(nowhere: Volitus, words: str) -> None:
    keyless = nowhere.with_settings(VOLITUS_PAYLOAD_KEYS="")

    result = keyless(*words.split())

    assert result.code == 1
    assert result.err.startswith("The database is unavailable")
