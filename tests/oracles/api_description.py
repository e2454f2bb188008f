"""The API's OpenAPI document, made once in each process that runs tests. Read only."""

from functools import cache
from typing import Any

from api.app import openapi_document


@cache
def api_description() -> dict[str, Any]:
    return openapi_document()
