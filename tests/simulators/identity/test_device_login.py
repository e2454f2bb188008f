"""The device grant and refresh tokens of the identity provider, by which staff use the commands."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.auth.principals import StaffCaller, StaffRole
from api.auth.tokens import IssuerProfile, TokenVerifier
from simulators.identity.app import create_app
from simulators.identity.clients import CLI_CLIENT
from simulators.identity.profiles import issuer_profiles
from tests.clients.token_issuer import Clock

ISSUER = "http://127.0.0.1:8020"
DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"


@dataclass
class Provider:
    http: httpx.AsyncClient
    clock: Clock
    found: dict[str, Any]

    async def device(self, **changes: str) -> dict[str, Any]:
        form = {"client_id": CLI_CLIENT, "scope": "offline_access"} | changes
        answer = await self.http.post(self.found["device_authorization_endpoint"], data=form)
        body: dict[str, Any] = answer.json()
        return body

    async def token(self, **form: str) -> dict[str, Any]:
        form = {"client_id": CLI_CLIENT} | form
        body: dict[str, Any] = (
            await self.http.post(self.found["token_endpoint"], data=form)
        ).json()
        return body

    async def poll(self, device: dict[str, Any], **changes: str) -> dict[str, Any]:
        form = {"grant_type": DEVICE_CODE, "device_code": device["device_code"]} | changes
        return await self.token(**form)

    async def refresh(self, token: str, **changes: str) -> dict[str, Any]:
        form = {"grant_type": "refresh_token", "refresh_token": token} | changes
        return await self.token(**form)

    async def answer(self, device: dict[str, Any], subject: str | None) -> None:
        where = f"/_control/devices/{device['user_code']}"
        (await self.http.post(where, json={"subject": subject})).raise_for_status()

    async def signed_in(self, subject: str = "staff-kati", **changes: str) -> dict[str, Any]:
        device = await self.device(**changes)
        await self.answer(device, subject)
        return await self.poll(device)


@pytest.fixture
async def provider() -> AsyncIterator[Provider]:
    clock = Clock()
    transport = httpx.ASGITransport(create_app(ISSUER, now=clock))
    async with httpx.AsyncClient(transport=transport, base_url=ISSUER) as http:
        found = (await http.get("/.well-known/openid-configuration")).json()
        yield Provider(http, clock, found)


async def test_step_13_discovery_names_what_a_command_needs(provider: Provider) -> None:
    assert {DEVICE_CODE, "refresh_token"} <= set(provider.found["grant_types_supported"])
    assert provider.found["revocation_endpoint"]


async def test_step_13_a_member_of_staff_signs_in_on_the_page(provider: Provider) -> None:
    device = await provider.device()
    waits = await provider.poll(device)

    page = await provider.http.get(device["verification_uri_complete"])
    said = await provider.http.post(
        device["verification_uri"],
        data={"user_code": device["user_code"].lower(), "subject": "staff-kati"},
    )
    provider.clock.pass_(device["interval"])
    answer = await provider.poll(device)

    assert waits == {"error": "authorization_pending"}
    assert device["user_code"] in page.text
    assert "Signed in." in said.text
    profiles = [IssuerProfile.model_validate(each) for each in issuer_profiles(ISSUER)]
    engine = TokenVerifier(profiles, provider.http, now=provider.clock)
    caller = await engine.verify(answer["access_token"])
    await engine.aclose()
    assert isinstance(caller, StaffCaller)
    assert (caller.client_id, caller.subject) == (CLI_CLIENT, "staff-kati")
    assert (caller.name, caller.roles) == ("Kati Kask", frozenset(StaffRole))


async def test_step_13_a_program_that_asks_too_often_is_slowed_down(provider: Provider) -> None:
    device = await provider.device()
    asked = [await provider.poll(device)]
    for seconds in (device["interval"] - 1, device["interval"], device["interval"] + 5):
        provider.clock.pass_(seconds)
        asked.append(await provider.poll(device))

    errors = [answer["error"] for answer in asked]
    # After slow_down the interval is five seconds longer, and is longer again if that is ignored.
    assert errors == ["authorization_pending", "slow_down", "slow_down", "slow_down"]


@pytest.mark.parametrize(
    ("passed", "answered", "changes", "error"),
    [
        pytest.param(0, "deny", {}, "access_denied", id="denied"),
        pytest.param(601, "approve", {}, "expired_token", id="too-late"),
        pytest.param(0, "approve", {"device_code": "guessed"}, "invalid_grant", id="guessed"),
        pytest.param(0, "approve", {"client_id": "portal"}, "invalid_grant", id="another-program"),
    ],
)
async def test_step_13_a_device_gets_no_token(
    provider: Provider, passed: float, answered: str, changes: dict[str, str], error: str
) -> None:
    device = await provider.device()
    await provider.answer(device, "staff-kati" if answered == "approve" else None)
    provider.clock.pass_(passed)

    assert await provider.poll(device, **changes) == {"error": error}


async def test_step_13_a_device_code_is_good_once(provider: Provider) -> None:
    device = await provider.device()
    await provider.answer(device, "staff-kati")

    first, second = [await provider.poll(device) for _ in range(2)]

    assert "access_token" in first
    assert second == {"error": "invalid_grant"}


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        pytest.param({"client_id": "portal"}, "unauthorized_client", id="client"),
        pytest.param({"scope": "volitus:accounts"}, "invalid_scope", id="scope"),
    ],
)
async def test_step_13_no_device_grant_for(
    provider: Provider, changes: dict[str, str], error: str
) -> None:
    assert await provider.device(**changes) == {"error": error}


async def test_step_13_a_page_refuses_a_code_that_nobody_shows(provider: Provider) -> None:
    form = {"user_code": "BBBB-BBBB", "subject": "staff-kati"}

    answer = await provider.http.post("/oauth2/device", data=form)

    assert answer.status_code == 422
    assert "No program waits with this code." in answer.text


async def test_step_13_refresh_tokens_rotate_and_one_used_twice_ends_the_sign_in(
    provider: Provider,
) -> None:
    first = await provider.signed_in()
    second = await provider.refresh(first["refresh_token"])
    again = await provider.refresh(first["refresh_token"])
    after = await provider.refresh(second["refresh_token"])

    assert second["refresh_token"] != first["refresh_token"]
    assert (again, after) == ({"error": "invalid_grant"}, {"error": "invalid_grant"})


@pytest.mark.parametrize("ending", ["a-day", "revoked", "another-program"])
async def test_step_13_a_refresh_token_is_refused(provider: Provider, ending: str) -> None:
    token = (await provider.signed_in())["refresh_token"]
    changes = {}
    match ending:
        case "a-day":
            provider.clock.pass_(24 * 3600)
        case "revoked":
            await provider.http.post("/oauth2/revoke", data={"token": token})
        case _:
            changes = {"client_id": "portal"}

    assert await provider.refresh(token, **changes) == {"error": "invalid_grant"}


async def test_step_13_a_sign_in_that_need_not_last_has_no_refresh_token(
    provider: Provider,
) -> None:
    assert "refresh_token" not in await provider.signed_in(scope="openid")


async def test_step_13_a_sign_in_outlives_a_restart_of_the_simulator(tmp_path: Path) -> None:
    async def provider_again() -> Provider:
        transport = httpx.ASGITransport(create_app(ISSUER, tmp_path))
        http = httpx.AsyncClient(transport=transport, base_url=ISSUER)
        return Provider(http, Clock(), (await http.get("/.well-known/openid-configuration")).json())

    before = await provider_again()
    token = (await before.signed_in())["refresh_token"]
    after = await provider_again()
    answer = await after.refresh(token)
    for each in (before, after):
        await each.http.aclose()

    assert "access_token" in answer
