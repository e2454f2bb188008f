"""Sessions of one audience: found, their tokens refreshed, ended. Blocking: called on threads."""

import time
from collections.abc import Callable

import structlog

from settings.web import Audience
from web.login.id_tokens import Clock, check_refreshed
from web.login.logout_tokens import logout
from web.login.provider import Provider
from web.login.refusals import LoginRefused, ProviderUnavailable, RefreshRefused, Refusal
from web.login.vault import Kept, SecretUnreadable, Vault, with_tokens
from web.sessions import SessionRow, Sessions

log = structlog.get_logger(__name__)

_PATIENCE = 15.0
"""Seconds that a request waits for another that refreshes."""
_STEP = 0.05


class SessionUpkeep:
    """Keeps sessions alive, and ends them."""

    def __init__(
        self,
        audience: Audience,
        sessions: Sessions,
        vault: Vault,
        provider: Provider,
        *,
        now: Clock = time.time,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self.audience = audience
        self.sessions = sessions
        self.vault = vault
        self.provider = provider
        self._now = now
        self._pause = pause

    def find(self, session: bytes, *, is_use: bool = True) -> tuple[SessionRow, Kept] | None:
        """Return a session that lasts, with an access token that does; None where there is none.

        ``is_use``: somebody acts, which keeps the session from going idle.
        Raises ProviderUnavailable where the token has expired and no other is to be had.
        """
        row = self.sessions.find(session, self.audience, is_use=is_use)
        if row is None:
            return None
        try:
            kept = self._fresh(row.id, row.sealed)
        except (SecretUnreadable, RefreshRefused, LoginRefused) as error:
            log.info("login_session_ended", reason=type(error).__name__)
            self.sessions.end(row.id)
            return None
        return (row, kept) if kept is not None else None

    def leave(self, session: bytes) -> str | None:
        """End a session here and its tokens at the provider; return its ``sid`` there."""
        row = self.sessions.find(session, self.audience)
        self.sessions.end(session)
        if row is None:
            return None
        try:
            token = self.vault.open_session(row.id, row.sealed).refresh_token
            if token is not None:
                self.provider.revoke(token)
        except (SecretUnreadable, ProviderUnavailable) as error:
            log.warning("login_token_not_revoked", error=type(error).__name__)
        return row.sid

    def logged_out(self, token: str) -> int:
        """End what the provider's logout token names; return how many sessions that were.

        Raises LoginRefused and ProviderUnavailable.
        """
        said = logout(self.provider, token, self._now())
        if not self.sessions.first_time(said.id, said.expires_at):
            raise LoginRefused(Refusal.REPLAYED)
        if said.sid is not None:
            return self.sessions.end_by_sid(self.audience, self.provider.settings.issuer, said.sid)
        persons = self.vault.persons(self.provider.settings.issuer, str(said.subject))
        return self.sessions.end_by_person(self.audience, persons)

    def _fresh(self, id_: bytes, sealed: bytes | None) -> Kept | None:
        """Return tokens that last: refreshed here or by another request; None: it has ended."""
        ends = time.monotonic() + _PATIENCE
        while sealed is not None:
            kept = self.vault.open_session(id_, sealed)
            if self._now() < kept.refresh_at:
                return kept
            if kept.refresh_token is None:
                return kept if self._now() < kept.expires_at else None
            if self.sessions.lend(id_, sealed):
                return self._refreshed(id_, kept, kept.refresh_token)
            if self._now() < kept.expires_at:
                return kept  # another request refreshes
            if time.monotonic() > ends:
                raise ProviderUnavailable("another request has not refreshed the tokens")
            self._pause(_STEP)
            sealed = self.sessions.sealed(id_)
        return None

    def _refreshed(self, id_: bytes, kept: Kept, token: str) -> Kept | None:
        try:
            tokens = self.provider.refresh(token)
            if tokens.identity is not None:
                check_refreshed(self.provider, tokens.identity, kept.subject, self._now())
        except ProviderUnavailable:
            self.sessions.give_back(id_)
            if self._now() < kept.expires_at:
                return kept
            raise
        newer = with_tokens(kept, tokens, self._now())
        return newer if self.sessions.reseal(id_, self.vault.seal_session(id_, newer)) else None
