"""Runs the SMS-gateway simulator: ``python -m simulators.sms --port 8473 --user volitus``."""

import argparse
import os
import sys
from pathlib import Path

from pydantic import SecretStr

from simulators.serving import serve
from simulators.sms.app import create_app

PASSWORD_VARIABLE = "SMS_SIMULATOR_PASSWORD"  # noqa: S105 - the name, not a password


def main() -> int:
    """Serve on the loopback until SIGTERM or SIGINT; 2 where it cannot start."""
    given = _arguments()
    file: Path | None = given.password_file
    password = file.read_text("utf-8").strip() if file else os.environ.get(PASSWORD_VARIABLE, "")
    if not password:
        sys.stderr.write(f"SMS simulator: no password: set {PASSWORD_VARIABLE}\n")
        return 2
    serve(create_app(user=given.user, password=SecretStr(password)), given.host, given.port)
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m simulators.sms", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8473)
    parser.add_argument("--user", default="volitus")
    parser.add_argument("--password-file", type=Path, help=f"otherwise ${PASSWORD_VARIABLE}")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
