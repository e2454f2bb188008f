"""Runs the mobile-network simulator: ``python -m simulators.network --port 8474``."""

import argparse
import os
import sys

import uvicorn
from pydantic import SecretStr

from simulators.network.app import create_app

TOKEN_VARIABLE = "NETWORK_SIMULATOR_TOKEN"  # noqa: S105 - the name, not a token


def main() -> int:
    """Serve on the loopback until SIGTERM or SIGINT; 2 where it cannot start."""
    given = _arguments()
    token = os.environ.get(TOKEN_VARIABLE, "")
    if not token:
        sys.stderr.write(f"network simulator: no token: set {TOKEN_VARIABLE}\n")
        return 2
    # A second is enough to finish what is being answered; a time-out fault is not waited for.
    uvicorn.run(
        create_app(token=SecretStr(token)),
        host=given.host,
        port=given.port,
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=1,
    )
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m simulators.network", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8474)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
