"""Single sign-on: a browser that logged in is not asked again, until it logs out.

Each session has a ``sid``, which its ID tokens and its logout tokens name.
"""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from simulators.identity.staff import Member
from simulators.identity.tokens import Login, subject_of

COOKIE = "sso"


@dataclass(slots=True)
class SsoSession:
    """Somebody's login in one browser."""

    who: Login | Member = field(repr=False)
    at: int
    """When: seconds since 1970."""
    sid: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    clients: set[str] = field(default_factory=set)
    """Programs that it was used for."""


class SsoSessions:
    """The sessions, by the browser's cookie."""

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        self._now = now
        self._sessions: dict[str, SsoSession] = {}

    def begin(self, who: Login | Member) -> tuple[str, SsoSession]:
        """Return the cookie of a new session, and the session."""
        cookie = secrets.token_urlsafe(24)
        self._sessions[cookie] = session = SsoSession(who, int(self._now()))
        return cookie, session

    def find(self, cookie: str | None, kind: type[Login | Member]) -> SsoSession | None:
        """Return the browser's session of a person, or of a member of staff."""
        found = self._sessions.get(cookie or "")
        return found if found is not None and isinstance(found.who, kind) else None

    def age(self, session: SsoSession) -> float:
        """Seconds since the login."""
        return self._now() - session.at

    def end(
        self, *, cookie: str | None = None, sid: str | None = None, subject: str | None = None
    ) -> list[SsoSession]:
        """End the sessions of a browser, with this ``sid``, or of a person; return them."""
        ended = {
            key: each
            for key, each in self._sessions.items()
            if key == cookie or each.sid == sid or subject_of(each.who) == subject
        }
        for key in ended:
            del self._sessions[key]
        return list(ended.values())
