"""Composition of the document of the API itself."""

from collections.abc import Sequence
from typing import Any

from fastapi.openapi.utils import get_openapi
from pydantic.json_schema import models_json_schema
from starlette.routing import BaseRoute

from api.access.schemas import AccessChecksRequest
from api.document import about, answers, headers, parameters, properties, security, tags
from api.document.examples import putting
from api.document.schemas import without_null_defaults
from api.http.problems import ProblemDetails


def document(routes: Sequence[BaseRoute]) -> dict[str, Any]:
    """Return the OpenAPI 3.1 document of these routes."""
    made = get_openapi(
        **about.info(about.TITLE, about.VERSION, about.DESCRIPTION),
        servers=about.SERVERS,
        tags=tags.described(),
        routes=routes,
    )
    template = "#/components/schemas/{model}"
    _, defined = models_json_schema(
        [(ProblemDetails, "serialization"), (AccessChecksRequest, "validation")],
        ref_template=template,
    )
    schemas = made.setdefault("components", {}).setdefault("schemas", {})
    schemas |= defined["$defs"]
    made["components"]["securitySchemes"] = security.SCHEMES
    without_null_defaults(made)
    properties.describe(schemas)
    parameters.describe(made)
    answers.describe(made)
    headers.describe(made)
    putting.put(made)
    return made
