"""order.3: a person sees what they may order for a service now, and why not the rest."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import pytest

from domain.audit import Actor, ActorKind
from storage.inventory import wanted
from tests.builders.catalogue import publish
from tests.builders.people import JAAN, MARI, TIIU
from tests.builders.products import LIMIT, document
from tests.builders.register_states import KUUSK, sole, state, together
from tests.builders.rows import account, give, put, put_service, service, store_states
from tests.clients.api_client import BILLING, OPS, PORTAL, SUPPORT, Front, person_token

COMPANY = account(KUUSK, 1, name="Kontor")
OTHER = account(JAAN, 2)
PHONE = service(1, COMPANY, phone="+37251234567")
ROUTER = service(2, COMPANY, kind="router")
ENDED = service(3, COMPANY, status="ended")
THEIRS = service(4, OTHER, phone="+37251234568")
MARIS = person_token(MARI)


@pytest.fixture(autouse=True)
def _rows(front: Front) -> None:
    put(front.database, COMPANY, OTHER)
    put_service(front.database, PHONE, ROUTER, ENDED, THEIRS)
    store_states(front.database, state(sole(MARI)))
    publish(front.database)


def path(of: UUID = PHONE.id, account_id: UUID = COMPANY.id) -> str:
    """Where the catalogue for a service is."""
    return f"/v1/accounts/{account_id}/catalogue?service={of}"


async def catalogue(front: Front, at: str = path(), **headers: str) -> dict[str, dict[str, Any]]:
    """The products that Mari is shown, by id."""
    answer = await front.get(at, MARIS, **headers)
    assert answer.status_code == 200, answer.text
    return {each["id"]: each for each in answer.json()["items"]}


def has(front: Front, **values: Any) -> None:
    """An order has set these characteristics of the telephone."""
    with front.database.transaction() as session:
        wanted.apply(session, PHONE.id, values, UUID(int=9), actor=Actor(ActorKind.ENGINE, "order"))


def why_not(products: Mapping[str, dict[str, Any]]) -> dict[str, str | None]:
    """By product, the code of why it may not be ordered."""
    return {id_: (each["why_not"] or {}).get("code") for id_, each in products.items()}


async def test_order_3_a_product_says_what_an_order_of_it_states_costs_and_needs(
    front: Front,
) -> None:
    shown = await catalogue(front)

    assert shown["spending-limit"] == {
        "id": "spending-limit",
        "version": "1",
        "name": "Spending limit",
        "orderable": True,
        "why_not": None,
        "actions": [
            {
                "action": "delete",
                "orderable": False,
                "why_not": {
                    "code": "not_had",
                    "text": "The service does not have this product",
                    "product": None,
                },
            },
            {"action": "modify", "orderable": True, "why_not": None},
        ],
        "parameters": [
            {
                "name": "spendingLimit",
                "title": shown["spending-limit"]["parameters"][0]["title"],
                "type": "integer",
                "required": True,
                "default": None,
                "values": [],
                "ranges": [{"least": 0, "most": 50000, "unit": "EUR-cent"}],
                "pattern": None,
            },
            {
                "name": "spendingLimitAction",
                "title": shown["spending-limit"]["parameters"][1]["title"],
                "type": "string",
                "required": False,
                "default": "bar",
                "values": [{"value": "bar", "unit": None}, {"value": "warn", "unit": None}],
                "ranges": [],
                "pattern": None,
            },
        ],
        "gives_number": None,
        "prices": [],
        "expected": "PT2M",
        "confirmation": "own",
    }
    assert shown["mobile-package"]["prices"][0] == {
        "cents": 990,
        "currency": "EUR",
        "vat_included": True,
        "period": "monthly",
        "only_with": {"package": "mobile-s"},
    }
    # What the product fixes is nothing that an order states.
    assert shown["data-boost"]["parameters"] == []


async def test_order_3_what_may_not_be_ordered_says_why(front: Front) -> None:
    assert why_not(await catalogue(front)) == {
        "call-forwarding": None,
        "data-boost": None,
        "esim": None,
        "internet-package": "service_kind",
        "internet-subscription": "contract_needed",
        "mobiil-id": "contract_needed",
        "mobile-package": None,
        "mobile-subscription": "contract_needed",
        "number-move": None,
        "restrictions": None,
        "roaming-pass": "needs_other",
        "router-restart": "service_kind",
        "router-wifi": "service_kind",
        "sim-replacement": None,
        "spending-limit": None,
    }
    assert why_not(await catalogue(front, path(ROUTER.id)))["router-wifi"] is None
    assert why_not(await catalogue(front, path(ENDED.id)))["esim"] == "service_state"


async def test_order_3_what_orders_have_set_changes_what_may_be_ordered(front: Front) -> None:
    has(front, dataBoost=True, package="mobile-m")
    shown = await catalogue(front)
    actions = {each["action"]: each["orderable"] for each in shown["data-boost"]["actions"]}

    assert actions == {"add": False, "delete": True}
    assert shown["roaming-pass"]["orderable"]


async def test_order_3_a_product_that_is_switched_off_is_shown_as_such(front: Front) -> None:
    publish(front.database, document(LIMIT, orderable=False))

    assert why_not(await catalogue(front)) == {"limit": "product_not_orderable"}


async def test_order_3_who_lacks_a_products_permission_learns_only_that(front: Front) -> None:
    has(front, dataBoost=True)
    give(front.database, TIIU, COMPANY, "user", on=PHONE)
    answer = await front.get(path(), person_token(TIIU))
    shown = {each["id"]: each for each in answer.json()["items"]}

    assert set(why_not(shown).values()) == {"not_permitted"}
    assert {
        (action["why_not"] or {})["code"] for each in shown.values() for action in each["actions"]
    } == {"not_permitted"}


async def test_order_3_who_represents_only_together_orders_with_the_group(front: Front) -> None:
    store_states(front.database, together(MARI, TIIU, minute=1))
    shown = await catalogue(front)

    assert shown["restrictions"]["orderable"]
    assert {each["confirmation"] for each in shown.values()} == {"group"}


async def test_order_3_the_catalogue_is_in_the_callers_language(front: Front) -> None:
    expected = {
        "et-EE": ("et", "Ruuteri taaskäivitus", "Toode ei ole seda liiki teenusele"),
        "ru": ("ru", "Перезапуск роутера", "Продукт не для услуги этого вида"),
        "fi": ("en", "Router restart", "The product is not for services of this kind"),
    }
    found = {}
    for language in expected:
        answer = await front.get(path(), MARIS, **{"Accept-Language": language})
        restart = next(each for each in answer.json()["items"] if each["id"] == "router-restart")
        said = answer.headers["content-language"]
        found[language] = (said, restart["name"], restart["why_not"]["text"])

    assert found == expected


async def test_order_3_a_portal_sees_what_the_person_sees(front: Front) -> None:
    mari = str(front.id_of(MARI))

    by_portal = await front.get(path(), PORTAL, **{"On-Behalf-Of": mari})

    assert by_portal.json() == (await front.get(path(), MARIS)).json()


async def test_order_3_the_catalogue_of_others_is_not_shown(front: Front) -> None:
    calls = [
        # Whatever is not theirs to see does not exist.
        (path(THEIRS.id), MARIS, 404),
        (path(THEIRS.id, OTHER.id), MARIS, 404),
        (path(PHONE.id, OTHER.id), MARIS, 404),
        (path(PHONE.id, OTHER.id), person_token(JAAN), 404),
        (path(UUID(int=77)), MARIS, 404),
        (path(), person_token(TIIU), 404),
        (path(), PORTAL, 400),
        (path(), BILLING, 403),
        (path(), OPS, 403),
        (path(), SUPPORT, 403),
        (f"/v1/accounts/{COMPANY.id}/catalogue", MARIS, 422),
        (f"/v1/accounts/{COMPANY.id}/catalogue?service=all", MARIS, 422),
    ]

    answered = [(await front.get(at, token)).status_code for at, token, _ in calls]

    assert answered == [status for _, _, status in calls]
