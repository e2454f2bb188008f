"""The login of one audience: from the first redirect to a session. Blocking: called on threads."""

import base64
import hashlib
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import structlog

from runtime.texts import Language
from settings.web import Acr, Audience, WebSettings
from web.login import cookies
from web.login.id_tokens import Clock, Identity, Wanted, identity
from web.login.provider import Provider, Tokens
from web.login.refusals import (
    LoginCancelled,
    LoginRefused,
    Refusal,
    StepUp,
)
from web.login.return_paths import safe
from web.login.vault import Attempt, Kept, SecretUnreadable, Vault, with_tokens
from web.sessions import SessionRow, Sessions

log = structlog.get_logger(__name__)

_ATTEMPT_LIFE = timedelta(minutes=15)
_CANCELLED = frozenset({"user_cancel", "access_denied"})
"""``error`` of TARA, and of RFC 6749."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The provider's answer, as the browser brings it."""

    code: str = field(default="", repr=False)
    error: str = ""
    iss: str | None = None


@dataclass(frozen=True, slots=True)
class Begun:
    """A login under way."""

    url: str
    """Where the browser goes."""
    browser: str = field(repr=False)
    """Value of the cookie that binds it to the browser."""
    seconds: int


class LoginDesk:
    """Logs people in to the pages of one audience."""

    def __init__(
        self,
        audience: Audience,
        settings: WebSettings,
        sessions: Sessions,
        vault: Vault,
        provider: Provider,
        *,
        redirect_uri: str,
        now: Clock = time.time,
    ) -> None:
        self.audience = audience
        self._sessions = sessions
        self._vault = vault
        self._provider = provider
        self._openid = settings.openid(audience)
        self._absolute = int(settings.session.absolute.total_seconds())
        self._redirect_uri = redirect_uri
        self._now = now

    def begin(
        self,
        language: Language,
        return_to: str | None,
        step_up: StepUp | None,
        *,
        browser: str | None,
        session: bytes | None,
    ) -> Begun:
        """Store a login that begins, and say where the browser goes.

        ``session``: the one that is stepped up; the same person has to log in.
        """
        state, nonce, verifier = (cookies.new_value() for _ in range(3))
        max_age, acr = self._asked(step_up)
        person = self._person_of(session) if step_up is not None else None
        attempt = Attempt(
            nonce=nonce,
            verifier=verifier,
            return_to=safe(return_to, language),
            language=language.value,
            max_age=max_age,
            acr=acr.claim if acr is not None else None,
            person=person,
        )
        asked = {
            "response_type": "code",
            "client_id": self._openid.client_id,
            "redirect_uri": self._redirect_uri,
            "scope": self._openid.scope,
            "state": state,
            "nonce": nonce,
            "code_challenge": _challenge(verifier),
            "code_challenge_method": "S256",
            "ui_locales": language.value,
            # Also where nothing is stepped up: a login there must not be older than a session may.
            "max_age": str(max_age),
        }
        if acr is not None:
            asked["acr_values"] = acr.claim
        if step_up is not None:
            asked["prompt"] = "login"
        url = self._provider.authorization_url(asked)
        browser, id_ = browser or cookies.new_value(), cookies.digest(state)
        sealed = self._vault.seal_attempt(id_, attempt)
        self._sessions.begin_login(
            id_, cookies.digest(browser), self.audience, sealed, _ATTEMPT_LIFE
        )
        return Begun(url, browser, int(_ATTEMPT_LIFE.total_seconds()))

    def take(self, state: str, browser: str | None) -> Attempt:
        """Return the login that this browser began, once. Raises LoginRefused."""
        if not state or browser is None:
            raise LoginRefused(Refusal.STATE_UNKNOWN)
        id_ = cookies.digest(state)
        sealed = self._sessions.take_login(id_, cookies.digest(browser), self.audience)
        try:
            if sealed is not None:
                return self._vault.open_attempt(id_, sealed)
        except SecretUnreadable:
            pass  # of a key that is gone
        raise LoginRefused(Refusal.STATE_UNKNOWN)

    def complete(
        self, attempt: Attempt, answer: Answer, *, session: bytes | None, user_agent: str
    ) -> str:
        """Begin a session of whom the provider says to have logged in; return its cookie.

        ``session``: the browser's old one, which ends. Raises LoginRefused, LoginCancelled and
        ProviderUnavailable.
        """
        self._check_answer(answer)
        tokens = self._provider.exchange(answer.code, attempt.verifier, self._redirect_uri)
        if tokens.identity is None:
            raise LoginRefused(Refusal.TOKEN_MISSING)
        acr = Acr[attempt.acr.upper()] if attempt.acr else None
        wanted = Wanted(attempt.nonce, attempt.max_age, acr)
        who = identity(self._provider, tokens.identity, tokens.access, wanted, self._now())
        cookie = self._stored(who, tokens, attempt, user_agent)
        if session is not None:
            self._sessions.end(session)
        return cookie

    def _asked(self, step_up: StepUp | None) -> tuple[int, Acr | None]:
        """Return the greatest age of the login, in seconds, and its weakest level."""
        levels = [self._openid.minimum_acr, step_up.acr if step_up else None]
        acr = max((each for each in levels if each is not None), default=None)
        asked = step_up.max_age if step_up else None
        return min(self._absolute, self._absolute if asked is None else max(asked, 0)), acr

    def _person_of(self, session: bytes | None) -> str | None:
        return None if session is None else self._sessions.person_of(session, self.audience)

    def _check_answer(self, answer: Answer) -> None:
        # RFC 9207: the answer comes from the provider that was asked, not from another.
        if answer.iss != self._openid.issuer and (
            answer.iss is not None or self._provider.names_itself()
        ):
            raise LoginRefused(Refusal.ISSUER_WRONG)
        if answer.error in _CANCELLED:
            raise LoginCancelled
        if answer.error:
            raise LoginRefused(Refusal.PROVIDER_ERROR)
        if not answer.code:
            raise LoginRefused(Refusal.CODE_MISSING)

    def _stored(self, who: Identity, tokens: Tokens, attempt: Attempt, user_agent: str) -> str:
        persons = self._vault.persons(self._openid.issuer, who.subject)
        if attempt.person is not None and attempt.person not in persons:
            raise LoginRefused(Refusal.ANOTHER_PERSON)
        if self.audience is Audience.CONSOLE and not who.roles:
            raise LoginRefused(Refusal.NO_ROLE)
        cookie = cookies.new_value()
        id_ = cookies.digest(cookie)
        kept = with_tokens(
            Kept("", None, 0, 0, who.subject, who.name, who.roles), tokens, self._now()
        )
        row = SessionRow(
            id=id_,
            audience=self.audience,
            issuer=self._openid.issuer,
            person=persons[0],
            sid=who.sid,
            acr=who.acr,
            amr=who.amr,
            auth_time=datetime.fromtimestamp(who.auth_time, UTC),
            sealed=self._vault.seal_session(id_, kept),
            expires_at=datetime.max.replace(tzinfo=UTC),
        )
        self._sessions.create(row, user_agent)
        return cookie


def _challenge(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
