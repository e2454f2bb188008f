"""step.9: lists of services and monitors, as TMF630 has them."""

from collections.abc import Iterator

import pytest

from simulators.network.app import ACTIVATION_PATH
from tests.clients.network_client import TOKEN, Client, running

BEARER = {"authorization": f"Bearer {TOKEN.get_secret_value()}"}


@pytest.fixture(scope="module")
def simulator(http_servers: None) -> Iterator[Client]:
    with running() as client:
        yield client


@pytest.fixture
def network(simulator: Client) -> Iterator[Client]:
    yield simulator
    simulator.reset()


@pytest.mark.parametrize(
    ("query", "rows", "total"),
    [
        ({}, ["s-1", "s-2", "s-3"], 3),
        ({"limit": "2"}, ["s-1", "s-2"], 3),
        ({"offset": "2", "limit": "2"}, ["s-3"], 3),
        ({"offset": "9"}, [], 3),
        ({"limit": "0"}, [], 3),
        ({"state": "inactive"}, ["s-2", "s-3"], 2),
        ({"state": "inactive", "isBundle": "true"}, ["s-3"], 1),
        ({"id": "s-1", "fields": "state"}, ["s-1"], 1),
        ({"name": "s-1"}, [], 0),
    ],
)
def test_step_9_lists_are_filtered_paged_and_counted(
    network: Client, query: dict[str, str], rows: list[str], total: int
) -> None:
    network.tell_service("s-1")
    network.tell_service("s-2", state="inactive")
    network.tell_service("s-3", state="inactive", members={"isBundle": True})
    network.tell_service("s-4", known=False)

    answer = network.listed("service", **query)

    assert answer.status_code == 200
    assert [each["id"] for each in answer.json()] == rows
    assert answer.headers["x-total-count"] == str(total)
    assert answer.headers["x-result-count"] == str(len(rows))


@pytest.mark.parametrize(
    ("fields", "members"),
    [
        ("state", {"id", "href", "state"}),
        ("state, @type", {"id", "href", "state", "@type"}),
        ("none", {"id", "href"}),
        ("", {"id", "href"}),
    ],
)
def test_step_9_fields_choose_members_beside_id_and_href(
    network: Client, fields: str, members: set[str]
) -> None:
    planted = network.plant("s-1")
    network.tell_service("s-1")

    paths = ["/service", "/monitor", "/service/s-1", f"/monitor/{planted['id']}"]
    for path in paths:
        url = ACTIVATION_PATH + path
        found = network.http.get(url, headers=BEARER, params={"fields": fields}).json()
        (one,) = found if isinstance(found, list) else [found]
        assert set(one) == members, path


def test_step_9_a_monitor_is_found_by_what_it_is_about(network: Client) -> None:
    ours, _ = network.plant("s-1"), network.plant("s-2")

    found = network.listed("monitor", sourceHref=ours["sourceHref"], state="Completed")

    assert found.json() == [ours]
