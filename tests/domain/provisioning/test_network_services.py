"""When a service is as a change would make it."""

from typing import Any

import pytest

from domain.provisioning.network_services import NetworkService, ServiceChange, shows


@pytest.mark.parametrize(
    ("state", "settings", "expected"),
    [
        ("active", {}, True),
        ("Active", {}, True),
        ("inactive", {}, False),
        (None, {"limit": 5}, True),
        (None, {"limit": "5"}, True),
        (None, {"barred": "true"}, True),
        (None, {"barred": False}, False),
        (None, {"missing": None}, True),
        (None, {"limit": None}, False),
        (None, {"missing": ""}, False),
        (None, {"list": [1]}, True),
        (None, {"list": "[1]"}, False),
        ("active", {"limit": 6}, False),
    ],
)
def test_step_10_a_service_shows_a_change(
    state: str | None, settings: dict[str, Any], expected: bool
) -> None:
    there = NetworkService("active", {"limit": 5, "barred": True, "list": [1]})
    assert shows(there, ServiceChange("NET-7", state, settings)) is expected
