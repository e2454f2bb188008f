"""Runs the mobile-network simulator: ``python -m simulators.network --port 8474``."""

import argparse
import os
import sys
from pathlib import Path
from typing import get_args

from pydantic import SecretStr

from simulators.network.app import create_app
from simulators.network.profiles import ProfileName
from simulators.serving import serve

TOKEN_VARIABLE = "NETWORK_SIMULATOR_TOKEN"  # noqa: S105 - the name, not a token


def main() -> int:
    """Serve on the loopback until SIGTERM or SIGINT; exit code 2 if it cannot start."""
    given = _arguments()
    file: Path | None = given.token_file
    token = file.read_text("utf-8").strip() if file else os.environ.get(TOKEN_VARIABLE, "")
    if not token:
        sys.stderr.write(f"network simulator: no token: set {TOKEN_VARIABLE}\n")
        return 2
    app = create_app(token=SecretStr(token), profile=given.profile)
    serve(app, given.host, given.port)
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m simulators.network", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8474)
    parser.add_argument("--profile", choices=get_args(ProfileName), default="async")
    parser.add_argument("--token-file", type=Path, help=f"otherwise ${TOKEN_VARIABLE}")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
