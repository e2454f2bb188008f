"""Take a person's request to sign a contract: signing, operation, event and limits together."""

from domain.audit import Actor, EventKind
from domain.contracts import signing_limits
from domain.processes import ProcessType
from storage.audit import events
from storage.audit.events import NewEvent
from storage.contract_signing import signing_steps
from storage.contract_signing.signing_steps import NewSigning
from storage.contracts.rows import StoredContract
from storage.database import Session
from storage.requests import operations, rate_limits
from storage.requests.operations import Subject


def request(session: Session, contract: StoredContract, new: NewSigning, *, actor: Actor) -> None:
    """Ask for a signature, under an id of its own.

    Raises AlreadySigning, and LimitReached: nobody's phone is made to ring on.
    """
    rate_limits.take(session, signing_limits.uses(new.given.person_id, new.phone))
    signing_steps.insert(session, new)
    asked = {"contract_id": str(contract.id)}
    subject = Subject(contract.account_id, asked=asked)
    operations.request(session, new.id, ProcessType.CONTRACT_SIGN, new.given.person_id, subject)
    event = NewEvent(
        EventKind.CONTRACT_SIGNING_STARTED,
        subject_id=contract.id,
        account_id=contract.account_id,
        person_id=new.given.person_id,
        after={"signing_id": str(new.id), "method": new.method.value},
    )
    events.append(session, [event], actor=actor)
