"""Back-channel logout: programs are told that a session has ended (Back-Channel Logout 1.0)."""

import secrets
from collections.abc import Iterable
from typing import Any

import httpx

from simulators.identity.sso import SsoSession
from simulators.identity.tokens import Mint, subject_of

LOGOUT_TOKEN = {"typ": "logout+jwt"}
LOGOUT_TOKEN_LIFE = 120
_EVENT = "http://schemas.openid.net/event/backchannel-logout"


class Backchannel:
    """The addresses that clients registered, and the calls to them."""

    def __init__(self, mint: Mint) -> None:
        self._mint = mint
        self._addresses: dict[str, str] = {}

    def register(self, client_id: str, address: str) -> None:
        """Call this client there; instead of where it registered before."""
        self._addresses[client_id] = address

    def claims(self, client_id: str, session: SsoSession) -> dict[str, Any]:
        """The claims of the logout token for one client."""
        now = int(self._mint.now())
        return {
            "iss": self._mint.url,
            "aud": client_id,
            "iat": now,
            "exp": now + LOGOUT_TOKEN_LIFE,
            "jti": secrets.token_urlsafe(16),
            "events": {_EVENT: {}},
            "sub": subject_of(session.who),
            "sid": session.sid,
        }

    async def tell(self, ended: Iterable[SsoSession]) -> dict[str, int]:
        """Tell every client of each session; return their statuses, 0 where one is not reached."""
        told: dict[str, int] = {}
        async with httpx.AsyncClient(trust_env=False, timeout=5) as http:
            for session in ended:
                for client_id in sorted(session.clients & self._addresses.keys()):
                    token = self._mint.signed(self.claims(client_id, session), LOGOUT_TOKEN)
                    told[client_id] = await _posted(http, self._addresses[client_id], token)
        return told


async def _posted(http: httpx.AsyncClient, address: str, token: str) -> int:
    try:
        return (await http.post(address, data={"logout_token": token})).status_code
    except httpx.HTTPError:
        return 0
