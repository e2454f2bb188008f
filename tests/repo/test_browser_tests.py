"""Tests of pages are never left out in silence."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.usefixtures("processes")
ONE = "tests/web/theme/test_components.py::test_page_15_the_skip_link_leads_to_the_content"


def run(folder: Path, ci: str) -> subprocess.CompletedProcess[str]:
    """Run one of them where there is no Chromium."""
    environment = {name: value for name, value in os.environ.items() if name != "CHROMIUM"}
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-n", "0", "-o", f"cache_dir={folder}", ONE],
        env=environment | {"PATH": str(folder), "CI": ci},
        capture_output=True,
        text=True,
        check=False,
    )


def test_page_15_without_chromium_the_run_says_what_it_left_out(tmp_path: Path) -> None:
    done = run(tmp_path, ci="")

    assert done.returncode == pytest.ExitCode.OK, done.stdout + done.stderr
    assert "1 tests of pages were NOT run: no Chromium: apt-get install" in done.stdout


def test_page_15_without_chromium_a_build_fails(tmp_path: Path) -> None:
    done = run(tmp_path, ci="true")

    assert done.returncode == pytest.ExitCode.TESTS_FAILED, done.stdout + done.stderr
    assert "no Chromium: apt-get install" in done.stdout
