"""Methods of a resource: ``Allow`` with all of them, and the answer to OPTIONS."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match


def allow_of(request: Request) -> dict[str, str]:
    """Return the header ``Allow`` of this path: several routes may share its template.

    The framework names the methods of the first of them only.
    """
    found = [each for each in request.app.routes if each.matches(request.scope)[0] != Match.NONE]
    template = getattr(found[0], "path_format", None)
    methods = {"OPTIONS"}
    for route in found:
        if getattr(route, "path_format", None) == template:
            methods |= getattr(route, "methods", None) or set()
    return {"Allow": ", ".join(sorted(methods))}


def options(request: Request) -> Response:
    """Return the answer to OPTIONS (RFC 9110, section 9.3.7): what the document says anyway."""
    return Response(status_code=204, headers=allow_of(request))
