"""api.8: times as people read them, and as programs do."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from cli.printing import times

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("away", "said"),
    [
        (timedelta(), "now"),
        (timedelta(milliseconds=-400), "now"),
        (timedelta(seconds=-59), "59 s ago"),
        (timedelta(seconds=-60), "1 min ago"),
        (timedelta(minutes=-59, seconds=-59), "59 min ago"),
        (timedelta(hours=-23), "23 h ago"),
        (timedelta(days=-1), "1 d ago"),
        (timedelta(days=-60), "60 d ago"),
        (timedelta(days=-61), "2026-09-23"),
        (timedelta(seconds=40), "in 40 s"),
        (timedelta(days=2, hours=5), "in 2 d"),
        (timedelta(days=400), "2027-12-28"),
    ],
)
def test_api_8_a_time_is_told_as_seen_from_now(away: timedelta, said: str) -> None:
    assert times.relative(NOW + away, NOW) == said


def test_api_8_an_exact_time_is_in_utc_and_sorts() -> None:
    tallinn = timezone(timedelta(hours=2))

    assert times.exact(datetime(2026, 11, 23, 1, 2, 3, 999, tallinn)) == "2026-11-22T23:02:03Z"


@pytest.mark.parametrize(
    ("span", "said"),
    [(timedelta(0), "0 s"), (timedelta(minutes=95), "1 h"), (timedelta(days=-1), "0 s")],
)
def test_api_8_a_duration_has_one_unit(span: timedelta, said: str) -> None:
    assert times.duration(span) == said
