"""Runs the bank simulator: ``python -m simulators.bank --port 8479 --data-dir DIR``."""

import argparse
import os
import sys
from pathlib import Path

from pydantic import SecretStr

from simulators.bank.app import create_app
from simulators.bank.keys import Keys
from simulators.serving import serve

TOKEN_VARIABLE = "BANK_SIMULATOR_TOKEN"  # noqa: S105 - the name, not a token


def main() -> int:
    """Serve on the loopback until SIGTERM or SIGINT; exit code 2 if it cannot start."""
    given = _arguments()
    file: Path | None = given.token_file
    token = file.read_text("utf-8").strip() if file else os.environ.get(TOKEN_VARIABLE, "")
    if not token:
        sys.stderr.write(f"bank simulator: no token: set {TOKEN_VARIABLE}\n")
        return 2
    ways = dict(each.split("=", 1) for each in given.way)
    app = create_app(keys=Keys(given.data_dir), token=SecretStr(token), ways=ways)
    serve(app, given.host, given.port)
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m simulators.bank", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8479)
    parser.add_argument("--data-dir", type=Path, required=True, help="keys, made where missing")
    parser.add_argument("--token-file", type=Path, help=f"otherwise ${TOKEN_VARIABLE}")
    parser.add_argument(
        "--way",
        action="append",
        default=[],
        metavar="ORIGIN=OTHER",
        help="the banks' servers reach a merchant at another origin than browsers do",
    )
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
