"""The benchmarks run and print their figures; the speed itself is not checked."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import table
from benchmarks.measuring import Line

_CHOSEN = ("file", "revocations", "delegations", "approvals", "extracts")


@pytest.mark.usefixtures("processes")
@pytest.mark.timeout(900)
def test_benchmarks_print_a_table_and_no_answer_is_stale(tmp_path: Path, *, long_run: bool) -> None:
    figures = tmp_path / "figures.json"
    command = [sys.executable, "-m", "benchmarks", "--quick", "--home", str(tmp_path / "home")]
    if not long_run:
        command += [f"--only={name}" for name in _CHOSEN]
    command += ["--json", str(figures)]

    run = subprocess.run(command, capture_output=True, text=True, check=False)

    assert run.returncode == 0, run.stdout + run.stderr
    lines = json.loads(figures.read_text())["lines"]
    stale = [line["measured"] for line in lines if line["what"].startswith("Stale answers")]
    assert stale == ["0", "0"]
    assert all(line["what"].split()[0] in run.stdout for line in lines)


def test_the_page_gets_the_new_table_and_keeps_its_text(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("Before.\n\n<!-- measured -->\nold\n<!-- /measured -->\n\nAfter.\n")

    table.write_into(page, [Line("Checks", "900", "bare 1,000", 0.9, "≥ 0.8×", reached=True)])

    text = page.read_text()
    assert "| Checks | 900 | bare 1,000 | 0.90× | ≥ 0.8× | yes |" in text
    assert "old" not in text
    assert text.startswith("Before.")
    assert text.endswith("After.\n")
