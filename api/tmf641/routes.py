"""Routes of TMF641: each says who may call it, and documents the errors that any request gets."""

from collections.abc import Callable
from typing import Any

from fastapi.routing import APIRoute
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from api.auth.authorization import ON_BEHALF_OF
from api.tmf641.callers import PROGRAMS
from api.tmf641.error_kinds import Fault
from api.tmf641.errors import documented

_ALWAYS = (
    *(Fault.URL_INVALID, Fault.QUERY_INVALID, Fault.HEADER_INVALID, Fault.TOKEN_MISSING),
    *(Fault.TOKEN_REFUSED, Fault.TOKEN_EXPIRED, Fault.INSUFFICIENT_SCOPE, Fault.NOT_FOUND),
    *(Fault.METHOD_NOT_ALLOWED, Fault.REQUEST_TIMEOUT, Fault.TOO_MANY_REQUESTS),
    *(Fault.HEADER_TOO_LARGE, Fault.INTERNAL, Fault.UNAVAILABLE, Fault.SERVER_BUSY),
)
OF_BODY = (
    *(Fault.BODY_MISSING, Fault.BODY_INVALID, Fault.FIELD_MISSING, Fault.FIELD_INVALID),
    *(Fault.BODY_TOO_LARGE, Fault.MEDIA_TYPE, Fault.NOT_SUPPORTED),
)
"""Errors of a request with a body."""
_ON_BEHALF_OF = {
    "name": ON_BEHALF_OF,
    "in": "header",
    "required": False,
    "description": "Id of the person for whom the client acts; left out: it acts for the operator.",
    "schema": {"type": "string", "format": "uuid"},
}
_TEMPLATE = "#/components/schemas/{model}"


class TmfRoute(APIRoute):
    """A route for ``PROGRAMS``. ``faults``: errors of its own, in ``openapi_extra``."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        extra = dict(options.get("openapi_extra") or {})
        faults = (*_ALWAYS, *extra.pop("faults", ()))
        extra["parameters"] = [*extra.get("parameters", []), _ON_BEHALF_OF]
        extra["security"] = PROGRAMS.security()
        options["openapi_extra"] = extra
        errors = documented(*sorted(faults, key=list(Fault).index))
        options["responses"] = errors | (options.get("responses") or {})
        options["response_model"] = None
        super().__init__(path, endpoint, **options)
        if not any(each.call is PROGRAMS for each in self.dependant.dependencies):
            raise TypeError(f"{path} does not say who may call it")
        self.description = f"{self.description}\n\n{PROGRAMS.description()}"


def body(model: type[BaseModel], *media_types: str) -> dict[str, Any]:
    """Describe the body of a request, which a route reads by itself."""
    schema = {"$ref": _TEMPLATE.format(model=model.__name__)}
    content = {media_type: {"schema": schema} for media_type in media_types}
    return {"requestBody": {"required": True, "content": content}}


def schemas(*models: type[BaseModel]) -> dict[str, Any]:
    """Return the schemas of bodies that routes read by themselves."""
    modes: Any = [(model, "validation") for model in models]
    _, defined = models_json_schema(modes, ref_template=_TEMPLATE)
    found: dict[str, Any] = defined["$defs"]
    return found
