"""order.1: who sees which characteristics of a service, and how they are told."""

from collections.abc import Collection
from dataclasses import replace
from typing import Any

import pytest

from domain.access.grants import Origin
from domain.access.permissions import Permission
from domain.provisioning.network_services import NetworkService
from services.parties.people import ensure_person
from storage.access import grants
from storage.inventory import readings, wanted
from tests.builders.orders import NewItem, Orders
from tests.builders.people import JAAN, KATI, MARI, TIIU
from tests.builders.register_states import KUUSK, sole, state
from tests.builders.rows import (
    BILLING as SYSTEM,
)
from tests.builders.rows import (
    account,
    give,
    put,
    put_service,
    rows,
    service,
    starting,
    store_states,
)
from tests.clients.api_client import BILLING, OPS, PORTAL, SUPPORT, Front, person_token

OFFICE = account(KUUSK, 1)
BARS = ["roamingBarred", "premiumBarred", "dataBarred", "outgoingBarred"]
LIMITS = ["spendingLimit", "spendingLimitAction"]
PRODUCTS = ["package", "dataBoost", "roamingPass"]
SIM, FORWARDING = ["iccid", "simType", "eid", "mobiilIdSim"], ["forwardTo", "forwardWhen"]
EVERYTHING = [*PRODUCTS, *LIMITS, *BARS, *SIM, *FORWARDING]
MOBILE = {
    "package": "M",
    "dataBoost": True,
    "roamingPass": False,
    "spendingLimit": 5000,
    "spendingLimitAction": "bar",
    **dict.fromkeys(BARS, False),
    "iccid": "8937202000000000001",
    "simType": "esim",
    "eid": "89" + "0" * 30,
    "mobiilIdSim": True,
    "forwardTo": "+37255577777",
    "forwardWhen": "busy",
}
PHONE = replace(service(1, OFFICE, phone="+37251234567"), characteristics=MOBILE)
ROUTER = replace(service(2, OFFICE, kind="router"), characteristics={"wifiName": "Kontor"})
V = Permission
ONE, SERVICES = f"/v1/services/{PHONE.id}", f"/v1/accounts/{OFFICE.id}/services"
TOLD = {"account_id": str(OFFICE.id), "kind": "mobile", "number": "+37251234567"}


@pytest.fixture
def _rows(front: Front) -> None:
    put(front.database, OFFICE)
    put_service(front.database, PHONE, ROUTER)
    store_states(front.database, state(sole(MARI)))


def may(front: Front, *permissions: Permission) -> str:
    """Give Jaan these permissions on the account; return his token."""
    with front.database.transaction() as session:
        start = starting(ensure_person(front.database, JAAN), OFFICE, origin=Origin.DELEGATION)
        held = frozenset({V.SERVICE_VIEW, *permissions})
        grants.start(session, [replace(start, permissions=held)], actor=SYSTEM)
    return person_token(JAAN)


async def seen(front: Front, token: str, **headers: str) -> dict[str, list[str]]:
    """Names of the characteristics that a caller sees, by the kind of the service."""
    listed = (await front.get(SERVICES, token, **headers)).json()["items"]
    shown = {each["kind"]: [one["name"] for one in each["characteristics"]] for each in listed}
    answer = (await front.get(ONE, token, **headers)).json()
    assert [each["name"] for each in answer["characteristics"]] == shown["mobile"]
    return shown


@pytest.mark.parametrize(
    ("permissions", "mobile", "router"),
    [
        pytest.param([], [], [], id="service-view"),
        pytest.param([V.PACKAGE_VIEW], PRODUCTS, [], id="package"),
        pytest.param([V.CREDIT_LIMIT_VIEW], LIMITS, [], id="limit"),
        pytest.param([V.RESTRICTION_VIEW], BARS, [], id="restriction"),
        pytest.param([V.SIM_VIEW], SIM, [], id="sim"),
        pytest.param([V.NUMBER_VIEW], FORWARDING, [], id="number"),
        pytest.param([V.INTERNET_VIEW], [], ["wifiName"], id="internet"),
        pytest.param([V.ROUTER_MANAGE, V.SERVICE_ORDER], [], [], id="who-sets-sees-no-more"),
        pytest.param([V.SIM_VIEW, V.CREDIT_LIMIT_VIEW], [*LIMITS, *SIM], [], id="two"),
    ],
)
@pytest.mark.usefixtures("_rows")
async def test_order_1_a_permission_shows_its_characteristics_and_no_others(
    front: Front, permissions: Collection[Permission], mobile: list[str], router: list[str]
) -> None:
    shown = await seen(front, may(front, *permissions))

    assert shown == {"mobile": mobile, "router": router}


@pytest.mark.usefixtures("_rows")
async def test_order_1_roles_staff_and_the_portal_see_what_their_permissions_show(
    front: Front,
) -> None:
    give(front.database, TIIU, OFFICE, "user")
    give(front.database, KATI, OFFICE, "accountant")
    everything = {"mobile": EVERYTHING, "router": ["wifiName"]}

    for token in (person_token(MARI), person_token(TIIU), SUPPORT, OPS):
        assert await seen(front, token) == everything
    on_behalf_of = str(front.id_of(MARI))
    assert await seen(front, PORTAL, on_behalf_of=on_behalf_of) == everything
    assert (await front.get(ONE, person_token(KATI))).status_code == 404


@pytest.mark.usefixtures("_rows")
async def test_order_1_a_characteristic_shows_what_is_wanted_told_and_there_and_how_old_that_is(
    front: Front,
) -> None:
    before = (await front.get(ONE, SUPPORT)).json()
    with front.database.transaction() as session:
        wanted.apply(session, PHONE.id, {"package": "L", "iccid": None}, PHONE.id, actor=SYSTEM)
        there = {"package": "S", "eid": "89" + "1" * 30, "roamingBarred": ["?"]}
        readings.store(session, PHONE.id, NetworkService("active", there))

    after = (await front.get(ONE, SUPPORT)).json()

    (reading,) = rows(front.database, "SELECT read_at FROM service_reading")
    assert before["read_at"] is None
    assert after["read_at"] == reading.read_at.isoformat().replace("+00:00", "Z")
    shown = {each.pop("name"): each for each in after["characteristics"]}
    assert shown["package"] == {"should_be": "L", "told": "M", "has": "S"}
    assert shown["dataBoost"] == {"should_be": True, "told": True, "has": None}
    assert shown["iccid"] == {"should_be": None, "told": MOBILE["iccid"], "has": None}
    assert shown["eid"] == {"should_be": None, "told": MOBILE["eid"], "has": "89" + "1" * 30}
    assert shown["roamingBarred"] == {"should_be": False, "told": False, "has": "['?']"}


@pytest.mark.parametrize(
    ("characteristics", "issues"),
    [
        pytest.param(
            {"spendingLimit": "salajane"},
            [("/characteristics/spendingLimit", "Must be of the type integer, or null")],
            id="type",
        ),
        pytest.param(
            {"wifiPassword": "salajane"},
            [("/characteristics/wifiPassword", "Is a secret: it is ordered, never told")],
            id="secret",
        ),
        pytest.param(
            {"wifiName": "salajane", "salajane": 1},
            [
                ("/characteristics/wifiName", "Services of this kind do not have it"),
                ("/characteristics", "Has an unknown characteristic"),
            ],
            id="two",
        ),
        pytest.param(
            {"package": {"salajane": 1}, "salajane": []},
            [
                ("/characteristics/package", "Must be of the type string, or null"),
                ("/characteristics", "Has an unknown characteristic"),
            ],
            id="no-value",
        ),
    ],
)
@pytest.mark.usefixtures("_rows")
async def test_order_1_what_no_such_service_has_is_refused_without_repeating_it(
    front: Front, characteristics: dict[str, Any], issues: list[tuple[str, str]]
) -> None:
    answer = await front.put(ONE, BILLING, TOLD | {"characteristics": characteristics})

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    found = [(each["pointer"], each["message"]) for each in answer.json()["errors"]]
    assert found == issues
    assert "salajane" not in answer.text
    (row,) = rows(front.database, "SELECT told FROM service WHERE id = :id", id=PHONE.id)
    assert row.told == MOBILE


@pytest.mark.usefixtures("_rows")
async def test_order_1_the_answer_names_the_open_order_and_what_differs(front: Front) -> None:
    orders = Orders(front.database, OFFICE.id)
    order = orders.begun(NewItem(service=PHONE.id, parameters={"package": "L"}))
    told = TOLD | {"characteristics": {"package": "S"}}

    open_ = await front.put(ONE, BILLING, told)
    orders.attempt(order, "set.1")
    orders.attempt(order, "bill.1")
    orders.end(order)
    over = await front.put(ONE, BILLING, told)
    another = orders.begun(NewItem(service=PHONE.id))
    ended = await front.put(ONE, BILLING, told | {"status": "ended"})

    answers = [open_, over, ended]
    assert [each.status_code for each in answers] == [200, 200, 200]
    named = [(each.json()["open_order"], each.json()["drift"]) for each in answers]
    assert named == [(str(order), []), (None, ["package"]), (str(another), ["package"])]
    assert open_.json()["characteristics"] == {"package": "S"}
    assert orders.state(another) == "cancelled"
