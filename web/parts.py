"""What the pages are made with: settings, theme, sessions, and the client of the API."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import httpx
from fastapi import Request

from settings.web import Audience, WebSettings
from web.login.signed_in import Gate
from web.theme.environment import Theme
from web.theme.static_files import StaticFiles


@dataclass(frozen=True)
class Parts:
    """Parts of one process, in ``app.state.parts``."""

    settings: WebSettings
    zone: ZoneInfo
    theme: Theme
    files: StaticFiles
    gates: Mapping[Audience, Gate]
    """Login and sessions of each part of the site."""
    api: httpx.AsyncClient
    """With the API's address as its base."""

    @property
    def form_targets(self) -> list[str]:
        """Origins of the OpenID providers, to which the answer to a form of any page may lead."""
        issuers = (self.settings.openid(each).issuer for each in Audience)
        return sorted(set(map(origin_of, issuers)))


def origin_of(url: str) -> str:
    """Return scheme, host and port of an address: what a Content-Security-Policy allows."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def parts_of(request: Request) -> Parts:
    """Return the parts of the app that answers this request."""
    parts: Parts = request.app.state.parts
    return parts
