"""What every read and payment meets: the client's token, faults, and how bodies are written."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import msgspec
from fastapi import Request
from fastapi.responses import HTMLResponse, Response

from simulators.bearer import Bearer
from simulators.billing.books import Books
from simulators.billing.clock import Clock
from simulators.billing.ledgers import Ledger, LedgerForm, Ledgers
from simulators.billing.months import Month
from simulators.billing.refusals import Refused
from simulators.faults import TRANSPORT, Fault, Faults, disturbed

READ_FAULTS = TRANSPORT | {"garbage", "wrong_shape", "wrong_values"}
"""``garbage``: no JSON. ``wrong_shape``: other JSON. ``wrong_values``: money and moments are text
that is neither. All with the status 200."""
_WRITE = msgspec.json.Encoder(decimal_format="number").encode  # a float would change amounts
_JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Shown:
    """The answer to a request. ``body``: of a document bytes, otherwise what becomes JSON."""

    body: Any
    headers: Mapping[str, str] = field(default_factory=dict)
    status: int = 200


class Doorway:
    """Lets ``client`` in, subject to ``faults``."""

    def __init__(
        self, client: Bearer, faults: Faults, ledgers: Ledgers, books: Books, clock: Clock
    ) -> None:
        self._client = client
        self._faults = faults
        self._ledgers = ledgers
        self._books = books
        self._clock = clock

    def now(self) -> int:
        """Return the second that it is."""
        return int(self._clock.now().timestamp())

    def ledger(self, account: UUID) -> Ledger:
        """Return an account's ledger: of one that was never set, an empty one. Raises Refused."""
        set_ = self._books.accounts.get(account)
        if set_ is not None and not set_.known:
            raise Refused(404, "account_unknown", "There is no such account.")
        found, this = self._ledgers.get(account), Month.of(self._clock.now())
        return found or Ledger(LedgerForm(account=account, numbers=[]), this, this)

    async def answer(
        self, request: Request, source: str, about: Collection[str], make: Callable[[], Shown]
    ) -> Response:
        """Return what ``make`` shows, or its refusal, or what a fault makes of either."""
        fault = self._faults.take(source, about=about)

        async def answered() -> Response:
            try:
                self._admit(request, fault)
                return _response(make(), fault)
            except Refused as refused:
                return refused.response()

        return await disturbed(request, fault, answered)

    def _admit(self, request: Request, fault: Fault | None) -> None:
        if not self._client.sent(request):
            raise Refused(401, "unauthenticated", "Bring the bearer token.")
        if fault is not None and fault.kind == "refuse":
            raise Refused(409, fault.code or "refused", "Billing does not do that.")


def _response(shown: Shown, fault: Fault | None) -> Response:
    body = shown.body
    match fault and fault.kind:
        case "garbage":
            return HTMLResponse("<html><title>Hooldus</title>Proovige hiljem uuesti.</html>")
        case "wrong_shape":
            body = {"items": None} if isinstance(body, list) else []
        case "wrong_values":
            body = _nonsense(body)
    if isinstance(body, bytes):
        return Response(body, shown.status, shown.headers, "application/pdf")
    return Response(_WRITE(body), shown.status, shown.headers, _JSON)


def _nonsense(value: Any, name: str = "") -> Any:
    """Return the same shape, in which no amount and no moment can be read."""
    if isinstance(value, dict):
        return {each: _nonsense(inner, each) for each, inner in value.items()}
    if isinstance(value, list):
        return [_nonsense(each, name) for each in value]
    if name == "value" and not isinstance(value, str):
        return "palju"
    return "eile" if name in {"asOf", "billDate", "usageDate", "at", "startDateTime"} else value
