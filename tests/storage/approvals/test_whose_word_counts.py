"""joint.2, joint.3: whose word counts changes while an approval waits: freezes, settings."""

from datetime import timedelta
from uuid import UUID

import pytest

from domain.access.suspensions import FreezeReason, Subject
from domain.approvals.rules import ApprovalRules, JointApproval
from domain.approvals.states import ApprovalState as State
from services.access import freezes
from services.parties.people import ensure_person
from storage.approvals import wakeups
from storage.database import Database
from tests.builders import approvals
from tests.builders.approvals import PAIR, board, proposed, state_of
from tests.builders.freezes import ANN, BEN
from tests.builders.people import JAAN, MARI, PEETER
from tests.builders.register_states import KUUSK
from tests.builders.rows import account, put, rows

OFFICE = account(KUUSK)
OFF = ApprovalRules(JointApproval.OFF)


@pytest.fixture
def waiting(database: Database) -> UUID:
    """An approval that Mari proposed; Jaan's or Peeter's confirmation would be enough."""
    put(database, OFFICE)
    board(database, PAIR, (MARI, PEETER))
    return proposed(database, OFFICE)


def to_wake(database: Database) -> list[UUID]:
    with database.transaction() as session:
        return list(wakeups.claim(session))


def test_joint_3_the_word_of_one_who_is_frozen_counts_again_when_that_is_lifted(
    database: Database, waiting: UUID
) -> None:
    subject = Subject(person_id=ensure_person(database, MARI))
    frozen = freezes.freeze(database, subject, next(iter(FreezeReason)), actor=ANN, note="a test")

    approvals.confirm(database, waiting, JAAN)
    approvals.proceed(database, waiting)
    assert state_of(database, waiting) is State.AWAITING_CONFIRMATIONS
    assert to_wake(database) == []

    freezes.request_lift(database, frozen.id, actor=ANN, note="a test")
    freezes.lift(database, frozen.id, actor=BEN, note="a test")

    assert to_wake(database) == [waiting]
    due = approvals.proceed(database, waiting)
    assert due is not None
    assert due.check_register
    approvals.conclude(database, waiting)
    assert state_of(database, waiting) is State.CARRIED_OUT


def test_joint_3_a_freeze_that_comes_before_the_registers_answer_counts(
    database: Database, waiting: UUID
) -> None:
    approvals.confirm(database, waiting, JAAN)
    subject = Subject(person_id=ensure_person(database, JAAN))
    freezes.freeze(database, subject, next(iter(FreezeReason)), actor=ANN, note="a test")

    approvals.conclude(database, waiting)

    assert state_of(database, waiting) is State.AWAITING_CONFIRMATIONS
    approvals.confirm(database, waiting, PEETER)
    approvals.conclude(database, waiting)
    assert state_of(database, waiting) is State.CARRIED_OUT


def test_joint_5_where_acting_together_is_off_nothing_is_carried_out(
    database: Database, waiting: UUID
) -> None:
    approvals.confirm(database, waiting, JAAN)

    approvals.conclude(database, waiting, OFF)

    assert state_of(database, waiting) is State.REFUSED


def test_joint_5_nobody_is_reminded_of_what_enough_have_confirmed(
    database: Database, waiting: UUID
) -> None:
    approvals.confirm(database, waiting, JAAN)
    approvals.in_time(database, waiting, timedelta(hours=23))

    approvals.proceed(database, waiting)
    assert _reminded(database) == 0

    approvals.take_back(database, waiting, JAAN)
    approvals.proceed(database, waiting)
    assert _reminded(database) == 2


def _reminded(database: Database) -> int:
    return len(rows(database, "SELECT FROM notice WHERE kind = 'approval_reminder'"))
