"""Where a login may lead back to: a path of these pages, never another site."""

from urllib.parse import urlsplit

from starlette.requests import Request

from runtime.texts import Language
from web.http.redirects import is_own_path


def start(language: Language) -> str:
    """Return the path of the first page."""
    return f"/{language.value}/"


def safe(path: str | None, language: Language) -> str:
    """Return a path to go back to: this one where it is safe, else the first page."""
    return path if path is not None and is_own_path(path) else start(language)


def of_request(request: Request) -> str:
    """Return the page that a request is about: where htmx asks, the page that is shown."""
    shown = request.headers.get("hx-current-url")
    parts = urlsplit(shown) if shown else None
    path, query = (parts.path, parts.query) if parts else (request.url.path, request.url.query)
    return f"{path}?{query}" if query else path


def language_of(path: str) -> Language:
    """Return the language that a path begins with; Estonian where it names none."""
    first = path.lstrip("/").partition("/")[0]
    return Language(first) if first in set(Language) else Language.ESTONIAN
