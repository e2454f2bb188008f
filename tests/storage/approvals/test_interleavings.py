"""joint.2, joint.3, joint.5: any two changes of an approval at once, whichever commits first.

The first has written all of its change, and is not committed; the second begins, and waits for it
or is done. Then the first commits. Nothing repeats a deadlock here: there is to be none.
"""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier

import pytest

from domain.approvals.refusals import ApprovalRefused
from domain.approvals.states import ApprovalState as State
from domain.delegations.refusals import DelegationRefused
from storage.database import Database
from tests.builders import approvals
from tests.builders.approval_meetings import MEETING, Change, Meeting
from tests.builders.rows import rows, wait_until_blocked_unless
from tests.fixtures.patience import PATIENCE

REFUSED = (ApprovalRefused, DelegationRefused)
# Whose word counted: they had confirmed, were not frozen, and nothing was taken back before.
COUNTED = """
SELECT p.code FROM approval_confirmation c JOIN approval a ON a.id = c.approval_id
JOIN person p ON p.id = c.person_id
WHERE a.id = :id AND c.counted AND c.taken_back_at IS NULL AND c.confirmed_at < a.ended_at
  AND NOT EXISTS (SELECT FROM suspension s WHERE s.person_id = c.person_id
                  AND s.period @> a.ended_at)
"""
OFFERED = """
SELECT count(*) AS number FROM event e JOIN approval a ON a.id = :id
WHERE e.kind = 'delegation:offered' AND e.subject_id = (
    SELECT delegation_id FROM delegation_version v WHERE v.id = a.subject_id)
"""


def overlap(database: Database, first: Change, second: Change) -> None:
    """Commit ``first`` once ``second`` waits for it, or is done."""

    def beside() -> None:
        with suppress(*REFUSED), database.transaction() as session:
            second(session)

    with ThreadPoolExecutor() as threads, suppress(*REFUSED):
        with database.transaction() as session:
            first(session)
            other = threads.submit(beside)
            assert wait_until_blocked_unless(database, other.done) or other.done()
        other.result(PATIENCE)


def assert_whole(of: Meeting) -> None:
    """Carried out at most once, and only by a group that counted at that moment."""
    state = approvals.state_of(of.database, of.id)
    (offered,) = rows(of.database, OFFERED, id=of.id)
    counted = {row.code for row in rows(of.database, COUNTED, id=of.id)}
    groups = [{of.first.code, of.second.code}, {of.first.code, of.third.code}]
    assert offered.number == (1 if state is State.CARRIED_OUT else 0), state
    assert (counted in groups) if state is State.CARRIED_OUT else not counted, state
    (version,) = rows(
        of.database,
        "SELECT v.state FROM delegation_version v JOIN approval a ON a.subject_id = v.id"
        " WHERE a.id = :id",
        id=of.id,
    )
    if version.state == "offered":
        assert state is State.CARRIED_OUT


@pytest.mark.parametrize("first", MEETING)
def test_joint_5_whichever_of_two_commits_first_a_whole_group_carries_it_out_once(
    database: Database, first: str
) -> None:
    for second in MEETING:
        meeting = Meeting(database)
        overlap(database, MEETING[first](meeting), MEETING[second](meeting))
        assert_whole(meeting)
        for _ in range(2):  # its workflow goes on
            with suppress(*REFUSED):
                approvals.conclude(database, meeting.id)
        assert_whole(meeting)


def test_joint_2_two_confirm_at_the_same_instant(database: Database) -> None:
    for _ in range(10):
        meeting = Meeting(database, confirmed=False)
        changes = [meeting.confirm(meeting.second), meeting.confirm(meeting.third)] * 2
        together = Barrier(len(changes))

        def at_once(change: Change, together: Barrier = together) -> None:
            with database.transaction() as session:
                together.wait(PATIENCE)
                change(session)

        with ThreadPoolExecutor(len(changes)) as threads:
            for each in [threads.submit(at_once, change) for change in changes]:
                each.result(PATIENCE)
        assert approvals.state_of(database, meeting.id) is State.CHECKING_REGISTER
        approvals.conclude(database, meeting.id)
        assert approvals.state_of(database, meeting.id) is State.CARRIED_OUT
        assert_whole(meeting)
