"""The order of tests under worksteal, and what a quick run refuses."""

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.fixtures import run_forms_plugin, suite_time_plugin
from tests.fixtures.suite_time_plugin import dealt

_ROOT = Path(__file__).parents[2]


def items(number: int) -> list[Any]:
    return [SimpleNamespace(nodeid=f"test_{n}") for n in range(number)]


def test_every_worker_begins_with_its_share_of_the_longest() -> None:
    tests = items(12)
    seconds = [0.0] * 12
    seconds[3], seconds[7], seconds[8], seconds[11] = 9, 40, 20, 5

    order = dealt(tests, seconds, workers=3)

    # worksteal gives each worker a third: 40 and 5, 20, 9.
    parts = [order[:4], order[4:8], order[8:]]
    assert [part[0] for part in parts] == [tests[7], tests[8], tests[3]]
    assert parts[0][1] is tests[11]
    short = [each for part in parts for each in part if seconds[tests.index(each)] == 0]
    assert short == [each for each, took in zip(tests, seconds, strict=True) if took == 0]


@pytest.mark.parametrize(("number", "long"), [(0, 0), (1, 1), (4, 4), (5, 4), (7, 0)])
def test_no_test_is_lost_or_doubled(number: int, long: int) -> None:
    tests = items(number)

    order = dealt(tests, [9.0] * long + [0.0] * (number - long), workers=3)

    assert sorted(each.nodeid for each in order) == sorted(each.nodeid for each in tests)


def test_a_run_without_pytests_cache_knows_no_times_and_keeps_none() -> None:
    config: Any = SimpleNamespace(rootpath=_ROOT, getoption=lambda _name: False)
    times = suite_time_plugin._Times(config)

    times.pytest_sessionfinish(SimpleNamespace())  # type: ignore[arg-type] # it is not asked

    assert suite_time_plugin._seconds(config) == {}


@pytest.mark.usefixtures("processes")
def test_a_quick_run_refuses_to_start_a_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_forms_plugin, "_RUNNING", True)

    with pytest.raises(RuntimeError, match="must ask for the fixture `processes`"):
        run_forms_plugin._refuse_processes("subprocess.Popen", ())
    monkeypatch.setattr(run_forms_plugin, "_RUNNING", False)
    subprocess.run([sys.executable, "-c", ""], check=True)
