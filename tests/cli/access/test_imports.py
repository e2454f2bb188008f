"""Explaining a decision needs no web framework."""

import subprocess
import sys

import pytest

from tests.fixtures.patience import PATIENCE


@pytest.mark.usefixtures("processes")
def test_explaining_needs_no_web_framework() -> None:
    code = "import cli.access.explain, sys; print('fastapi' in sys.modules)"

    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=PATIENCE
    )

    assert result.stdout.strip() == "False"
