"""Every page of the self-service that an administrator comes to by its links, in two languages.

The pages' own tests look at them in Estonian, in every variant.
"""

import re
from collections.abc import AsyncIterator

import pytest
from fastapi.routing import APIRoute
from playwright.async_api import Page

from storage.database import Database
from tests.builders import catalogue
from tests.builders.contract_ends import subscription
from tests.builders.days import today
from tests.builders.delegations import (
    OFFICE,
    OWN,
    given,
    offered,
    revoked,
    set_up_customers,
)
from tests.builders.extracts import put_chunk
from tests.builders.notices import tell
from tests.builders.people import ANNA, JAAN, KATI, MARI, PEETER, TIIU
from tests.builders.proofs import prove
from tests.builders.register_states import KUUSK, TAMM, together
from tests.builders.rows import carry_out, rows, store_states
from tests.clients import contracting
from tests.clients.api_client import Front
from tests.clients.approving import call, proposed
from tests.clients.axe import violations_in_variants
from tests.clients.bank_client import Client as Bank
from tests.clients.billing_client import Client
from tests.clients.delegating import post
from tests.clients.number_verification import sent
from tests.clients.ordering import PHONE, limit, ordered
from tests.fixtures.banked_site import paying_at
from tests.fixtures.billed_front import open_billed_front
from tests.fixtures.full_world import paid
from tests.fixtures.pages_site import PagesSite
from web.app import SELFSERVICE

_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_RAW = re.compile(
    r"\b(?:page|reason|state|permission|role|refusal|warning|remedy|problem|issue|notice|event)"
    r"\.[a-z_]+(?:\.[a-z_]+)*\b|\bNone\b"
)
_PRODUCTS = re.compile(r"/(order|contracts/new)/[a-z/-]+$")
_LEADS_AWAY = re.compile(r"/documents/|^/logout$|^/payments/[^/]+/bank$")
_OTHERWISE = {
    "/payments/*/bank",  # leads to a bank by itself: test_payments
    "/c/*/people.csv",
    "/c/*/contracts/*/documents/*",
    "/c/*/costs.csv",
    "/c/*/extracts/*/file",
    "/c/*/invoices/*/document",  # files
    "/c/*/contracts/*/signing/*",  # while a phone waits: tests/web/journeys
    "/c/*/contracts/*/resume",
    "/c/*/contracts/*/end/cancel",  # of contracts in other states: test_contracts
    "/c/*/number-requests/*",
    "/c/*/number-requests/*/confirm",
    "/c/*/number-requests/*/decline",  # while somebody asks for a number
    "/c/*/services/*/activation-code",  # of eSIM
    "/c/*/services/*/mobiil-id",  # for the user of a number
}
_EACH = {"/c/*", "/c/*/contracts/*", "/c/*/extracts/*", "/c/*/services/*", "/confirmations/*"}
"""Pages of which each has other links, by its state or by what the reader may do."""
_NUMBER = "+37255500001"


@pytest.fixture
async def front(database: Database, billing: Client, simulated_bank: Bank) -> AsyncIterator[Front]:
    """Mari represents Kuusk alone, and Tamm together with Jaan. Temporal is down."""
    set_up_customers(database)
    store_states(database, together(MARI, JAAN, of=TAMM, minute=1))
    carry_out(database, "UPDATE service SET number = :n WHERE id = :id", n=_NUMBER, id=PHONE.id)
    catalogue.publish(database)
    with paying_at(simulated_bank, api="http://api", portal="http://portal") as paying:
        async with open_billed_front(database, billing, paying=paying) as opened:
            yield opened


async def much_happens(front: Front) -> str:
    """Let there be something on every page; returns the path of what no page links to."""
    database = front.database
    for who, name in ((MARI, "MARI MAASIKAS"), (JAAN, "JAAN TAMM"), (ANNA, "ANNA AAS")):
        call(front, who, name)
    given(database, MARI, JAAN, OFFICE)
    offered(database, MARI, KATI, OFFICE)
    revoked(database, given(database, MARI, ANNA, OFFICE), MARI)
    given(database, PEETER, MARI, OWN)
    offered(database, PEETER, MARI, OWN)
    await _bar(front)
    await proposed(front, JAAN)
    await proposed(front, MARI, ANNA)
    for who, company in ((ANNA, KUUSK), (MARI, TAMM)):
        named = {"country": company.country, "code": company.code}
        asked = await post(front, "/v1/access-requests", who, {"company": named, "role": "user"})
        assert asked.status_code == 201, asked.text
    await ordered(front, limit())
    subscription(database)
    await contracting.offered(front, contracting.FIBRE)
    tell(database, MARI, account_id=OFFICE.id)
    await _extracts(front)
    await paid(front)
    return f"/numbers/{sent(front, '204816')}"


async def _extracts(front: Front) -> None:
    """Call details that are made, and others that are in the making."""
    asked = {"from_day": today().isoformat(), "through_day": today().isoformat()}
    for is_made in (True, False):
        done = await post(front, f"/v1/accounts/{OFFICE.id}/extracts", MARI, asked)
        assert done.status_code == 202, done.text
        if is_made:
            put_chunk(front.database)


async def _bar(front: Front) -> None:
    """Let Tiiu, who proved the number, be barred."""
    proof = prove(front.database, TIIU, _NUMBER)
    asked = "SELECT id FROM access_grant WHERE proof = :proof"
    (grant,) = rows(front.database, asked, proof=proof)
    ended = {"decisions": [{"grant_id": str(grant.id), "decision": "end"}]}
    done = await post(front, f"/v1/accounts/{OFFICE.id}/review/decisions", MARI, ended)
    assert done.status_code == 200, done.text


def kind_of(path: str) -> str:
    """Return the path without what tells one page of a kind from another."""
    bare = _UUID.sub("*", path.partition("?")[0])
    bare = re.sub(r"(/contracts/\*/)(?:decline|withdraw)$", r"\1*", bare)
    products = _PRODUCTS.search(bare)
    if products is None:
        return bare
    return bare[: products.start(1)] + (
        "order/*/*" if products[1] == "order" else "contracts/new/*"
    )


def every_page() -> list[set[str]]:
    """Return the paths of each page that there is: several lead to some, where forms are sent."""
    found: dict[object, set[str]] = {}
    for route in (each for router in SELFSERVICE for each in router.routes):
        if isinstance(route, APIRoute) and "GET" in (route.methods or ()):
            kind = re.sub(r"\{[^}]+\}", "*", route.path)
            found.setdefault(route.endpoint, set()).add(kind)
    return list(found.values())


async def walked(page: Page, language: str, *starts: str) -> tuple[set[str], list[str]]:
    """Follow every link, a page of each kind; returns the kinds, and what is wrong with any."""
    seen, wrong, ahead = set[str](), list[str](), list(starts)
    while ahead:
        path = ahead.pop(0)
        kind = kind_of(path)
        if (path if kind in _EACH else kind) in seen:
            continue
        seen |= {kind, path}
        answer = await page.goto(f"/{language}{path}")
        assert answer is not None
        assert answer.status == 200, path
        found = await violations_in_variants(page, ["light"], [320])
        said = f"{await page.title()} {await page.locator('body').inner_text()}"
        found += [f"raw: {each}" for each in _RAW.findall(said)]
        wrong += [f"{path}: {each}" for each in found]
        links = await page.locator(f"a[href^='/{language}']:not([download])").evaluate_all(
            "all => all.map(a => a.getAttribute('href'))"
        )
        links = [each.partition("#")[0].removeprefix(f"/{language}") for each in links]
        ahead += [each or "/" for each in links]
        ahead = [each for each in ahead if not _LEADS_AWAY.search(each)]
    return seen, wrong


@pytest.mark.parametrize("language", ["ru", "en"])
async def test_page_15_every_page_is_right_in_each_language(site: PagesSite, language: str) -> None:
    alone = await much_happens(site.front)
    page = await site.page_of(MARI)

    home = f"/c/{OFFICE.id}"
    alone_too = ("/numbers/new", "/payments/unread", alone)
    starts = (home, f"/c/{OWN.id}", f"{home}/number-requests", *alone_too, "/")
    seen, wrong = await walked(page, language, *starts)

    assert wrong == []
    unseen = [paths for paths in every_page() if not paths & seen]
    assert {path for paths in unseen for path in paths} == _OTHERWISE
