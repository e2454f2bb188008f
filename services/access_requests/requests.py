"""Use cases of access requests: ask, withdraw, approve, decline. One transaction each."""

from dataclasses import dataclass
from uuid import UUID, uuid5

from domain.access_requests.asking import Approval
from domain.access_requests.request_rules import RequestRules
from domain.audit import Actor
from domain.delegations.offer_rules import OfferRules
from domain.delegations.refusals import DelegationRefusal, DelegationRefused
from services.delegations.reads import read_delegation
from services.engine import Engine
from services.errors import NotFound, Refused
from storage.access_requests import answering, asking, reach, request_queries, rows
from storage.access_requests.answering import Approving, RequestClosed
from storage.access_requests.asking import Asking, TooManyOpenRequests
from storage.access_requests.reach import ReachedAccount
from storage.access_requests.request_queries import AccessRequestView
from storage.database import Session
from storage.delegations import rows as delegation_rows
from storage.delegations.delegation_views import DelegationView

_CLOSED = "access_request_closed"


@dataclass(frozen=True, slots=True)
class RequestPolicy:
    """Rules that requests and their approvals are held to."""

    requests: RequestRules
    offers: OfferRules


async def ask_for_access(
    engine: Engine, policy: RequestPolicy, wanted: Asking, *, actor: Actor
) -> AccessRequestView:
    """Ask for access to the accounts of a company, or to one account. Repeatable by its id.

    The same happens, and as quickly, where there is no such account.

    Raises:
        Refused: ``too_many_open_requests``.
        DelegationRefused: for every reason against the terms themselves.
        LimitReached: the applicant has asked too often lately.
    """

    def write(session: Session) -> None:
        connection = session.connection()
        if request_queries.own(connection, wanted.id, wanted.applicant_id) is not None:
            return
        zone = policy.offers.zone
        try:
            known = asking.ask(session, wanted, policy.requests, zone, actor=actor)
        except TooManyOpenRequests:
            raise Refused("too_many_open_requests") from None
        if not known:
            raise NotFound

    await engine.write(write)
    return await read_own(engine, wanted.id, wanted.applicant_id)


async def read_own(engine: Engine, request_id: UUID, applicant_id: UUID) -> AccessRequestView:
    """Read a request as its applicant sees it. Raises NotFound for anybody else's."""
    view = await engine.read(lambda c: request_queries.own(c, request_id, applicant_id))
    if view is None:
        raise NotFound
    return view


async def withdraw_request(
    engine: Engine, request_id: UUID, applicant_id: UUID, *, actor: Actor
) -> AccessRequestView:
    """Take one's own request back. Repeatable.

    Raises NotFound, or Refused ``access_request_closed`` where it was answered or has lapsed.
    """

    def write(session: Session) -> None:
        if rows.applicant_of(session.connection(), request_id) != applicant_id:
            raise NotFound
        try:
            answering.withdraw(session, request_id, actor=actor)
        except RequestClosed:
            raise Refused(_CLOSED) from None

    await engine.write(write)
    return await read_own(engine, request_id, applicant_id)


@dataclass(frozen=True, slots=True)
class WantedApproval:
    """An approval: terms of a request, on which account."""

    request_id: UUID
    account_id: UUID
    approver_id: UUID
    approval: Approval


async def approve_request(
    engine: Engine, policy: RequestPolicy, id_: UUID, wanted: WantedApproval, *, actor: Actor
) -> DelegationView:
    """Give the applicant what they ask for, or a part of it, as the delegation ``id_``. Repeatable.

    Raises:
        NotFound: the request does not reach an account on which this person could give.
        Refused: ``access_request_closed``.
        DelegationRefused: for every reason against it; ``to_yourself`` for a request of one's own;
            ``needs_joint_approval`` where they give only together with others.
        LimitReached: the approver has given too much lately.
    """

    def write(session: Session) -> None:
        if delegation_rows.read(session.connection(), id_) is not None:
            return
        account = reached_account(session, wanted)
        ids = (wanted.request_id, id_, uuid5(id_, "version"), wanted.approver_id)
        approving = Approving(*ids, account, wanted.approval)
        try:
            answering.approve(session, approving, policy.offers, actor=actor)
        except RequestClosed:
            raise Refused(_CLOSED) from None

    await engine.write(write)
    return await read_delegation(engine, id_)


def reached_account(session: Session, wanted: WantedApproval) -> ReachedAccount:
    """Return the account on which a request is to be approved.

    Raises NotFound where the request does not reach it or this person could not give on it, and
    DelegationRefused ``to_yourself``.
    """
    request_id, approver_id = wanted.request_id, wanted.approver_id
    if rows.applicant_of(session.connection(), request_id) == approver_id:
        raise DelegationRefused(DelegationRefusal.TO_YOURSELF)
    for account in _reached(session, request_id, approver_id):
        if account.id == wanted.account_id:
            return account
    raise NotFound


async def decline_request(
    engine: Engine, request_id: UUID, person_id: UUID, *, actor: Actor
) -> None:
    """Give nothing of what is asked for. Repeatable.

    Raises NotFound where this person could not approve it either, DelegationRefused
    ``to_yourself`` or for why they could give only a part of it, or Refused
    ``access_request_closed``.
    """

    def write(session: Session) -> None:
        if rows.applicant_of(session.connection(), request_id) == person_id:
            raise DelegationRefused(DelegationRefusal.TO_YOURSELF)
        reached = _reached(session, request_id, person_id)
        if not reached:
            raise NotFound
        try:
            answering.decline(session, request_id, person_id, reached, actor=actor)
        except RequestClosed:
            raise Refused(_CLOSED) from None

    await engine.write(write)


def _reached(session: Session, request_id: UUID, person_id: UUID) -> list[ReachedAccount]:
    return list(reach.accounts_of(session.connection(), request_id, person_id))
