"""Use cases of paper mandates: one member of staff records what a paper gives, another confirms it.

Only the database is needed: no process carries a mandate. Calls block.
"""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID
from zoneinfo import ZoneInfo

from domain.audit import Actor
from domain.authority_documents import NewDocument
from domain.delegations.terms import Terms
from domain.identifiers import PersonKey
from domain.mandates import four_eyes, reasons
from domain.mandates.four_eyes import MandateAct
from domain.mandates.states import MandateAnswer
from services.errors import NotFound, Refused
from services.mandates.reads import PaperMandate, read
from storage.accounts import account_queries
from storage.database import Database, Session, unless_deadlocked
from storage.mandates import following, giving, mandate_queries, mandates, notices
from storage.mandates.giving import Asked
from storage.mandates.mandate_queries import MandateView
from storage.mandates.mandates import NewMandate
from storage.parties import documents, forgetting

DETAILS = {
    "mandate_answered": "It was confirmed, rejected or withdrawn before, or has lapsed.",
    "mandate_not_confirmed": "Nobody confirmed it: it gives nothing that could end.",
    "mandate_of_another": "Only the one who recorded it withdraws it: reject it instead.",
}


@dataclass(frozen=True, slots=True)
class Recording:
    """What a paper gives to whom, as a member of staff read it. The id is the caller's."""

    id: UUID
    account_id: UUID
    person: PersonKey
    terms: Terms
    document: NewDocument


def record(database: Database, wanted: Recording, zone: ZoneInfo, *, actor: Actor) -> PaperMandate:
    """Record a mandate: it gives nothing before another member of staff confirms it.

    Repeatable by its id. Raises NotFound for an unknown account, DelegationRefused for every reason
    against its terms.
    """

    def write(session: Session) -> None:
        if mandate_queries.one(session, wanted.id) is not None:
            return
        if account_queries.account(session.connection(), wanted.account_id) is None:
            raise NotFound
        person_id = forgetting.found(session, wanted.person)
        giving.check(session, Asked(wanted.account_id, person_id, wanted.terms), zone)
        document_id = documents.record(session, wanted.document, actor=actor)
        new = NewMandate(wanted.id, wanted.account_id, person_id, document_id, wanted.terms)
        mandates.insert(session, new, actor=actor)

    _write(database, write)
    return read(database, wanted.id)


def confirm(
    database: Database, mandate_id: UUID, zone: ZoneInfo, *, actor: Actor, note: str
) -> PaperMandate:
    """Confirm a mandate that another member of staff recorded: access begins on its first day.

    Its person and those who represent the owner are told. Repeating changes nothing. Raises
    NotFound; Refused ``mandate_answered`` or ``second_person_needed``; DelegationRefused where it
    cannot be given any more.
    """

    def check(session: Session, found: MandateView) -> None:
        if found.person_id is None or not forgetting.keep(session, found.person_id):
            raise _refused("mandate_answered")
        giving.check(session, Asked(found.account_id, found.person_id, found.terms), zone)

    def carry_out(session: Session, mandate: MandateView) -> None:
        if mandate.person_id is None:
            raise _refused("mandate_answered")
        reason = reasons.given(mandate.id, mandate.document_id, mandate.terms)
        mandates.confirm(session, mandate, reason, actor=actor, note=note)
        giving.start(session, mandate, mandate.person_id, reason, zone, actor=actor)
        about = (mandate.id, mandate.account_id, mandate.person_id, mandate.terms)
        notices.of_confirmed(session, *about, actor=actor)

    return _act(database, mandate_id, MandateAct.CONFIRM, carry_out, actor=actor, first=check)


def reject(database: Database, mandate_id: UUID, *, actor: Actor, note: str) -> PaperMandate:
    """Reject a mandate that another member of staff recorded; its person is forgotten.

    Repeating changes nothing. Raises NotFound, or Refused ``mandate_answered`` or
    ``second_person_needed``.
    """

    def carry_out(session: Session, mandate: MandateView) -> None:
        mandates.close(session, mandate.id, MandateAnswer.REJECTED, actor=actor, note=note)

    return _act(database, mandate_id, MandateAct.REJECT, carry_out, actor=actor)


def withdraw(database: Database, mandate_id: UUID, *, actor: Actor, note: str) -> PaperMandate:
    """Withdraw a mandate that one recorded oneself, before it is answered; its person is forgotten.

    Repeating changes nothing. Raises NotFound, or Refused ``mandate_answered`` or
    ``mandate_of_another``.
    """

    def carry_out(session: Session, mandate: MandateView) -> None:
        mandates.close(session, mandate.id, MandateAnswer.WITHDRAWN, actor=actor, note=note)

    return _act(database, mandate_id, MandateAct.WITHDRAW, carry_out, actor=actor)


def end(database: Database, mandate_id: UUID, *, actor: Actor, note: str) -> PaperMandate:
    """End what a confirmed mandate gives, at once. One member of staff is enough.

    One that is over stays as it is. Raises NotFound, or Refused ``mandate_not_confirmed``.
    """

    def lock(session: Session, found: MandateView) -> None:
        giving.lock_account(session, found.account_id)

    def carry_out(session: Session, mandate: MandateView) -> None:
        following.end(session, mandate, actor=actor, note=note)

    return _act(database, mandate_id, MandateAct.END, carry_out, actor=actor, first=lock)


def _act(
    database: Database,
    mandate_id: UUID,
    act: MandateAct,
    carry_out: Callable[[Session, MandateView], None],
    *,
    actor: Actor,
    first: Callable[[Session, MandateView], None] = lambda _session, _found: None,
) -> PaperMandate:
    """Carry out an act in one transaction, once it is allowed with the mandate locked.

    ``first``: locks and checks what comes before mandates in the order of locks.
    """

    def write(session: Session) -> None:
        found = mandate_queries.one(session, mandate_id)
        if found is None:
            raise NotFound
        if not _allowed(act, found, actor):
            return
        first(session, found)
        mandate = mandates.locked(session, mandate_id)
        if mandate is not None and _allowed(act, mandate, actor):
            carry_out(session, mandate)

    _write(database, write)
    return read(database, mandate_id)


def _allowed(act: MandateAct, mandate: MandateView, actor: Actor) -> bool:
    """Return whether there is anything to do. Raises Refused where it is not allowed."""
    if four_eyes.is_done(act, mandate.standing, actor):
        return False
    obstacle = four_eyes.obstacle(act, mandate.standing, actor)
    if obstacle is not None:
        raise _refused(obstacle)
    return True


def _write(database: Database, work: Callable[[Session], None]) -> None:
    def carry_out() -> None:
        with database.transaction() as session:
            work(session)

    unless_deadlocked(carry_out)


def _refused(code: str) -> Refused:
    return Refused(code, DETAILS.get(code, ""))
