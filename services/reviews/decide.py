"""Use cases of a review: decide about access to an account, and lift a bar."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from domain.audit import Actor
from domain.delegations.basis import BasisKind
from domain.messages.notices import NoticeKind
from domain.reviews.decisions import Decided, ReviewDecision
from services.delegations import departures
from services.engine import Engine
from services.errors import NotFound, Refused
from services.reviews.authority import require_reviewer
from storage.access import bars
from storage.audit import events
from storage.database import Session
from storage.delegations import co_representatives, departure_queries, support
from storage.reviews import deciding, subjects
from storage.reviews.deciding import Reviewed, Reviewer


async def decide_review(engine: Engine, by: Reviewer, decisions: Sequence[Decided]) -> Reviewed:
    """Confirm, shorten and end access to an account: all of the decisions, or none.

    Who represents the company only together with others shortens and ends alone; the others are
    told.

    Raises:
        NotFound: the reviewer does not manage the account in its owner's name.
        ReviewRefused: with everything that is wrong; ``needs_joint_approval`` where one of several
            who act together confirms.
    """

    def write(session: Session) -> tuple[Reviewed, frozenset[UUID]]:
        # Services are locked before their account: those of delegations that are clipped.
        shortened = [
            each.delegation_id
            for each in decisions
            if each.decision is ReviewDecision.SHORTEN and each.delegation_id is not None
        ]
        named = subjects.services_of(session, shortened)
        support.lock_services(session, by.account_id, named)
        authority = require_reviewer(session, by.account_id, by.person_id)
        before = _departures(session, by.account_id)
        reviewer = replace(by, alone=authority is not BasisKind.JOINT)
        done = deciding.decide(session, reviewer, decisions)
        if not reviewer.alone:
            _tell_others(session, by)
        return done, before - _departures(session, by.account_id)

    done, completed = await engine.write(write)
    for review_id in sorted(completed):
        await departures.wake(engine, review_id)
    return done


def _tell_others(session: Session, by: Reviewer) -> None:
    """Tell the others who represent the company that access was ended or shortened, once for all.

    Nothing else is decided by who does not act alone.
    """
    kind, at = NoticeKind.REVIEW_DECIDED, events.now(session).isoformat()
    about = (kind, by.account_id, by.account_id, at)
    co_representatives.tell(session, *about, by=by.person_id, actor=by.actor)


def _departures(session: Session, account_id: UUID) -> frozenset[UUID]:
    """The reviews of departures that are to be done on an account."""
    found = departure_queries.open_on(session.connection(), account_id)
    return frozenset(each.id for each in found)


async def lift_bar(
    engine: Engine, account_id: UUID, bar_id: UUID, person_id: UUID, *, actor: Actor
) -> None:
    """Lift a bar: numbers that its person proves from now on give access again. Repeatable.

    Raises NotFound where there is none of this id on an account that this person may review, and
    Refused ``needs_joint_approval`` where they act only together with others: it gives access.
    """

    def write(session: Session) -> None:
        if require_reviewer(session, account_id, person_id) is BasisKind.JOINT:
            raise Refused("needs_joint_approval")
        if not bars.lift(session, account_id, bar_id, by=person_id, actor=actor):
            raise NotFound

    await engine.write(write)
