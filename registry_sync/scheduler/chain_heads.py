"""Publish the head of the event chain outside the database, every minute.

The scheduler does it because it seals the chain, and because it reads nothing from outside: of all
processes its key is the hardest to come by. Several schedulers each publish, which does no harm.
"""

import math
import time
from contextlib import AbstractAsyncContextManager

from prometheus_client import Counter, Gauge

from domain.chain_heads import ChainHead
from runtime.logs import every_level
from runtime.periodic import run_periodically
from runtime.threads import on_thread
from services.audit.head_signatures import HeadSigner
from services.audit.published_heads import HEAD_EVENT
from storage.audit import hash_chain
from storage.database import LOST, Database

log = every_level(__name__)

_EVERY_SECONDS = 60.0

POSITION = Gauge("volitus_event_chain_position", "Last published position of the event chain.")
POSITION.set(math.nan)  # 0 would look like a chain that became shorter
AGE = Gauge(
    "volitus_event_chain_head_age_seconds",
    "Since this scheduler last published the head of the event chain, or started.",
)
CONTRADICTIONS = Counter(
    "volitus_event_chain_contradictions",
    "Times that the event chain no longer contained the head that was published last.",
)


class HeadPublisher:
    """Publishes the head, and looks whether the chain still contains the one before."""

    def __init__(self, database: Database, signer: HeadSigner) -> None:
        self._database = database
        self._signer = signer
        self._good = time.monotonic()
        self._last: ChainHead | None = None

    def running(self) -> AbstractAsyncContextManager[None]:
        """Publish at once and every minute while the block runs."""
        AGE.set_function(lambda: time.monotonic() - self._good)
        return run_periodically(self._publish_safely, lambda: _EVERY_SECONDS)

    async def _publish_safely(self) -> None:
        try:
            await on_thread(self.publish)
        except LOST as error:
            log.warning("event_chain_head_unavailable", error=type(error).__name__)
        except Exception:
            log.exception("event_chain_head_failed")  # otherwise none would be published any more

    def publish(self) -> None:
        """Publish the head as it is now. Raises DatabaseError."""
        last = self._last
        with self._database.reading() as connection:
            kept = last is None or hash_chain.contains(connection, last)
            head = hash_chain.head(connection)
        if last is not None and not kept:
            CONTRADICTIONS.inc()
            log.critical("event_chain_rewritten", position=last.position, digest=last.digest)
        log.info(HEAD_EVENT, **self._signer.sign(head).fields())
        POSITION.set(head.position)
        self._last, self._good = head, time.monotonic()
