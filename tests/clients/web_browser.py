"""A browser on the pages, which logs in at the simulated provider as people do."""

import re
from contextlib import ExitStack
from dataclasses import dataclass, field
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx

from settings.web import Audience

PERSON = "60001019906"
STAFF = "staff-ops"
_HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')
_PART = {Audience.SELFSERVICE: "", Audience.CONSOLE: "/console"}


@dataclass
class Browser:
    """Keeps cookies and follows no redirect by itself."""

    pages: str
    clients: ExitStack
    """Closes what it opens."""
    audience: Audience = Audience.SELFSERVICE
    http: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        opened = httpx.Client(trust_env=False, follow_redirects=False, timeout=30)
        self.http = self.clients.enter_context(opened)

    def get(self, path: str, **rest: Any) -> httpx.Response:
        return self.http.get(_absolute(self.pages, path), **rest)

    def post(self, path: str, fields: dict[str, Any] | None = None, **rest: Any) -> httpx.Response:
        return self.http.post(_absolute(self.pages, path), data=fields or {}, **rest)

    def to_provider(self, **query: Any) -> httpx.Response:
        """Begin a login; return the redirect to the provider."""
        return self.get(f"/et{_PART[self.audience]}/login", params=query)

    def at_provider(self, begun: httpx.Response, who: str, **typed: str) -> httpx.Response:
        """Log in at the provider; return its redirect back."""
        where = begun.headers["location"]
        page = self.http.get(where)
        if page.status_code == 303:
            return page  # single sign-on
        fields = {name: unescape(value) for name, value in _HIDDEN.findall(page.text)}
        address = where.partition("?")[0]
        return self.http.post(address, data=fields | {"login_hint": who} | typed)

    def log_in(self, who: str | None = None, *, typed: Any = None, **query: Any) -> httpx.Response:
        """Log in; return what the pages answer to the provider's answer."""
        who = who or (STAFF if self.audience is Audience.CONSOLE else PERSON)
        back = self.at_provider(self.to_provider(**query), who, **(typed or {}))
        return self.get(back.headers["location"])

    @property
    def session(self) -> str | None:
        """What the browser holds of its session."""
        part = "-console" if self.audience is Audience.CONSOLE else ""
        return self.http.cookies.get(f"volitus{part}")

    def copy(self) -> "Browser":
        """A second browser with the same cookies, as a thief or a tab would have them."""
        other = Browser(self.pages, self.clients, self.audience)
        other.http.cookies.update(self.http.cookies)
        return other


def query_of(response: httpx.Response) -> dict[str, str]:
    """Return the query of where a redirect leads."""
    query = urlsplit(response.headers["location"]).query
    return {name: values[0] for name, values in parse_qs(query).items()}


def _absolute(base: str, path: str) -> str:
    return path if path.startswith("http") else base + path
