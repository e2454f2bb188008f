"""The file of a sign-in: 0600 in a directory of 0700, and refused where others could change it."""

import fcntl
import json
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from cli.console import Failure

_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH
_LARGEST = 64 * 1024


@dataclass(frozen=True, slots=True)
class Session:
    """The tokens of one sign-in."""

    issuer: str
    client_id: str
    access_token: str = field(repr=False)
    refresh_token: str | None = field(default=None, repr=False)
    """None: the sign-in ends with its access token."""
    expires_at: float = 0.0
    """When the access token does, in seconds since 1970."""


class SessionFile:
    """The file at ``path``. Every method raises Failure where the file cannot be used."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self) -> Session | None:
        """Return the kept sign-in; None: there is none."""
        try:
            # Not blocking: somebody's pipe in its place is refused, not waited for.
            flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
            descriptor = os.open(self.path, flags)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise self._unusable(f"cannot be read: {error.strerror}") from None
        try:
            self._check_private(os.fstat(descriptor))
            self._check_directory()
            return self._parsed(os.read(descriptor, _LARGEST))
        finally:
            os.close(descriptor)

    def write(self, session: Session) -> None:
        """Keep this sign-in in place of an earlier one, never half of it."""
        new = self.path.with_name(f"{self.path.name}.{os.getpid()}")
        self._make_directory()
        try:
            flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC
            with os.fdopen(os.open(new, flags, 0o600), "w", encoding="utf-8") as file:
                json.dump(asdict(session), file)
            new.replace(self.path)
        except OSError as error:
            raise self._unusable(f"cannot be written: {error.strerror}") from None

    def remove(self) -> None:
        """Forget the sign-in; nothing happens where there is none."""
        try:
            self.path.unlink(missing_ok=True)
        except OSError as error:
            raise self._unusable(f"cannot be removed: {error.strerror}") from None

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the lock of the file: of several commands, one refreshes at a time."""
        self._make_directory()
        lock = self.path.with_name(f"{self.path.name}.lock")
        try:
            flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
            descriptor = os.open(lock, flags, 0o600)
        except OSError as error:
            raise self._unusable(f"cannot be locked: {error.strerror}") from None
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def _make_directory(self) -> None:
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise self._unusable(f"has no directory: {error.strerror}") from None
        self._check_directory()

    def _check_private(self, found: os.stat_result) -> None:
        if not stat.S_ISREG(found.st_mode):
            raise self._unusable("is not a file")
        if found.st_uid != os.geteuid():
            raise self._unusable("belongs to another user")
        if found.st_mode & _OTHERS:
            raise self._unusable("can be used by others (chmod 600 if nobody did)")

    def _check_directory(self) -> None:
        found = self.path.parent.stat()
        if found.st_uid != os.geteuid():
            raise self._unusable("stands in another user's directory")
        if found.st_mode & _OTHERS_WRITE:
            raise self._unusable("stands in a directory that others can write to")

    def _parsed(self, text: bytes) -> Session:
        try:
            return TypeAdapter(Session).validate_json(text)
        except ValidationError:
            raise self._unusable("holds no sign-in; `volitus logout` removes it") from None

    def _unusable(self, why: str) -> Failure:
        return Failure(
            f"The sign-in at {self.path} {why}. VOLITUS_STAFF_LOGIN_SESSION_FILE names another."
        )
