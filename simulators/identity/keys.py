"""The signing keys: one signs, those before it stay published while their tokens live."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from joserfc.jwk import KeySet, KeySetSerialization, RSAKey

from simulators.identity import files


@dataclass(frozen=True, slots=True)
class _Retired:
    key: RSAKey
    until: float


class SigningKeys:
    """RS256 keys, kept in ``file`` so that they outlive a restart."""

    def __init__(self, file: Path | None = None, now: Callable[[], float] = time.time) -> None:
        self._file = file
        self._now = now
        kept = files.read(file) or {"current": None, "retired": []}
        self.current = RSAKey.import_key(kept["current"]) if kept["current"] else _new_key()
        self._retired = [
            _Retired(RSAKey.import_key(each["key"]), each["until"]) for each in kept["retired"]
        ]
        self._keep()

    def published(self) -> KeySetSerialization:
        """The key set that anyone may read."""
        retired = [each.key for each in self._retired if each.until > self._now()]
        return KeySet([self.current, *retired]).as_dict(private=False)

    def rotate(self, overlap: float) -> str:
        """Sign with a new key, and publish the old one for ``overlap`` seconds more.

        Returns the new key's id.
        """
        retired = [_Retired(self.current, self._now() + overlap), *self._retired]
        self._retired = [each for each in retired if each.until > self._now()]
        self.current = _new_key()
        self._keep()
        return str(self.current.kid)

    def _keep(self) -> None:
        retired = [
            {"key": each.key.as_dict(private=True), "until": each.until} for each in self._retired
        ]
        files.keep(self._file, {"current": self.current.as_dict(private=True), "retired": retired})


def _new_key() -> RSAKey:
    return RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256"}, auto_kid=True)
