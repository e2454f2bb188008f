"""The suite may run at any hour: no test depends on which side of a midnight it is."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.builders import days

ROOT = Path(__file__).parents[2]
READS_A_DAY = re.compile(r"\b(?:date|datetime)\.today\(|\.now\([^)]*\)\.date\(\)")
TALLINN = re.compile(r"Europe/Tallinn|\bTALLINN\b")
AT_FIXED_MOMENTS = {
    "tests/activities/adapters/typst/test_call_details.py",
    "tests/activities/extracts/test_reading.py",
    "tests/domain/call_details/test_filters.py",
    "tests/activities/adapters/test_billing_months.py",
    "tests/activities/adapters/test_billing_reads.py",
    "tests/api/billing/test_costs.py",  # the zone of the file's own column
    "tests/builders/billed_office.py",  # whole months of the past, of the simulated billing's clock
    "tests/builders/gallery/app.py",
    "tests/builders/extracts.py",
    "tests/clients/billing_reading.py",
    "tests/domain/billing/test_months.py",
    "tests/domain/contracts/test_end_policy.py",
    "tests/domain/contracts/test_working_days.py",
    "tests/domain/delegations/test_due_dates.py",
    "tests/domain/delegations/test_periods.py",
    "tests/domain/messages/test_quiet_hours.py",
    "tests/domain/registry/test_query_limits.py",
    "tests/domain/test_days.py",
    "tests/fixtures/billed_front.py",  # months of the simulated billing
    "tests/fixtures/browser_plugin.py",  # the zone of browsers: pages say days by themselves
    "tests/fixtures/payment_stack.py",  # months of the simulated billing
    "tests/registry_sync/scheduler/test_schedule.py",
    "tests/runtime/test_order_texts.py",
    "tests/services/access/test_uses.py",
    "tests/settings/test_crontab.py",
    "tests/storage/numbers/test_own_numbers.py",
    "tests/web/theme/test_environment.py",
    "tests/web/theme/test_formats.py",
}
"""Tests of Tallinn's own clock."""
ON_TWO_DAYS = "tests/workflows/registry/test_register_sync_sources.py"
"""The register has no other clock than Tallinn's: either day is right there."""


def sources() -> Iterator[tuple[str, str]]:
    for path in sorted((ROOT / "tests").rglob("*.py")):
        yield str(path.relative_to(ROOT)), path.read_text()


@pytest.mark.parametrize("hour", range(24))
def test_a_run_that_begins_at_any_hour_begins_at_noon(hour: int) -> None:
    begins = datetime(2026, 3, 29, hour, 59, 59, tzinfo=UTC)

    there = begins.astimezone(ZoneInfo(days.noon_zone(begins)))

    assert (there.date(), there.hour) == (begins.date(), 12)


def test_the_day_is_not_asked_for_while_tests_are_collected(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("PYTEST_CURRENT_TEST")

    with pytest.raises(RuntimeError, match="not when it is collected"):
        days.today()


def test_only_one_place_reads_the_day() -> None:
    readers = {name for name, text in sources() if READS_A_DAY.search(text)}

    assert readers == {"tests/builders/days.py", ON_TWO_DAYS}


def test_tests_of_tallinns_clock_have_fixed_moments() -> None:
    named = {name for name, text in sources() if TALLINN.search(text)}

    assert named == AT_FIXED_MOMENTS | {ON_TWO_DAYS, "tests/repo/test_days.py"}
