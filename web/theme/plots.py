"""Where the parts of a plot of bars stand: one bar a day, in percent of the plot's own area.

A page draws it as SVG without a size of its own, so that its text is as large as any other, at
320 px and at 200 %. Every value is on the page as a table too.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate
from math import floor, log10
from operator import add
from typing import NamedTuple

_FILLED = 0.7
"""Part of a day's room that its bar takes; the rest is between two bars."""
_STEPS = (1, 2, 3, 4, 5, 6, 8, 10)
"""Ends of an axis by the power of ten below them: half of each is round too."""
_LABELLED = 7
"""Days from one label of the axis to the next: all are too close together on a phone."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One day's bar: what came on it, on top of what there was before it (0 where none is)."""

    said: str
    """Its day and value, as people read them."""
    x: str
    width: str
    top: str
    height: str
    """Of the upper part."""
    before_top: str
    before_height: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A line across the plot: the value that it stands for, as people read it, and where it is."""

    said: str
    y: str


@dataclass(frozen=True, slots=True)
class Label:
    """Words below the plot, and the middle of what they name."""

    text: str
    x: str


@dataclass(frozen=True, slots=True)
class Plot:
    """A plot of bars."""

    bars: Sequence[Bar]
    scale: Sequence[Mark]
    """The end of the axis and its half."""
    limit: Mark | None
    labels: Sequence[Label]


def bar_plot(
    days: Sequence[tuple[str, int | None]],
    said: Callable[[int], str],
    *,
    limit: int | None = None,
    units: Sequence[int] = (1,),
) -> Plot:
    """Return a plot of these (day in words, value or None: still to come), one for each day.

    With a limit, each bar stands on those before it, so that the last one shows how much of the
    limit is left. ``said`` puts a value into words; the axis ends at a round number of
    the first of ``units``, from the largest on, of which there is one at all.
    """
    values = [value or 0 for _, value in days]
    before = [0] * len(days) if limit is None else list(accumulate(values, initial=0))[:-1]
    most = max([*map(add, before, values), limit or 0])
    end = _round_up(most, next((each for each in units if each <= most), units[-1]))
    room = 100 / len(days)
    return Plot(
        bars=[
            _bar(place * room, room, f"{day}: {said(value)}", _Part(below / end, value / end))
            for place, ((day, value), below) in enumerate(zip(days, before, strict=True))
            if value is not None and value + below
        ],
        scale=[Mark(said(end), _percent(0)), Mark(said(end // 2), _percent(50))],
        limit=None if limit is None else Mark(said(limit), _percent(100 - 100 * limit / end)),
        labels=[
            Label(str(place + 1), _percent((place + 0.5) * room))
            for place in range(0, len(days), _LABELLED)
        ],
    )


class _Part(NamedTuple):
    """Of the height of the plot."""

    before: float
    added: float


def _bar(left: float, room: float, said: str, part: _Part) -> Bar:
    below, height = 100 * part.before, 100 * part.added
    return Bar(
        said=said,
        x=_percent(left + room * (1 - _FILLED) / 2),
        width=_percent(_FILLED * room),
        top=_percent(100 - below - height),
        height=_percent(height),
        before_top=_percent(100 - below),
        before_height=_percent(below),
    )


def _round_up(value: int, unit: int) -> int:
    """Return the smallest round number of units that is not less; one unit for nothing."""
    if value <= unit:
        return unit
    power: int = 10 ** floor(log10(value / unit))
    return next(step * power for step in _STEPS if step * power * unit >= value) * unit


def _percent(value: float) -> str:
    return f"{Decimal(value).quantize(Decimal('0.01')).normalize():f}%"
