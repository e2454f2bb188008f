"""Carry out the decisions of a review: all of them, or none.

What shortens comes first and what ends last, so that nothing is said of what has just ended.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from domain.audit import Actor
from domain.days import day_of, start_of
from domain.delegations.offer_rules import OfferRules
from domain.delegations.refusals import DelegationRefusal, DelegationRefused
from domain.delegations.states import DelegationEnd
from domain.messages.notices import NewNotice, NoticeKind
from domain.reviews.decisions import (
    CONFIRMED_IN_REVIEW,
    ENDED_IN_REVIEW,
    SHORTENED_IN_REVIEW,
    Decided,
    ReviewDecision,
    ReviewIssue,
    ReviewRefusal,
    ReviewRefused,
)
from storage.access import bars, grant_reviews, grants
from storage.access.grants import Ending, GrantChange
from storage.audit import events
from storage.database import Session
from storage.delegations import confirmations, ends, narrowing, rows
from storage.mandates import following
from storage.messages import notices
from storage.reviews import subjects
from storage.reviews.subjects import LockedGrant

CONFIRM, SHORTEN, END = ReviewDecision
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Reviewer:
    """The person who decides on an account in the name of its owner."""

    account_id: UUID
    person_id: UUID
    actor: Actor
    rules: OfferRules
    alone: bool = True
    """False: they represent the company only together with others, and alone only take away."""


@dataclass(frozen=True, slots=True)
class Reviewed:
    """Effects of decisions beyond what they name."""

    delegations_ended: Sequence[UUID]
    """With those that were passed on from them."""
    grants_ended: Sequence[UUID]
    bars: Sequence[UUID]
    """The bars that begin."""


@dataclass(frozen=True, slots=True)
class _Review:
    """Decisions with what they are about, locked."""

    session: Session
    by: Reviewer
    decisions: Sequence[Decided]
    grants: Mapping[UUID, LockedGrant]
    delegations: frozenset[UUID]
    now: datetime

    def of(self, decision: ReviewDecision, field: str) -> list[UUID]:
        """The grants or delegations about which this is decided."""
        chosen = (each for each in self.decisions if each.decision is decision)
        return [id_ for each in chosen if (id_ := getattr(each, field)) is not None]


def decide(session: Session, by: Reviewer, decisions: Sequence[Decided]) -> Reviewed:
    """Carry out these decisions. The account must be locked, and what lets the reviewer decide.

    Raises ReviewRefused with everything that is wrong: then the transaction must be rolled back.
    """
    review = _locked(session, by, decisions)
    issues = list(_issues(review))
    wrong = {issue.number for issue in issues}
    issues += [
        issue
        for number, each in enumerate(decisions)
        if each.decision is SHORTEN and number not in wrong
        for issue in _shorten(review, number, each)
    ]
    if issues:
        raise ReviewRefused(sorted(issues, key=lambda issue: issue.number))
    _confirm(review)
    return _end(review)


def _locked(session: Session, by: Reviewer, decisions: Sequence[Decided]) -> _Review:
    named = [each.grant_id for each in decisions if each.grant_id is not None]
    given = [each.delegation_id for each in decisions if each.delegation_id is not None]
    return _Review(
        session,
        by,
        decisions,
        subjects.lock_grants(session, by.account_id, named),
        subjects.open_delegations(session, by.account_id, given),
        events.now(session),
    )


def _issues(review: _Review) -> Iterator[ReviewIssue]:
    """Faults of single decisions, but for terms of delegations that are shortened."""
    seen = set[UUID | None]()
    for number, each in enumerate(review.decisions):
        named = each.grant_id or each.delegation_id
        found = ReviewRefusal.NAMED_TWICE if named in seen else _against(review, each)
        seen.add(named)
        if found is not None:
            yield ReviewIssue(number, each.subject, found)


def _against(review: _Review, each: Decided) -> ReviewRefusal | None:
    found = _against_subject(review, each)
    if found is None and not review.by.alone and not each.decision.takes_away:
        return ReviewRefusal.NEEDS_JOINT_APPROVAL
    return found


def _against_subject(review: _Review, each: Decided) -> ReviewRefusal | None:
    if each.grant_id is None:
        return None if each.delegation_id in review.delegations else ReviewRefusal.UNKNOWN
    grant = review.grants.get(each.grant_id)
    if grant is None:
        return ReviewRefusal.UNKNOWN
    if grant.delegation_id is not None:
        return ReviewRefusal.DELEGATED
    return grant.standing.against(each.decision)


def _shorten(review: _Review, number: int, each: Decided) -> Iterator[ReviewIssue]:
    """Shorten what one decision is about, or yield what is against it."""
    through = each.through_day or date.min
    if through < day_of(review.now, review.by.rules.zone):
        yield ReviewIssue(number, "through_day", ReviewRefusal.THROUGH_IN_PAST)
    elif each.grant_id is not None:
        yield from _shorten_grant(review, number, review.grants[each.grant_id], through)
    elif each.delegation_id is not None:
        for refusal in _shorten_delegation(review, each.delegation_id, through):
            yield ReviewIssue(number, "through_day", refusal)


def _shorten_grant(
    review: _Review, number: int, grant: LockedGrant, through: date
) -> Iterator[ReviewIssue]:
    session, actor = review.session, review.by.actor
    until = start_of(through + _DAY, review.by.rules.zone)
    reason = SHORTENED_IN_REVIEW
    if not grant_reviews.shorten(session, {grant.id: until}, reason, actor=actor):
        yield ReviewIssue(number, "through_day", ReviewRefusal.NOT_SHORTER)
        return
    facts, on = {"through": through}, (grant.id, str(through), review.by.account_id)
    _tell(review, [NewNotice(grant.person_id, NoticeKind.ACCESS_SHORTENED, *on, facts)])


def _shorten_delegation(
    review: _Review, delegation_id: UUID, through: date
) -> Sequence[DelegationRefusal | ReviewRefusal]:
    session, by = review.session, review.by
    version = rows.in_force(session.connection(), [delegation_id])[delegation_id]
    if through >= version.terms.through_day:
        return [ReviewRefusal.NOT_SHORTER]
    terms = replace(version.terms, through_day=through)
    try:
        narrowing.narrow(session, delegation_id, terms, by.rules, actor=by.actor)
    except DelegationRefused as refused:
        return list(refused.refusals)
    return []


def _confirm(review: _Review) -> None:
    session, by = review.session, review.by
    given, kept = review.of(CONFIRM, "delegation_id"), review.of(CONFIRM, "grant_id")
    confirmations.confirm(session, by.account_id, given, actor=by.actor)
    grant_reviews.confirm(session, kept, CONFIRMED_IN_REVIEW, actor=by.actor)


def _end(review: _Review) -> Reviewed:
    session, by = review.session, review.by
    over = [review.grants[id_] for id_ in review.of(END, "grant_id")]
    barred = {grant.person_id for grant in over if _only_ends(grant)}
    begun = bars.begin(session, by.account_id, barred, by=by.person_id, actor=by.actor)
    given = subjects.lock_given_by_numbers(session, by.account_id, barred) if barred else []
    ids = {grant.id for grant in over}.union(given)
    gone = [Ending(id_, ENDED_IN_REVIEW.as_json()) for id_ in sorted(ids)]
    changes = grants.end(session, gone, actor=by.actor)
    _tell(review, _of_ends(review, changes))
    following.on_accounts(session, [by.account_id], actor=by.actor, told=False)
    roots, how = review.of(END, "delegation_id"), DelegationEnd.REVOKED
    done = ends.end(session, roots, how, actor=by.actor)
    ended = [change.grant_id for change in (*changes, *done.grants)]
    return Reviewed([each.id for each in done.delegations], ended, begun)


def _only_ends(grant: LockedGrant) -> bool:
    """True: a proved number gives it."""
    return grant.standing.may == (END,)


def _of_ends(review: _Review, changes: Iterable[GrantChange]) -> Iterator[NewNotice]:
    # Of several services that their numbers gave, one notice is enough.
    first = {change.person_id: change.grant_id for change in changes}
    for person_id, grant_id in first.items():
        account_id = review.by.account_id
        yield NewNotice(person_id, NoticeKind.ACCESS_ENDED, grant_id, account_id=account_id)


def _tell(review: _Review, told: Iterable[NewNotice]) -> None:
    """Tell people what was decided; who decides knows."""
    others = [each for each in told if each.person_id != review.by.person_id]
    notices.create(review.session, others, actor=review.by.actor)
