"""Running ``volitus`` as a person at a shell would, and reading what it printed."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import pytest
from typer.testing import CliRunner

from cli.app import app
from settings.base import ProcessSettings
from tests.builders import days
from tests.builders.process_settings import WEB
from tests.clients import cli_staff
from tests.fixtures import payload_keys

S = TypeVar("S", bound=ProcessSettings)

# Invented, of the right shape: commands refuse to start without them.
SETTINGS = {
    **payload_keys.ENVIRONMENT,
    **days.SETTINGS,
    **WEB,
    "VOLITUS_REGISTER_USER": "volitus",
    "VOLITUS_REGISTER_PASSWORD": "a-password-of-the-register",
    "VOLITUS_TEMPORAL_ADDRESS": "127.0.0.1:1",
}


@dataclass(frozen=True)
class CommandResult:
    """Output and exit code of a command."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        assert self.out, self.err
        return json.loads(self.out)


class Volitus:
    """The program with its settings, and somebody signed in. ``volitus("sync", "list")``."""

    def __init__(self, database_url: str, **settings: str) -> None:
        self.environment = {
            **SETTINGS,
            **cli_staff.signed_in(),
            "VOLITUS_DATABASE_URL": database_url,
            **settings,
        }

    def __call__(self, *words: object, stdin: bytes = b"") -> CommandResult:
        """Run a command in this process; unexpected exceptions are raised."""
        done = CliRunner().invoke(
            app, [str(word) for word in words], stdin, self.environment, catch_exceptions=False
        )
        return CommandResult(done.exit_code, done.stdout, done.stderr)

    def apart(self, *words: object) -> CommandResult:
        """Run a command as a process of its own, apart from what a worker of this one logs."""
        return in_a_process([str(word) for word in words], self.environment)

    def settings(self, kind: type[S]) -> S:
        """Return the settings that a process of this kind reads from the same environment."""
        with pytest.MonkeyPatch.context() as patch:
            for name, value in self.environment.items():
                patch.setenv(name, value)
            return kind.from_environment()

    def with_settings(self, **settings: str) -> "Volitus":
        """Return a program with some settings changed."""
        changed = {**self.environment, **settings}
        return Volitus(changed.pop("VOLITUS_DATABASE_URL"), **changed)

    def by(self, subject: str) -> "Volitus":
        """Return the program as another test member of staff uses it."""
        return self.with_settings(**cli_staff.signed_in(subject))

    def by_nobody(self) -> "Volitus":
        """Return the program where nobody is signed in."""
        return self.with_settings(**cli_staff.nobody())


def in_a_process(
    words: list[str], environment: Mapping[str, str], stdin: bytes = b""
) -> CommandResult:
    """Run a command as a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", "from cli.app import main; main()", *words],
        input=stdin,
        capture_output=True,
        check=False,
        env={"PATH": os.environ["PATH"], **environment},
    )
    return CommandResult(done.returncode, done.stdout.decode(), done.stderr.decode())
