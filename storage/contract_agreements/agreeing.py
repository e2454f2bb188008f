"""A person agrees to a contract: alone, or as one of those who represent its owner together."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

from domain.approvals.acts import Act
from domain.approvals.confirmations import Confirming
from domain.approvals.ids import approval_of
from domain.approvals.refusals import ApprovalRefused
from domain.approvals.rules import ApprovalRules
from domain.audit import Actor
from domain.contracts.agreeing import AgreeRefusal, AgreeRefused
from storage.approvals import answering, open_about, proposing
from storage.approvals.proposing import Proposed, Proposer
from storage.contract_agreements.locking import Locked, lock
from storage.contract_agreements.requirements import require_agreeable
from storage.contracts import agreements, starting
from storage.contracts.rows import StoredContract
from storage.database import Session


def agree(
    session: Session,
    contract_id: UUID,
    given: Confirming,
    how: ApprovalRules,
    *,
    by_signature: bool,
    actor: Actor,
) -> UUID | None:
    """Record that a person agrees to the act that starts a contract.

    ``by_signature``: they have signed its documents, which the caller has verified and keeps. A
    click may be repeated while its person may still agree; of signatures the first counts.
    Returns the open approval in which the others of their group are to agree too; None: nobody
    else is needed, and the contract is signed.

    Raises:
        AgreeRefused: with an AgreeRefusal, or an ApprovalRefusal.
        LimitReached: they have proposed too much lately.
        LookupError: there is no such contract.
    """
    with _as_agreeing():
        locked = lock(session, contract_id, given.person_id)
        act = require_agreeable(session, locked, given, how, by_signature=by_signature)
        if locked.contract.signed_at is not None:
            return None  # they were one of those who agreed
        if locked.is_joint:
            return _agree_jointly(
                session, locked, act, given, how, by_signature=by_signature, actor=actor
            )
        agreements.keep(session, contract_id, given)
        starting.agree(session, locked.contract, actor=actor)
        open_about.end_impossible(session, locked.approvals, actor)
        return None


def require_signable(
    session: Session, contract_id: UUID, given: Confirming, how: ApprovalRules
) -> StoredContract:
    """Return the contract to which a person may agree by signing it now; it is locked.

    Raises as ``agree`` does for what its signature would be refused for.
    """
    with _as_agreeing():
        locked = lock(session, contract_id, given.person_id)
        require_agreeable(session, locked, given, how, by_signature=True)
        return locked.contract


def _agree_jointly(
    session: Session,
    locked: Locked,
    act: Act,
    given: Confirming,
    how: ApprovalRules,
    *,
    by_signature: bool,
    actor: Actor,
) -> UUID:
    """Confirm the open approval about the contract, or open it."""
    for open_ in locked.approvals:  # there is one, if any
        answering.confirm(session, open_.id, given, how, by_signature=by_signature, actor=actor)
        return open_.id
    if locked.company_id is None:
        raise AgreeRefused(AgreeRefusal.NEEDS_JOINT_APPROVAL)
    contract = locked.contract
    by = Proposer.who_saw(approval_of(contract.id), given)

    def prepare(lapses_at: datetime) -> Proposed:
        return Proposed(act, contract.id, min(lapses_at, contract.agree_by or lapses_at))

    proposing.propose(session, locked.company_id, by, prepare, how, actor=actor)
    return by.approval_id


@contextmanager
def _as_agreeing() -> Iterator[None]:
    """Turn refusals of approvals into AgreeRefused."""
    try:
        yield
    except ApprovalRefused as error:
        raise AgreeRefused(error.refusal, error.reason) from None
