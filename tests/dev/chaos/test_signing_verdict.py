"""The verdict of a campaign sees what became of its signatures."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest

from dev.chaos import signing_invariants
from dev.chaos.outcome import Outcome
from dev.chaos.signing_evidence import PhoneRow, SignedRow, SigningRow
from dev.chaos.workload import Agreeing, ContractHabit, ContractRequest

NOON = datetime(2026, 8, 1, 12, tzinfo=UTC)
SIGNED, FAILED, ELSEWHERE = (UUID(int=number) for number in (1, 2, 3))
CONTRACT = UUID(int=11)
ANNA = "48001080002"
REQUEST = ContractRequest(0, 0, 0, ContractHabit.KEPT, 0)


def at(minutes: int) -> datetime:
    return NOON + timedelta(minutes=minutes)


def row(id_: UUID, state: str, minute: int, **changes: Any) -> SigningRow:
    done = int(state == "signed")
    about = (id_, CONTRACT, "active", "smart_id", state, ANNA, at(minute), at(minute + 1))
    return SigningRow(*about, done, done, done, 1 - done)._replace(**changes)


def asked(minute: int, kind: str = "signature") -> PhoneRow:
    return PhoneRow("smart_id", kind, ANNA, at(minute) + timedelta(seconds=20))


def good() -> SimpleNamespace:
    """One signing that failed after the choice of an account, and one that went well."""
    choices = [asked(minute, "certificate_choice") for minute in (0, 2)]
    return SimpleNamespace(
        signings=[row(FAILED, "failed", 0), row(SIGNED, "signed", 2)],
        phones=[*choices, asked(2)],
        signed=[SignedRow(CONTRACT, "active", is_signed=True, counting=1, containers=2)],
    )


def judged(evidence: Any) -> Iterator[str]:
    outcome = Outcome(REQUEST, CONTRACT, signings=[FAILED, SIGNED])
    yield from signing_invariants.phones_once(evidence)
    yield from signing_invariants.signed_once(evidence, [outcome])
    yield from signing_invariants.agrees_with_contract(evidence)


def signing(which: int, **changes: Any) -> Callable[[Any], None]:
    """Spoil the row of a signing."""

    def spoil(evidence: Any) -> None:
        evidence.signings[which] = evidence.signings[which]._replace(**changes)

    return spoil


def contract(**changes: Any) -> Callable[[Any], None]:
    def spoil(evidence: Any) -> None:
        evidence.signed[0] = evidence.signed[0]._replace(**changes)

    return spoil


def test_what_went_well_breaks_no_promise() -> None:
    assert list(judged(good())) == []


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda e: e.phones.append(asked(2)), "made a phone ask 2 times for a signature"),
        (lambda e: e.phones.append(asked(9)), "3 of them for a signing"),
        (lambda e: e.phones.pop(), "a phone was asked 0 times"),
        (lambda e: e.phones.append(asked(0, "certificate_choice")), "for a certificate_choice"),
        (signing(1, proven=0), "0 proven"),
        (signing(1, kept=2), "2 kept"),
        (signing(1, told_signed=2), "is signed"),
        (signing(0, kept=1), "is failed: 1 kept"),
        (signing(0, told_failed=0), "failed 0 times by the history"),
        (signing(0, state="proving"), "is proving still"),
        (signing(0, id=ELSEWHERE), "was not asked for once"),
        (lambda e: e.signings.pop(0), "there is no such signing"),
        (contract(counting=0), "0 signatures that count"),
        (contract(counting=2), "2 signatures that count"),
        (contract(containers=0), "has no container"),
        (contract(is_signed=False, counting=0), "nobody signed it"),
    ],
)
def test_each_broken_promise_is_found(spoil: Callable[[Any], None], said: str) -> None:
    evidence = good()
    spoil(evidence)

    assert any(said in each for each in judged(evidence)), list(judged(evidence))


def test_contracts_of_a_campaign_are_agreed_to_in_each_way_with_each_habit() -> None:
    habits = [*ContractHabit]
    requests = [ContractRequest(0, n, n, habits[n % len(habits)], 0) for n in range(9)]

    assert len({(each.agrees, each.habit) for each in requests}) == len(Agreeing) * len(habits)
