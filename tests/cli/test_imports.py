"""What starting a command loads: libraries that it does not need cost every start of it."""

import subprocess
import sys

import pytest

from tests.fixtures.patience import PATIENCE


@pytest.mark.usefixtures("processes")
@pytest.mark.parametrize(
    ("module", "unwanted"),
    [
        pytest.param("cli.app", "sqlalchemy", id="help-needs-no-database"),
        pytest.param("cli.ops.commands", "temporalio", id="listing-needs-no-temporal"),
        pytest.param("cli.access.explain", "fastapi", id="explaining-needs-no-web-framework"),
    ],
)
def test_a_command_loads_only_what_it_needs(module: str, unwanted: str) -> None:
    code = f"import {module}, sys; print({unwanted!r} in sys.modules)"

    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=PATIENCE
    )

    assert result.stdout.strip() == "False"
