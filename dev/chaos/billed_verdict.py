"""The verdict on payments and extracts."""

from dev.chaos import extract_invariants, payment_invariants
from dev.chaos.billed_evidence import Billed
from dev.chaos.outcome import Outcome
from dev.chaos.promise import Promise


def judge(billed: Billed, asked: list[Outcome]) -> list[Promise]:
    """Judge payments by what banks and billing have, and extracts by what billing has."""
    judged = Promise.judged
    payments, extracts = len(billed.payments), len(billed.extracts)
    return [
        judged(
            "each payment that came is booked once",
            payments,
            payment_invariants.booked_once(billed),
        ),
        judged(
            "what is booked was paid, what was paid is booked",
            len(billed.at_bank),
            payment_invariants.paid_is_booked(billed),
        ),
        judged(
            "lines of statements are read once",
            len(billed.entries),
            payment_invariants.read_once(billed),
        ),
        judged("what banks took back is taken back", payments, payment_invariants.refunded(billed)),
        judged("payments end as paid", payments, payment_invariants.ended_as_paid(billed, asked)),
        judged(
            "each extract has exactly billing's rows",
            sum(map(len, billed.used.values())),
            extract_invariants.exact(billed),
        ),
        judged("extracts end as asked", extracts, extract_invariants.ended_as_asked(billed, asked)),
    ]
