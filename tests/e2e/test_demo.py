"""The demo on real processes: every line is checked from outside (dev/demo/)."""

import os
import subprocess
import sys

import pytest

from tests.builders import days

pytestmark = pytest.mark.usefixtures("processes")


@pytest.mark.timeout(900)
def test_every_line_of_the_demo_comes_true() -> None:
    demo = subprocess.run(
        [sys.executable, "-m", "dev.demo", "--customers", "240"],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **days.SETTINGS},
    )

    assert demo.returncode == 0, demo.stdout + demo.stderr
    assert "Every line came true" in demo.stdout
