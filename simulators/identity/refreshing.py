"""Refresh tokens: each is good once and replaced by the next; one that is used twice ends all.

RFC 9700 section 4.14.2: an old token that is used again, by a thief or by the owner, shows that
there are two who have it.
"""

import hmac
import secrets
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from domain.identifiers import PersonKey
from simulators.identity import files
from simulators.identity.staff import Member
from simulators.identity.tokens import Login

LIFE = 12 * 3600
"""Seconds since the sign-in: a working day, however often the tokens are refreshed."""


@dataclass(frozen=True, slots=True)
class SignIn:
    """Somebody's sign-in to a program, and the one refresh token of it that is good now."""

    member: Member | Login
    """A member of staff, or a person."""
    client_id: str
    scope: str
    until: float
    token: str
    sid: str | None = None
    """Of the browser's session that it belongs to."""


class SignIns:
    """The sign-ins that last, kept in ``file`` so that they outlive a restart."""

    def __init__(self, file: Path | None = None, now: Callable[[], float] = time.time) -> None:
        self._file = file
        self._now = now
        kept: dict[str, Any] = files.read(file) or {}
        self._found = {id_: _read(each) for id_, each in kept.items()}

    def begin(
        self, member: Member | Login, client_id: str, scope: str, sid: str | None = None
    ) -> str:
        """Return the first refresh token of a new sign-in."""
        begun = SignIn(member, client_id, scope, self._now() + LIFE, "", sid)
        return self._put(secrets.token_urlsafe(12), begun)

    def refresh(self, token: str, client_id: str) -> tuple[SignIn, str] | None:
        """Return the sign-in of this token and its next token; None: the token is not good."""
        id_ = token.partition(".")[0]
        found = self._found.get(id_)
        if found is None or found.client_id != client_id:
            return None
        if found.until <= self._now() or not hmac.compare_digest(found.token, token):
            self.end(token)
            return None
        return found, self._put(id_, found)

    def end(self, token: str) -> None:
        """End the sign-in that this token is, or was, of. One that is unknown is ignored."""
        if self._found.pop(token.partition(".")[0], None) is not None:
            self._keep()

    def end_of(self, sid: str) -> None:
        """End every sign-in of a browser's session."""
        self._found = {id_: each for id_, each in self._found.items() if each.sid != sid}
        self._keep()

    def _put(self, id_: str, signed_in: SignIn) -> str:
        token = f"{id_}.{secrets.token_urlsafe(32)}"
        self._found[id_] = replace(signed_in, token=token)
        self._keep()
        return token

    def _keep(self) -> None:
        now = self._now()
        self._found = {id_: each for id_, each in self._found.items() if each.until > now}
        files.keep(self._file, {id_: asdict(each) for id_, each in self._found.items()})


def _read(kept: dict[str, Any]) -> SignIn:
    who: dict[str, Any] = kept["member"]
    if "person" in who:
        return SignIn(**kept | {"member": Login(**who | {"person": PersonKey(**who["person"])})})
    member = Member(who["subject"], who["name"], tuple(who["roles"]))
    return SignIn(**kept | {"member": member})
