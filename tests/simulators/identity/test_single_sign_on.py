"""page.3: the provider of the web pages: single sign-on, refresh, logout."""

import base64
import hashlib
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from fastapi import FastAPI, Request
from joserfc.jws import extract_compact

from api.auth.principals import StaffCaller
from api.auth.tokens import IssuerProfile, TokenVerifier
from simulators.identity.app import create_app
from simulators.identity.profiles import issuer_profiles
from simulators.serving import serving

ISSUER = "http://127.0.0.1:8020"
CODE = "60001019906"
VERIFIER = "a-code-verifier-of-at-least-forty-three-characters"
ASKED = {
    "response_type": "code",
    "client_id": "selfservice",
    "redirect_uri": "http://127.0.0.1:3000/back",
    "scope": "openid offline_access",
    "state": "the-state",
    "nonce": "the-nonce",
    "code_challenge_method": "S256",
}


class Clock:
    now = 1_800_000_000.0


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("identity")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def http(kept: Path, clock: Clock) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(create_app(ISSUER, kept, now=lambda: clock.now))
    async with httpx.AsyncClient(transport=transport, base_url=ISSUER) as client:
        yield client


def asked(**changes: str) -> dict[str, str]:
    digest = hashlib.sha256(VERIFIER.encode()).digest()
    challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
    return ASKED | {"code_challenge": challenge} | changes


def sent_back(response: httpx.Response) -> dict[str, str]:
    assert response.status_code == 303, response.text
    return {n: v[0] for n, v in parse_qs(urlsplit(response.headers["location"]).query).items()}


async def logged_in(http: httpx.AsyncClient, who: str = CODE, **changes: str) -> dict[str, str]:
    response = await http.post("/oauth2/auth", data=asked(**changes) | {"login_hint": who})
    return sent_back(response)


async def token(
    http: httpx.AsyncClient, kept: Path, client: str = "selfservice", **form: str
) -> dict[str, Any]:
    secret = json.loads((kept / "clients.json").read_text())[client]
    whole = {"redirect_uri": ASKED["redirect_uri"], "code_verifier": VERIFIER} | form
    answer = await http.post("/oauth2/token", data=whole, auth=(client, secret))
    found: dict[str, Any] = answer.json()
    return found


async def exchanged(
    http: httpx.AsyncClient, kept: Path, code: str, client: str = "selfservice"
) -> dict[str, Any]:
    return await token(http, kept, client, grant_type="authorization_code", code=code)


def claims(signed: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(extract_compact(signed.encode()).payload)
    return found


async def test_page_3_the_answer_names_the_issuer(http: httpx.AsyncClient) -> None:
    back = await logged_in(http)

    assert back["iss"] == ISSUER
    assert back["state"] == "the-state"


async def test_page_3_a_browser_that_logged_in_is_not_asked_again(
    http: httpx.AsyncClient, kept: Path, clock: Clock
) -> None:
    first = await exchanged(http, kept, (await logged_in(http))["code"])
    clock.now += 100

    again = sent_back(await http.get("/oauth2/auth", params=asked(max_age="200")))
    second = await exchanged(http, kept, again["code"])

    one, two = claims(first["id_token"]), claims(second["id_token"])
    assert (one["sid"], one["auth_time"]) == (two["sid"], two["auth_time"])
    assert (one["aud"], one["nonce"]) == ("selfservice", "the-nonce")


@pytest.mark.parametrize(
    ("changes", "acr"),
    [
        ({"max_age": "99"}, "high"),
        ({"max_age": "0"}, "high"),
        ({"prompt": "login"}, "high"),
        ({"acr_values": "high"}, "substantial"),
        ({"client_id": "console"}, "high"),
        ({"client_id": "portal-login"}, "high"),
    ],
)
async def test_page_3_it_is_asked_where_its_login_is_not_enough(
    http: httpx.AsyncClient, clock: Clock, changes: dict[str, str], acr: str
) -> None:
    await http.post("/oauth2/auth", data=asked() | {"login_hint": CODE, "acr": acr})
    clock.now += 100

    response = await http.get("/oauth2/auth", params=asked(**changes))

    assert response.status_code == 200
    assert "<form" in response.text


async def test_page_3_nobody_is_asked_who_must_not_be(http: httpx.AsyncClient) -> None:
    back = sent_back(await http.get("/oauth2/auth", params=asked(prompt="none")))

    assert back["error"] == "login_required"


async def test_page_3_staff_log_in_to_the_console_with_their_roles(
    http: httpx.AsyncClient, kept: Path
) -> None:
    page = await http.get("/oauth2/auth", params=asked(client_id="console"))
    back = await logged_in(http, "staff-support", client_id="console")
    tokens = await exchanged(http, kept, back["code"], "console")
    verifier = TokenVerifier(
        [IssuerProfile.model_validate(each) for each in issuer_profiles(ISSUER)],
        http,
        now=lambda: Clock.now,
    )

    caller = await verifier.verify(tokens["access_token"])
    await verifier.aclose()

    assert "Sirje Saar" in page.text
    assert claims(tokens["id_token"])["roles"] == ["support"]
    assert isinstance(caller, StaffCaller)


async def test_page_3_a_client_with_a_secret_has_to_prove_it(http: httpx.AsyncClient) -> None:
    code = (await logged_in(http))["code"]
    form = {"grant_type": "authorization_code", "code": code, "client_id": "selfservice"}
    form |= {"redirect_uri": ASKED["redirect_uri"], "code_verifier": VERIFIER}

    answer = await http.post("/oauth2/token", data=form)

    assert (answer.status_code, answer.json()) == (401, {"error": "invalid_client"})


async def test_page_3_a_persons_tokens_are_refreshed_and_keep_the_login(
    http: httpx.AsyncClient, kept: Path, clock: Clock
) -> None:
    tokens = await exchanged(http, kept, (await logged_in(http))["code"])
    clock.now += 600
    form = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}

    newer = await token(http, kept, **form)
    used_twice = await token(http, kept, **form)
    after = await token(http, kept, **form | {"refresh_token": newer["refresh_token"]})

    before, now = claims(tokens["access_token"]), claims(newer["access_token"])
    assert now["exp"] - before["exp"] == 600
    assert (now["sub"], now["auth_time"]) == (f"EE{CODE}", before["auth_time"])
    assert used_twice == after == {"error": "invalid_grant"}


async def test_page_3_a_logout_ends_the_browsers_session_and_tells_the_clients(
    http: httpx.AsyncClient, kept: Path
) -> None:
    told: list[dict[str, Any]] = []
    listener = FastAPI()

    @listener.post("/told")
    async def heard(request: Request) -> None:
        told.append(claims(str((await request.form())["logout_token"])))

    tokens = await exchanged(http, kept, (await logged_in(http))["code"])
    back = "http://127.0.0.1:3000/ended"
    with serving(listener) as address:
        form = {"client": "selfservice", "address": f"{address}/told"}
        await http.put("/_control/backchannel", json=form)
        ended = await http.get(
            "/oauth2/logout",
            params={"client_id": "selfservice", "post_logout_redirect_uri": back},
        )
    asked_again = await http.get("/oauth2/auth", params=asked())
    refreshed = await token(
        http, kept, grant_type="refresh_token", refresh_token=tokens["refresh_token"]
    )

    assert ended.headers["location"] == back
    assert asked_again.status_code == 200
    assert refreshed == {"error": "invalid_grant"}
    (logout,) = told
    assert (logout["aud"], logout["sub"]) == ("selfservice", f"EE{CODE}")
    assert logout["sid"] == claims(tokens["id_token"])["sid"]
    assert list(logout["events"]) == ["http://schemas.openid.net/event/backchannel-logout"]


@pytest.mark.parametrize(
    "wrong",
    [{"client_id": "nobody"}, {"post_logout_redirect_uri": "https://evil.example/"}],
)
async def test_page_3_a_logout_leads_to_a_known_client_only(
    http: httpx.AsyncClient, wrong: dict[str, str]
) -> None:
    sent = {"client_id": "selfservice", "post_logout_redirect_uri": "http://127.0.0.1:1/"}

    assert (await http.get("/oauth2/logout", params=sent | wrong)).status_code == 400
