"""Services of an account, found by name, number, kind, state and package."""

from dataclasses import replace
from typing import Any

import pytest

from domain.accounts import ServiceStatus
from tests.builders.people import JAAN, MARI, TIIU
from tests.builders.register_states import KUUSK, sole, state
from tests.builders.rows import account, carry_out, give, put, put_service, service, store_states
from tests.clients.api_client import SUPPORT, Front, person_token

COMPANY, OTHER = account(KUUSK, 1), account(JAAN, 2)
SMALL, LARGE = {"package": "mobile-s"}, {"package": "mobile-l"}
VALVE = replace(
    service(1, COMPANY, phone="+37255512345"), name="Õhtune valve", characteristics=SMALL
)
SHOP = replace(service(2, COMPANY, phone="+37255598765"), name="Pood", characteristics=LARGE)
NAMELESS = replace(service(3, COMPANY, phone="+37255511111"), characteristics=SMALL)
ROUTER = replace(service(4, COMPANY, kind="router"), name="Ruuter")
ENDED = replace(service(5, COMPANY, phone="+37255512346"), name="Aadu", status=ServiceStatus.ENDED)
PATH = f"/v1/accounts/{COMPANY.id}/services/search"


@pytest.fixture(autouse=True)
def customers(front: Front) -> None:
    put(front.database, COMPANY, OTHER)
    put_service(front.database, VALVE, SHOP, NAMELESS, ROUTER, ENDED)
    store_states(front.database, state(sole(MARI)))


async def search(front: Front, token: str, path: str = PATH, **asked: Any) -> dict[str, Any]:
    answer = await front.post(path, token, asked)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def ids(front: Front, **asked: Any) -> list[str]:
    return [each["id"] for each in (await search(front, person_token(MARI), **asked))["items"]]


def ids_of(*services: Any) -> list[str]:
    return [str(each.id) for each in services]


async def test_page_9_services_are_found_by_name_number_kind_state_and_package(
    front: Front,
) -> None:
    assert await ids(front) == ids_of(SHOP, ROUTER, VALVE, NAMELESS, ENDED)
    assert await ids(front, words="ÕHT") == ids_of(VALVE)
    assert await ids(front, words="234") == ids_of(VALVE, ENDED)
    assert await ids(front, words="+372 5559") == ids_of(SHOP)
    assert await ids(front, words="5") == []
    assert await ids(front, words="%") == []
    assert await ids(front, kind="router") == ids_of(ROUTER)
    assert await ids(front, status="ended") == ids_of(ENDED)
    assert await ids(front, package="mobile-s") == ids_of(VALVE, NAMELESS)
    assert await ids(front, package="mobile-s", words="valve") == ids_of(VALVE)


async def test_page_9_what_an_order_set_is_the_package(front: Front) -> None:
    carry_out(
        front.database,
        'UPDATE service SET wanted = \'{"package": "mobile-m"}\' WHERE id = :id',
        id=SHOP.id,
    )
    found = await search(front, person_token(MARI), package="mobile-m")

    assert [each["id"] for each in found["items"]] == ids_of(SHOP)
    assert found["packages"] == ["mobile-m", "mobile-s"]


async def test_page_9_pages_of_found_services_follow_one_another(front: Front) -> None:
    mari, shown, path = person_token(MARI), [], f"{PATH}?limit=2"
    page = await search(front, mari, path)
    while True:
        shown += [each["id"] for each in page["items"]]
        if page["next"] is None:
            break
        page = await search(front, mari, f"{path}&after={page['next']}")

    assert shown == ids_of(SHOP, ROUTER, VALVE, NAMELESS, ENDED)


async def test_page_9_a_search_finds_only_what_is_seen(front: Front) -> None:
    grant = give(front.database, TIIU, COMPANY, on=VALVE)
    carry_out(
        front.database,
        "UPDATE access_grant SET permissions = ARRAY['service:view'] WHERE id = :id",
        id=grant,
    )
    tiiu = person_token(TIIU)

    found = await search(front, tiiu)
    by_number, by_package = [
        await search(front, tiiu, **asked) for asked in ({"words": "234"}, {"package": "mobile-s"})
    ]

    assert [each["id"] for each in found["items"]] == ids_of(VALVE)
    assert found["packages"] == by_number["items"] == by_package["items"] == []
    assert (await front.post(PATH, person_token(JAAN), {})).status_code == 404
    assert len((await search(front, SUPPORT, words="5551"))["items"]) == 3
