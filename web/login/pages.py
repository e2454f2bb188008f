"""What people read where a login did not succeed, and after a logout.

The application renders it in the theme (``Render``); ``plain`` does without one.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from html import escape

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from runtime.texts import Language, text
from settings.web import Audience
from web.login.refusals import Refusal


class Outcome(StrEnum):
    """What became of a login. Its texts are ``page.login.OUTCOME.title`` and ``.body``."""

    CANCELLED = "cancelled"
    REFUSED = "refused"
    UNAVAILABLE = "unavailable"
    ENDED = "ended"
    """Logged out."""


_STATUS = {Outcome.REFUSED: 403, Outcome.UNAVAILABLE: 503}
OWN_BODY = frozenset(
    {
        Refusal.STATE_UNKNOWN,
        Refusal.LOGIN_TOO_OLD,
        Refusal.ACR_TOO_LOW,
        Refusal.ANOTHER_PERSON,
        Refusal.NO_ROLE,
    }
)
"""Refusals that the person can do something about: ``page.login.refused.REFUSAL``."""


@dataclass(frozen=True, slots=True)
class LoginPage:
    """A page about a login."""

    outcome: Outcome
    language: Language
    audience: Audience
    login_url: str
    """Where to log in again."""
    refusal: Refusal | None = None

    @property
    def status(self) -> int:
        """Status of the answer."""
        return _STATUS.get(self.outcome, 200)

    @property
    def title(self) -> str:
        """Title, and heading."""
        return text(f"page.login.{self.outcome}.title", self.language)

    @property
    def body(self) -> str:
        """What happened, and what to do."""
        if self.refusal in OWN_BODY:
            return text(f"page.login.refused.{self.refusal}", self.language)
        return text(f"page.login.{self.outcome}.body", self.language)

    @property
    def again(self) -> str:
        """Text of the link to the login."""
        return text("page.login.again", self.language)


Render = Callable[[Request, LoginPage], Response]


def plain(_request: Request, page: LoginPage) -> Response:
    """Render a page without a theme."""
    code = f"<p><code>{escape(page.refusal)}</code></p>" if page.refusal else ""
    return HTMLResponse(
        f'<!doctype html><html lang="{page.language}"><head><meta charset="utf-8">'
        f"<title>{escape(page.title)}</title></head><body><main><h1>{escape(page.title)}</h1>"
        f"<p>{escape(page.body)}</p>{code}"
        f'<p><a href="{escape(page.login_url)}">{escape(page.again)}</a></p></main></body></html>',
        page.status,
    )
