"""Parameters of queries. What is missing or wrong is refused; no value is repeated."""

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from fastapi import Request
from starlette.datastructures import QueryParams

from simulators.billing.months import Month
from simulators.billing.refusals import Refused

ACCOUNT = "billingAccount.id"
T = TypeVar("T")


class Query:
    """The parameters of a request; ``billed``: the account that its path names."""

    def __init__(self, request: Request, billed: str | None = None) -> None:
        named = [] if billed is None else [(ACCOUNT, billed)]
        self._values = QueryParams([*request.query_params.multi_items(), *named])

    def about(self, name: str) -> list[str]:
        """Return the value of this name, for faults: in a list that is empty if there is none."""
        return self._values.getlist(name)

    def account(self) -> UUID:
        return self._needed(ACCOUNT, UUID)

    def month(self) -> Month:
        return self._needed("month", Month.read)

    def text(self, name: str) -> str:
        return self._needed(name, str)

    def moment(self, name: str) -> int:
        """Return the seconds since 1970 of a moment with an offset."""
        return self._needed(name, _moment)

    def moment_or(self, name: str, otherwise: int) -> int:
        return self.moment(name) if name in self._values else otherwise

    def flag(self, name: str) -> bool | None:
        words = {"true": True, "false": False}
        return self._needed(name, words.__getitem__) if name in self._values else None

    def count(self, name: str, otherwise: int, least: int, most: int) -> int:
        """Return a number; what is greater than ``most`` is ``most``."""
        found = self._needed(name, int) if name in self._values else otherwise
        if found < least:
            raise _wrong(name)
        return min(found, most)

    def several(self, name: str) -> frozenset[str]:
        return frozenset(self._values.getlist(name))

    def _needed(self, name: str, read: Callable[[str], T]) -> T:
        try:
            return read(self._values[name])
        except (KeyError, ValueError):
            raise _wrong(name) from None


def _moment(text: str) -> int:
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError("no offset")
    return int(found.timestamp())


def _wrong(name: str) -> Refused:
    return Refused(400, "invalid_query", f"{name}: missing or wrong")
