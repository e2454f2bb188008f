"""order.11: a network's list is read page by page, and one bad entry spoils no other."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import httpx
import pytest

from activities.adapters.tmf640.network import NoNetwork, Tmf640Network
from activities.adapters.tmf640.requests import Requests
from domain.provisioning.network_dialect import NetworkDialect
from domain.provisioning.network_services import ListedService, ServicePage
from domain.provisioning.steps import Refused, Trouble
from tests.builders.scripted_network import URL
from tests.clients import network_client

GOOD = {"id": "NET-1", "state": "Active", "serviceCharacteristic": [{"name": "a", "value": "õ"}]}


def network(answer: Callable[[httpx.Request], httpx.Response]) -> Tmf640Network:
    http = httpx.Client(transport=httpx.MockTransport(answer))
    return Tmf640Network(Requests(http, URL, None, timeout=1), NetworkDialect())


def read(body: Any, *, total: str | None = None, offset: int = 0) -> ServicePage:
    """Read a page with this body; bytes are sent as they are."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers: Mapping[str, str] = {} if total is None else {"X-Total-Count": total}
    return network(lambda _: httpx.Response(200, content=content, headers=headers)).services(
        offset, 10
    )


@pytest.mark.parametrize(
    "bad",
    [
        pytest.param({"state": "active"}, id="no-id"),
        pytest.param({"id": ""}, id="empty-id"),
        pytest.param({"id": "a" * 201}, id="long-id"),
        pytest.param({"id": ["NET-2"]}, id="id-that-is-a-list"),
        pytest.param({"id": "NET-2", "state": 7}, id="state-that-is-a-number"),
        pytest.param({"id": "NET-2", "serviceCharacteristic": "x"}, id="no-list"),
        pytest.param({"id": "NET-2", "serviceCharacteristic": [{"value": 1}]}, id="no-name"),
        pytest.param({"id": "NET-2", "state": "a\0"}, id="nul"),
        pytest.param({"id": "NET-2", "state": "\ud800"}, id="half-of-a-pair"),
        pytest.param("NET-2", id="text"),
        pytest.param(None, id="null"),
    ],
)
def test_order_11_an_entry_that_cannot_be_read_is_counted_and_spoils_no_other(bad: Any) -> None:
    page = read([bad, GOOD])

    ((id_, service),) = page.services
    assert (id_, service.state, service.settings) == ("NET-1", "active", {"a": "õ"})
    assert page.unreadable == 1


def test_order_11_a_whole_surrogate_pair_is_text_like_any_other() -> None:
    page = read([{"id": "NET-1", "name": "\U0001f4f6"}])

    assert (len(page.services), page.unreadable) == (1, 0)


@pytest.mark.parametrize(
    ("body", "total", "offset", "following"),
    [
        pytest.param([GOOD, GOOD], None, 0, 2, id="short-and-no-total"),
        pytest.param([], None, 2, None, id="empty"),
        pytest.param([GOOD], "2", 0, 1, id="shorter-than-asked-for"),
        pytest.param([GOOD], "2", 1, None, id="reaches-the-total"),
        pytest.param([], "9", 2, None, id="less-than-the-total"),
        pytest.param([GOOD], "many", 0, 1, id="a-total-that-is-no-number"),
        pytest.param([{"id": 7}], None, 0, 1, id="ids-that-are-numbers"),
    ],
)
def test_order_11_where_the_next_page_begins(
    body: Any, total: str | None, offset: int, following: int | None
) -> None:
    assert read(body, total=total, offset=offset).following == following


@pytest.mark.parametrize("body", [b"", b"no json", b"{}", b"[NaN]", b'"x"', b"[" * 9999])
def test_order_11_what_is_no_list_is_trouble_and_no_empty_list(body: bytes) -> None:
    with pytest.raises(Trouble):
        read(body)


@pytest.mark.parametrize(("status", "error"), [(503, Trouble), (401, Trouble), (404, Refused)])
def test_order_11_a_list_that_is_not_given(status: int, error: type[Exception]) -> None:
    with pytest.raises(error):
        network(lambda _: httpx.Response(status)).services(0, 10)


def test_order_11_the_list_of_a_network_that_no_setting_names_is_refused() -> None:
    with pytest.raises(Refused):
        NoNetwork().services(0, 10)


@pytest.mark.usefixtures("http_servers")
@pytest.mark.parametrize("profile", ["async", "standard"])
def test_order_11_every_service_is_read_from_a_network_that_gives_small_pages(
    profile: str,
) -> None:
    with network_client.running() as simulated:
        simulated.behave(profile, largest_page=2)
        for number in range(5):
            simulated.tell_service(f"NET-{number}", characteristics={"package": str(number)})
        http = httpx.Client()
        requests = Requests(http, simulated.activation_url, network_client.TOKEN, timeout=5)
        adapter = Tmf640Network(requests, NetworkDialect())
        found: list[ListedService] = []
        place: int | None = 0
        while place is not None:
            page = adapter.services(place, 100)
            found += page.services
            place = page.following
        http.close()

    assert {id_: service.settings["package"] for id_, service in found} == {
        f"NET-{number}": str(number) for number in range(5)
    }
