"""The ``volitus`` program, run for a stack as an operator would run it."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dev.stack.os_processes import StartError

_REPORTED = {0, 1}
"""Exit codes with which a command prints JSON; 1 also says that something is not as it should."""


def run_volitus(environment: Mapping[str, str], *arguments: str) -> Any:
    """Run one command with these settings; returns what it printed as JSON.

    Raises StartError with what it wrote to stderr if it printed nothing or could not run.
    """
    done = subprocess.run(
        [str(Path(sys.executable).with_name("volitus")), *arguments, "--json"],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode not in _REPORTED or not done.stdout:
        raise StartError(f"volitus {' '.join(arguments)}: {done.stderr.strip()}")
    return json.loads(done.stdout)
