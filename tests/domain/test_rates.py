"""Limits as operators write them."""

from datetime import timedelta

import pytest

from domain.rates import Rate


@pytest.mark.parametrize(
    ("text", "count", "span", "step"),
    [
        pytest.param("5/P1D", 5, timedelta(days=1), timedelta(hours=4.8), id="a-day"),
        pytest.param("60/PT1M", 60, timedelta(minutes=1), timedelta(seconds=1), id="a-minute"),
        pytest.param("3/PT1H30M", 3, timedelta(minutes=90), timedelta(minutes=30), id="mixed"),
        pytest.param("1/PT1S", 1, timedelta(seconds=1), timedelta(seconds=1), id="one"),
    ],
)
def test_a_rate_is_a_count_and_a_time(
    text: str, count: int, span: timedelta, step: timedelta
) -> None:
    assert Rate.of(text) == Rate(count, span)
    assert Rate.of(text).step == step


@pytest.mark.parametrize(
    "text",
    [
        *("", "/", "5", "5/", "/P1D", "P1D/5", "five/P1D", "5/day", "5/PT", "0/P1D", "-5/P1D"),
        *("5/PT0S", "5/-P1D", "1.5/P1D", "5/P1D/P1D"),
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="like 5/P1D"):
        Rate.of(text)


@pytest.mark.parametrize("count", [3, 7, 11, 13, 17, 19, 1000])
def test_as_many_as_the_count_fit_into_the_time(count: int) -> None:
    rate = Rate(count, timedelta(minutes=1))

    assert timedelta() <= rate.span - rate.step * count < timedelta(milliseconds=1)
