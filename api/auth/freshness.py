"""Fresh logins: whoever confirms something logged in for it, with high assurance (RFC 9470).

Judged by ``auth_time``. ``iat`` says nothing of the login: it is new in every refreshed token.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import structlog

from api.auth.errors import StepUpNeeded
from api.auth.principals import Caller, PersonCaller
from domain.identity import Acr, Login

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Fresh:
    """The requirement of a fresh login. ``now`` is seconds since 1970."""

    max_age: timedelta
    """Longest time since the login, apart from the leeway of the issuer's clock."""
    now: Callable[[], float]

    def require(self, caller: Caller) -> Login:
        """Return the login behind this caller's token. Raises StepUpNeeded if it is not fresh.

        Only a person's own token can be: a portal's says nothing of the person it acts for.
        """
        if not isinstance(caller, PersonCaller):
            raise self._refused(caller, "The token is not of a person who logged in")
        acr, auth_time = caller.acr, caller.auth_time
        if acr is not Acr.HIGH:
            raise self._refused(caller, "A stronger login is required")
        if auth_time is None:
            raise self._refused(caller, "The token does not say when the person logged in")
        age = timedelta(seconds=self.now() - auth_time.timestamp())
        if age < -caller.leeway:
            raise self._refused(caller, "The login lies in the future")
        if age > self.max_age + caller.leeway:
            raise self._refused(caller, "A more recent login is required")
        return Login(caller.issuer, caller.token_id, acr, tuple(sorted(caller.amr)), auth_time)

    def _refused(self, caller: Caller, why: str) -> StepUpNeeded:
        who = {"iss": caller.issuer, "client_id": caller.client_id, "jti": caller.token_id}
        log.info("login_not_fresh", why=why, **who)
        return StepUpNeeded(Acr.HIGH, max_age=self.max_age, description=why)
