"""What holds for every page: the walk comes to all that the routers have.

A page that the walk cannot come to is named in NOT_REACHED, with the reason.
"""

import gzip
import re
from collections.abc import AsyncIterator
from html import unescape
from itertools import groupby

import httpx
import pytest
from playwright.async_api import Page

from api.auth.principals import StaffRole
from domain.identifiers import PersonKey
from runtime.texts import Language
from tests.clients.api_client import Front
from tests.clients.axe import larger_text, violations_in_variants
from tests.clients.site_walk import Visited, pages, walk
from tests.fixtures.browser_plugin import NewPage
from tests.fixtures.full_world import filled, front
from tests.fixtures.pages_site import PagesSite, open_site

__all__ = ["front"]
NOT_REACHED = {
    "selfservice.activation_code.ask": "needs an eSIM: test_service_page",
    "selfservice.mobiil_id.begin": "leads on to the form of a contract: test_service_page",
    "selfservice.number_requests.ask_to_decline": "needs another customer: test_number_requests",
    "selfservice.number_requests.number_requests": "needs another customer: test_number_requests",
    "selfservice.number_requests.one": "needs another customer: test_number_requests",
    "selfservice.review.ask_to_lift": "needs somebody who is barred: selfservice/test_every_page",
}
LIGHT = 100_000
_HOURS = 2 * 3600
_TAGS = re.compile(r"<(script|style)[^>]*>.*?</\1>|<[^>]*>", re.DOTALL)
_RAW_ID = re.compile(r"\b(?:page|reason|remedy|role|permission|problem)\.[a-z_]+(?:\.[a-z_]+)*")
_CODE = re.compile(r"\b[1-8]\d{10}\b")
"""An Estonian personal code."""


@pytest.fixture
async def bare(front: Front, http_servers: None) -> AsyncIterator[PagesSite]:
    """The pages without a browser."""
    async with open_site(front) as opened:
        yield opened


async def test_page_15_every_page_is_reached_and_speaks_in_words(bare: PagesSite) -> None:
    seen = await walked(bare)

    assert set(pages()) - {each.name for each in seen} - set(NOT_REACHED) == set()
    assert [
        (each.path, each.answer.status_code) for each in seen if each.answer.status_code != 200
    ] == []
    assert {each.path: found for each in seen if (found := raw_ids(each.answer.text))} == {}
    told = [each.path for each in seen if _CODE.search(each.path + title(each))]
    assert told == [], "page.17: no personal code in an address or a title"
    async with httpx.AsyncClient(base_url=bare.url, trust_env=False) as http:
        weights = {each.path: await weight(http, each) for each in seen}
    assert {path: taken for path, taken in weights.items() if taken > LIGHT} == {}, "page.18"


@pytest.mark.long
@pytest.mark.timeout(_HOURS)
@pytest.mark.parametrize("of_staff", [False, True], ids=["customers", "staff"])
async def test_page_15_every_page_in_every_language_scheme_and_width(
    front: Front, new_page: NewPage, http_servers: None, *, of_staff: bool
) -> None:
    async with open_site(front, new_page) as site:
        begins = {w: b for w, b in (await filled(front)).items() if (w is None) is of_staff}
        wrong, shown = dict[str, list[str]](), set[str]()
        for who, begin in begins.items():
            async with client_of(site, who) as http:
                seen = [each for each in await walk(http, begin) if is_page(each)]
            page = await page_of(site, who)
            for name, visits in groupby(sorted(seen, key=by_name), by_name):
                if name not in shown:
                    shown.add(name)
                    wrong |= await tried(page, next(visits).path)

    assert wrong == {}


async def tried(page: Page, path: str) -> dict[str, list[str]]:
    """Return what is wrong with a page, by its address: in every variant, and with large text."""
    wrong = dict[str, list[str]]()
    for language in Language:
        address = f"/{language}{path}"
        await page.goto(address)
        found = [*raw_ids(await page.content()), *await violations_in_variants(page, in_full=True)]
        found += await larger_text(page)
        if found:
            wrong[address] = found
    return wrong


async def walked(site: PagesSite) -> list[Visited]:
    """Walk through both sites, as everybody who is shown other pages than the rest."""
    seen: list[Visited] = []
    for who, begin in (await filled(site.front)).items():
        async with client_of(site, who) as http:
            seen += await walk(http, begin)
    return seen


def client_of(site: PagesSite, who: PersonKey | None) -> httpx.AsyncClient:
    return site.client_of_staff(*StaffRole) if who is None else site.client_of(who)


async def page_of(site: PagesSite, who: PersonKey | None) -> Page:
    return await (site.page_of_staff(*StaffRole) if who is None else site.page_of(who))


def by_name(page: Visited) -> str:
    return page.name


def is_page(page: Visited) -> bool:
    """Whether it is no file."""
    return page.answer.headers["content-type"].startswith("text/html")


def title(page: Visited) -> str:
    return page.answer.text.partition("<title>")[2].partition("</title>")[0]


def raw_ids(html: str) -> list[str]:
    """Return ids of texts, and Python's None, that stand where a reader expects words."""
    words = unescape(_TAGS.sub(" ", html))
    return _RAW_ID.findall(words) + re.findall(r"\bNone\b", words)


async def weight(http: httpx.AsyncClient, page: Visited) -> int:
    """Return the bytes, compressed, of a first visit that begins with this page."""
    taken = len(gzip.compress(page.answer.content))
    if is_page(page):
        for file in set(re.findall(r'(?:src|href)="(/static/[^"]+)"', page.answer.text)):
            taken += await _size(http, file)
    return taken


_SIZES: dict[str, int] = {}


async def _size(http: httpx.AsyncClient, file: str) -> int:
    if file not in _SIZES:
        async with http.stream("GET", file, headers={"Accept-Encoding": "gzip"}) as answer:
            _SIZES[file] = int(answer.headers["content-length"])
    return _SIZES[file]
