"""contract.1: what a told record does to a contract, by what stands and who decided it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID

import pytest

from activities.contracts.end import ContractEndInput, EndContractActivities
from domain.contracts.told import ToldRefusal
from services.contracts.tell import contract_records
from storage.accounts.upserts import PART
from storage.contract_orders import suspension
from storage.contracts import ending
from storage.database import Database, Session
from tests.builders.contract_ways import WAYS, begin_to_end, locked, lose
from tests.builders.days import ZONE
from tests.builders.delegations import OFFICE, PHONE, set_up_customers
from tests.builders.people import TIIU
from tests.builders.rows import BILLING, give, rows
from tests.builders.told_contracts import ID, PAST, Stands, stands, tell, told

TOLD = ("active", "suspended", "ending", "ended")
LONGEST = {True: 3, False: 2}
"""Records in a row, each state after each, in a long run and in a usual one."""
_REFUSED = ("refused", "refused")
_AS_TOLD = {
    "active": ("active", "-"),
    "suspended": ("suspended", "-"),
    "ending": ("ending", "told"),
    "ended": ("ended", "told"),
}


def _kept(state: str, end: str) -> dict[str, tuple[str, str]]:
    return dict.fromkeys(TOLD[:2], _REFUSED) | dict.fromkeys(TOLD[2:], (state, end))


_LEAVES = dict.fromkeys(TOLD[:2], ("ending", "outside")) | {
    "ending": ("ending", "outside, told"),
    "ended": ("ended", "told, leaving"),
}
END: Mapping[tuple[str, str], Mapping[str, tuple[str, str]]] = {
    ("active", "-"): _AS_TOLD,
    ("suspended", "-"): _AS_TOLD,
    ("ending", "told"): _AS_TOLD,
    ("ended", "told"): _AS_TOLD,
    ("ending", "here"): _kept("ending", "here"),
    ("ended", "here"): _kept("ended", "here"),
    ("ending", "begun"): _kept("ending", "begun"),
    ("ended", "begun"): _kept("ended", "begun"),
    ("ending", "here, leaving"): _kept("ending", "here, leaving"),
    ("ending", "outside, here"): _kept("ending", "outside, here"),
    # Its number leaves before the end that is told to come, and after the one that is told as past.
    ("ending", "outside"): _LEAVES,
    ("ending", "outside, told"): _LEAVES,
    ("ended", "told, leaving"): _LEAVES,
}
"""State and end as they are stored, and what each told state makes of them."""
SUSPENSION = {
    "-": {"active": "-", "suspended": "told", "ending": "-", "ended": "-"},
    "told": {"active": "-", "suspended": "told", "ending": "told", "ended": "told"},
    "here": {"active": "refused", "suspended": "both", "ending": "here", "ended": "here"},
    "both": {"active": "here", "suspended": "both", "ending": "both", "ended": "both"},
}
"""Whose word the suspension is, and what each told state makes of it."""


def expected(before: Stands, told_state: str) -> Stands | None:
    """How a contract stands after a record; None: that is refused."""
    state, end = END[before.state, before.end][told_state]
    suspended = SUSPENSION[before.suspended][told_state]
    if "refused" in {state, suspended}:
        return None
    if state == "active" and suspended != "-":
        state = "suspended"
    return Stands(state, end, suspended)


@pytest.fixture
def customers(database: Database) -> Database:
    set_up_customers(database)
    return database


def _walk(session: Session, before: Stands, told: Sequence[str], longest: int) -> None:
    if len(told) == longest:
        return
    for state in TOLD:
        undone = session.begin_nested()
        end = locked(session).ends_at, locked(session).end_reason
        refusal = tell(session, state)
        after = expected(before, state)

        way = [*told, state]
        assert refusal == (None if after else ToldRefusal.DECIDED_HERE), way
        assert stands(session) == (after or before), way
        if before.end in {"here", "here, leaving", "outside, here", "begun"}:
            assert (locked(session).ends_at, locked(session).end_reason) == end, way
        _walk(session, after or before, way, longest)
        undone.rollback()


@pytest.mark.parametrize("way", WAYS)
def test_contract_1_what_was_decided_here_outlives_every_sequence_of_records(
    customers: Database, way: str, *, long_run: bool
) -> None:
    acts, before = WAYS[way]
    with customers.trial() as session:
        assert tell(session, "active") is None
        for act in acts:
            act(session)

        assert stands(session) == before
        _walk(session, before, [], LONGEST[long_run])


def test_contract_1_what_was_lost_here_is_opened_here_and_then_told_active(
    customers: Database,
) -> None:
    with customers.trial() as session:
        tell(session, "active")
        lose(session)
        tell(session, "ended")
        refused = tell(session, "active")
        tell(session, "suspended")
        suspension.resume(session, locked(session), actor=BILLING)

        assert (refused, tell(session, "active")) == (ToldRefusal.DECIDED_HERE, None)
        assert stands(session) == Stands("active", "-", "-")


@pytest.mark.parametrize("before", ["ending", "ended"])
def test_contract_1_after_a_told_end_that_was_taken_back_the_next_one_is_carried_out(
    customers: Database, before: str
) -> None:
    with customers.transaction() as session:
        tell(session, before)
        tell(session, "active")
        assert ending.ask_for_due(session) == 0
    with customers.transaction() as session:
        tell(session, "ending", ends_at=PAST)
        begin_to_end(session)

    activities = EndContractActivities(customers, ZONE)
    activities.end(ContractEndInput(contract_id=ID))

    assert activities.close(ContractEndInput(contract_id=ID))
    with customers.trial() as session:
        assert stands(session) == Stands("ended", "begun", "-")
        assert tell(session, "active") == ToldRefusal.DECIDED_HERE
    (service,) = rows(customers, "SELECT status FROM service WHERE id = :id", id=PHONE.id)
    (process,) = rows(customers, "SELECT ended_at FROM process WHERE type = 'contract_end'")
    assert (service.status, process.ended_at is None) == ("ended", False)


def test_contract_1_the_order_of_records_does_not_matter_however_many_there_are(
    customers: Database,
) -> None:
    """The telephone's next contract stands in another part than the end of its last one."""
    give(customers, TIIU, OFFICE, "user", on=PHONE)
    others = [replace(told("active", services=()), id=UUID(int=99 + n)) for n in range(PART)]
    with customers.trial() as session:
        tell(session, "active")
        records = [told("ended"), *others[1:], replace(told("active"), id=others[0].id)]

        done = contract_records(ZONE).put(session, records, actor=BILLING)

        assert (len(done.created), done.changed, done.ended) == (PART, [ID], [])
