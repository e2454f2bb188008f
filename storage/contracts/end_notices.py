"""Tells the user of a number and the number's owner that a contract of the user's ends.

The contract is the user's own, on a number that may be another's: a Mobiil-ID. Whoever of the two
ends it, or does what ends it, both are told.
"""

from uuid import UUID

from sqlalchemy import text

from domain.audit import Actor
from domain.catalogue.contract_terms import Party
from domain.contracts.reasons import EndReason
from domain.messages.notices import NewNotice, NoticeKind
from storage.access import representatives
from storage.contracts.rows import StoredContract
from storage.database import Session
from storage.messages import notices

_OWNER = text("""
SELECT person_id, COALESCE(company_id, person_id) AS owner_id FROM account WHERE id = :id
""")


def ends(session: Session, contract: StoredContract, reason: EndReason, *, actor: Actor) -> None:
    """Tell both that a locked contract ends. At the end of its term they have been warned."""
    if reason is not EndReason.TERM:
        _tell(session, contract, NoticeKind.CONTRACT_ENDS, actor)


def goes_on(session: Session, contract: StoredContract, *, actor: Actor) -> None:
    """Tell both that the end of a locked contract was called off."""
    _tell(session, contract, NoticeKind.CONTRACT_GOES_ON, actor)


def number_leaves(
    session: Session, contract: StoredContract, *, actor: Actor, message: str = ""
) -> None:
    """Tell the owner of a locked contract that a number of it is to leave.

    The user of a contract of their own is told that it ends. ``message``: of the porting system;
    of a contract that goes on each is told once, of another each change of the contract.
    """
    _tell_owner(session, contract, NoticeKind.NUMBER_LEAVES, actor, message)


def number_stays(
    session: Session, contract: StoredContract, *, actor: Actor, message: str = ""
) -> None:
    """Tell the same people that it does not leave."""
    _tell_owner(session, contract, NoticeKind.NUMBER_STAYS, actor, message)


def end_proposed(
    session: Session, proposal_id: UUID, contract_id: UUID, account_id: UUID, *, actor: Actor
) -> None:
    """Tell who represents a company that the end of its contract is proposed to operations."""
    kind, occasion = NoticeKind.CONTRACT_END_PROPOSED, str(proposal_id)
    told = sorted(representatives.of_account(session, account_id))
    new = [NewNotice(who, kind, contract_id, occasion, account_id) for who in told]
    notices.create(session, new, actor=actor)


def owners(session: Session, account_id: UUID, owner_id: UUID) -> list[UUID]:
    """Return the people of an account's owner: nobody, where it has another owner by now."""
    row = session.execute(_OWNER, {"id": account_id}).one_or_none()
    if row is None or row.owner_id != owner_id:
        return []
    if row.person_id is not None:
        return [row.person_id]
    return sorted(representatives.of_account(session, account_id))


def _tell_owner(
    session: Session, contract: StoredContract, kind: NoticeKind, actor: Actor, message: str
) -> None:
    if contract.party is not Party.OWNER:
        return
    on, occasion = contract.account_id, message or str(contract.version)
    told = owners(session, on, contract.owner_id)
    new = [NewNotice(who, kind, contract.id, occasion, on) for who in told]
    notices.create(session, new, actor=actor)


def _tell(session: Session, contract: StoredContract, kind: NoticeKind, actor: Actor) -> None:
    if contract.party is not Party.USER or contract.person_id is None:
        return
    of_number = contract.host_account_id or contract.account_id
    owner_id = contract.host_owner_id or contract.owner_id
    told = {contract.person_id: contract.account_id}
    for person_id in owners(session, of_number, owner_id):
        told.setdefault(person_id, of_number)
    # Each change of the contract is told once.
    occasion = str(contract.version)
    new = [NewNotice(who, kind, contract.id, occasion, on) for who, on in told.items()]
    notices.create(session, new, actor=actor)
