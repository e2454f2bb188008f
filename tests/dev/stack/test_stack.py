"""``make run`` starts, continues and stops, and reports why it cannot start."""

import base64
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from dev.stack.credentials import Credentials
from dev.stack.ports import is_free
from dev.stack.settings import PREFIX, DevSettings
from tests.fixtures.patience import PATIENCE

pytestmark = pytest.mark.usefixtures("processes")

_ROOT = Path(__file__).parents[3]
_VOLITUS = Path(sys.executable).with_name("volitus")


def _environment(home: Path, **settings: str) -> dict[str, str]:
    free = DevSettings.temporary(home).ports()
    chosen = {f"{PREFIX}{name.upper()}": str(port) for name, port in free.items()}
    kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    return kept | chosen | {f"{PREFIX}HOME": str(home), f"{PREFIX}COMPANIES": "200"} | settings


def _run(home: Path, **settings: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "dev"],
        env=_environment(home, **settings),
        cwd=_ROOT, capture_output=True, text=True, check=False, timeout=PATIENCE,
    )  # fmt: skip


@contextmanager
def _running(environment: dict[str, str]) -> "Iterator[tuple[subprocess.Popen[str], list[str]]]":
    """``make run`` once it is ready, and the lines that it offers to copy."""
    with subprocess.Popen(
        [sys.executable, "-m", "dev"],
        env=environment, cwd=_ROOT, stdout=subprocess.PIPE, text=True,
    ) as runner:  # fmt: skip
        assert runner.stdout is not None
        printed = list(_until(runner.stdout, "Ctrl-C stops everything"))
        yield runner, [line for line in printed if line.startswith(("TOKEN=", "curl "))]
        runner.kill()


def _until(lines: Iterable[str], last: str) -> Iterator[str]:
    for line in lines:
        yield line
        if line.startswith(last):
            return


def _logged_in(environment: dict[str, str], person: str) -> httpx.Response:
    """The first of the web pages, for somebody who logs in at the simulated provider."""
    port = environment[f"{PREFIX}WEB_PORT"]
    with httpx.Client(follow_redirects=True, trust_env=False, timeout=PATIENCE) as browser:
        asked = browser.get(f"http://127.0.0.1:{port}/").raise_for_status()
        assert asked.url.path == "/oauth2/auth"
        return browser.get(asked.url.copy_merge_params({"login_hint": person}))


def _account_and_answer(printed: str) -> tuple[dict[str, Any], dict[str, Any]]:
    accounts, answer = (json.loads(line) for line in printed.splitlines())
    (account,) = accounts["items"]
    return account, answer


@pytest.mark.skipif(shutil.which("curl") is None, reason="the lines to copy are for curl")
def test_the_printed_commands_work_and_a_second_run_continues_after_a_kill(
    place: Path,
) -> None:
    environment = _environment(place)
    with _running(environment) as (runner, lines):
        first = subprocess.check_output(["sh", "-c", "".join(lines)], text=True)
        pages = _logged_in(environment, re.findall(r'"person": "(\d+)"', "".join(lines))[0])
        runner.kill()  # no Ctrl-C: what is left must be taken over

    with _running(environment) as (runner, lines):
        again = subprocess.check_output(["sh", "-c", "".join(lines)], text=True)
        volitus = f"set -a; . {place}/env; {_VOLITUS} events verify --json"
        verdict = json.loads(subprocess.check_output(["sh", "-c", volitus], text=True))
        runner.send_signal(signal.SIGINT)
        code = runner.wait(timeout=PATIENCE)

    account, answer = _account_and_answer(first)
    assert (pages.status_code, pages.url.path) == (200, "/et/")
    assert f"/et/c/{account['account_id']}" in pages.text
    assert account["roles"] == ["administrator"]
    assert answer["allowed"]
    same, answer = _account_and_answer(again)
    assert (same["account_id"], same["since"]) == (account["account_id"], account["since"])
    assert answer["allowed"]
    assert verdict["fault"] is None
    assert code == 0
    ports = [
        int(environment[name])
        for name in environment
        if name.startswith(PREFIX) and name.endswith("_PORT")
    ]
    assert all(is_free(port) for port in ports)
    assert not (place / "processes.json").exists()


def test_a_taken_port_is_reported_in_one_line_with_the_remedy(place: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as stranger:
        port = stranger.getsockname()[1]

        done = _run(place, VOLITUS_DEV_REGISTER_PORT=str(port))

    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith(f"port {port} is taken: ")
    assert done.stderr.endswith("set VOLITUS_DEV_REGISTER_PORT to another port\n")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("setting", "value", "printed"),
    [
        pytest.param("API_PORT", "http", "VOLITUS_DEV_API_PORT: ", id="no-number"),
        pytest.param("REGISTER_PORT", "70000", "VOLITUS_DEV_REGISTER_PORT: ", id="no-port"),
    ],
)
def test_a_wrong_setting_is_reported_in_one_line(
    setting: str, value: str, printed: str, place: Path
) -> None:
    done = _run(place, **{PREFIX + setting: value})

    assert done.returncode == 2
    assert done.stderr.startswith(printed)
    assert done.stderr.count("\n") == 1


def test_an_unusable_database_is_reported_in_one_line(place: Path) -> None:
    nowhere = DevSettings.temporary(place).api_port

    done = _run(place, DATABASE_URL=f"postgresql://me:secret@127.0.0.1:{nowhere}/volitus")

    assert done.returncode == 2
    assert done.stderr.startswith("the database cannot be used: ")
    assert "refused" in done.stderr
    assert "secret" not in done.stderr
    assert done.stderr.count("\n") == 1


def test_credentials_are_generated_once_and_readable_by_the_owner_only(place: Path) -> None:
    file = place / "home" / "credentials.json"

    first, second = Credentials.load(file), Credentials.load(file)

    assert first == second
    assert file.stat().st_mode & 0o777 == 0o600
    assert first.postgres_password.get_secret_value() not in repr(first)


def test_credentials_of_an_older_run_are_kept_and_completed(place: Path) -> None:
    file = place / "credentials.json"
    older = {
        "postgres_password": "of-the-database",
        "register_password": "of-the-register",
        "payload_keys": "{}",
        "payload_key_current": "dev-1",
    }
    file.write_text(json.dumps(older))

    completed, again = Credentials.load(file), Credentials.load(file)

    assert completed == again
    assert completed.postgres_password.get_secret_value() == "of-the-database"
    assert len(base64.b64decode(completed.verification_key.get_secret_value())) == 32
    assert file.stat().st_mode & 0o777 == 0o600


def test_every_setting_of_the_stack_is_documented() -> None:
    page = (_ROOT / "docs" / "development.md").read_text()

    for name, field in DevSettings.model_fields.items():
        assert f"| `{PREFIX}{name.upper()}` | `{field.default}` | {field.description} |" in page
