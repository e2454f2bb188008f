"""Access checks with traces on, against the same checks with traces off."""

from statistics import median

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from benchmarks.load import Target, evenly, in_turns
from benchmarks.measuring import Line, Size, alone, ratio
from benchmarks.place import Place
from benchmarks.portal import CONNECTIONS, portal
from simulators.serving import serving

_SAMPLED = b"\r\ntraceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\r\n"


def lines(place: Place, size: Size) -> list[Line]:
    """Measure in turns: off; on, of which a tenth is recorded; on, and all are recorded."""
    with (
        serving(Starlette(routes=[Route("/v1/traces", _swallow, methods=["POST"])])) as collector,
        portal(place, size) as plain,
        portal(place, size, VOLITUS_TRACES_URL=collector) as traced,
    ):
        usual = traced.target()
        recorded = [each.replace(b"\r\n", _SAMPLED, 1) for each in usual.requests]
        targets = [plain.target(), usual, Target(usual.port, recorded, usual.expected)]
        rounds = 1 + 2 * size.rounds  # the first is for warming up
        off, tenth, all_ = alone(in_turns, targets, CONNECTIONS, size.seconds, rounds).result
    rates = [evenly(each[1:])["rate"] for each in (off, tenth, all_)]
    return [
        _line("Access checks a second with traces on, a tenth recorded", rates[1], rates[0]),
        _line("…all recorded", rates[2], rates[0]),
    ]


def _line(what: str, ours: list[float], off: list[float]) -> Line:
    return Line(what, f"{median(ours):,.0f}", f"traces off {median(off):,.0f}", ratio(ours, off))


async def _swallow(request: Request) -> Response:
    await request.body()
    return Response()
