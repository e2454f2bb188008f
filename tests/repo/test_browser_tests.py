"""Tests of pages are never left out in silence."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.usefixtures("processes")
PLUGINS = ("tests.fixtures.run_forms_plugin", "tests.fixtures.browser_plugin")
ONE = "async def test_page(new_page): await new_page('http://127.0.0.1:1')"


def run(folder: Path, ci: str) -> subprocess.CompletedProcess[str]:
    """Run such a test where there is no Chromium."""
    (folder / "test_page.py").write_text(ONE)
    environment = {name: value for name, value in os.environ.items() if name != "CHROMIUM"}
    return subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "--noconftest", "-p", "no:cacheprovider"),
            *(option for plugin in PLUGINS for option in ("-p", plugin)),
            *("-c", "pyproject.toml", "--rootdir", folder, folder / "test_page.py"),
        ],
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
