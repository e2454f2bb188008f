"""Pages that say why something is not shown or not done, and what can be done instead."""

from collections.abc import Sequence
from http import HTTPStatus

import structlog
from fastapi import Request
from fastapi.responses import HTMLResponse, Response
from markupsafe import Markup

from runtime.body_limit import CLIENT_GONE
from runtime.texts import Language
from web.api_client import ApiProblem, ApiUnavailable, BillingUnavailable
from web.parts import parts_of
from web.theme.frame import Frame

log = structlog.get_logger(__name__)
CONSOLE = "/console"
"""Path, after the language, of the pages for staff."""
_KINDS = {
    HTTPStatus.FORBIDDEN: "forbidden",
    HTTPStatus.NOT_FOUND: "not_found",
    HTTPStatus.METHOD_NOT_ALLOWED: "not_found",
    HTTPStatus.TOO_MANY_REQUESTS: "too_many",
    HTTPStatus.SERVICE_UNAVAILABLE: "unavailable",
}
"""Texts by status: ``page.error.KIND.title`` and ``page.error.KIND.text``."""
_CODES = frozenset(each.value for each in Language)
_RETRY_AFTER = "10"


def language_of(request: Request) -> Language:
    """Return the language of the path; where it has none, the browser's first that there is."""
    first = request.url.path.lstrip("/").partition("/")[0]
    if first in _CODES:
        return Language(first)
    for each in request.headers.get("accept-language", "").split(","):
        code = each.strip()[:2].lower()
        if code in _CODES:
            return Language(code)
    return Language.ESTONIAN


def home_of(request: Request) -> str:
    """Return the path, without language, of the first page of this part of the site."""
    path = request.url.path.removeprefix(f"/{language_of(request)}")
    return CONSOLE if path == CONSOLE or path.startswith(f"{CONSOLE}/") else "/"


def error_page(
    request: Request,
    status: int,
    *,
    sentences: Sequence[str | Markup] = (),
    links: Sequence[tuple[str, str]] | None = None,
    reference: str = "",
    kind: str = "",
) -> Response:
    """Return the page of an error. ``links``: (path, text); None: to the first page alone.

    ``kind``: of the texts, where not the status decides.
    """
    parts, language = parts_of(request), language_of(request)
    texts = parts.theme.texts(language)
    kind = kind or _KINDS.get(HTTPStatus(status), "failed" if status >= 500 else "refused")
    home = home_of(request)
    if links is None:
        links = [(home, texts.text("page.error.home"))]
    path = request.url.path.removeprefix(f"/{language}") or "/"
    html = parts.theme.page(
        "theme/error.html",
        language,
        Frame(path, home=home),
        title=texts.text(f"page.error.{kind}.title"),
        sentences=list(sentences) or [texts.text(f"page.error.{kind}.text")],
        links=list(links),
        reference=reference,
    )
    headers = {"Retry-After": _RETRY_AFTER} if status == HTTPStatus.SERVICE_UNAVAILABLE else {}
    return HTMLResponse(html, status, headers=headers)


async def on_problem(request: Request, problem: ApiProblem) -> Response:
    """Answer what the API refused and no page had an answer for."""
    return error_page(
        request,
        problem.status if problem.status < 500 else HTTPStatus.BAD_GATEWAY,
        sentences=[problem.text] if problem.text and problem.status < 500 else (),
        reference=problem.reference,
    )


async def on_unavailable(request: Request, error: ApiUnavailable) -> Response:
    """Answer while the API does not: nothing was done, or it is not known whether it was."""
    log.warning("api_unavailable", why=str(error))
    texts = parts_of(request).theme.texts(language_of(request))
    links = [(home_of(request), texts.text("page.error.home"))]
    if request.method == "GET":
        path = request.url.path.removeprefix(f"/{language_of(request)}") or "/"
        links.insert(0, (path, texts.text("page.error.again")))
    kind = "billing" if isinstance(error, BillingUnavailable) else ""
    return error_page(request, HTTPStatus.SERVICE_UNAVAILABLE, links=links, kind=kind)


async def on_status(request: Request, error: Exception) -> Response:
    """Answer a status without a page of its own: an unknown path, a wrong method."""
    return error_page(request, getattr(error, "status_code", HTTPStatus.NOT_FOUND))


async def on_gone(_request: Request, _error: Exception) -> Response:
    """Answer a browser that has closed the connection: nobody reads it."""
    return Response(status_code=CLIENT_GONE)


async def on_unknown_path(request: Request, _error: Exception) -> Response:
    """Answer a path or query that names nothing, such as an id that is none."""
    return error_page(request, HTTPStatus.NOT_FOUND)


async def on_failure(request: Request, _error: Exception) -> Response:
    """Answer a fault of these pages; its trace is logged by the server."""
    return error_page(request, HTTPStatus.INTERNAL_SERVER_ERROR)
