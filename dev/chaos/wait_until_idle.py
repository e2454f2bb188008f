"""Waits until nothing moves any more. The verdict lists what still moves at the time limit."""

import asyncio
import time
from collections.abc import Callable
from typing import NamedTuple

import httpx
from sqlalchemy.exc import SQLAlchemyError
from temporalio.client import Client
from temporalio.service import RPCError

from dev.chaos.environment import Stage

_HELD = "k.state = 'stuck' AND k.kind IN ('refused', 'doubt')"
_MOVING = f"""
SELECT (SELECT count(*) FROM process p
    WHERE p.ended_at IS NULL
    AND NOT EXISTS (SELECT FROM stuck k WHERE k.process_id = p.id AND {_HELD})
    AND NOT EXISTS (SELECT FROM step w
        JOIN step e ON e.resource = w.resource AND e.place < w.place AND e.ended_at IS NULL
        JOIN stuck k ON k.process_id = e.process_id AND {_HELD}
        WHERE w.process_id = p.id AND w.ended_at IS NULL AND e.process_id <> p.id))
    + (SELECT count(*) FROM verification WHERE state = 'sent')
    + (SELECT count(*) FROM delegation WHERE state = 'awaiting_acceptance')
    + (SELECT count(*) FROM contract WHERE state IN
        ('draft', 'offered', 'signed', 'activating', 'ending'))
    + (SELECT count(*) FROM stuck WHERE state <> 'closed' AND kind NOT IN ('refused', 'doubt'))
    + (SELECT count(*) FROM target WHERE state <> 'available') AS moving,
    (SELECT count(*) FROM process WHERE ended_at IS NULL) AS open
"""  # noqa: S608 # constants
_OPEN = """
SELECT count(*) FILTER (WHERE NOT EXISTS (SELECT FROM stuck k
        WHERE k.process_id = p.id AND k.state = 'stuck' AND k.kind = 'doubt')) AS moving,
    count(*) AS open
FROM process p WHERE ended_at IS NULL
"""


class _Moving(NamedTuple):
    moving: int
    """Rows that are not at rest."""
    open: int
    """Processes that should have a workflow."""


def settle(stage: Stage, seconds: float, poll: Callable[[], None], *, held: bool = True) -> bool:
    """Wait until every open process is held by a refusal or doubt; return whether that happened.

    ``held``: False where none is refused any more, so that only doubts hold any.
    """
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        poll()
        try:
            (found,) = stage.rows(_Moving, _MOVING if held else _OPEN)
            if found.moving == 0 and asyncio.run(_running(stage)) == found.open:
                return True
        except (SQLAlchemyError, RPCError, RuntimeError, httpx.HTTPError):
            pass  # not back yet
        time.sleep(0.3)
    return False


async def _running(stage: Stage) -> int:
    client = await Client.connect(stage.stack.environment["VOLITUS_TEMPORAL_ADDRESS"])
    counted = await client.count_workflows("ExecutionStatus = 'Running'")
    return counted.count
