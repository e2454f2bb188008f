"""A short fault campaign: everything is killed once, targets fail, and every promise is kept."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.builders import days

pytestmark = pytest.mark.usefixtures("processes")

_ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize(
    ("processes", "network"),
    [
        (40, ()),
        pytest.param(500, (), marks=pytest.mark.long),
        pytest.param(150, ("--standard",), marks=pytest.mark.long),
    ],
)
@pytest.mark.timeout(900)
def test_no_effect_is_lost_or_doubled_when_programs_are_killed(
    processes: int, network: tuple[str, ...]
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "dev.chaos", "--seed", "2", "--processes", str(processes), *network],
        cwd=_ROOT, env={**os.environ, **days.SETTINGS}, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stdout + done.stderr
    for whom in ("worker", "api", "temporal", "postgresql"):
        assert f"{whom} is killed" in done.stdout
    assert "Every promise was kept." in done.stdout
