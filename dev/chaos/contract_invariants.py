"""Invariants of contracts: as agreed, so provided and billed; a number is on one at a time."""

from collections import Counter
from collections.abc import Iterator
from uuid import UUID

from dev.chaos.evidence_rows import ContractRow
from dev.chaos.outcome import Outcome
from dev.chaos.snapshot import Evidence
from dev.chaos.workload import ContractRequest

_NEVER = frozenset({"declined", "lapsed", "cancelled"})
_ACTIVE, _TERMINATED, _ENDED = "active", "terminated", "ended"
_INVOICE = "final_invoice"


def as_left(evidence: Evidence, asked: list[Outcome]) -> Iterator[str]:
    """Find contracts in another state than that in which their person left them."""
    for each in asked:
        if not isinstance(each.request, ContractRequest) or each.id is None:
            continue
        row = evidence.contracts.get(each.id)
        found = row.state if row else "not there"
        if found != each.ends:
            yield f"{each.id} of {each.request} is {found}, and was left {each.ends}"


def set_up(evidence: Evidence) -> Iterator[str]:
    """Find active contracts whose service is not there, or not that of their number alone."""
    for row in _settled(evidence):
        if row.state != _ACTIVE:
            continue
        has = evidence.at_network.get(row.service_id, {})
        number = has.get("characteristics", {}).get("msisdn")
        if (has.get("state"), number, row.service) != (_ACTIVE, row.number, _ACTIVE):
            yield f"{row.id} is active, its service {row.service}, and the network has {has}"
        if row.service_id not in evidence.subscribed:
            yield f"{row.id} is active, and billing has no subscription"


def set_down(evidence: Evidence) -> Iterator[str]:
    """Find contracts that are over, and their service, subscription or access is not."""
    invoices = Counter(
        UUID(each["booking"]["service"]) for each in evidence.booked if each["action"] == _INVOICE
    )
    for row in _settled(evidence):
        if row.state not in _NEVER | {_ENDED}:
            continue
        ended = row.state == _ENDED
        at_network = evidence.at_network.get(row.service_id, {}).get("state")
        if at_network != (_TERMINATED if ended else None):
            yield f"{row.id} is {row.state}, and the network has its service {at_network}"
        if row.service_id in evidence.subscribed:
            yield f"{row.id} is {row.state}, and billing has its subscription still"
        if invoices[row.service_id] != int(ended):
            yield f"{row.id} is {row.state}, and has {invoices[row.service_id]} last invoices"
        if row.service not in {None, _ENDED} or (ended and not row.access_is_over):
            yield f"{row.id} is {row.state}, its service {row.service}, access is left"


def numbers(evidence: Evidence, asked: list[Outcome]) -> Iterator[str]:
    """Find numbers of two contracts, also of one that rests, and refusals without a reason."""
    rows = evidence.contracts.values()
    for number, count in Counter(row.number for row in rows if row.state not in _NEVER).items():
        if count > 1:
            yield f"{number} is on {count} contracts"
    on = {row.number for row in rows}
    for each in asked:
        if (
            isinstance(each.request, ContractRequest)
            and each.refused
            and each.request.number not in on
        ):
            yield f"{each.request} was refused, and nobody has its number"


def _settled(evidence: Evidence) -> Iterator[ContractRow]:
    """Return the contracts whose orders have ended: an order in doubt waits for its answer."""
    for row in evidence.contracts.values():
        if all(evidence.processes[order].ended for order in row.orders):
            yield row
