"""The requests of a campaign about bills: payments of invoices, and extracts of call details."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import NAMESPACE_URL, UUID, uuid5

from simulators.register.codes import personal_code

KUUSK, TAMM = "kuusk", "tamm"
EXTRACTED_RECORDS = 9_000
"""A month's usage records of a number: a CSV of two months has some parts."""


class PayingHabit(StrEnum):
    """What somebody does who wants to pay an invoice."""

    COMES_BACK = "pays and comes back"
    CLOSES = "pays and closes the window"
    TAKEN_BACK = "pays, and the bank takes the money back"
    CANCELS = "cancels at the bank"
    TWICE = "pays in two windows"
    SECOND_SIGNER = "leaves it to a second signer, who signs"

    @property
    def paid(self) -> int:
        """How often the invoice is paid."""
        return {PayingHabit.CANCELS: 0, PayingHabit.TWICE: 2}.get(self, 1)

    @property
    def ends(self) -> str:
        """State of the payment when the bank has said all, and its statement too."""
        ends = {PayingHabit.CANCELS: "cancelled", PayingHabit.TAKEN_BACK: "returned"}
        return ends.get(self, "settled")


@dataclass(frozen=True, slots=True)
class PaymentRequest:
    """A person pays the open invoice of an account of their own at ``at``."""

    at: float
    index: int
    habit: PayingHabit
    pause: float

    @property
    def bank(self) -> str:
        """The bank of this payment: each habit meets both. One books some payments late."""
        if self.habit is PayingHabit.TAKEN_BACK:
            return KUUSK
        return (KUUSK, TAMM)[(self.index + self.index // len(PayingHabit)) % 2]

    @property
    def code(self) -> str:
        """Personal code of its person, who has no other payment."""
        return personal_code("EST", date(1983, 1, 8), 2 + self.index)

    @property
    def account_id(self) -> UUID:
        """Id of the person's account."""
        return uuid5(NAMESPACE_URL, f"chaos/payer/{self.index}")

    @property
    def service_id(self) -> UUID:
        """Id of the service that is invoiced."""
        return uuid5(self.account_id, "service")

    @property
    def number(self) -> str:
        """Number of that service."""
        return f"+372558{self.index:05}"


class ExtractHabit(StrEnum):
    """What becomes of an extract that somebody asks for."""

    WAITED_FOR = "waited for"
    CANCELLED = "cancelled a while later"


@dataclass(frozen=True, slots=True)
class ExtractRequest:
    """A person asks for the call details of two months at ``at``."""

    at: float
    index: int
    habit: ExtractHabit
    pause: float

    @property
    def code(self) -> str:
        """Personal code of its person, who has no other extract."""
        return personal_code("EST", date(1984, 1, 8), 2 + self.index)

    @property
    def account_id(self) -> UUID:
        """Id of the person's account."""
        return uuid5(NAMESPACE_URL, f"chaos/reader/{self.index}")

    @property
    def service_id(self) -> UUID:
        """Id of the service whose calls they are."""
        return uuid5(self.account_id, "service")

    @property
    def number(self) -> str:
        """Number of that service."""
        return f"+372559{self.index:05}"


BilledRequest = PaymentRequest | ExtractRequest
