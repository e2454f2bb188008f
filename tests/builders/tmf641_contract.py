"""TMF641's official description, in ``TMF641-ServiceOrdering-v4.1.0.swagger.json``."""

from functools import cache

from tests.builders import tmf_contract
from tests.builders.tmf_contract import Contract

VARIABLE = "TMF641_SWAGGER"
needs_swagger = tmf_contract.needs(VARIABLE)
"""Marks a test that needs the official description."""


@cache
def official() -> Contract:
    """Return the official description; only for tests marked ``needs_swagger``.

    It requires ``id`` of a reference to an item and declares ``itemId``: here it declares both.
    """
    swagger = tmf_contract.official(VARIABLE).swagger
    swagger["definitions"]["ServiceOrderItemRef"]["properties"]["id"] = {"type": "string"}
    return Contract(swagger)
