"""The settings in force, and the page that lists them all."""

from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import BaseModel, Field, SecretStr

from cli.settings.markdown import page, variable
from settings import Settings
from tests.clients.cli_runner import SETTINGS, Volitus

PAGE = Path(__file__).parents[3] / "docs" / "settings.md"


@pytest.mark.parametrize("name", Settings.model_fields)
def test_the_page_tells_of_every_setting(name: str) -> None:
    field = Settings.model_fields[name]
    (line,) = [ln for ln in page(Settings).splitlines() if f"| `{variable(name, field)}` |" in ln]

    assert line in PAGE.read_text().splitlines(), "volitus config --markdown > docs/settings.md"


def test_the_page_tells_of_nothing_else(nowhere: Volitus) -> None:
    assert nowhere("config", "--markdown").out == PAGE.read_text()


class _Changed(BaseModel):
    wait: timedelta = Field(timedelta(seconds=10), description="How long to wait.")


@pytest.mark.parametrize(
    ("default", "description"),
    [
        pytest.param(timedelta(seconds=11), "How long to wait.", id="another-default"),
        pytest.param(timedelta(seconds=10), "How long.", id="another-description"),
    ],
)
def test_a_stale_line_would_show(default: timedelta, description: str) -> None:
    class Now(BaseModel):
        wait: timedelta = Field(default, description=description)

    assert "| `VOLITUS_WAIT` | `PT10S` | How long to wait. |" in page(_Changed)
    assert page(Now) != page(_Changed)


def test_secrets_are_hidden_and_sources_told(nowhere: Volitus) -> None:
    said = nowhere.with_settings(VOLITUS_API_PORT="8123")("config", "--json")

    told = {setting["variable"]: setting for setting in said.json}
    assert told["VOLITUS_API_PORT"] == {
        "variable": "VOLITUS_API_PORT",
        "value": "8123",
        "source": "environment",
    }
    assert told["VOLITUS_LOG_LEVEL"]["source"] == "default"
    assert set(told) == {variable(n, f) for n, f in Settings.model_fields.items()}
    for name, field in Settings.model_fields.items():
        if field.annotation in {SecretStr, SecretStr | None}:
            assert told[variable(name, field)]["value"] in {"**********", None}


@pytest.mark.parametrize(
    "form", [pytest.param([], id="table"), pytest.param(["--json"], id="json")]
)
def test_no_secret_is_printed(nowhere: Volitus, form: list[str]) -> None:
    said = nowhere("config", *form)

    assert said.code == 0
    for secret in ("VOLITUS_REGISTER_PASSWORD", "VOLITUS_PAYLOAD_KEYS"):
        assert SETTINGS[secret] not in said.out
    assert "a-password" not in said.out


@pytest.mark.parametrize(
    ("name", "value"),
    [
        pytest.param("VOLITUS_API_PORT", "eighty", id="no-number"),
        pytest.param("VOLITUS_SYNC_FILE_AT", "every day", id="no-crontab"),
        pytest.param("VOLITUS_SYNC_HOLD_SHARE", "2", id="out-of-range"),
        pytest.param("VOLITUS_PAYLOAD_KEYS", "{}", id="no-key"),
        pytest.param("VOLITUS_PAYLOAD_KEY_CURRENT", "lost", id="not-one-of-the-keys"),
        pytest.param("VOLITUS_ISSUERS", "[]", id="no-issuer"),
        pytest.param("VOLITUS_DATABASE_URL", "postgresql://host:port/name", id="no-address"),
    ],
)
def test_a_wrong_setting_is_one_line_that_names_it(nowhere: Volitus, name: str, value: str) -> None:
    said = nowhere.with_settings(**{name: value})("sync", "list")

    assert said.code == 2
    assert len(said.err.splitlines()) == 1
    assert f"{name}: " in said.err
    assert said.out == ""
