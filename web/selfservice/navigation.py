"""Links of the navigation: only to what the API says that this person may see."""

from collections.abc import Sequence
from typing import Protocol

from markupsafe import Markup

from web.theme.frame import NavLink

_OF_ACCOUNT = (
    ("services", "service:view"),
    ("orders", "service:view"),
    ("contracts", "contract:view"),
    ("invoices", "invoice:view"),
    ("costs", "invoice:view"),
    ("credit_limit", "credit_limit:view"),
    ("usage", "usage:view"),
    ("extracts", "call_details:view"),
    ("extracts", "call_details:request"),
    ("people", "access:view"),
    ("requests", ""),
    ("history", "access:view"),
)
"""Pages of an account, each with the permission without which there is nothing on it; empty: it is
for whoever may give access."""
_SECTIONS = {
    "invoices": ("invoices", "costs", "credit_limit"),
    "usage": ("usage", "extracts"),
}
"""Pages side by side below one link, which leads to the first of them that the reader may see."""
_OF_SERVICES = frozenset({"services"})
"""Pages for who has access to single services: each says what there is of it."""
_PATHS = {"credit_limit": "/credit-limit"}

_BELONGS = {"people": ("/people", "/access/", "/review")}
"""Beginnings of the paths that a link stands for, where there are more than its own."""


class _Reader(Protocol):
    @property
    def path(self) -> str: ...

    def text(self, id_: str, /, **values: object) -> Markup: ...

    @property
    def may_give(self) -> bool: ...

    @property
    def has_services_only(self) -> bool: ...

    def may(self, permission: str) -> bool: ...

    def of_account(self, path: str = "") -> str: ...


def account_links(reader: _Reader) -> Sequence[NavLink]:
    """Return the links of one account's pages."""
    home = reader.of_account()
    links = [NavLink(home, reader.text("page.nav.account"), _is(reader.path, home))]
    beside = {each: name for name, pages in _SECTIONS.items() for each in pages}
    seen = dict[str, list[str]]()
    for name in _seen(reader):
        seen.setdefault(beside.get(name, name), []).append(name)
    for name, pages in seen.items():
        own = [path for page in pages for path in _BELONGS.get(page, (_path(page),))]
        paths = tuple(map(reader.of_account, own))
        text = f"page.tab.{pages[0]}" if name not in pages else f"page.nav.{name}"
        links.append(NavLink(paths[0], reader.text(text), reader.path.startswith(paths)))
    return links


def section_links(reader: _Reader, section: str) -> Sequence[NavLink]:
    """Return the pages that stand side by side in a section, those that this reader may see."""
    links = []
    for name in _seen(reader):
        if name in _SECTIONS[section]:
            path = reader.of_account(_path(name))
            is_here = reader.path.startswith(path)
            links.append(NavLink(path, reader.text(f"page.tab.{name}"), is_here))
    return links


def _seen(reader: _Reader) -> list[str]:
    """Return the names of the pages that this reader may see, in order, each once."""
    names = dict[str, None]()
    for name, permission in _OF_ACCOUNT:
        may = reader.may(permission) if permission else reader.may_give
        if may or (reader.has_services_only and name in _OF_SERVICES):
            names[name] = None
    return list(names)


def _path(name: str) -> str:
    return _PATHS.get(name, f"/{name}")


def person_links(path: str, text: "_Text") -> Sequence[NavLink]:
    """Return the links of what is the person's own."""
    return [
        NavLink(each, text(f"page.nav.{name}"), path.startswith(each))
        for name, each in (
            ("my_contracts", "/contracts"),
            ("notices", "/notices"),
            ("my_requests", "/requests"),
            ("my_history", "/history"),
            ("sessions", "/sessions"),
        )
    ]


class _Text(Protocol):
    def __call__(self, id_: str, /, **values: object) -> Markup: ...


def _is(path: str, link: str) -> bool:
    return path.partition("?")[0] == link
