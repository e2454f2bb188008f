"""What the adapter sends, held against TMF640's official description.

Needs ``TMF640_SWAGGER`` (tests/builders/tmf640_contract.py).
"""

import json
from datetime import timedelta
from typing import Any

import pytest

from domain.provisioning.attempts import Sent
from domain.provisioning.network_dialect import Characteristics, NetworkDialect
from domain.provisioning.network_services import ServiceChange
from domain.provisioning.steps import NotDone
from tests.builders.scripted_network import NET, ScriptedNetwork, monitor, service
from tests.builders.tmf640_contract import needs_swagger, official

SETTINGS = {"msisdn": "+37255500001", "kind": "mobile", "old": None}
THERE = service("inactive", msisdn="+37255500000", imsi="248019876543210", old="x")
OURS = ["query idempotencyKey: not described"]
"""The search by key is our extension: used only where the settings say that the network has it."""


def faults(network: ScriptedNetwork) -> list[str]:
    """What the official description has against the requests that the network got."""
    return [
        fault
        for each in network.requests
        for fault in official().request_faults(
            each.method,
            str(each.url),
            body=json.loads(each.content) if each.content else None,
            query=dict(each.url.params),
        )
    ]


@needs_swagger
@pytest.mark.parametrize("characteristics", Characteristics)
@pytest.mark.parametrize(
    "wanted", [{"state": "active"}, {"settings": SETTINGS}], ids=["state", "settings"]
)
@pytest.mark.parametrize("receipt", [{}, {"monitor": "mon/1"}], ids=["lost", "accepted"])
@pytest.mark.parametrize(
    ("has_keys", "expected"), [(False, []), (True, OURS)], ids=["standard", "extended"]
)
def test_step_9_what_is_sent_fits_the_official_description(
    characteristics: Characteristics,
    wanted: dict[str, Any],
    receipt: dict[str, str],
    has_keys: bool,
    expected: list[str],
) -> None:
    network = ScriptedNetwork(THERE, [monitor("Completed")], (202, None, {}))
    dialect = NetworkDialect(has_keys, characteristics, timedelta())
    adapter, change = network.adapter(dialect), ServiceChange(NET, **wanted)
    adapter.read(NET)
    adapter.change(change, "k")
    try:
        adapter.ask(change, "k", Sent(receipt))
    except NotDone as error:
        pytest.fail(f"the question met {error}")
    assert faults(network) == expected
    assert {"PATCH /service/NET-7", "GET /monitor"} <= set(network.asked())
