"""Invariants of signatures: a phone is asked once, what is signed is proved and kept once."""

from collections import Counter
from collections.abc import Iterator

from dev.chaos.outcome import Outcome
from dev.chaos.signing_evidence import PhoneRow, SigningRow
from dev.chaos.snapshot import Evidence

_NEVER = frozenset({"declined", "lapsed", "cancelled", "draft", "offered"})


def phones_once(evidence: Evidence) -> Iterator[str]:
    """Find signings for which a phone was asked the same twice, and phones asked for none."""
    explained = 0
    for row in evidence.signings:
        asked = [each for each in evidence.phones if _is_for(each, row)]
        explained += len(asked)
        for kind, count in Counter(each.kind for each in asked).items():
            if count > 1:
                yield f"{row.id} made a phone ask {count} times for a {kind}"
        signatures = sum(each.kind == "signature" for each in asked)
        if row.state == "signed" and signatures != 1:
            yield f"{row.id} is signed, and a phone was asked {signatures} times"
    if explained != len(evidence.phones):
        yield f"phones asked {len(evidence.phones)} times, {explained} of them for a signing"


def signed_once(evidence: Evidence, asked: list[Outcome]) -> Iterator[str]:
    """Find signings that nobody asked for, and signatures not kept, proved and told once."""
    wanted = Counter(id_ for each in asked for id_ in each.signings)
    for row in evidence.signings:
        if wanted.pop(row.id, 0) != 1:
            yield f"{row.id} was not asked for once"
        is_signed = int(row.state == "signed")
        if row.state not in {"signed", "failed"}:
            yield f"{row.id} is {row.state} still"
        if (row.kept, row.proven, row.told_signed) != (is_signed,) * 3:
            yield f"{row.id} is {row.state}: {row.kept} kept, {row.proven} proven"
        if row.told_failed != int(row.state == "failed"):
            yield f"{row.id} is {row.state}, and failed {row.told_failed} times by the history"
    for id_ in wanted:
        yield f"{id_} was answered, and there is no such signing"


def agrees_with_contract(evidence: Evidence) -> Iterator[str]:
    """Find contracts in a state that their signatures do not explain, and the other way round."""
    for row in evidence.signed:
        if row.counting != int(row.is_signed):
            yield f"{row.id} is {row.state}, with {row.counting} signatures that count"
        if row.is_signed and not row.containers:
            yield f"{row.id} is signed, and has no container"
        if not row.is_signed and row.state not in _NEVER:
            yield f"{row.id} is {row.state}, and nobody signed it"


def _is_for(phone: PhoneRow, row: SigningRow) -> bool:
    is_theirs = phone.method == row.method and row.person in phone.person
    ended = row.ended_at is None or phone.asked_at <= row.ended_at
    return is_theirs and ended and row.requested_at <= phone.asked_at
