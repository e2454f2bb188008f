"""step.13: a member of staff signs in to the command line, at a real provider over HTTP."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import httpx
import pytest

from cli.console import Failure
from cli.session.current import current
from cli.session.device_login import device_login
from cli.session.provider import DevicePrompt, Provider
from domain.staff import staff_id
from simulators.identity import client
from simulators.identity.app import create_app
from simulators.identity.clients import CLI_CLIENT
from simulators.serving import serving
from tests.clients.sign_in_desk import SignInDesk
from tests.fixtures import payload_keys
from tests.fixtures.ports import free_port

CODE = "60001019906"


@pytest.fixture
def provider(desk: SignInDesk) -> Iterator[Provider]:
    with httpx.Client(trust_env=False) as http:
        yield desk.provider(http)


def answering(desk: SignInDesk, subject: str | None) -> Callable[[DevicePrompt], None]:
    return lambda prompt: client.answer_device(desk.address, prompt.user_code, subject)


@pytest.mark.usefixtures("processes")
def test_step_13_somebody_types_the_code_and_is_signed_in(desk: SignInDesk) -> None:
    program = subprocess.Popen(
        [sys.executable, "-c", "from cli.app import main; main()", "login"],
        stderr=subprocess.PIPE,
        text=True,
        env={"PATH": os.environ["PATH"], **desk.volitus.environment},
    )
    with program:
        assert program.stderr is not None
        said = program.stderr.readline()
        client.answer_device(desk.address, said.split()[-1], "staff-kati")
        said += program.stderr.read()

    assert program.returncode == 0, said
    assert f"Open {desk.address}/oauth2/device and enter the code" in said
    assert said.endswith("Signed in: Kati Kask, mandate_officer, ops, support.\n")
    who = desk.volitus("whoami", "--json").json
    assert who["id"] == staff_id(payload_keys.STAFF_KEY, desk.address, "staff-kati")
    assert (
        desk.file.path.stat().st_mode & 0o777,
        desk.file.path.parent.stat().st_mode & 0o777,
    ) == (
        0o600,
        0o700,
    )


def test_step_13_a_program_that_asks_too_often_slows_down(
    desk: SignInDesk, provider: Provider
) -> None:
    waited: list[float] = []

    def sleep(seconds: float) -> None:
        waited.append(seconds)
        # The provider's clock runs slower, so that the first questions come too early for it.
        desk.clock.pass_(seconds if len(waited) > 2 else seconds / 2)
        if len(waited) == 4:
            client.answer_device(desk.address, shown[0].user_code, "staff-kati")

    shown: list[DevicePrompt] = []
    tokens = device_login(provider, "offline_access", shown.append, sleep=sleep)

    assert tokens.refresh
    assert waited == [0.5, 0.5, 5.5, 5.5]


@pytest.mark.parametrize(
    ("subject", "clock_runs", "said"),
    [
        pytest.param(None, 0, "was refused", id="denied"),
        pytest.param("staff-kati", 601, "in time", id="expired"),
    ],
)
def test_step_13_no_sign_in(
    desk: SignInDesk, provider: Provider, subject: str | None, clock_runs: float, said: str
) -> None:
    def sleep(seconds: float) -> None:
        desk.clock.pass_(clock_runs or seconds)

    with pytest.raises(Failure, match=said):
        device_login(provider, "offline_access", answering(desk, subject), sleep=sleep)


def test_step_13_nobody_answers_and_the_provider_does_not_say_so(
    desk: SignInDesk, provider: Provider
) -> None:
    with pytest.raises(Failure, match="Nobody approved"):
        device_login(provider, "offline_access", lambda _: None, sleep=lambda _: None)


@pytest.mark.usefixtures("http_servers")
def test_step_13_a_provider_that_names_no_time_between_questions_is_asked_at_intervals() -> None:
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    with (
        serving(create_app(address, interval=0), port),
        httpx.Client(trust_env=False) as http,
    ):
        prompt = Provider(address, CLI_CLIENT, http).start_device("offline_access")

    assert prompt.interval > 0


def of_person(desk: SignInDesk) -> str:
    return client.person_token(desk.address, CODE)


def of_program(desk: SignInDesk) -> str:
    return client.client_token(desk.address, "portal")


def of_other_audience(desk: SignInDesk) -> str:
    return client.staff_token(desk.address, "ops", aud="another")


def expired(desk: SignInDesk) -> str:
    return client.staff_token(desk.address, "ops", iat=1, exp=900)


def of_other_issuer(desk: SignInDesk) -> str:
    return client.staff_token(desk.address, "ops", iss="https://elsewhere.example")


def expiring_never(desk: SignInDesk) -> str:
    return client.staff_token(desk.address, "ops", exp="never")


def of_other_client(desk: SignInDesk) -> str:
    return client.staff_token(desk.address, "ops", client_id="unknown")


@pytest.mark.parametrize(
    ("token", "said"),
    [
        pytest.param(of_person, "no member of staff's", id="person"),
        pytest.param(of_program, "no member of staff's", id="program"),
        pytest.param(of_other_audience, "audience_wrong", id="audience"),
        pytest.param(expired, "token_expired", id="expired"),
        pytest.param(of_other_issuer, "issuer_unknown", id="issuer"),
        pytest.param(of_other_client, "client_unknown", id="client"),
        pytest.param(lambda _: "not.a.token", "token_malformed", id="no-token"),
        pytest.param(lambda _: "", "token_malformed", id="nothing"),
        pytest.param(lambda _: "tõken", "cannot be read as text", id="no-ascii"),
        pytest.param(expiring_never, "claim_malformed", id="expiry-is-no-number"),
    ],
)
def test_step_13_a_token_from_elsewhere_is_checked_as_the_api_does(
    desk: SignInDesk, token: Callable[[SignInDesk], str], said: str
) -> None:
    result = desk.volitus("login", "--token-file", "-", stdin=token(desk).encode())

    assert result.code in {1, 2}
    assert said in result.err
    assert len(result.err.splitlines()) == 1
    assert not desk.file.path.exists()


def test_step_13_a_good_token_from_elsewhere_signs_in(desk: SignInDesk) -> None:
    token = client.staff_token(desk.address, "ops", name="Olev Oja")

    result = desk.volitus("login", "--token-file", "-", stdin=token.encode())

    who = desk.volitus("whoami").out
    assert (result.code, result.err) == (0, "Signed in: Olev Oja, ops.\n")
    assert "Olev Oja" in who
    assert token not in who + result.out


def test_step_13_a_sign_in_is_refreshed_before_it_expires(desk: SignInDesk) -> None:
    first = desk.sign_in(about_to_expire=True)

    assert desk.volitus("whoami").code == 0

    new = desk.file.read()
    assert new is not None
    assert new.refresh_token not in {None, first.refresh}
    assert new.expires_at > time.time() + 600
    assert desk.volitus("whoami").code == 0
    assert desk.file.read() == new


def test_step_13_of_many_commands_at_once_one_refreshes(desk: SignInDesk) -> None:
    desk.sign_in(about_to_expire=True)
    settings = desk.settings

    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda _: current(settings), range(8)))

    assert len({each.access_token for each in found}) == 1
    assert desk.volitus("whoami").code == 0


def test_step_13_a_refresh_token_that_was_stolen_and_used_ends_the_sign_in(
    desk: SignInDesk,
) -> None:
    stolen = desk.sign_in(about_to_expire=True).refresh or ""
    by_thief = desk.refresh(stolen).json()["refresh_token"]

    result = desk.volitus("whoami")

    assert result.code == 1
    assert "The sign-in has ended (invalid_grant): run `volitus login`." in result.err
    assert not desk.file.path.exists()
    assert desk.refresh(by_thief).json() == {"error": "invalid_grant"}


def test_step_13_signing_out_ends_the_sign_in_at_the_provider(desk: SignInDesk) -> None:
    tokens = desk.sign_in()

    out, again = desk.volitus("logout"), desk.volitus("logout")
    who = desk.volitus("whoami")

    assert (out.err, again.err) == ("Signed out.\n", "Signed out.\n")
    assert desk.refresh(tokens.refresh or "").json() == {"error": "invalid_grant"}
    assert who.code == 1
    assert who.err.startswith("Nobody is signed in: run `volitus login`; ")
    assert "--break-glass" in who.err


FAULTS: dict[str, dict[str, Any]] = {
    "keys": {"source": "jwks", "kind": "http_503", "times": 1},
    "tokens": {"source": "token", "kind": "http_503", "times": 1},
}


@pytest.mark.parametrize(
    ("fault", "code", "said"),
    [("keys", 1, "The keys of"), ("tokens", 0, "")],
)
def test_step_13_a_provider_in_trouble_is_one_line_or_none(
    desk: SignInDesk, fault: str, code: int, said: str
) -> None:
    """A refresh that fails costs nothing while the old token lasts."""
    desk.sign_in(about_to_expire=True)
    where = f"{desk.address}/_control/faults"
    httpx.put(where, json=FAULTS[fault], trust_env=False).raise_for_status()

    result = desk.volitus("whoami")

    assert (result.code, len(result.err.splitlines())) == (code, code)
    assert said in result.err
    assert ("--break-glass" in result.err) is bool(code)


@pytest.mark.parametrize("command", ["login", "whoami"])
def test_step_13_a_provider_that_is_away_is_one_line(desk: SignInDesk, command: str) -> None:
    desk.sign_in()
    away = f"http://127.0.0.1:{free_port()}"
    issuers = desk.volitus.environment["VOLITUS_ISSUERS"].replace(desk.address, away)
    moved = desk.volitus.with_settings(VOLITUS_ISSUERS=issuers)
    session = desk.file.read()
    assert session is not None
    desk.file.write(replace(session, issuer=away, expires_at=0.0))

    result = moved(command)

    assert result.code == 1
    assert result.err.startswith(f"The identity provider {away} is unavailable (ConnectError).")
    assert len(result.err.splitlines()) == 1


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        pytest.param("CLIENT_ID", "portal", "No profile of staff", id="client-of-no-staff"),
        pytest.param("SCOPE", "volitus:accounts", "(invalid_scope)", id="scope"),
        pytest.param("CLIENT_ID", "ops-console", "(unauthorized_client)", id="without-the-grant"),
    ],
)
def test_step_13_a_wrong_setting_is_named(
    desk: SignInDesk, name: str, value: str, said: str
) -> None:
    result = desk.volitus.with_settings(**{f"VOLITUS_STAFF_LOGIN_{name}": value})("login")

    assert result.code in {1, 2}
    assert said in result.err
    assert len(result.err.splitlines()) == 1
