"""Approve an access request together: checked when it is proposed, given once a group confirmed.

Until then the request stays open: whoever declines, withdraws or approves it first closes it, and
then the group's approval cannot be carried out.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from domain.access_requests.states import AccessRequestState as State
from domain.approvals.act_data import Given
from domain.audit import Actor, ActorKind
from domain.days import day_of
from domain.delegations.offer_rules import OfferRules
from storage.access_requests import access_requests, answering, rows
from storage.access_requests.answering import Approving, RequestClosed
from storage.access_requests.reach import ReachedAccount
from storage.audit import events
from storage.database import Session
from storage.delegations import acceptance, confirmed_offers, offering
from storage.delegations.confirmed_offers import Confirmed
from storage.delegations.offering import Offer
from storage.delegations.proposals import JointBasis
from storage.parties import people


@dataclass(frozen=True, slots=True)
class Agreed:
    """What a group has confirmed of a request, and who proposed it to them."""

    request_id: UUID
    account: ReachedAccount
    proposer_id: UUID
    given: Given


@dataclass(frozen=True, slots=True)
class Checked:
    """What may be proposed to a group."""

    given: Given
    lapses_at: datetime
    """From when on it cannot be confirmed."""


def check(
    session: Session, wanted: Approving, rules: OfferRules, *, lapses_at: datetime
) -> Checked:
    """Check what is to be proposed as an approval would be, and count it. Changes nothing else.

    It lapses at ``lapses_at``, with the request, or when its days are over.

    Raises:
        RequestClosed: the request was answered, withdrawn or lapsed already.
        DelegationRefused: for every reason for which it would not be given, or ``beyond_request``.
        LimitReached: the proposer has given or proposed too much lately.
    """
    request = answering.lock_open(session, wanted.request_id)
    applicant = people.find(session.connection(), request.applicant_id)
    if applicant is None:
        raise RequestClosed
    today = day_of(events.now(session), rules.zone)
    terms = wanted.approval.terms(request.asked, today)
    ids = (wanted.delegation_id, wanted.version_id, wanted.account.id, wanted.approver_id)
    offer = Offer(*ids, applicant.key, terms)
    until = min(lapses_at, request.lapses_at)
    _, version = offering.checked_offer(session, offer, rules, until=until)
    given = Given(wanted.delegation_id, 1, request.applicant_id, terms)
    return Checked(given, version.lapses_at)


def approve_jointly(
    session: Session, agreed: Agreed, by: JointBasis, rules: OfferRules, *, actor: Actor
) -> None:
    """Give the applicant what a group has confirmed. It counts at once, as they asked for it.

    Repeating changes nothing.

    Raises:
        RequestClosed: the request was answered otherwise, withdrawn, or has lapsed.
        DelegationRefused: for every reason for which it cannot be given any more.
    """
    given = agreed.given
    request = rows.lock(session, agreed.request_id)
    if request is None:
        raise RequestClosed
    if request.state is State.APPROVED and request.delegation_id == given.delegation_id:
        return
    if not request.is_open or request.applicant_id != given.receiver_id:
        raise RequestClosed
    version_id = version_of(given.delegation_id)
    ids = (given.delegation_id, version_id, agreed.account.id, agreed.proposer_id)
    confirmed = Confirmed(*ids, given.receiver_id, given.terms)
    confirmed_offers.offer(session, confirmed, by, rules, actor=actor)
    # They accepted these terms, and more, when they asked by their own login.
    applicant = Actor(ActorKind.PERSON, str(given.receiver_id))
    acceptance.accept(session, version_id, given.receiver_id, rules, actor=applicant, told=False)
    access_requests.approve(session, request, agreed.account, given.delegation_id, actor=actor)
    answering.tell(session, request, agreed.account.id)


def version_of(delegation_id: UUID) -> UUID:
    """Return the id of the version with which a request is approved."""
    return uuid5(delegation_id, "version")


def is_open(session: Session, request_id: UUID) -> bool:
    """Return whether a request can still be approved."""
    request = rows.lock(session, request_id)
    return request is not None and request.is_open
