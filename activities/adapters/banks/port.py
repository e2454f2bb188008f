"""The port to a bank: one object per configured bank."""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from domain.payments.orders import PaymentOrder, Standing, Started, Statement, Told


class Bank(Protocol):
    """Port to a bank. Calls block."""

    @property
    def name(self) -> str:
        """Return the name by which settings, payments and addresses know this bank."""
        ...

    def start(self, order: PaymentOrder) -> Started:
        """Say how the payer gets to the bank.

        For iPizza it is pure: the same order is signed alike, and nothing is sent.
        """
        ...

    def read_return(self, raw: bytes, content_type: str, received_at: datetime) -> Told:
        """Read what the browser or the bank's server brought. Raises NotOurs.

        A notice that comes late is read as well: ``Told.is_timely``.
        """
        ...

    def ask(self, order: PaymentOrder) -> Standing:
        """Ask where a payment stands. Raises CannotBeAsked, and Trouble where it does not answer.

        Trouble here and below is domain.provisioning.steps.Trouble.
        """
        ...

    def statements(self, after: str | None) -> Iterable[Statement]:
        """Read the statements after the one with this id, oldest first; None: from the first.

        Raises Trouble, also for a statement that cannot be read: none is ever skipped.
        """
        ...
