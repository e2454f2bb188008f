"""Links of the navigation: only to what the API says that this person may see."""

from collections.abc import Sequence
from typing import Protocol

from markupsafe import Markup

from web.theme.frame import NavLink

_OF_ACCOUNT = (
    ("services", "service:view"),
    ("orders", "service:view"),
    ("contracts", "contract:view"),
    ("people", "access:view"),
    ("requests", ""),
    ("history", "access:view"),
)
"""Pages of an account, each with the permission without which there is nothing on it; empty: it is
for whoever may give access."""


_BELONGS = {"people": ("/people", "/access/", "/review")}
"""Beginnings of the paths that a link stands for, where there are more than its own."""


class _Reader(Protocol):
    @property
    def path(self) -> str: ...

    def text(self, id_: str, /, **values: object) -> Markup: ...

    @property
    def may_give(self) -> bool: ...

    def may(self, permission: str) -> bool: ...

    def of_account(self, path: str = "") -> str: ...


def account_links(reader: _Reader) -> Sequence[NavLink]:
    """Return the links of one account's pages."""
    home = reader.of_account()
    links = [NavLink(home, reader.text("page.nav.account"), _is(reader.path, home))]
    for name, permission in _OF_ACCOUNT:
        if reader.may(permission) if permission else reader.may_give:
            paths = tuple(map(reader.of_account, _BELONGS.get(name, (f"/{name}",))))
            is_here = reader.path.startswith(paths)
            links.append(NavLink(paths[0], reader.text(f"page.nav.{name}"), is_here))
    return links


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
