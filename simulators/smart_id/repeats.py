"""The same request again within 15 seconds finds the session of the first."""

from simulators.signing.clock import Clock

WITHIN = 15.0


class Repeats:
    """Sessions by the requests that began them. A nonce makes a request another one."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._begun: dict[tuple[str, bytes], tuple[float, str]] = {}

    def session(self, path: str, body: bytes) -> str | None:
        """Return the session that exactly this request began lately."""
        at, session_id = self._begun.get((path, body), (0.0, ""))
        return session_id if session_id and self._clock.now() < at + WITHIN else None

    def keep(self, path: str, body: bytes, session_id: str) -> None:
        now = self._clock.now()
        self._begun = {key: kept for key, kept in self._begun.items() if now < kept[0] + WITHIN}
        self._begun[path, body] = now, session_id
