"""Check what is to be offered or proposed: new delegations, and other terms of those in force."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from domain.delegations import checks
from domain.delegations.basis import BasisKind
from domain.delegations.offer_rules import OfferRules
from domain.delegations.refusals import DelegationRefusal as Refusal
from domain.delegations.refusals import DelegationRefused
from domain.delegations.terms import Terms
from domain.identifiers import PersonKey
from storage.audit import events
from storage.database import Session
from storage.delegations import giving, rows
from storage.delegations.giving import Giving
from storage.delegations.new_delegations import NewDelegation
from storage.delegations.rows import StoredDelegation
from storage.delegations.versions import NewVersion
from storage.parties import forgetting
from storage.requests import rate_limits


@dataclass(frozen=True, slots=True)
class Offer:
    """What somebody wants to give. The ids are the caller's: repeating one is an error."""

    id: UUID
    version_id: UUID
    account_id: UUID
    giver_id: UUID
    receiver: PersonKey
    terms: Terms
    parent_id: UUID | None = None
    """The delegation to pass on; None: in the owner's name if the giver can, else passed on."""


@dataclass(frozen=True, slots=True)
class Renewal:
    """Terms that are to take the place of those in force, once they are accepted."""

    delegation_id: UUID
    version_id: UUID
    giver_id: UUID
    terms: Terms


_OPEN_OFFERS = text("""
SELECT count(*) FROM delegation d JOIN delegation_version v ON v.delegation_id = d.id
WHERE d.receiver_id = :receiver AND v.state = 'offered' AND v.lapses_at > clock_timestamp()
""")


def checked_offer(
    session: Session, wanted: Offer, rules: OfferRules, *, until: datetime | None = None
) -> tuple[NewDelegation, NewVersion]:
    """Lock what a new delegation rests on, and check and count it. Raises as ``offers.offer``.

    ``until``: it is a proposal, to be confirmed by a group before then; None: an offer.
    """
    receiver_id = forgetting.found(session, wanted.receiver)
    about = (wanted.account_id, wanted.giver_id, wanted.terms, wanted.parent_id)
    given = giving.checked(session, Giving(*about, jointly=until is not None), rules)
    _require_other(receiver_id, wanted.giver_id, wanted.terms, given.basis.kind)
    require_room(session, receiver_id, rules)
    rate_limits.take(session, rules.uses(wanted.giver_id))
    basis = given.basis
    people = (receiver_id, wanted.giver_id)
    new = NewDelegation(wanted.id, wanted.account_id, *people, basis.parent_id, given.period)
    lapses_at = min(until or given.lapses_at, given.period.ends_at)
    return new, NewVersion(wanted.version_id, new.id, 1, wanted.terms, basis, lapses_at)


def checked_renewal(
    session: Session, wanted: Renewal, rules: OfferRules, *, until: datetime | None = None
) -> NewVersion | None:
    """Lock what other terms rest on, and check and count them; None: there is no such delegation.

    ``until`` as above. Raises as ``offers.offer``.
    """
    found = rows.read(session.connection(), wanted.delegation_id)
    if found is None:
        return None
    receiver_id = keep_receiver(session, found)
    _require_other(receiver_id, wanted.giver_id, wanted.terms)
    if until is not None and found.parent_id is not None:
        raise DelegationRefused(Refusal.NOT_ALLOWED_TO_GIVE)
    current = rows.in_force(session.connection(), [found.id]).get(found.id)
    before = current.terms if current else None
    about = (found.account_id, wanted.giver_id, wanted.terms, found.parent_id, before)
    given = giving.checked(session, Giving(*about, jointly=until is not None), rules)
    _require_other(receiver_id, wanted.giver_id, wanted.terms, given.basis.kind)
    if found.parent_id is None and given.basis.kind is BasisKind.DELEGATION:
        raise DelegationRefused(Refusal.NOT_ALLOWED_TO_GIVE)
    ends_at = lock_in_force(session, found.id)
    require_room(session, receiver_id, rules)
    rate_limits.take(session, rules.uses(wanted.giver_id))
    number = rows.last_number(session.connection(), found.id) + 1
    new = (wanted.version_id, found.id, number, wanted.terms, given.basis)
    return NewVersion(*new, min(until or given.lapses_at, given.period.ends_at, ends_at))


def _require_other(
    receiver_id: UUID, giver_id: UUID, terms: Terms, kind: BasisKind | None = None
) -> None:
    if receiver_id == giver_id and not checks.may_be_to_oneself(terms, kind):
        raise DelegationRefused(Refusal.TO_YOURSELF)


def keep_receiver(session: Session, found: StoredDelegation) -> UUID:
    """Lock the receiver of a delegation. Raises DelegationRefused where they are forgotten."""
    if found.receiver_id is None or not forgetting.keep(session, found.receiver_id):
        raise DelegationRefused(Refusal.NOT_OPEN)
    return found.receiver_id


def lock_in_force(session: Session, delegation_id: UUID) -> datetime:
    """Lock a delegation, and return when it ends. Raises DelegationRefused if it is not in force.

    Also where its days are over, and no worker has told of it yet.
    """
    locked = rows.lock(session, [delegation_id])[delegation_id]
    accepted = rows.in_force(session.connection(), [delegation_id])
    if not accepted or locked.state.is_final or events.now(session) >= locked.ends_at:
        raise DelegationRefused(Refusal.NOT_OPEN)
    return locked.ends_at


def require_room(session: Session, receiver_id: UUID, rules: OfferRules) -> None:
    """Refuse one more offer than may be open. The receiver is locked: none is added meanwhile."""
    unanswered: int = session.execute(_OPEN_OFFERS, {"receiver": receiver_id}).scalar_one()
    if unanswered >= rules.open_per_receiver:
        raise DelegationRefused(Refusal.TOO_MANY_OPEN_OFFERS)
