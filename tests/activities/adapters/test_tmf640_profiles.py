"""The adapter against the simulated network, in each way in which TMF640 lets a network behave."""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from typing import Any

import pytest

from activities.adapters.tmf640.network import Network
from domain.provisioning.attempts import Sent
from domain.provisioning.network_dialect import Characteristics, NetworkDialect
from domain.provisioning.network_services import ServiceChange
from domain.provisioning.steps import Accepted, Answer, NotDone
from tests.builders.step_runner import activation
from tests.clients import network_client

IMSI = {"imsi": "248019876543210"}
CHANGE = ServiceChange("S-1", "active", {"msisdn": "+37255500001"})
AT_ONCE = timedelta()

PROFILES: dict[str, dict[str, Any]] = {
    "async": {"name": "async"},
    "no source": {"name": "async", "source_href": False, "hrefs": "url"},
    "standard": {"name": "standard"},
    "standard, v4 progress": {"name": "standard", "in_progress": "isServiceEnabled"},
    "standard, v5 progress": {"name": "standard", "in_progress": "operatingStatus"},
    "monitors without keys": {"name": "standard", "answers": "monitor"},
    "monitors, lower": {"name": "standard", "answers": "monitor", "spelling": "lower"},
    "monitors, upper": {
        "name": "standard", "answers": "monitor", "spelling": "upper", "source_href": False,
    },
    "monitors that echo": {
        "name": "standard", "answers": "monitor", "echoes": ["Idempotency-Key"],
    },
    "monitors, merged": {
        "name": "standard", "answers": "monitor", "characteristics": "merged",
        "unknown_filters": "refused",
    },
}  # fmt: skip
"""Of the simulator; the dialect follows from it."""


@pytest.fixture(scope="module")
def server(http_servers: None) -> Iterator[network_client.Client]:
    with network_client.running() as server:
        yield server


@pytest.fixture
def simulator(server: network_client.Client) -> network_client.Client:
    server.reset()
    server.completion(0)
    server.tell_service("S-1", state="inactive", characteristics=IMSI)
    return server


@pytest.fixture
def network(request: pytest.FixtureRequest, simulator: network_client.Client) -> Iterator[Network]:
    profile = request.param
    simulator.behave(**profile)
    merged = profile.get("characteristics", "merged" if profile["name"] == "async" else "")
    dialect = NetworkDialect(
        has_keys=profile["name"] == "async",
        characteristics=Characteristics(merged or "replaced"),
        repeat_after=AT_ONCE,
    )
    with ExitStack() as stack:
        yield stack.enter_context(activation(simulator, dialect=dialect))


in_every_profile = pytest.mark.parametrize(
    "network", PROFILES.values(), ids=PROFILES, indirect=True
)


def ended(network: Network, key: str, ago: timedelta = AT_ONCE) -> str:
    """Hand the change over, and ask until it has ended, as a step does."""
    answer: Answer | None
    try:
        answer = network.change(CHANGE, key)
    except NotDone:
        answer = Accepted()
    for _ in range(5):
        if not isinstance(answer, Accepted):
            break
        answer = network.ask(CHANGE, key, Sent(answer.receipt, ago))
        if answer is None:
            answer = network.change(CHANGE, key)
    return type(answer).__name__


@in_every_profile
def test_step_10_a_change_is_made_once_and_nothing_else_changes(
    simulator: network_client.Client, network: Network
) -> None:
    assert ended(network, "k-1") == "Done"
    assert len(simulator.applied()) == 1
    there = network.read("S-1")
    assert (there.state, there.settings) == ("active", IMSI | {"msisdn": "+37255500001"})


@in_every_profile
def test_step_11_a_lost_answer_is_found_out(
    simulator: network_client.Client, network: Network
) -> None:
    simulator.fault("cut", source="activation", times=1)
    assert ended(network, "k-1") == "Done"
    assert len(simulator.applied()) == 1


@in_every_profile
def test_step_11_what_never_arrived_is_sent_again(
    simulator: network_client.Client, network: Network
) -> None:
    simulator.fault("http_500", source="activation", times=1)
    assert ended(network, "k-1") == "Done"
    assert len(simulator.applied()) == 1


@in_every_profile
@pytest.mark.parametrize("found_under", [None, "k-1"])
def test_step_11_nothing_is_done_because_a_stranger_did_the_same(
    simulator: network_client.Client, network: Network, found_under: str | None
) -> None:
    """A worker died before it sent its change; the network shows a stranger's monitors."""
    listed = [{"name": "msisdn", "value": "+37255500001"}]
    body = {"state": "active", "serviceCharacteristic": listed}
    simulator.plant("S-1", body=body, found_under=found_under)
    simulator.plant("S-1", body=body, headers={"Idempotency-Key": "another"})
    simulator.plant("S-2", body=body)
    assert network.ask(CHANGE, "k-1", Sent({}, AT_ONCE)) is None
    assert simulator.applied() == []


@in_every_profile
def test_step_10_a_refusal_comes_with_the_networks_own_code(
    simulator: network_client.Client, network: Network
) -> None:
    simulator.fault("refuse", source="activation", code="invalidCharacteristic")
    with pytest.raises(NotDone, match="characteristic_invalid: invalidCharacteristic"):
        network.change(CHANGE, "k-1")


@pytest.mark.parametrize(
    "network",
    [each for each in PROFILES.values() if "answers" in each or each["name"] == "async"],
    ids=[name for name, each in PROFILES.items() if "answers" in each or each["name"] == "async"],
    indirect=True,
)
def test_step_10_a_later_refusal_is_read_from_the_monitor(
    simulator: network_client.Client, network: Network
) -> None:
    simulator.fault("refuse_later", source="activation", code="invalidCharacteristic")
    answer = network.change(CHANGE, "k-1")
    assert set(answer.receipt) == {"monitor"}
    with pytest.raises(NotDone, match="characteristic_invalid: invalidCharacteristic"):
        network.ask(CHANGE, "k-1", Sent(answer.receipt, AT_ONCE))


@in_every_profile
def test_step_11_nothing_is_sent_again_while_it_is_in_progress(
    simulator: network_client.Client, network: Network
) -> None:
    """Where the network shows that it works on the service; else for the time that is set."""
    profile = simulator.control("GET", "/profile")
    shows = profile["answers"] == "monitor" or profile["in_progress"] == "operatingStatus"
    simulator.fault("never", source="activation")
    answer = network.change(CHANGE, "k-1")
    for receipt in (answer.receipt, {}):
        asked = network.ask(CHANGE, "k-1", Sent(receipt, AT_ONCE))
        assert isinstance(asked, Accepted) == shows
