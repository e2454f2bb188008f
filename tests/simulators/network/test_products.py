"""order.12: the network's products: values, SIMs, eSIMs, routers, and services that drift."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.clients.network_client import Client, running

SIM, OTHER_SIM = "8937200000000000001", "8937200000000000002"
NUMBER = "+37255500001"


@pytest.fixture(scope="module")
def simulator(http_servers: None) -> Iterator[Client]:
    with running() as client:
        yield client


@pytest.fixture(params=["async", "standard"])
def network(simulator: Client, request: pytest.FixtureRequest) -> Client:
    simulator.reset()
    simulator.behave(request.param, characteristics="merged")
    simulator.completion(0)
    return simulator


def change(network: Client, service_id: str = "s-1", key: str = "k-1", **values: Any) -> str:
    """Change these characteristics; return the code of the refusal, or nothing."""
    listed = [{"name": name, "value": value} for name, value in values.items()]
    answer = network.change(service_id, {"serviceCharacteristic": listed}, key)
    return "" if answer.is_success else answer.json()["code"]


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"package": "mobile-m", "dataBoost": True, "roamingBarred": False}, ""),
        ({"spendingLimit": 0, "spendingLimitAction": "warn"}, ""),
        ({"spendingLimit": None, "package": None}, ""),
        ({"unknown": {"to": ["the", "catalogue"]}}, ""),
        ({"package": 5}, "invalidCharacteristic"),
        ({"dataBarred": "true"}, "invalidCharacteristic"),
        ({"spendingLimit": -1}, "invalidCharacteristic"),
        ({"spendingLimit": True}, "invalidCharacteristic"),
        ({"iccid": "8937"}, "invalidCharacteristic"),
        ({"forwardTo": "555"}, "invalidCharacteristic"),
    ],
)
def test_order_12_values_of_products_have_their_types(
    network: Client, values: dict[str, Any], code: str
) -> None:
    assert change(network, **values) == code
    kept = {} if code else {name: value for name, value in values.items() if value is not None}
    assert network.has("s-1") == kept


def test_order_12_a_sim_is_of_one_service_and_from_the_stock(network: Client) -> None:
    network.tell_service("s-1", characteristics={"msisdn": NUMBER, "iccid": SIM})
    network.card("8937200000000000009", available=False)

    assert change(network, "s-2", iccid=SIM) == "simUnavailable"
    assert change(network, iccid="8937200000000000009") == "simUnavailable"
    assert network.check({"phoneNumber": NUMBER}).json() == {"swapped": False}
    assert change(network, iccid=OTHER_SIM, simType="card") == ""
    assert network.has("s-1")["iccid"] == OTHER_SIM
    assert network.check({"phoneNumber": NUMBER}).json() == {"swapped": True}
    assert change(network, "s-2", key="k-2", iccid=SIM) == ""


def test_order_12_a_number_is_of_one_service_of_its_kind(network: Client) -> None:
    network.tell_service("s-1", characteristics={"msisdn": NUMBER, "kind": "mobile"})
    network.tell_service("s-3", characteristics={"kind": "mobiil_id"})
    network.tell_service("s-2", characteristics={"kind": "mobile"})

    assert change(network, "s-3", msisdn=NUMBER) == ""
    assert change(network, "s-2", key="k-2", msisdn=NUMBER) == "numberInUse"
    assert change(network, "s-1", key="k-3", msisdn=None) == ""
    assert change(network, "s-2", key="k-4", msisdn=NUMBER) == ""


def test_order_12_an_esim_profile_comes_with_its_activation_code(network: Client) -> None:
    network.tell_service("s-1", characteristics={"iccid": SIM, "simType": "card"})

    assert change(network, simType="esim", esimDownload=True) == ""
    first = network.has("s-1")
    assert change(network, key="k-2", simType="esim", esimDownload=True) == ""
    second = network.has("s-1")
    assert change(network, key="k-3", simType="card", iccid=OTHER_SIM) == ""

    assert first["simType"] == "esim"
    assert set(first) == {"iccid", "simType", "activationCode"}
    assert first["activationCode"].startswith("LPA:1$")
    assert not {SIM, first["iccid"]} & {second["iccid"]}
    assert first["activationCode"] != second["activationCode"]
    assert network.has("s-1") == {"iccid": OTHER_SIM, "simType": "card"}


def test_order_12_restarts_of_routers_are_counted_and_change_nothing(network: Client) -> None:
    network.tell_service("s-1", characteristics={"wifiName": "Kodu"})

    assert change(network, restart=True) == ""
    assert change(network, key="k-2", restart=True) == ""
    network.control("PUT", "/routers", {"service_id": "s-1", "online": False})
    assert change(network, key="k-3", restart=True) == "routerOffline"

    assert (network.restarts("s-1"), network.has("s-1")) == (2, {"wifiName": "Kodu"})


def test_order_12_a_service_drifts_behind_everybodys_back(network: Client) -> None:
    """It was changed and said so; the next request finds what was there before."""
    network.tell_service("s-1", characteristics={"package": "mobile-s"})
    network.fault("drift", source="activation", times=1)

    assert change(network, package="mobile-m") == ""
    network.monitors("k-1")
    assert network.has("s-1") == {"package": "mobile-s"}
    assert len(network.applied(service="s-1")) == 1


def test_order_12_a_list_of_services_has_no_more_rows_than_a_page_of_the_network(
    network: Client,
) -> None:
    network.control("PUT", "/services", [{"id": f"s-{number}"} for number in range(5)])
    network.behave("standard", largest_page=2)

    pages = [network.listed("service", offset=str(at), limit="100") for at in (0, 2, 4, 6)]

    assert [[each["id"] for each in page.json()] for page in pages] == [
        ["s-0", "s-1"], ["s-2", "s-3"], ["s-4"], [],
    ]  # fmt: skip
    assert {page.headers["x-total-count"] for page in pages} == {"5"}
