"""Faults that both services have, beside those of the transport."""

from collections.abc import Awaitable, Callable

from fastapi import Request
from fastapi.responses import HTMLResponse, Response

from simulators.faults import TRANSPORT, Fault, disturbed

_GARBAGE = "<html><body>It works!</body></html>"
_DEFAULT_STATUS = "400"


def faulty(*kinds: str) -> frozenset[str]:
    """Return these kinds and those that every answer can show.

    ``refuse``: the HTTP status of ``code``, before the work. ``garbage``: after it, no JSON.
    ``result``, where a source has it: the result of ``code``, also one that no list has.
    """
    return TRANSPORT | {"refuse", "garbage", *kinds}


async def garbled(
    request: Request,
    fault: Fault | None,
    answer: Callable[[], Awaitable[Response]],
    error: Callable[[int, str], Response],
) -> Response:
    """Return the answer, or what a fault makes of it; ``error`` words a refusal."""
    match fault and fault.kind:
        case "refuse" if fault is not None:
            return error(int(fault.code or _DEFAULT_STATUS), "refused by a fault")
        case "garbage":
            await answer()
            return HTMLResponse(_GARBAGE)
    return await disturbed(request, fault, answer)
