"""Bookings by their keys: accepted once, made when they are due, and logged when they are made.

No timer runs: every reader calls ``settle`` first. Everything runs in the one thread of the event
loop and nothing here awaits, so calls never interleave.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal
from uuid import uuid4

from simulators.billing.books import Books
from simulators.billing.clock import Clock
from simulators.billing.forms import Form, Undoing
from simulators.billing.refusals import Refused, not_booked
from simulators.faults import Fault

_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(slots=True, eq=False)
class Booking:
    """A booking: accepted, and then booked or refused."""

    key: str
    form: Form
    due: datetime
    id: str
    refusal: Refused | None = None
    holder: Fault | None = None
    double: bool = False
    state: Literal["accepted", "booked", "refused"] = "accepted"

    def view(self) -> dict[str, str]:
        """Return it as clients see it."""
        view = {"id": self.id, "key": self.key, "action": self.form.action, "state": self.state}
        return view if self.refusal is None else {**view, "code": self.refusal.code}


@dataclass(frozen=True, slots=True)
class Booked:
    """An entry of the log. ``is_change``: False for a question, and for what was changed since."""

    at: datetime
    key: str
    form: Form
    is_change: bool


class Bookings:
    """Takes bookings. ``seconds``: how long those take that are accepted from now on.

    They are made in real time; ``clock`` says which month they belong to.
    """

    def __init__(self, books: Books, clock: Clock) -> None:
        self.seconds = 0.0
        self._books = books
        self._clock = clock
        self._by_key: dict[str, Booking] = {}
        self._void: set[str] = set()
        self._pending: list[Booking] = []
        self._log: list[Booked] = []

    def under(self, key: str) -> Booking | None:
        """Return the booking with this key."""
        self.settle()
        return self._by_key.get(key)

    def book(self, key: str, form: Form, fault: Fault | None) -> Booking:
        """Return the booking of this key: as it is known, or a new one. Raises Refused."""
        known = self.under(key)
        if known is not None:
            if known.form != form:
                raise Refused(422, "key_reused", "Another booking came under this key.")
            return known
        if fault is not None and fault.kind == "refuse":
            raise _as_told(fault)
        if key in self._void:
            raise _void()
        due = datetime.now(UTC) + timedelta(seconds=self.seconds)
        booking = Booking(key, form, due, str(uuid4()))
        match fault and fault.kind:
            case "refuse_later" if fault is not None:
                booking.refusal = _as_told(fault)
            case "never":
                booking.holder = fault
            case "double":
                booking.double = True
        self._by_key[key] = booking
        self._pending.append(booking)
        if booking.refusal is None:
            self.settle()
        return booking

    def settle(self) -> None:
        """Make the bookings that are due by now."""
        now = datetime.now(UTC)
        for each in self._pending:
            due = each.due if each.holder is None else _NEVER
            if each.state == "accepted" and due <= now:
                self._make(each, max(each.due, now))
        self._pending = [each for each in self._pending if each.state == "accepted"]

    def release(self, on: Iterable[Fault]) -> None:
        """Release the bookings that are held by a fault that is no longer active."""
        kinds = {each.kind for each in on}
        for each in self._pending:
            if each.holder is not None and each.holder.kind not in kinds:
                each.holder = None

    def log(self, key: str | None = None) -> list[Booked]:
        """Return what was really booked, in order; with this key, or all."""
        self.settle()
        return [each for each in self._log if key in {None, each.key}]

    def forget(self) -> None:
        """Forget all bookings and the log; what is pending is never made."""
        for each in (self._by_key, self._void, self._pending, self._log):
            each.clear()

    def _took_back(self, form: Form) -> bool:
        """Keep what is to be undone from being booked later; True: it was still to be booked."""
        if not isinstance(form, Undoing):
            return False
        undone = self._by_key.get(form.of)
        if undone is None:
            self._void.add(form.of)
        elif undone.state == "accepted":
            undone.state, undone.refusal = "refused", _void()
            return True
        return False

    def _make(self, booking: Booking, at: datetime) -> None:
        try:
            if booking.refusal is not None:
                raise booking.refusal
            is_change = not self._took_back(booking.form) and self._books.book(
                booking.key, booking.form, int(self._clock.now().timestamp())
            )
        except Refused as refused:
            booking.state, booking.refusal = "refused", refused
            return
        booking.state = "booked"
        self._log.append(Booked(at, booking.key, booking.form, is_change))


def _void() -> Refused:
    return not_booked("key_void", "It was undone before it came.")


def _as_told(fault: Fault) -> Refused:
    return not_booked(fault.code or "refused", "The billing system does not do that.")
