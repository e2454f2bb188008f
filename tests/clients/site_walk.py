"""A walk through the pages: whoever is logged in follows every link, as a reader might.

Every page is known from the routers, so a walk can say which pages it did not come to.
"""

import re
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

import httpx
from fastapi.routing import APIRoute

from web.app import FOR_STAFF, SELFSERVICE

_LINK = re.compile(r'(?:href|hx-get)="(/[^"#]*)')
_OF_EACH = 2
"""Addresses of one page that links are followed to: of this and of that item."""


@dataclass(frozen=True)
class Visited:
    """A page as somebody was shown it."""

    name: str
    """Of what answers: ``start.start``."""
    path: str
    """Without the language."""
    answer: httpx.Response


def pages() -> dict[str, list[APIRoute]]:
    """Return the routes of every page, by the name of what answers them."""
    found: dict[str, list[APIRoute]] = {}
    for route in _routes():
        found.setdefault(_name(route), []).append(route)
    return found


async def walk(
    http: httpx.AsyncClient, first: Sequence[str], language: str = "et"
) -> list[Visited]:
    """Follow every link from these addresses on; they are without the language."""
    waiting, known = deque(first), set(first)
    times = Counter[str]()
    seen = list[Visited]()
    while waiting:
        path = waiting.popleft()
        name = _answered_by(path)
        if name is None or (times[name] >= _OF_EACH and path not in first):
            continue
        times[name] += 1
        answer = await http.get(f"/{language}{path}")
        seen.append(Visited(name, path, answer))
        new = [link for link in _links(answer, language) if link not in known]
        known |= set(new)
        waiting += new
    return seen


def _links(answer: httpx.Response, language: str) -> Iterator[str]:
    for link in _LINK.findall(answer.text):
        address = urljoin(str(answer.url), link.replace("&amp;", "&"))
        path = urlsplit(address)._replace(scheme="", netloc="").geturl()
        if path.startswith(f"/{language}/"):
            yield path.removeprefix(f"/{language}")


def _routes() -> Iterator[APIRoute]:
    for router in (*SELFSERVICE, *FOR_STAFF):
        for route in router.routes:
            if isinstance(route, APIRoute) and "GET" in (route.methods or ()):
                yield route


def _answered_by(path: str) -> str | None:
    """Return the page that answers; None: a login or a logout, which are tested on their own."""
    alone = path.partition("?")[0]
    return next((_name(each) for each in _routes() if each.path_regex.match(alone)), None)


def _name(route: APIRoute) -> str:
    endpoint = route.endpoint
    return f"{endpoint.__module__.removeprefix('web.')}.{endpoint.__name__}"
