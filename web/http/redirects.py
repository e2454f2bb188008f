"""Redirects to our own pages, for browsers and for htmx."""

import re
from urllib.parse import unquote

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

_PATH = re.compile(r"/(?![/\\])[!-\[\]-~]*")
"""One slash first and no backslash: ``//host`` and ``/\\host`` are other sites to a browser."""
_LONGEST = 1000


def is_own_path(path: str) -> bool:
    """Return whether a redirect to this stays here: no other host, no control characters."""
    if len(path) > _LONGEST or _PATH.fullmatch(path) is None:
        return False
    return not unquote(path).startswith(("//", "/\\"))


def asked_by_htmx(request: Request) -> bool:
    """Return whether a script of the page asks, and not the browser itself."""
    return request.headers.get("hx-request") == "true"


def asked_by_timer(request: Request) -> bool:
    """Return whether a page refreshes itself: nobody may sit before it."""
    return request.headers.get("page-refresh") == "true"


def redirect(request: Request, path: str) -> Response:
    """Lead the browser to another page by GET (303).

    A script would follow a redirect by itself and put the page into a part of this one: it is told
    to leave the page instead.
    """
    if asked_by_htmx(request):
        return Response(status_code=204, headers={"HX-Redirect": path})
    return RedirectResponse(path, status_code=303)
