"""``python -m dev.checks`` (``make check``): run every check; print the output of failed ones."""

import sys
from pathlib import Path

from dev.checks.commands import run_all

_PYTHON = sys.executable
_BIN = Path(sys.executable).parent

CHECKS = {
    "types": [_PYTHON, "-m", "mypy"],
    "style": [_PYTHON, "-m", "ruff", "check", "."],
    "format": [_PYTHON, "-m", "ruff", "format", "--check", "."],
    "imports run one way": [str(_BIN / "lint-imports")],
    "migrations fit the models": [_PYTHON, "-m", "dev.checks.schema_drift"],
    "openapi.json is current": [str(_BIN / "volitus"), "openapi", "--check", "openapi.json"],
    "openapi-tmf641.json is current": [
        *(str(_BIN / "volitus"), "openapi", "--of", "tmf641", "--check", "openapi-tmf641.json")
    ],
    "openapi-camara.json is current": [
        *(str(_BIN / "volitus"), "openapi", "--of", "camara", "--check", "openapi-camara.json")
    ],
    "openapi*.json say enough": [
        *(_PYTHON, "-m", "dev.checks.api_descriptions"),
        *("openapi.json", "openapi-tmf641.json", "openapi-camara.json"),
    ],
    "links of the documentation": [_PYTHON, "-m", "dev.checks.markdown_links"],
}


if __name__ == "__main__":
    sys.exit(run_all(CHECKS))
