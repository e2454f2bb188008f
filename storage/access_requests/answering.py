"""Answer an access request: approve it, wholly or in part, or decline it; or take it back.

The first answer closes it, on whichever account. Requests that cannot be seen by who answers are
the caller's concern: see ``reach.accounts_of``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from uuid import UUID

from domain.access_requests.asking import Approval
from domain.access_requests.states import AccessRequestState as State
from domain.audit import Actor, ActorKind
from domain.days import day_of
from domain.delegations.offer_rules import OfferRules
from domain.delegations.refusals import DelegationRefusal, DelegationRefused
from domain.delegations.terms import Terms
from domain.messages.notices import NewNotice, NoticeKind
from storage.access_requests import access_requests, rows
from storage.access_requests.reach import ReachedAccount
from storage.access_requests.rows import StoredRequest
from storage.audit import events
from storage.database import Session
from storage.delegations import acceptance, giving, offers, support
from storage.delegations.offering import Offer
from storage.messages import notices
from storage.parties import people

_ENGINE = Actor(ActorKind.ENGINE, "access_requests")


class RequestClosed(Exception):
    """The request was answered, withdrawn or lapsed already. Nothing was changed."""


@dataclass(frozen=True, slots=True)
class Approving:
    """Who approves what. The ids are the delegation's: repeating one is an error."""

    request_id: UUID
    delegation_id: UUID
    version_id: UUID
    approver_id: UUID
    account: ReachedAccount
    approval: Approval


def approve(session: Session, wanted: Approving, rules: OfferRules, *, actor: Actor) -> None:
    """Give the applicant what is approved of it: it was asked for, so it counts at once.

    Raises:
        RequestClosed: as it says.
        DelegationRefused: for every reason for which it would not be offered, or
            ``beyond_request``.
        LimitReached: the approver has given too much lately.
    """
    request = lock_open(session, wanted.request_id)
    applicant = people.find(session.connection(), request.applicant_id)
    if applicant is None:
        raise RequestClosed
    today = day_of(events.now(session), rules.zone)
    terms = wanted.approval.terms(request.asked, today)
    ids = (wanted.delegation_id, wanted.version_id, wanted.account.id, wanted.approver_id)
    offers.offer(session, Offer(*ids, applicant.key, terms), rules, actor=actor, told=False)
    # They accepted these terms, and more, when they asked by their own login.
    by = Actor(ActorKind.PERSON, str(request.applicant_id))
    version_id = wanted.version_id
    acceptance.accept(session, version_id, request.applicant_id, rules, actor=by, told=False)
    given = (wanted.account, wanted.delegation_id)
    access_requests.approve(session, request, *given, actor=actor)
    tell(session, request, wanted.account.id)


def decline(
    session: Session,
    request_id: UUID,
    person_id: UUID,
    reached: Sequence[ReachedAccount],
    *,
    actor: Actor,
) -> None:
    """Give nothing of what is asked for. Declining again changes nothing.

    For who could give all of it, alone or together with others. ``reached``: at least one account.
    Raises RequestClosed, or DelegationRefused for why this person could not give it: who was given
    a part of it approves that, or leaves it to others.
    """
    request = _locked(session, request_id)
    if request.state is State.DECLINED:
        return
    _require_open(request)
    account = _where_gives(session, person_id, reached, request.asked)
    access_requests.decline(session, request, account, actor=actor)
    tell(session, request, None)


def withdraw(session: Session, request_id: UUID, *, actor: Actor) -> None:
    """Take a request back. Taking it back again changes nothing. Raises RequestClosed."""
    request = _locked(session, request_id)
    if request.state is State.WITHDRAWN:
        return
    _require_open(request)
    access_requests.withdraw(session, request, actor=actor)


def lock_open(session: Session, request_id: UUID) -> StoredRequest:
    """Lock a request that can be answered. Raises RequestClosed for any other."""
    request = _locked(session, request_id)
    _require_open(request)
    return request


def _locked(session: Session, request_id: UUID) -> StoredRequest:
    request = rows.lock(session, request_id)
    if request is None:
        raise RequestClosed
    return request


def _require_open(request: StoredRequest) -> None:
    if not request.is_open:
        raise RequestClosed


def _where_gives(
    session: Session, person_id: UUID, reached: Sequence[ReachedAccount], asked: Terms
) -> ReachedAccount:
    refusals = list[DelegationRefusal]()
    for account in reached:
        stored = support.lock_account(session, account.id)
        owner_id = stored.owner_id if stored else None
        grounds = support.lock_grounds(session, account.id, person_id, owner_id)
        missing = [giving.not_included(session, ground, asked) for ground in grounds]
        if () in missing:
            return account
        refusals.extend(chain(*missing) if missing else [DelegationRefusal.NOT_ALLOWED_TO_GIVE])
    raise DelegationRefused(refusals[0])


def tell(session: Session, request: StoredRequest, account_id: UUID | None) -> None:
    """Tell the applicant that there is an answer; on which account, if they have access now.

    By nobody: that they are told is in their own history, which must not name who declined.
    """
    kind = NoticeKind.ACCESS_REQUEST_ANSWERED
    told = NewNotice(request.applicant_id, kind, request.id, account_id=account_id)
    notices.create(session, [told], actor=_ENGINE)
