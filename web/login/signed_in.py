"""Who is logged in, for pages: a dependency of their routes.

It is a plain function, so FastAPI calls it on a thread: it reads a row, and may refresh tokens.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from pydantic import SecretStr
from starlette.requests import Request

from settings.web import Audience
from web.http.redirects import asked_by_timer
from web.login.cookies import Cookies
from web.login.desk import LoginDesk
from web.login.refusals import LoginNeeded
from web.login.upkeep import SessionUpkeep
from web.login.vault import SecretUnreadable
from web.sessions import OpenSession


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Somebody who is logged in. What they may do only the API knows."""

    audience: Audience
    access_token: SecretStr
    """For the API; lasts for this request."""
    subject: str = field(repr=False)
    """``sub``: of a person ``EE`` and the personal code. For no address, title or log."""
    name: str = field(repr=False)
    roles: tuple[str, ...]
    """Of staff, as the provider says; for what is shown, never for what is allowed."""
    acr: str | None
    amr: tuple[str, ...]
    auth_time: datetime
    token_expires_at: datetime
    expires_at: datetime
    """Of the session, however much it is used."""
    session: bytes = field(repr=False)
    persons: tuple[str, ...] = field(repr=False)
    """Digests of the person."""


@dataclass(frozen=True, slots=True)
class Gate:
    """One audience: its login and its cookies."""

    desk: LoginDesk
    upkeep: SessionUpkeep
    cookies: Cookies

    def signed_in(self, request: Request) -> SignedIn:
        """Return who is logged in. Raises LoginNeeded and ProviderUnavailable."""
        session = self.cookies.session_id(request)
        is_use = not asked_by_timer(request)
        found = None if session is None else self.upkeep.find(session, is_use=is_use)
        if found is None:
            raise LoginNeeded(audience=self.desk.audience)
        row, kept = found
        return SignedIn(
            audience=row.audience,
            access_token=SecretStr(kept.access_token),
            subject=kept.subject,
            name=kept.name,
            roles=kept.roles,
            acr=row.acr,
            amr=row.amr,
            auth_time=row.auth_time,
            token_expires_at=datetime.fromtimestamp(kept.expires_at, UTC),
            expires_at=row.expires_at,
            session=row.id,
            persons=tuple(self.upkeep.vault.persons(row.issuer, kept.subject)),
        )

    def open_sessions(self, person: SignedIn) -> Sequence[OpenSession]:
        """Return the person's sessions, the last used first."""
        return self.upkeep.sessions.open_sessions(person.session, person.persons, person.audience)

    def end_others(self, person: SignedIn) -> int:
        """End the person's other sessions; return how many."""
        return self.upkeep.sessions.end_others(person.session, person.persons, person.audience)

    def keep_form(self, session: bytes, path: str, fields: dict[str, list[str]]) -> None:
        """Keep the fields of a form that came after its session had ended, for its person."""
        person = self.upkeep.sessions.person_of(session, self.desk.audience)
        if person is not None:
            sealed = self.upkeep.vault.seal_form(path, fields)
            self.upkeep.sessions.keep_form(self.desk.audience, person, path, sealed)

    def kept_form(self, person: SignedIn, path: str) -> dict[str, list[str]] | None:
        """Return the fields that were kept for this person and page, once."""
        sealed = self.upkeep.sessions.take_form(person.audience, person.persons, path)
        try:
            return None if sealed is None else self.upkeep.vault.open_form(path, sealed)
        except SecretUnreadable:
            return None


def gate_of(request: Request, audience: Audience) -> Gate:
    """Return an audience's gate of the application that serves this request."""
    gate: Gate = request.app.state.gates[audience]
    return gate


def signed_in(request: Request) -> SignedIn:
    """Return who is logged in to the self-service. Raises LoginNeeded."""
    return gate_of(request, Audience.SELFSERVICE).signed_in(request)


def signed_in_to_console(request: Request) -> SignedIn:
    """Return who is logged in to the console. Raises LoginNeeded."""
    return gate_of(request, Audience.CONSOLE).signed_in(request)
