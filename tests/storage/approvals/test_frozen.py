"""joint.3: whoever an operator froze does not count, whenever they confirmed."""

from domain.access.suspensions import FreezeReason, Subject
from domain.approvals.states import ApprovalState as State
from services.access import freezes
from services.parties.people import ensure_person
from storage.database import Database
from tests.builders import approvals
from tests.builders.approvals import PAIR, board, proposed, state_of
from tests.builders.people import JAAN
from tests.builders.register_states import KUUSK
from tests.builders.rows import ENGINE, account, put

OFFICE = account(KUUSK)


def test_joint_3_a_frozen_person_does_not_count(
    database: Database,
) -> None:
    put(database, OFFICE)
    board(database, PAIR)
    id_ = proposed(database, OFFICE)
    approvals.confirm(database, id_, JAAN)

    subject = Subject(person_id=ensure_person(database, JAAN))
    freezes.freeze(database, subject, FreezeReason.CREDENTIAL_STOLEN, actor=ENGINE, note="stolen")
    approvals.conclude(database, id_)

    assert state_of(database, id_) is State.AWAITING_CONFIRMATIONS
