"""Plots of what was used day by day, in the reader's words, and the same as rows of a table."""

from calendar import monthrange
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from operator import itemgetter
from typing import NamedTuple

from markupsafe import Markup

from web.api_client import Json
from web.theme import measures
from web.theme.plots import Plot, bar_plot
from web.visit import Visit

Said = Callable[[int], str]


@dataclass(frozen=True, slots=True)
class _Kind:
    """A kind of usage that has a plot: in what it is counted, and where its axis may end."""

    name: str
    unit: str
    """Member of a day that holds it."""
    axis: Sequence[int]


_KINDS = (
    _Kind("data", "bytes", (2**30, 100 * 2**20)),
    _Kind("voice", "seconds", (3600, 600)),
    _Kind("sms", "count", (2,)),
)


@dataclass(frozen=True, slots=True)
class UsagePlot:
    """A plot and what is said of it."""

    kind: str
    title: Markup
    description: Markup
    limit: Markup
    """Beside the line of what the package has; empty where that is not limited, or not known."""
    plot: Plot


def plots_of(visit: Visit, found: Json) -> Sequence[UsagePlot]:
    """Return a plot of each kind that was used in the month, or of which the package has some."""
    if found["days"] is None:
        return []
    made = []
    for kind in _KINDS:
        used = {each["day"]: int(each[kind.unit]) for each in _of(found["days"], kind.name)}
        limit = _allowed(found, kind)
        if any(used.values()) or limit is not None:
            made.append(_plot(visit, kind, _month_of(visit, found, used), limit))
    return made


def said_of(visit: Visit, unit: str) -> Said:
    """Return what puts an amount of this unit into words."""
    locale = visit.formats.locale
    if unit == "bytes":
        return lambda value: measures.data(value, locale)
    if unit == "seconds":
        return lambda value: measures.duration(value, locale)
    return visit.formats.number


def days_used(found: Json) -> list[tuple[str, dict[str, Json]]] | None:
    """Return each day on which something was used, with what, by its kind; None: not known."""
    if found["days"] is None:
        return None
    days = dict[str, dict[str, Json]]()
    for each in found["days"]:
        days.setdefault(each["day"], {})[each["kind"]] = each
    return sorted(days.items())


def _of(rows: Sequence[Json], kind: str) -> list[Json]:
    return [each for each in rows if each["kind"] == kind]


def _allowed(found: Json, kind: _Kind) -> int | None:
    """Return what the package has of a kind in the month; None: no limit, or of many services."""
    all_of_it = _of(found.get("allowances", ()), kind.name)
    allowed = [each["allowed"] for each in all_of_it if each["unit"] == kind.unit]
    return int(sum(allowed)) if allowed and None not in allowed else None


class _Month(NamedTuple):
    month: str
    days: Sequence[tuple[str, int | None]]
    """Each day in words, with what was used; None: it is still to come."""


def _month_of(visit: Visit, found: Json, used: dict[str, int]) -> _Month:
    last = datetime.fromisoformat(found["as_of"]).astimezone(visit.parts.zone).date()
    year, number = map(int, found["month"].split("-"))
    days = [date(year, number, day + 1) for day in range(monthrange(year, number)[1])]
    known = [used.get(str(day), 0 if day <= last else None) for day in days]
    return _Month(found["month"], list(zip(map(visit.formats.day, days), known, strict=True)))


def _plot(visit: Visit, kind: _Kind, used: _Month, limit: int | None) -> UsagePlot:
    said = said_of(visit, kind.unit)
    values = [(day, value or 0) for day, value in used.days]
    day, most = max(values, key=itemgetter(1))
    total, allowed = said(sum(value for _, value in values)), Markup()
    title = visit.text(
        f"page.usage.plot_{'so_far' if limit is not None else 'by_day'}",
        what=visit.text(f"state.usage.{kind.name}"),
        month=measures.month(used.month, visit.formats.locale),
    )
    about = visit.text("page.usage.plot_about", total=total, day=day, most=said(most))
    if limit is not None:
        allowed = visit.text("page.usage.allowed", amount=said(limit))
        about = Markup("{} {}.").format(about, allowed)
    plot = bar_plot(used.days, said, limit=limit, units=kind.axis)
    return UsagePlot(kind.name, title, about, allowed, plot)
