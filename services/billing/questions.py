"""Questions to billing: whom they are about, how they are asked, and how the answer is kept."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

import msgspec

from activities.adapters.billing.reads import BillingReads
from storage.billing.snapshots import Subject
from storage.database import Session

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Question(Generic[T]):
    """A question to billing. Two with the same subject have the same answer.

    The answer is kept as JSON of ``answer``: a frozen dataclass or NamedTuple of ``Money``,
    Decimals, dates, moments, ids, texts and enums. So nothing is kept that it has no field for.
    """

    subject: Subject
    answer: type[T]
    ask: Callable[[BillingReads], T]
    """Asks billing, on a thread. Raises domain.provisioning.steps.NotDone."""
    keep: Callable[[Session, T, datetime], None] | None = None
    """Keeps more than the snapshot, in the same transaction; it was asked for at this moment."""
    is_final: Callable[[T], bool] | None = None
    """Says of an answer that billing will never say otherwise: it is not asked again."""
    brief: Callable[[T], T] | None = None
    """Leaves out of the snapshot what ``keep`` keeps elsewhere."""

    def ends_with(self, value: T) -> bool:
        """Return whether billing will never say anything else."""
        return self.is_final is not None and self.is_final(value)

    def written(self, value: T) -> Any:
        """Return the answer as it is kept: decimals as text."""
        return msgspec.to_builtins(value if self.brief is None else self.brief(value))

    def read(self, body: Any) -> T | None:
        """Return the answer that was kept; None: another version kept it otherwise."""
        try:
            return msgspec.convert(body, self.answer)
        except msgspec.ValidationError:
            return None
