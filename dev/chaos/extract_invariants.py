"""Invariants of extracts: exactly the records that billing has as of their moment, in order."""

from collections import Counter
from collections.abc import Iterator

from dev.chaos.billed_evidence import Billed
from dev.chaos.billed_workload import ExtractRequest
from dev.chaos.outcome import Outcome


def exact(billed: Billed) -> Iterator[str]:
    """Find extracts with other rows than billing has, or in another order."""
    for id_, made in billed.made.items():
        used, row = billed.used.get(id_, []), billed.extracts[id_]
        twice = sum(count - 1 for count in Counter(made).values())
        missing, strange = len(set(used) - set(made)), len(set(made) - set(used))
        if twice or missing or strange:
            yield f"{id_}: {twice} rows twice, {missing} missing, {strange} that billing has not"
        elif list(made) != list(used):
            yield f"{id_} is not in order"
        if row.rows != len(made):
            yield f"{id_} says {row.rows} rows, and has {len(made)}"


def ended_as_asked(billed: Billed, asked: list[Outcome]) -> Iterator[str]:
    """Find extracts that ended otherwise than their people left them."""
    for each in asked:
        if not isinstance(each.request, ExtractRequest) or each.id is None:
            continue
        row = billed.extracts.get(each.id)
        if row is None or row.state != each.ends:
            yield f"{each.id} of {each.request} is {row and row.state}, and was left {each.ends}"
