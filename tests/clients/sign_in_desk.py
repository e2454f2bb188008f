"""A member of staff's machine: the program, its sign-in, and a provider to sign in at."""

import time
from dataclasses import dataclass, replace

import httpx

from cli.session.current import kept
from cli.session.provider import Provider, Tokens
from cli.session.session_file import SessionFile
from settings.commands import LoginSettings
from simulators.identity import client
from simulators.identity.clients import CLI_CLIENT
from tests.clients.cli_runner import Volitus
from tests.clients.token_issuer import Clock


@dataclass
class SignInDesk:
    """The provider's address and clock, the program, and the file of its sign-in."""

    address: str
    clock: Clock
    volitus: Volitus
    file: SessionFile

    @property
    def settings(self) -> LoginSettings:
        named = self.volitus.with_settings(VOLITUS_STAFF_LOGIN_SESSION_FILE=str(self.file.path))
        return named.settings(LoginSettings)

    def provider(self, http: httpx.Client) -> Provider:
        return Provider(self.address, CLI_CLIENT, http)

    def sign_in(self, subject: str = "staff-kati", *, about_to_expire: bool = False) -> Tokens:
        """Sign a member of staff in, and keep it where the program looks."""
        answer = client.signed_in(self.address, subject)
        tokens = Tokens(answer["access_token"], answer["refresh_token"])
        session = kept(self.address, CLI_CLIENT, tokens)
        if about_to_expire:
            session = replace(session, expires_at=time.time() + 5)
        self.file.write(session)
        return tokens

    def refresh(self, token: str) -> httpx.Response:
        """Use a refresh token as whoever has it."""
        form = {"grant_type": "refresh_token", "refresh_token": token, "client_id": CLI_CLIENT}
        return httpx.post(f"{self.address}/oauth2/token", data=form, trust_env=False)
