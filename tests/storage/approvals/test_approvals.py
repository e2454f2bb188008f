"""joint.2, joint.3, joint.5: approvals in the database, from the proposal to their end."""

from datetime import timedelta
from uuid import UUID

import pytest

from domain.approvals.refusals import ApprovalRefused
from domain.approvals.states import ApprovalState as State
from domain.identifiers import PersonKey
from storage.database import Database
from tests.builders import approvals
from tests.builders.approvals import PAIR, board, proposed, state_of
from tests.builders.people import JAAN, KATI, MARI, PEETER
from tests.builders.register_states import KUUSK, sole, state
from tests.builders.rows import account, put, rows, store_states

OFFICE = account(KUUSK)


def world(database: Database, *groups: tuple[PersonKey, ...]) -> None:
    put(database, OFFICE)
    board(database, *(groups or (PAIR,)))


def offered(database: Database) -> list[str]:
    return [row.state for row in rows(database, "SELECT state FROM delegation_version")]


def conclude(database: Database, id_: UUID) -> State:
    approvals.conclude(database, id_)
    return state_of(database, id_)


def test_joint_4_two_confirm_and_it_is_offered_in_the_transaction_that_counts_them(
    database: Database,
) -> None:
    world(database)
    id_ = proposed(database, OFFICE)
    assert state_of(database, id_) is State.AWAITING_CONFIRMATIONS
    assert offered(database) == ["proposed"]

    approvals.confirm(database, id_, JAAN)
    assert state_of(database, id_) is State.CHECKING_REGISTER
    due = approvals.proceed(database, id_)
    assert due is not None
    assert due.check_register

    assert conclude(database, id_) is State.CARRIED_OUT
    assert offered(database) == ["offered"]
    assert approvals.proceed(database, id_) is None


def test_joint_2_the_proposer_alone_is_not_enough_and_nobody_confirms_twice(
    database: Database,
) -> None:
    world(database)
    id_ = proposed(database, OFFICE)

    approvals.confirm(database, id_, MARI)

    assert conclude(database, id_) is State.AWAITING_CONFIRMATIONS
    assert len(rows(database, "SELECT FROM approval_confirmation")) == 1


def test_joint_3_who_left_before_the_last_confirmation_does_not_count(database: Database) -> None:
    world(database, (MARI, JAAN, KATI))
    id_ = proposed(database, OFFICE)
    approvals.confirm(database, id_, JAAN)

    board(database, (MARI, KATI, PEETER), minute=1)
    approvals.confirm(database, id_, KATI)
    assert conclude(database, id_) is State.AWAITING_CONFIRMATIONS

    approvals.confirm(database, id_, PEETER)
    assert conclude(database, id_) is State.CARRIED_OUT


def test_joint_3_a_changed_rule_is_found_when_the_register_answers(database: Database) -> None:
    world(database)
    id_ = proposed(database, OFFICE)
    approvals.confirm(database, id_, JAAN)

    board(database, (MARI, KATI), minute=1)

    assert conclude(database, id_) is State.AWAITING_CONFIRMATIONS
    assert offered(database) == ["proposed"]


def test_joint_2_one_who_represents_alone_is_enough(database: Database) -> None:
    world(database)
    id_ = proposed(database, OFFICE)

    store_states(database, state(sole(PEETER), minute=1))
    approvals.confirm(database, id_, PEETER)

    assert conclude(database, id_) is State.CARRIED_OUT


@pytest.mark.parametrize("end", [approvals.decline, approvals.withdraw])
def test_joint_5_what_was_ended_stays_ended(database: Database, end: object) -> None:
    world(database)
    id_ = proposed(database, OFFICE)
    who = JAAN if end is approvals.decline else MARI

    for _ in range(2):
        end(database, id_, who)  # type: ignore[operator]

    with pytest.raises(ApprovalRefused):
        approvals.confirm(database, id_, JAAN)
    assert conclude(database, id_).is_final
    assert offered(database) == ["withdrawn"]


def test_joint_5_a_confirmation_is_taken_back_until_it_is_carried_out(database: Database) -> None:
    world(database)
    id_ = proposed(database, OFFICE)
    approvals.confirm(database, id_, JAAN)

    approvals.take_back(database, id_, JAAN)
    assert conclude(database, id_) is State.AWAITING_CONFIRMATIONS

    approvals.confirm(database, id_, JAAN)
    assert conclude(database, id_) is State.CARRIED_OUT
    with pytest.raises(ApprovalRefused):
        approvals.take_back(database, id_, JAAN)


def test_joint_5_nobody_confirms_what_has_lapsed(database: Database) -> None:
    world(database)
    id_ = proposed(database, OFFICE)
    approvals.in_time(database, id_, timedelta(0))

    with pytest.raises(ApprovalRefused):
        approvals.confirm(database, id_, JAAN)
    assert approvals.proceed(database, id_) is None

    assert state_of(database, id_) is State.LAPSED
    assert offered(database) == ["lapsed"]
