"""TMF640's official description, in ``TMF640-ServiceActivation-v4.0.0.swagger.json``."""

from tests.builders import tmf_contract
from tests.builders.tmf_contract import Contract

VARIABLE = "TMF640_SWAGGER"
needs_swagger = tmf_contract.needs(VARIABLE)
"""Marks a test that needs the official description."""


def official() -> Contract:
    """Return the official description; only for tests marked ``needs_swagger``."""
    return tmf_contract.official(VARIABLE)
