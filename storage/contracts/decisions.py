"""What operations decide about a contract's end, with why: beside the event of the change."""

from enum import StrEnum

from domain.audit import Actor, EventKind
from domain.reasons import Reason
from storage.audit import event_notes
from storage.audit.events import NewEvent
from storage.contracts.rows import StoredContract
from storage.database import Session

DECIDED = Reason("contract_decided", "Operations decided so about the contract's end")


class EndDecision(StrEnum):
    """What operations decide."""

    END = "end"
    CALL_OFF = "call_off"


def record(
    session: Session, contract: StoredContract, decision: EndDecision, *, actor: Actor, note: str
) -> None:
    """Record a decision of a member of staff. The note is for staff."""
    event = NewEvent(
        EventKind.CONTRACT_DECIDED,
        subject_id=contract.id,
        account_id=contract.account_id,
        reason=DECIDED,
        after={"decision": decision.value},
    )
    event_notes.append(session, event, note, actor=actor)
