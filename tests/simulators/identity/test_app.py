"""The identity provider: what it gives, that the engine takes it, and what it refuses."""

import base64
import hashlib
import json
import re
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import timedelta
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest
from joserfc.jws import extract_compact

from api.auth.errors import InvalidToken, StepUpNeeded
from api.auth.freshness import Fresh
from api.auth.principals import ClientCaller, PersonCaller, StaffCaller, StaffRole
from api.auth.tokens import IssuerProfile, TokenVerifier
from dev.stack.supervised_process import Program, RunningProgram, answers
from domain.identifiers import PersonKey
from domain.identity import Acr
from simulators.identity import client
from simulators.identity.app import create_app
from simulators.identity.profiles import issuer_profiles
from simulators.serving import serving
from tests.fixtures.patience import patience_ends
from tests.fixtures.ports import free_port

ISSUER = "http://127.0.0.1:8020"
CODE = "60001019906"
VERIFIER = "a-code-verifier-of-at-least-forty-three-characters"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode()
REDIRECT = "http://127.0.0.1:3000/back"
ASKED = {
    "response_type": "code",
    "client_id": "portal-login",
    "redirect_uri": REDIRECT,
    "scope": "openid phone",
    "state": "state-of-the-portal",
    "nonce": "nonce-1",
    "code_challenge": CHALLENGE.rstrip("="),
    "code_challenge_method": "S256",
}


@dataclass
class Provider:
    http: httpx.AsyncClient
    folder: Path

    def secret(self, client_id: str) -> str:
        kept: dict[str, str] = json.loads((self.folder / "clients.json").read_text())
        return kept[client_id]

    async def exchange(self, code: str, **changes: str) -> httpx.Response:
        form = {
            "grant_type": "authorization_code",
            "client_id": "portal-login",
            "redirect_uri": REDIRECT,
            "code": code,
            "code_verifier": VERIFIER,
        }
        return await self.http.post("/oauth2/token", data=form | changes)

    async def logged_in(self, **form: str) -> str:
        """The code that the portal gets."""
        response = await self.http.post("/oauth2/auth", data=ASKED | {"login_hint": CODE} | form)
        return sent_back(response)["code"]


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder, so that keys are made once."""
    return tmp_path_factory.mktemp("identity")


@pytest.fixture
async def provider(kept: Path) -> AsyncIterator[Provider]:
    transport = httpx.ASGITransport(create_app(ISSUER, kept))
    async with httpx.AsyncClient(transport=transport, base_url=ISSUER) as http:
        yield Provider(http, kept)


@pytest.fixture
async def engine(provider: Provider) -> AsyncIterator[TokenVerifier]:
    profiles = [IssuerProfile.model_validate(each) for each in issuer_profiles(ISSUER)]
    verifier = TokenVerifier(profiles, provider.http)
    yield verifier
    await verifier.aclose()


def sent_back(response: httpx.Response) -> dict[str, str]:
    assert response.status_code == 303, response.text
    where = urlsplit(response.headers["location"])
    assert f"{where.scheme}://{where.netloc}{where.path}" == REDIRECT
    return {name: values[0] for name, values in parse_qs(where.query).items()}


def read(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    opened = extract_compact(token.encode())
    return opened.protected, json.loads(opened.payload)


async def test_discovery_leads_to_the_keys(provider: Provider) -> None:
    found = (await provider.http.get("/.well-known/openid-configuration")).json()
    keys = (await provider.http.get(found["jwks_uri"])).json()["keys"]

    assert found["issuer"] == ISSUER
    assert [set(key) for key in keys] == [{"kty", "use", "alg", "kid", "n", "e"}]


async def test_the_engine_takes_a_persons_token(provider: Provider, engine: TokenVerifier) -> None:
    token = await client.person_token_async(provider.http, CODE)

    caller = await engine.verify(token)

    header, claims = read(token)
    assert isinstance(caller, PersonCaller)
    assert caller.person == PersonKey("EE", CODE)
    assert header["typ"] == "at+jwt"
    assert (claims["aud"], claims["sub"]) == ("volitus", f"EE{CODE}")
    assert (claims["amr"], claims["acr"]) == (["mID"], "high")
    assert claims["exp"] - claims["iat"] == 900


@pytest.mark.parametrize(
    ("client_id", "scopes"),
    [
        pytest.param(
            "portal",
            {"volitus:act-for-person", "volitus:check", "volitus:events", "volitus:orders"},
            id="portal",
        ),
        pytest.param(
            "operator-systems", {"volitus:accounts", "volitus:events"}, id="operator-systems"
        ),
        pytest.param("otp", {"one-time-password-sms:send-validate"}, id="otp"),
    ],
)
async def test_the_engine_takes_a_programs_token(
    provider: Provider, engine: TokenVerifier, client_id: str, scopes: set[str]
) -> None:
    caller = await engine.verify(await client.client_token_async(provider.http, client_id))

    assert isinstance(caller, ClientCaller)
    assert caller.client_id == client_id
    assert caller.scopes == scopes


@pytest.mark.parametrize("role", list(StaffRole))
async def test_the_engine_takes_a_staff_token(
    provider: Provider, engine: TokenVerifier, role: StaffRole
) -> None:
    caller = await engine.verify(await client.staff_token_async(provider.http, role))

    assert isinstance(caller, StaffCaller)
    assert caller.roles == {role}


async def test_a_program_gets_a_token_for_its_secret(
    provider: Provider, engine: TokenVerifier
) -> None:
    form = {"grant_type": "client_credentials", "scope": "volitus:check"}
    secret = provider.secret("portal")

    basic = await provider.http.post("/oauth2/token", data=form, auth=("portal", secret))
    post = await provider.http.post(
        "/oauth2/token", data=form | {"client_id": "portal", "client_secret": secret}
    )

    for answer in (basic.json(), post.json()):
        caller = await engine.verify(answer["access_token"])
        assert isinstance(caller, ClientCaller)
        assert caller.scopes == {"volitus:check"}
        assert answer["expires_in"] == 900


@pytest.mark.parametrize(
    ("form", "status", "error"),
    [
        pytest.param({"client_secret": "wrong"}, 401, "invalid_client", id="wrong-secret"),
        pytest.param({"client_id": "nobody"}, 401, "invalid_client", id="unknown-client"),
        pytest.param({"client_id": "portal-login"}, 401, "invalid_client", id="public-client"),
        pytest.param({"scope": "volitus:accounts"}, 400, "invalid_scope", id="scope-not-its-own"),
        pytest.param({"grant_type": "password"}, 400, "unsupported_grant_type", id="grant-type"),
    ],
)
async def test_a_program_is_refused(
    provider: Provider, form: dict[str, str], status: int, error: str
) -> None:
    good = {
        "grant_type": "client_credentials",
        "client_id": "portal",
        "client_secret": provider.secret("portal"),
    }

    response = await provider.http.post("/oauth2/token", data=good | form)

    assert (response.status_code, response.json()) == (status, {"error": error})


async def test_a_developer_logs_in_on_the_page(provider: Provider, engine: TokenVerifier) -> None:
    page = await provider.http.get("/oauth2/auth", params=ASKED)
    assert page.status_code == 200
    assert 'name="state" value="state-of-the-portal"' in page.text

    back = sent_back(
        await provider.http.post(
            "/oauth2/auth", data=ASKED | {"login_hint": CODE, "method": "smartid"}
        )
    )
    tokens = (await provider.exchange(back["code"])).json()

    caller = await engine.verify(tokens["access_token"])
    assert back["state"] == "state-of-the-portal"
    assert isinstance(caller, PersonCaller)
    assert caller.person.code == CODE
    assert caller.amr == {"smartid"}


async def test_the_id_token_is_as_taras_and_opens_nothing(
    provider: Provider, engine: TokenVerifier
) -> None:
    code = await provider.logged_in(phone="+37255512345")
    tokens = (await provider.exchange(code)).json()

    header, claims = read(tokens["id_token"])
    digest = hashlib.sha256(tokens["access_token"].encode()).digest()[:16]
    assert header["typ"] == "JWT"
    assert claims["aud"] == "portal-login"
    assert claims["nonce"] == "nonce-1"
    assert claims["exp"] - claims["iat"] == 40
    assert claims["at_hash"] == base64.b64encode(digest).decode()
    assert claims["profile_attributes"]["date_of_birth"] == "2000-01-01"
    assert (claims["phone_number"], claims["phone_number_verified"]) == ("+37255512345", True)
    with pytest.raises(InvalidToken, match="id_token"):
        await engine.verify(tokens["id_token"])


@pytest.mark.parametrize(
    ("form", "has_number"),
    [
        pytest.param({"method": "mID"}, True, id="mobiil-id"),
        pytest.param({"method": "idcard"}, False, id="id-card-knows-no-phone"),
        pytest.param({"scope": "openid"}, False, id="not-asked-for"),
    ],
)
async def test_the_phone_number(provider: Provider, form: dict[str, str], has_number: bool) -> None:
    code = await provider.logged_in(phone="+37255512345", **form)

    _, claims = read((await provider.exchange(code)).json()["access_token"])

    assert ("phone_number" in claims) == has_number


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"code_verifier": "another"}, id="another-verifier"),
        pytest.param({"redirect_uri": "http://127.0.0.1:3000/other"}, id="another-redirect-uri"),
        pytest.param({"client_id": "portal"}, id="another-client"),
        pytest.param({"code": "invented"}, id="invented-code"),
    ],
)
async def test_a_code_is_refused(provider: Provider, changes: dict[str, str]) -> None:
    code = await provider.logged_in()

    response = await provider.exchange(**{"code": code} | changes)

    assert response.json() == {"error": "invalid_grant"}


async def test_a_code_is_valid_once(provider: Provider) -> None:
    code = await provider.logged_in()
    assert (await provider.exchange(code)).status_code == 200

    assert (await provider.exchange(code)).json() == {"error": "invalid_grant"}


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        pytest.param({"client_id": "portal"}, 400, id="program-as-login"),
        pytest.param({"redirect_uri": "https://evil.example"}, 400, id="redirect-elsewhere"),
        pytest.param({"response_type": "token"}, 400, id="implicit-flow"),
        pytest.param({"code_challenge_method": "plain"}, 400, id="plain-pkce"),
        pytest.param({"login_hint": "60001019907"}, 422, id="wrong-checksum"),
        pytest.param({"login_hint": "10421629"}, 422, id="registry-code"),
        pytest.param({"login_hint": CODE, "method": "webauthn"}, 422, id="unknown-method"),
    ],
)
async def test_a_login_is_refused(provider: Provider, changes: dict[str, str], status: int) -> None:
    response = await provider.http.post("/oauth2/auth", data=ASKED | changes)

    assert response.status_code == status
    assert f'value="{changes.get("login_hint")}"' not in response.text


async def test_without_pkce_nobody_logs_in(provider: Provider) -> None:
    asked = {name: value for name, value in ASKED.items() if name != "code_challenge"}

    response = await provider.http.get("/oauth2/auth", params=asked)

    assert (response.status_code, response.text) == (400, "missing: code_challenge")


@pytest.mark.parametrize(
    ("form", "acr", "age"),
    [
        pytest.param({}, "high", 0, id="of-this-moment"),
        pytest.param({"login_age": 600}, "high", 600, id="old"),
        pytest.param({"acr": "substantial"}, "substantial", 0, id="weak"),
        pytest.param({"claims": {"auth_time": None}}, "high", None, id="does-not-say"),
    ],
)
async def test_joint_4_a_login_as_old_and_as_weak_as_asked_for(
    provider: Provider, form: dict[str, Any], acr: str, age: int | None
) -> None:
    response = await provider.http.post("/_control/tokens", json={"person": CODE} | form)

    _, claims = read(response.json()["token"])
    assert claims["acr"] == acr
    if age is None:
        assert "auth_time" not in claims
    else:
        assert abs(claims["iat"] - age - claims["auth_time"]) <= 1


async def test_joint_4_a_portal_that_is_challenged_gets_a_fresh_login(
    provider: Provider, engine: TokenVerifier
) -> None:
    fresh = Fresh(timedelta(minutes=5), time.time)
    old = await engine.verify(await client.person_token_async(provider.http, CODE, login_age=600))
    with pytest.raises(StepUpNeeded) as challenged:
        fresh.require(old)

    wanted = dict(re.findall(r'(acr_values|max_age)="?(\w+)', challenged.value.challenge))
    code = await provider.logged_in(**wanted)
    new = (await provider.exchange(code)).json()["access_token"]

    assert wanted == {"acr_values": "high", "max_age": "300"}
    assert fresh.require(await engine.verify(new)).acr is Acr.HIGH


async def test_a_person_may_change_their_mind(provider: Provider) -> None:
    response = await provider.http.post("/oauth2/auth", data=ASKED | {"cancel": "yes"})

    assert sent_back(response)["error"] == "user_cancel"


async def test_a_wrong_token_on_purpose(provider: Provider) -> None:
    form = {
        "person": CODE,
        "claims": {"aud": "another", "exp": 1, "jti": None},
        "header": {"crit": ["x"], "x": 1, "typ": None},
    }
    response = await provider.http.post("/_control/tokens", json=form)

    header, claims = read(response.json()["token"])
    assert (claims["aud"], claims["exp"]) == ("another", 1)
    assert "jti" not in claims
    assert header["crit"] == ["x"]
    assert "typ" not in header


@pytest.mark.parametrize(
    "form",
    [
        pytest.param({}, id="nobody"),
        pytest.param({"person": CODE, "role": "ops"}, id="two-at-once"),
        pytest.param({"person": "60001019907"}, id="wrong-checksum"),
        pytest.param({"client": "nobody"}, id="unknown-client"),
        pytest.param({"client": "portal-login"}, id="login-is-not-a-program"),
        pytest.param({"role": "boss"}, id="unknown-role"),
    ],
)
async def test_no_token_for(provider: Provider, form: dict[str, str]) -> None:
    response = await provider.http.post("/_control/tokens", json=form)

    assert response.status_code == 422


async def test_after_a_rotation_tokens_of_both_keys_are_valid(tmp_path: Path) -> None:
    transport = httpx.ASGITransport(create_app(ISSUER, tmp_path))
    async with httpx.AsyncClient(transport=transport, base_url=ISSUER) as http:
        before = await client.person_token_async(http, CODE)
        await http.post("/_control/rotate", json={})
        after = await client.person_token_async(http, CODE)
        engine = TokenVerifier([IssuerProfile.model_validate(issuer_profiles(ISSUER)[0])], http)

        assert await engine.verify(before)
        assert await engine.verify(after)
        assert read(before)[0]["kid"] != read(after)[0]["kid"]


async def test_a_withdrawn_key_is_gone_at_once(tmp_path: Path) -> None:
    transport = httpx.ASGITransport(create_app(ISSUER, tmp_path))
    async with httpx.AsyncClient(transport=transport, base_url=ISSUER) as http:
        before = await client.person_token_async(http, CODE)
        await http.post("/_control/rotate", json={"overlap": 0})
        engine = TokenVerifier([IssuerProfile.model_validate(issuer_profiles(ISSUER)[0])], http)

        with pytest.raises(InvalidToken, match="key_unknown"):
            await engine.verify(before)


async def test_a_restart_keeps_keys_and_secrets(tmp_path: Path) -> None:
    async def keys_of_a_new_start() -> list[object]:
        transport = httpx.ASGITransport(create_app(ISSUER, tmp_path))
        async with httpx.AsyncClient(transport=transport, base_url=ISSUER) as http:
            await http.post("/_control/rotate", json={})
            keys: list[object] = (await http.get("/.well-known/jwks.json")).json()["keys"]
            return keys

    first = await keys_of_a_new_start()
    secrets = (tmp_path / "clients.json").read_text()
    second = await keys_of_a_new_start()

    assert second[1:] == first
    assert (tmp_path / "clients.json").read_text() == secrets


@pytest.mark.usefixtures("http_servers")
def test_only_the_owner_may_read_keys_and_secrets(tmp_path: Path) -> None:
    with serving(create_app(ISSUER, tmp_path, interval=0)) as address:
        client.signed_in(address, "staff-kati")

    modes = {each.name: each.stat().st_mode & 0o777 for each in tmp_path.iterdir()}
    kept = ("keys.json", "clients.json", "sign_ins.json")
    assert modes == dict.fromkeys(kept, 0o600)


async def test_the_key_endpoint_fails_on_demand(provider: Provider) -> None:
    fault = {"source": "jwks", "kind": "http_500", "times": 1}
    await provider.http.put("/_control/faults", json=fault)

    failed = await provider.http.get("/.well-known/jwks.json")
    good = await provider.http.get("/.well-known/jwks.json")

    assert (failed.status_code, good.status_code) == (500, 200)


@pytest.fixture
def program(tmp_path: Path) -> Iterator[tuple[RunningProgram, str]]:
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "simulators.identity", "--port", str(port)]
    running = RunningProgram(
        Program(
            "identity",
            [*command, "--data-dir", str(tmp_path / "data")],
            tmp_path / "log",
            ready=answers(f"{address}/livez"),
        )
    )
    running.start()
    try:
        running.wait_until_ready(patience_ends())
        yield running, address
    finally:
        running.kill()


def status_of(url: str) -> int:
    """By the standard library: httpx logs the addresses it asks for."""
    where = urlsplit(url)
    connection = HTTPConnection(where.netloc)
    try:
        connection.request("GET", f"{where.path}?{where.query}")
        return connection.getresponse().status
    finally:
        connection.close()


@pytest.mark.usefixtures("processes")
def test_the_program_serves_stops_on_a_signal_and_logs_no_person(
    program: tuple[RunningProgram, str], tmp_path: Path
) -> None:
    running, address = program
    secrets = json.loads((tmp_path / "data" / "clients.json").read_text())

    _, person = read(client.person_token(address, CODE, exp=None))
    _, portal = read(
        client.client_token(address, "portal", secrets["portal"], scope="volitus:check")
    )
    _, minted = read(client.client_token(address, "portal", scope="volitus:events"))
    _, staff = read(client.staff_token(address, "support"))
    by_hint = status_of(f"{address}/oauth2/auth?{urlencode(ASKED | {'login_hint': CODE})}")
    running.stop(grace=20)

    assert person["iss"] == address
    assert "exp" not in person
    assert (portal["scope"], minted["scope"]) == ("volitus:check", "volitus:events")
    assert staff["roles"] == ["support"]
    assert by_hint == 303
    assert running.exit_code() in {0, -15}
    log = (tmp_path / "log").read_text()
    assert CODE not in log
    assert "Traceback" not in log


@pytest.mark.usefixtures("processes")
def test_a_folder_that_cannot_be_used_is_reported(tmp_path: Path) -> None:
    (tmp_path / "keys.json").write_text("{")
    command = [sys.executable, "-m", "simulators.identity", "--port", "1"]

    done = subprocess.run(
        [*command, "--data-dir", str(tmp_path)], capture_output=True, text=True, check=False
    )

    assert done.returncode == 2
    assert done.stderr.startswith("identity simulator: ")
    assert "Traceback" not in done.stderr
