"""``python -m dev.lint_api`` (``make lint-api``): lint every document, and generate its clients."""

import os
import sys
from pathlib import Path

from dev.checks.commands import Command, run_all
from dev.lint_api import tools

DOCUMENTS = {
    "volitus": "openapi.json",
    "tmf641": "openapi-tmf641.json",
    "camara": "openapi-camara.json",
}
_ENVIRONMENT = {
    "PATH": f"{tools.PYTHON.parent}{os.pathsep}{os.environ['PATH']}",  # the generator runs Ruff
    "REDOCLY_TELEMETRY": "off",
    "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true",
}


def main() -> int:
    """Run all of it, without network; exit code 1 if anything is found."""
    found = run_all(_linters() | _generators(), cwd=tools.LINT, env=_ENVIRONMENT)
    # Only when the types are there.
    compiling: dict[str, Command] = {
        "portal.ts compiles": [tools.NODE, tools.TSC, "--project", "."]
    }
    return run_all(compiling, cwd=tools.LINT) or found


def _linters() -> dict[str, Command]:
    documents = [Path("..", file) for file in DOCUMENTS.values()]
    failing = "--fail-severity=hint"
    return {
        "Spectral": [tools.NODE, tools.SPECTRAL, "lint", "--quiet", failing, *documents],
        "Redocly": [tools.NODE, tools.REDOCLY, "lint", "--config=redocly.yaml", *documents],
    }


def _generators() -> dict[str, Command]:
    commands: dict[str, Command] = {}
    for name, file in DOCUMENTS.items():
        document, types = Path("..", file), tools.MADE / "clients" / f"{name}.d.ts"
        commands[f"types of {file}"] = [
            *(tools.NODE, tools.TYPES, "--redocly=typescript.yaml"),
            *(document, "--output", types),
        ]
        commands[f"Python client of {file}"] = [
            *(tools.PYTHON, "-m", "openapi_python_client", "generate", "--fail-on-warning"),
            *("--config", "python-client.yaml", "--path", document),
            *("--meta", "none", "--overwrite", "--output-path", tools.MADE / "clients" / name),
        ]
    return commands


if __name__ == "__main__":
    sys.exit(main())
