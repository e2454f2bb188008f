"""contract.2: the chain of states as it is stored: every edge, and no other."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.exc import IntegrityError

from domain.contracts.reasons import EndReason, EndSource, SuspendReason
from domain.contracts.states import EDGES, ContractState, IllegalStateChange
from storage.contracts import changing
from storage.database import Database, Session
from tests.builders import contracts
from tests.builders.register_states import KUUSK
from tests.builders.rows import account, carry_out, put, rows

S = ContractState
OFFICE = account(KUUSK, 1)


def move(session: Session, id_: UUID, state: S) -> None:
    """Move a contract, with what it must have in that state."""
    contract = contracts.locked(session, id_)
    values: dict[str, Any] = {"ends_at": None, "end_reason": None, "end_source": None}
    if state in {S.ENDING, S.ENDED}:
        end = {"end_reason": EndReason.CUSTOMER, "end_source": EndSource.HERE}
        values = {"ends_at": contract.now, **end}
    if state is S.SUSPENDED:
        values |= {"suspend_reason": SuspendReason.LOST}
    changing.move(session, contract, state, actor=contracts.OPS, **values)


def way_to(state: S) -> Sequence[S]:
    """The shortest way from a draft to a state along the chain."""
    ways: list[list[S]] = [[S.DRAFT]]
    for way in ways:  # grows while it is gone through
        if way[-1] is state:
            return way[1:]
        ways += [[*way, each] for each in sorted(EDGES[way[-1]]) if each not in way]
    raise LookupError(state)


def state_of(database: Database, id_: UUID) -> str:
    (row,) = rows(database, "SELECT state FROM contract WHERE id = :id", id=id_)
    state: str = row.state
    return state


@pytest.mark.parametrize("before", S)
def test_contract_2_a_stored_contract_goes_along_the_chain_and_no_other_way(
    database: Database, before: S
) -> None:
    put(database, OFFICE)
    id_ = contracts.draft(database, contracts.new_contract(OFFICE.id))
    for state in way_to(before):
        with database.transaction() as session:
            move(session, id_, state)

    reached = set()
    for after in S:
        with database.trial() as session:
            try:
                move(session, id_, after)
            except IllegalStateChange:
                continue
            reached.add(after)

    assert reached == EDGES[before]
    assert state_of(database, id_) == before


@pytest.mark.parametrize(
    "broken",
    [
        "state = 'suspended'",
        "state = 'ending'",
        "state = 'ended'",
        "ends_at = now()",
        "ends_at = now(), end_reason = 'customer', end_source = 'told'",
        "state = 'ending', ends_at = now(), end_reason = 'customer'",
        "state = 'paused'",
    ],
)
def test_contract_2_no_row_is_in_a_state_without_what_belongs_to_it(
    database: Database, broken: str
) -> None:
    put(database, OFFICE)
    id_ = contracts.active(database, contracts.new_contract(OFFICE.id), [])

    with pytest.raises(IntegrityError):
        carry_out(database, f"UPDATE contract SET {broken} WHERE id = :id", id=id_)
