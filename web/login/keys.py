"""The provider's signing keys: fetched when needed, kept while its key endpoint fails."""

import time
from collections.abc import Callable
from threading import Lock
from typing import Any

import structlog
from joserfc.errors import JoseError
from joserfc.jwk import Key, KeySet

from web.login.refusals import LoginRefused, ProviderUnavailable, Refusal

log = structlog.get_logger(__name__)

_TTL = 300.0
_COOLDOWN = 5.0
"""Seconds between two fetches for keys that are not there: invented ids cost no more than that."""
_MAX_AGE = 24 * 3600.0


class SigningKeys:
    """Keys of one provider. Thread-safe: one thread fetches, the others wait for it."""

    def __init__(
        self, fetch: Callable[[], Any], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._fetch = fetch
        self._clock = clock
        self._lock = Lock()
        self._keys: list[Key] = []
        self._fetched_at = float("-inf")
        self._tried_at = float("-inf")

    def find(self, kid: str | None) -> Key:
        """Return the key with this id; the only one, where a token names none.

        Raises LoginRefused where there is none, ProviderUnavailable where keys cannot be fetched.
        """
        with self._lock:
            found = self._known(kid)
            stale = self._clock() - self._fetched_at > _TTL
            if (stale or found is None) and self._clock() - self._tried_at > _COOLDOWN:
                self._refetch()
                found = self._known(kid)
            if not self._keys or self._clock() - self._fetched_at > _MAX_AGE:
                raise ProviderUnavailable("its keys cannot be fetched")
        if found is None:
            raise LoginRefused(Refusal.SIGNATURE_WRONG)
        return found

    def _known(self, kid: str | None) -> Key | None:
        if kid is None:
            return self._keys[0] if len(self._keys) == 1 else None
        return next((key for key in self._keys if key.kid == kid), None)

    def _refetch(self) -> None:
        self._tried_at = self._clock()
        try:
            self._keys = list(KeySet.import_key_set(self._fetch()).keys)
        except (ProviderUnavailable, JoseError, LookupError, TypeError, ValueError) as error:
            log.warning("login_keys_not_fetched", error=type(error).__name__)
        else:
            self._fetched_at = self._clock()
