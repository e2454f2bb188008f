"""joint.3: a worker dies at every point of the check in turn: the next one carries it out once.

Points are before and after each commit, and before and after the register's answer.
"""

from collections.abc import Iterator, Sequence
from contextlib import closing

import pytest
from temporalio.testing import ActivityEnvironment

from activities.approvals.approval import ApprovalStart, CheckRegisterActivities
from domain.approvals.states import ApprovalState as State
from domain.identifiers import CompanyKey, PersonKey
from domain.registry.hold_limits import HoldLimits
from domain.registry.register import Appointment, Changes, RegisterState
from storage.approvals.concluding import Rules
from storage.database import Database
from tests.builders import approvals
from tests.builders.approval_meetings import Meeting
from tests.builders.approvals import ON
from tests.builders.delegations import RULES as OFFERS
from tests.builders.mortal_worker import Died, Life, MortalDatabase
from tests.builders.register_states import joint, state
from tests.builders.rows import rows
from tests.fixtures.engine_plugin import connected


class MortalRegister:
    """A register whose asker may die before the answer, and after it."""

    country = "EE"

    def __init__(self, meeting: Meeting, life: Life) -> None:
        members = tuple(map(joint, (meeting.first, meeting.second)))
        self._answer = state(*members, groups=(members,), of=meeting.firm, minute=1)
        self._life = life

    def changed_since(self, cursor: str | None) -> Changes:
        raise NotImplementedError

    def companies_of(self, person: PersonKey) -> Sequence[Appointment]:
        raise NotImplementedError

    def state(self, company: CompanyKey) -> RegisterState:
        assert company == self._answer.company
        self._life.point("before the register answers")
        self._life.point("after the register answered")
        return self._answer


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    with connected(database_url) as database:
        yield database


def test_joint_3_a_worker_may_die_at_any_point_of_the_check(
    database: Database, database_url: str
) -> None:
    with closing(MortalDatabase(database_url)) as mortal:
        points = lived(database, mortal, None)
        assert len(points) >= 8
        for each in range(len(points)):
            lived(database, mortal, each)


def lived(database: Database, mortal: MortalDatabase, ends_at: int | None) -> list[str]:
    meeting = Meeting(database)
    mortal.life = life = Life(ends_at)
    register = MortalRegister(meeting, life)
    does = CheckRegisterActivities(mortal, register, Rules(ON, OFFERS), HoldLimits())
    start = ApprovalStart(approval_id=meeting.id)
    if ends_at is not None:
        with pytest.raises(Died):
            ActivityEnvironment().run(does.check_register, start)
    assert ActivityEnvironment().run(does.check_register, start)
    assert ActivityEnvironment().run(does.check_register, start)
    assert approvals.state_of(database, meeting.id) is State.CARRIED_OUT
    done = rows(
        database,
        "SELECT kind FROM event WHERE account_id = :account"
        " AND kind IN ('approval:carried_out', 'delegation:offered') ORDER BY kind",
        account=meeting.office.id,
    )
    assert [row.kind for row in done] == ["approval:carried_out", "delegation:offered"]
    return life.passed
