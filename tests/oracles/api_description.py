"""The API's OpenAPI documents as committed; tests/cli/test_openapi.py tells if one is outdated."""

import json
from functools import cache
from pathlib import Path
from typing import Any

OPENAPI_JSON = Path(__file__).parents[2] / "openapi.json"
OPENAPI_TMF641_JSON = OPENAPI_JSON.with_name("openapi-tmf641.json")
OPENAPI_CAMARA_JSON = OPENAPI_JSON.with_name("openapi-camara.json")


@cache
def api_description(file: Path = OPENAPI_JSON) -> dict[str, Any]:
    """Return the document; read only."""
    document: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return document
