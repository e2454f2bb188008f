"""The program itself, as ``make run`` and compose start it."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import pytest

from simulators.register.__main__ import PASSWORD_VARIABLE
from tests.clients.register_client import PASSWORD, Client
from tests.fixtures.patience import PATIENCE
from tests.fixtures.ports import free_port

pytestmark = pytest.mark.usefixtures("processes")

COMMAND = [sys.executable, "-m", "simulators.register", "--companies", "30"]


@contextmanager
def started(folder: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        [*COMMAND, "--data-dir", str(folder), "--port", str(port), "--user", "volitus"],
        env={PASSWORD_VARIABLE: PASSWORD.get_secret_value()},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def test_the_register_serves_stops_on_a_signal_and_logs_no_person(tmp_path: Path) -> None:
    port = free_port()
    retrying = httpx.HTTPTransport(retries=7)
    with (
        started(tmp_path, port) as process,
        httpx.Client(base_url=f"http://127.0.0.1:{port}", transport=retrying) as http,
    ):
        register = Client(http)
        register.put("19000014", holders=[{"name": "Tamm", "code": "38001085718"}])
        assert len(register.companies(fyysilise_isiku_kood="38001085718")) == 1
        register.fault("esindus", "timeout")
        with (
            httpx.Client(
                base_url=http.base_url, timeout=httpx.Timeout(PATIENCE, read=0.2)
            ) as hasty,
            suppress(httpx.ReadTimeout),
        ):
            Client(hasty).soap("esindus_v2", {"ariregistri_kood": "19000014"})

        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=PATIENCE)

    assert process.returncode in {0, -signal.SIGTERM}
    assert b"38001085718" not in out + err
    assert b"Tamm" not in out + err
    assert PASSWORD.get_secret_value().encode() not in out + err


def test_the_register_does_not_start_without_a_password(tmp_path: Path) -> None:
    done = subprocess.run(
        [*COMMAND, "--data-dir", str(tmp_path)], env={}, capture_output=True, check=False
    )

    assert done.returncode == 2
    assert done.stderr.decode().startswith("register simulator: no password")


def test_a_folder_of_another_world_is_reported(tmp_path: Path) -> None:
    password = tmp_path / "password"
    password.write_text("p\n")
    command = [*COMMAND, "--data-dir", str(tmp_path / "data"), "--password-file", str(password)]
    with started(tmp_path / "data", free_port()) as process:
        assert process.stderr is not None
        while not (tmp_path / "data" / "world.json").exists():
            assert process.poll() is None

    done = subprocess.run([*command, "--seed", "9"], env={}, capture_output=True, check=False)

    assert done.returncode == 2
    assert b"keeps a world of 30 companies and seed 1" in done.stderr
