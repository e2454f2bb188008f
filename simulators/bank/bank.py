"""What a bank does with a payment: carries it out, tells of it and books it, or not quite."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

from simulators.bank.keys import Keys
from simulators.bank.ledger import Ledger, Line
from simulators.bank.notices import CONTENT_FAULTS, Notice, notice_of
from simulators.bank.payments import Clock, Payer, Payment, Payments, State
from simulators.bank.profiles import Profile
from simulators.bank.sending import Sender
from simulators.faults import TRANSPORT, Fault, Faults

FAULTS = {
    "payment": frozenset({"refused", "second_signer"}),
    "server": CONTENT_FAULTS | {"lost", "twice", "late", "before_redirect", "cancelled_first"},
    "browser": CONTENT_FAULTS | {"lost", "cancelled"},
    "booking": frozenset({"never", "late", "without_reference", "wrong_reference", "returned"}),
    "statements": TRANSPORT | {"unreadable"},
}
SUBJECTS = dict.fromkeys(("payment", "server", "browser", "booking"), "a bank or a reference")
_DAY = timedelta(days=1)
_SECOND_SIGNER = timedelta(days=2)
_WRONG_REFERENCE = "1234561"
"""A reference number with a right check digit, of no invoice."""


class NotNow(Exception):
    """A button that the payment does not have any more."""


@dataclass(frozen=True, slots=True)
class Back:
    """What the payer's browser brings back; None: the window is closed, or it is not over."""

    notice: Notice | None


class Banks:
    """The banks of this simulator. ``ways``: see Sender."""

    def __init__(self, keys: Keys, ways: Mapping[str, str]) -> None:
        self.keys = keys
        self.clock = Clock()
        self.payments = Payments(self.clock)
        self.ledger = Ledger(self.clock)
        self.sender = Sender(self.clock, ways)
        self.faults = Faults(FAULTS, SUBJECTS)

    async def press(self, payment: Payment, button: str) -> Back:
        """Do what somebody pressed: pay, cancel, leave, sign or refuse. Raises NotNow."""
        match button, payment.state:
            case "pay", State.OPEN:
                return await self._pay(payment)
            case "leave", State.OPEN:
                payment.state = State.WAITING
                return Back(None)
            case "cancel", State.OPEN:
                return await self._over(payment, State.CANCELLED)
            case "sign", State.WAITING:
                return await self._over(payment, State.PAID)
            case "refuse", State.WAITING:
                return await self._over(payment, State.REFUSED)
        raise NotNow

    def back(self, payment: Payment) -> Back:
        """Return what the browser brings of a payment that is over, when it is looked at again."""
        if payment.done_at is None:
            return Back(None)
        fault = self._fault("browser", payment)
        if fault is not None and fault.kind == "lost":
            return Back(None)
        at = self.clock.told(payment.done_at)
        return Back(notice_of(payment, self.keys, at, auto=False, fault=fault))

    def transfer(
        self, bank: Profile, amount: Decimal, reference: str | None, payer: Payer, message: str
    ) -> Line:
        """Let money come that nobody sent by a link."""
        now, number = self.clock.now(), self.ledger.next_number()
        line = Line(
            bank, amount, reference, message, payer.name, payer.account, uuid4().hex, now, number
        )
        self.ledger.book(line)
        return line

    def take_back(self, transfer: str, after: timedelta = timedelta()) -> bool:
        """Take back the money of a transfer; False: it never came, or is taken back already."""
        lines = self.ledger.lines_of(transfer)
        if len(lines) != 1:
            return False
        (came,) = lines
        at = max(self.clock.now() + after, came.booked_at)
        number = self.ledger.next_number()
        self.ledger.book(
            Line(
                came.bank, came.amount, came.reference, came.message, came.payer_name,
                came.payer_account, transfer, at, number, is_return=True,
            )
        )  # fmt: skip
        return True

    async def settle(self) -> None:
        """Do what is due by the clock."""
        for payment in self.payments.due():
            await self._over(payment, State.PAID)
        for payment in self.sender.due():
            await self.sender.send(payment, [self._notice(payment)])

    def forget(self) -> None:
        """Forget payments, notices, lines and statements."""
        for each in (self.payments, self.sender, self.ledger):
            each.forget()

    async def _pay(self, payment: Payment) -> Back:
        fault = self._fault("payment", payment)
        match fault and fault.kind:
            case "refused":
                return await self._over(payment, State.REFUSED)
            case "second_signer":
                payment.state = State.WAITING
                payment.signs_at = self.clock.now() + _SECOND_SIGNER
                return Back(None)
        return await self._over(payment, State.PAID)

    async def _over(self, payment: Payment, state: State) -> Back:
        self.payments.end(payment, state)
        if state is State.PAID:
            self._book(payment)
        await self._tell(payment)
        return self.back(payment)

    async def _tell(self, payment: Payment) -> None:
        fault = self._fault("server", payment)
        kind = fault and fault.kind
        notice = self._notice(payment, fault)
        match kind:
            case "lost":
                return
            case "late":
                self.sender.hold(payment, self.clock.now() + _DAY)
            case "before_redirect":
                await self.sender.send(payment, [notice])
            case "twice":
                self.sender.soon(payment, [notice, notice])
            case "cancelled_first":
                self.sender.soon(payment, [notice, self._notice(payment)])
            case _:
                self.sender.soon(payment, [notice])

    def _notice(self, payment: Payment, fault: Fault | None = None) -> Notice:
        at = self.clock.told(payment.done_at or self.clock.now())
        return notice_of(payment, self.keys, at, auto=True, fault=fault)

    def _book(self, payment: Payment) -> None:
        fault = self._fault("booking", payment)
        kind = fault and fault.kind
        if kind == "never":
            return
        references = {"without_reference": None, "wrong_reference": _WRONG_REFERENCE}
        reference = references.get(kind or "", payment.order["VK_REF"] or None)
        at = self.clock.now() + (_DAY if kind == "late" else timedelta())
        order, payer = payment.order, payment.payer
        self.ledger.book(
            Line(
                payment.bank, payment.amount, reference, order["VK_MSG"], payer.name,
                payer.account, payment.id, at, self.ledger.next_number(),
            )
        )  # fmt: skip
        if kind == "returned":
            self.take_back(payment.id, _DAY)

    def _fault(self, source: str, payment: Payment) -> Fault | None:
        return self.faults.take(source, about=[payment.bank.name, payment.order["VK_REF"]])
