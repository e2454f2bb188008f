"""Runs the register simulator: ``python -m simulators.register --data-dir DIR --port 8471``."""

import argparse
import os
import sys
from pathlib import Path

from pydantic import SecretStr

from simulators.register.app import create_app
from simulators.serving import serve

PASSWORD_VARIABLE = "REGISTER_SIMULATOR_PASSWORD"  # noqa: S105 - the name, not a password


def main() -> int:
    """Serve on the loopback until SIGTERM or SIGINT; 2 where it cannot start."""
    given = _arguments()
    try:
        app = create_app(
            given.data_dir,
            user=given.user,
            password=_password(given.password_file),
            companies=given.companies,
            seed=given.seed,
            one_at_a_time=given.one_at_a_time,
            file=given.file,
        )
    except (ValueError, OSError) as error:
        sys.stderr.write(f"register simulator: {error}\n")
        return 2
    serve(app, given.host, given.port)
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m simulators.register", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8471)
    parser.add_argument("--data-dir", type=Path, required=True, help="the world lives here")
    parser.add_argument("--companies", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--user", default="volitus")
    parser.add_argument("--password-file", type=Path, help=f"otherwise ${PASSWORD_VARIABLE}")
    parser.add_argument("--one-at-a-time", action="store_true", help="refuse simultaneous queries")
    parser.add_argument("--file", type=Path, help="serve this open-data zip, whatever the world")
    return parser.parse_args()


def _password(file: Path | None) -> SecretStr:
    text = file.read_text("utf-8").strip() if file else os.environ.get(PASSWORD_VARIABLE, "")
    if not text:
        raise ValueError(f"no password: give --password-file or set {PASSWORD_VARIABLE}")
    return SecretStr(text)


if __name__ == "__main__":
    sys.exit(main())
