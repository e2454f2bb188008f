"""Runs the billing simulator: ``python -m simulators.billing --port 8475``."""

import argparse
import os
import sys
from pathlib import Path

from pydantic import SecretStr

from simulators.billing.app import create_app
from simulators.serving import serve

TOKEN_VARIABLE = "BILLING_SIMULATOR_TOKEN"  # noqa: S105 - the name, not a token


def main() -> int:
    """Serve on the loopback until SIGTERM or SIGINT; exit code 2 if it cannot start."""
    given = _arguments()
    file: Path | None = given.token_file
    token = file.read_text("utf-8").strip() if file else os.environ.get(TOKEN_VARIABLE, "")
    if not token:
        sys.stderr.write(f"billing simulator: no token: set {TOKEN_VARIABLE}\n")
        return 2
    app = create_app(token=SecretStr(token))
    serve(app, given.host, given.port)
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m simulators.billing", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8475)
    parser.add_argument("--token-file", type=Path, help=f"otherwise ${TOKEN_VARIABLE}")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
