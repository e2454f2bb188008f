"""Numbers of payments: those that need a decision, entries that fit none, and statements."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import text

from domain.payments.words import Attention
from storage.database import Connection

_FLAGGED = text("""
SELECT attention, count(*) AS number FROM payment WHERE attention IS NOT NULL GROUP BY attention
""")
_UNMATCHED = text("SELECT count(*) FROM bank_entry WHERE state = 'unmatched'")
_AGE = text("""
SELECT extract(epoch FROM clock_timestamp() - max(updated_at)) FROM operation
WHERE kind = 'bank_statement' AND state = 'succeeded'
""")


@dataclass(frozen=True, slots=True)
class PaymentMetrics:
    """Numbers of what waits for a person, and the age of the last reading of statements."""

    flagged: Mapping[Attention, int]
    unmatched: int
    age: float | None
    """Seconds since all banks' statements were last read to their end; None: they never were."""


def payment_metrics(connection: Connection) -> PaymentMetrics:
    """Return the numbers as they are now."""
    found = {Attention(row.attention): row.number for row in connection.execute(_FLAGGED)}
    age = connection.execute(_AGE).scalar_one()
    return PaymentMetrics(
        {each: found.get(each, 0) for each in Attention},
        connection.execute(_UNMATCHED).scalar_one(),
        None if age is None else float(age),
    )
