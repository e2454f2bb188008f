"""What follows when somebody who gave in the owner's name leaves, or comes back.

Read from what there is, not from what happened: whoever gave what is in force and does not
represent the company alone has left. So an alignment that is repeated, or missed one, finds it too.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from domain.audit import Actor
from domain.days import day_of
from domain.delegations import departures
from domain.delegations.departures import DepartureRules, OnDeparture, ReviewState, Step
from domain.delegations.states import DelegationEnd
from domain.messages.notices import NewNotice, NoticeKind
from storage.access.grants import GrantChange
from storage.database import Session
from storage.delegations import (
    carrying_out,
    departure_queries,
    departure_reviews,
    ends,
    rows,
    support,
)
from storage.delegations.departure_queries import ReviewToDo
from storage.delegations.departure_reviews import Departure
from storage.messages import notices


def follow(
    session: Session,
    account_ids: Collection[UUID],
    company_ids: Collection[UUID],
    rules: DepartureRules,
    *,
    actor: Actor,
) -> Sequence[GrantChange]:
    """Do what follows on accounts on which register grants started or ended; returns what ended.

    The reviews of givers who are back are cancelled. What others left behind is opened for review,
    kept or ended, as the rules say; what they gave to themselves ends, whatever the rules say. The
    companies are those that can be left, and locked.
    """
    connection = session.connection()
    back = departure_queries.returned(connection, account_ids)
    departure_reviews.end(session, back, ReviewState.CANCELLED, actor=actor)
    if not company_ids:
        return ()
    left = departure_queries.left_behind(connection, account_ids, company_ids)
    at_once = rules.action is OnDeparture.END
    ids = [each.delegation_id for each in left if at_once or each.to_oneself]
    ended = ends.end(session, ids, DelegationEnd.GIVER_LEFT, actor=actor).grants
    if rules.action is OnDeparture.REVIEW:
        others = (each for each in left if not each.to_oneself)
        givers = sorted({Departure(each.account_id, each.giver_id) for each in others})
        departure_reviews.open_(session, givers, rules.review_time, actor=actor)
    return ended


CanAct = Callable[[Session, UUID], bool]
"""Whether those who represent an account's company are enough to act for it."""


def proceed(
    session: Session,
    review_id: UUID,
    rules: DepartureRules,
    zone: ZoneInfo,
    can_act: CanAct,
    *,
    actor: Actor,
) -> timedelta | None:
    """Do what is due of a review, by the database's clock; returns how long until more may be.

    None: it is over. Idempotent.
    """
    review = _to_do(session, review_id, can_act)
    if review and departures.step_of(review.open, review.now) is Step.LAPSE:
        _lock(session, review)
        review = _to_do(session, review_id, can_act)
    if review is None:
        return None
    match departures.step_of(review.open, review.now):
        case Step.CANCEL:
            departure_reviews.end(session, [review_id], ReviewState.CANCELLED, actor=actor)
        case Step.COMPLETE:
            departure_reviews.end(session, [review_id], ReviewState.COMPLETED, actor=actor)
        case Step.LAPSE:
            _lapse(session, review_id, actor)
        case Step.PAUSE:
            departure_reviews.pause(session, review_id)
            return departures.LOOKED_EVERY
        case Step.TELL_OPERATIONS:
            departure_reviews.leave_to_operations(session, review_id, actor=actor)
            return departures.LOOKED_EVERY_WHILE_UNATTENDED
        case Step.BEGIN_AGAIN:
            departure_reviews.begin_again(session, review_id, rules.review_time, actor=actor)
            return proceed(session, review_id, rules, zone, can_act, actor=actor)
        case Step.TELL_REVIEWERS:
            notices.create(session, _notices(review, rules, zone), actor=actor)
            return departures.next_look(review.open.closes_at, review.now, rules)
    return None


def _to_do(session: Session, review_id: UUID, can_act: CanAct) -> ReviewToDo | None:
    """Read a review. Who acts only together with others reviews it if a whole group is there."""
    review = departure_queries.to_do(session.connection(), review_id)
    if review is None or (review.reviewers and can_act(session, review.account_id)):
        return review
    return replace(review, open=replace(review.open, has_reviewer=False))


def _lock(session: Session, review: ReviewToDo) -> None:
    """Keep others from confirming what is about to lapse, or wait until they have."""
    support.lock_account(session, review.account_id)
    ids = departure_queries.undecided(session.connection(), review.id)
    carrying_out.lock(session, ids)
    rows.lock(session, ids)


def _lapse(session: Session, review_id: UUID, actor: Actor) -> None:
    ids = departure_queries.undecided(session.connection(), review_id)
    # Before they end: with nothing left to decide it would be completed. Or its giver is back.
    if departure_reviews.end(session, [review_id], ReviewState.LAPSED, actor=actor):
        ends.end(session, ids, DelegationEnd.REVIEW_LAPSED, actor=actor)


def _notices(review: ReviewToDo, rules: DepartureRules, zone: ZoneInfo) -> list[NewNotice]:
    """Tell each reviewer once that there is a review, and again at each reminder.

    Who comes so late that a reminder was due already gets that one only.
    """
    until = day_of(review.open.closes_at, zone) - timedelta(days=1)
    kind, occasion = NoticeKind.REVIEW_OPENED, str(review.period)
    if before := departures.reminder_of(review.open.closes_at, review.now, rules):
        kind, occasion = NoticeKind.REVIEW_REMINDER, f"{review.period} {before.days}"
    facts = {"until": until}
    return [
        NewNotice(person_id, kind, review.id, occasion, review.account_id, facts)
        for person_id in review.reviewers
    ]
