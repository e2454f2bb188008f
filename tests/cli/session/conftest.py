"""A real identity provider, at which the command line signs in."""

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.session.session_file import SessionFile
from simulators.identity.app import create_app
from simulators.identity.profiles import issuer_profiles
from simulators.serving import serving
from tests.clients.cli_runner import Volitus
from tests.clients.sign_in_desk import SignInDesk
from tests.clients.token_issuer import Clock
from tests.fixtures.ports import free_port


@pytest.fixture(scope="module")
def provided() -> Iterator[tuple[str, Clock]]:
    """Address and clock of one provider for the tests of a module."""
    port, clock = free_port(), Clock(time.time())
    address = f"http://127.0.0.1:{port}"
    with serving(create_app(address, now=clock, interval=0.5), port):
        yield address, clock


@pytest.fixture
def desk(provided: tuple[str, Clock], nowhere: Volitus, tmp_path: Path) -> SignInDesk:
    address, clock = provided
    clock.at = time.time()
    file = tmp_path / "volitus" / "session.json"
    volitus = nowhere.with_settings(
        VOLITUS_ISSUERS=json.dumps(issuer_profiles(address)),
        VOLITUS_STAFF_LOGIN_SESSION_FILE="",
        XDG_STATE_HOME=str(tmp_path),
    )
    return SignInDesk(address, clock, volitus, SessionFile(file))
