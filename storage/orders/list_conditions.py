"""SQL of what a list is asked for. Values are parameters, columns come from tables of ours."""

from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

from domain.orders.list_attributes import OrderAttribute, TaskAttribute
from domain.orders.list_queries import (
    Compared,
    Comparison,
    Condition,
    Filter,
    OneOf,
    Period,
    SortKey,
    Within,
)

A = TypeVar("A", OrderAttribute, TaskAttribute)

_SIGNS = {
    Comparison.GREATER: ">",
    Comparison.GREATER_OR_EQUAL: ">=",
    Comparison.LESS: "<",
    Comparison.LESS_OR_EQUAL: "<=",
    Comparison.REGEX: "~",
}


class Sql:
    """Conditions as SQL, and their parameters.

    ``columns``: SQL of each attribute, in which ``{}`` stands for the condition on it where that is
    about several rows.
    """

    def __init__(self, columns: Mapping[Any, str], around: Mapping[Any, str]) -> None:
        self.parameters: dict[str, Any] = {}
        self._columns = columns
        self._around = around

    def where(self, filter_: Filter[A]) -> str:
        """Return the filter as a condition."""
        if not filter_:
            return "TRUE"
        alternatives = (" AND ".join(map(self._condition, each)) for each in filter_)
        return f"({' OR '.join(f'({each})' for each in alternatives)})"

    def _condition(self, condition: Condition[A]) -> str:
        column = self._columns[condition.attribute]
        around = self._around.get(condition.attribute, "({})")
        return around.format(" OR ".join(self._tests(column, condition)) or "FALSE")

    def _tests(self, column: str, condition: Condition[A]) -> Iterator[str]:
        match condition:
            case OneOf(values=values):
                if values:
                    yield f"{column} = ANY({self._named(list(values))})"
            case Within(periods=periods):
                for period in periods:
                    yield self._within(column, period)
            case Compared(comparison=comparison, values=texts):
                sign = _SIGNS[comparison]
                for each in texts:
                    yield f'{column} COLLATE "C" {sign} {self._named(each)}'

    def _within(self, column: str, period: Period) -> str:
        bounds = {">=": period.since, "<": period.until}
        tests = [
            f"{column} {sign} {self._named(moment)}"
            for sign, moment in bounds.items()
            if moment is not None
        ]
        return f"({' AND '.join(tests)})"

    def _named(self, value: Any) -> str:
        name = f"filter_{len(self.parameters)}"
        self.parameters[name] = value
        return f":{name}"


def order_by(
    columns: Mapping[A, str], keys: tuple[SortKey[A], ...], *, newest: str, row: str
) -> str:
    """Return the sort as SQL. The id breaks ties, in the direction of the first key.

    ``newest``: the column that is sorted by, downwards, where nothing is asked for; ``row``: name
    of the table whose id breaks ties.
    """
    if not keys:
        return f"{newest} DESC, {row}.id DESC"
    parts: list[str] = [_downwards(columns[key.attribute], key.descending) for key in keys]
    return ", ".join([*parts, _downwards(f"{row}.id", keys[0].descending)])


def _downwards(column: str, descending: bool) -> str:
    return f"{column} DESC" if descending else column
