"""Bookings over HTTP: taken, and asked for by their keys."""

from collections.abc import Callable

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from simulators.bearer import Bearer
from simulators.billing.bookings import Booking, Bookings
from simulators.billing.forms import read
from simulators.billing.refusals import Refused
from simulators.faults import TRANSPORT, Faults, disturbed
from simulators.subjects import values_of

BOOKINGS_PATH = "/v1/bookings"
_OF_BOOKINGS = frozenset({"refuse", "refuse_later", "never", "double"})
FAULTS = {"booking": TRANSPORT | _OF_BOOKINGS, "question": TRANSPORT}
SUBJECTS = {"booking": "an account, a service or an action", "question": "an action"}
_NAMES = ("account", "service", "action")
_STATUS = {"accepted": 202, "booked": 201}


class Desk:
    """Takes the requests of ``client``."""

    def __init__(self, client: Bearer, bookings: Bookings, faults: Faults) -> None:
        self._client = client
        self._bookings = bookings
        self._faults = faults

    async def book(self, request: Request) -> Response:
        """Make a booking, or find the one of this key."""
        key, body = request.headers.get("idempotency-key", ""), await request.body()
        about = [each for name in _NAMES for each in await values_of(request, name)]
        is_new = self._bookings.under(key) is None
        # Faults of bookings are for new ones: a known one has been answered already.
        fault = self._faults.take("booking", about=about, sparing=() if is_new else _OF_BOOKINGS)

        def answer() -> Response:
            self._admit(request)
            if not key:
                raise Refused(400, "key_missing", "A booking needs an Idempotency-Key.")
            return _answer(self._bookings.book(key, read(body), fault))

        return await disturbed(request, fault, lambda: _answered(answer))

    async def find(self, request: Request) -> Response:
        """Return the booking of a key, in a list: it has one, or none."""
        key = request.query_params.get("key", "")
        found = self._bookings.under(key)
        about = [] if found is None else [found.form.action]

        def answer() -> Response:
            self._admit(request)
            if not key:
                raise Refused(400, "key_missing", "Name a key.")
            found = self._bookings.under(key)
            shown = [] if found is None else [found.view()] * (2 if found.double else 1)
            return JSONResponse(shown)

        fault = self._faults.take("question", about=about)
        return await disturbed(request, fault, lambda: _answered(answer))

    def _admit(self, request: Request) -> None:
        if not self._client.sent(request):
            raise Refused(401, "unauthenticated", "Bring the bearer token.")


def desk_routes(desk: Desk) -> APIRouter:
    """Return the routes."""
    router = APIRouter(tags=["bookings"], default_response_class=Response)

    @router.post(BOOKINGS_PATH, description="201 booked, 202 accepted, 409 refused")
    async def book(request: Request) -> Response:
        return await desk.book(request)

    @router.get(BOOKINGS_PATH, description="?key=: one or none")
    async def find(request: Request) -> Response:
        return await desk.find(request)

    return router


def _answer(booking: Booking) -> Response:
    if booking.state == "refused" and booking.refusal is not None:
        raise booking.refusal
    return JSONResponse(booking.view(), _STATUS[booking.state])


async def _answered(answer: Callable[[], Response]) -> Response:
    try:
        return answer()
    except Refused as refused:
        return refused.response()
