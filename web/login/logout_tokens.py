"""Logout tokens: the provider says that a session there has ended.

Source: OpenID Connect Back-Channel Logout 1.0, sections 2.4 and 2.6.
"""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime

from web.login.id_tokens import read
from web.login.provider import Provider
from web.login.refusals import LoginRefused, Refusal

_EVENT = "http://schemas.openid.net/event/backchannel-logout"
# Explicit typing is recommended there, not required: Ory Hydra, behind TARA and GovSSO, sends JWT.
# What else has that type lacks ``events``, or has a nonce.
_TYPES = frozenset({"logout+jwt", "jwt"})
_LONGEST = 3600
"""Seconds that a logout token may live, and that its ``jti`` is remembered."""


@dataclass(frozen=True, slots=True)
class Logout:
    """What has ended: one session at the provider or, without ``sid``, all of a person."""

    id: bytes
    """SHA-256 of issuer and ``jti``."""
    expires_at: datetime
    sid: str | None
    subject: str | None = field(repr=False)


def logout(provider: Provider, token: str, now: float) -> Logout:
    """Return what a logout token says. Raises LoginRefused; whether it is new the caller checks."""
    claims = read(provider, token, now, _TYPES)
    events = claims.get("events")
    if not isinstance(events, dict) or not isinstance(events.get(_EVENT), dict):
        raise LoginRefused(Refusal.EVENT_MISSING)
    if "nonce" in claims:
        raise LoginRefused(Refusal.TYPE_WRONG)  # an ID token, which anybody may hold
    sid, subject, id_ = claims.get("sid"), claims.get("sub"), claims.get("jti")
    if id_ is None or (sid is None and subject is None):
        raise LoginRefused(Refusal.CLAIM_MISSING)
    if not all(isinstance(each, str | None) and each != "" for each in (sid, subject, id_)):
        raise LoginRefused(Refusal.CLAIM_MALFORMED)
    if claims["exp"] - claims["iat"] > _LONGEST:
        raise LoginRefused(Refusal.CLAIM_MALFORMED)
    digest = hashlib.sha256(json.dumps([provider.settings.issuer, id_]).encode()).digest()
    return Logout(digest, datetime.fromtimestamp(claims["exp"] + 60, UTC), sid, subject)
