"""Redirects to our own pages, for browsers and for htmx."""

import re
from urllib.parse import unquote

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

_PATH = re.compile(r"/(?![/\\])[A-Za-z0-9/_.~?=&%+:-]*")


def is_own_path(path: str) -> bool:
    """Return whether this is a path of this site: no other host, no control characters."""
    return _PATH.fullmatch(path) is not None and not unquote(path).startswith(("//", "/\\"))


def asked_by_htmx(request: Request) -> bool:
    """Return whether a script of the page asks, and not the browser itself."""
    return request.headers.get("hx-request") == "true"


def redirect(request: Request, path: str) -> Response:
    """Lead the browser to another page by GET (303).

    A script would follow a redirect by itself and put the page into a part of this one: it is told
    to leave the page instead.
    """
    if asked_by_htmx(request):
        return Response(status_code=204, headers={"HX-Redirect": path})
    return RedirectResponse(path, status_code=303)
