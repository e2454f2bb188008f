"""A token in one call, for tests, the demo and commands.

The plain functions block and take the simulator's address; those ending in ``_async`` take a
client whose ``base_url`` it is, so that it may as well be an app in the same process. Keywords
are claims to be replaced (``exp=0``), or removed (``exp=None``). All raise httpx.HTTPError.
"""

from typing import Any

import httpx

from simulators.identity.clients import CLI_CLIENT
from simulators.identity.devices import GRANT

_MINT = "/_control/tokens"


def person_token(base_url: str, code: str, *, login_age: int = 0, **claims: Any) -> str:
    """An access token of the person with this Estonian personal code.

    ``login_age`` is seconds since the login: the token itself is new.
    """
    return _minted(base_url, {"person": code, "login_age": login_age, "claims": claims})


def client_token(
    base_url: str, client_id: str, secret: str | None = None, *, scope: str | None = None
) -> str:
    """A program's access token: by its secret as in real life, or minted without one.

    ``scope`` narrows what it may do; by default, all that the client may.
    """
    if secret is None:
        claims = {} if scope is None else {"scope": scope}
        return _minted(base_url, {"client": client_id, "claims": claims})
    form = {"grant_type": "client_credentials"} | ({} if scope is None else {"scope": scope})
    with _here(base_url) as http:
        response = http.post("/oauth2/token", data=form, auth=(client_id, secret))
    return str(response.raise_for_status().json()["access_token"])


def staff_token(base_url: str, role: str, **claims: Any) -> str:
    """An access token of a test person in ``support``, ``ops`` or ``mandate_officer``."""
    return _minted(base_url, {"role": role, "claims": claims})


def answer_device(base_url: str, user_code: str, subject: str | None, **of_member: Any) -> None:
    """Approve a sign-in by the device grant as this member of staff; None: deny it.

    Keywords: ``name`` and ``roles`` of somebody else than the test members of staff.
    """
    form = {"subject": subject} | of_member
    with _here(base_url) as http:
        http.post(f"/_control/devices/{user_code}", json=form).raise_for_status()


def signed_in(base_url: str, subject: str, **of_member: Any) -> dict[str, Any]:
    """Sign a member of staff in to the command line; returns the token endpoint's answer."""
    asked = {"client_id": CLI_CLIENT, "scope": "offline_access"}
    with _here(base_url) as http:
        device = http.post("/oauth2/device/auth", data=asked).raise_for_status().json()
        answer_device(base_url, device["user_code"], subject, **of_member)
        form = {"grant_type": GRANT, "device_code": device["device_code"], "client_id": CLI_CLIENT}
        answer: dict[str, Any] = http.post("/oauth2/token", data=form).raise_for_status().json()
    return answer


async def person_token_async(
    http: httpx.AsyncClient, code: str, *, login_age: int = 0, **claims: Any
) -> str:
    """``person_token`` over a client."""
    form = {"person": code, "login_age": login_age, "claims": claims}
    return await _minted_async(http, form)


async def client_token_async(http: httpx.AsyncClient, client_id: str, **claims: Any) -> str:
    """``client_token`` over a client, minted without a secret."""
    return await _minted_async(http, {"client": client_id, "claims": claims})


async def staff_token_async(http: httpx.AsyncClient, role: str, **claims: Any) -> str:
    """``staff_token`` over a client."""
    return await _minted_async(http, {"role": role, "claims": claims})


def _here(base_url: str) -> httpx.Client:
    return httpx.Client(base_url=base_url, trust_env=False)  # no proxy between neighbours


def _minted(base_url: str, form: dict[str, Any]) -> str:
    with _here(base_url) as http:
        return _token(http.post(_MINT, json=form))


async def _minted_async(http: httpx.AsyncClient, form: dict[str, Any]) -> str:
    return _token(await http.post(_MINT, json=form))


def _token(response: httpx.Response) -> str:
    return str(response.raise_for_status().json()["token"])
