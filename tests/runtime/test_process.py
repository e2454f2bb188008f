"""Start of every process: settings, signals, threads."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from runtime.process import stop_event, use_threads
from settings.processes import ApiSettings, SchedulerSettings, ServerSettings, WorkerSettings
from tests.builders.process_settings import REQUIRED
from tests.fixtures.patience import PATIENCE

pytestmark = pytest.mark.usefixtures("processes")

SERVERS: dict[str, type[ServerSettings]] = {
    "api": ApiSettings,
    "worker": WorkerSettings,
    "registry_sync": SchedulerSettings,
}


def started(module: str, variables: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", module],
        env={"PATH": os.environ["PATH"], **variables},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


@pytest.mark.parametrize("module", SERVERS)
def test_a_process_without_its_settings_ends_with_one_line(module: str, tmp_path: Path) -> None:
    required = dict(REQUIRED[SERVERS[module]])
    required.pop("VOLITUS_DATABASE_URL")

    done = started(module, required | {"VOLITUS_SECRETS_DIR": str(tmp_path)})

    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr == "volitus: VOLITUS_DATABASE_URL: required, but not set\n"


@pytest.mark.parametrize("module", SERVERS)
def test_a_setting_that_cannot_work_is_not_repeated(module: str, tmp_path: Path) -> None:
    wrong = {"VOLITUS_DATABASE_URL": "mysql://volitus:a-password@host/volitus"}

    done = started(
        module, REQUIRED[SERVERS[module]] | wrong | {"VOLITUS_SECRETS_DIR": str(tmp_path)}
    )

    assert done.returncode == 2
    assert done.stderr.startswith("volitus: VOLITUS_DATABASE_URL: must be postgresql://")
    assert "a-password" not in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_misspelled_setting_is_logged_at_the_start(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        wrong = {"VOLITUS_LOGLEVEL": "debug", "VOLITUS_INTERNAL_PORT": port}
        done = started(
            "api", REQUIRED[ApiSettings] | wrong | {"VOLITUS_SECRETS_DIR": str(tmp_path)}
        )

    assert f"cannot listen on 127.0.0.1 port {port}" in done.stderr
    (line,) = [line for line in done.stdout.splitlines() if "setting_unknown" in line]
    assert "VOLITUS_LOGLEVEL" in line
    assert "VOLITUS_LOG_LEVEL" in line


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_sets_the_stop_event(number: signal.Signals) -> None:
    async def wait() -> bool:
        stop = stop_event()
        os.kill(os.getpid(), number)
        return await asyncio.wait_for(stop.wait(), PATIENCE)

    assert asyncio.run(wait())


def test_the_requested_number_of_blocking_calls_runs_at_once() -> None:
    count = 24
    together = threading.Barrier(count, timeout=PATIENCE)

    async def call_all() -> None:
        use_threads(count)
        await asyncio.gather(*(asyncio.to_thread(together.wait) for _ in range(count)))

    asyncio.run(call_all())
