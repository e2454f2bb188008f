"""Use cases of a review: decide about access to an account, and lift a bar."""

from collections.abc import Sequence
from uuid import UUID

from domain.audit import Actor
from domain.reviews.decisions import Decided, ReviewDecision
from services.delegations import departures
from services.engine import Engine
from services.errors import NotFound
from services.reviews.authority import require_reviewer
from storage.access import bars
from storage.database import Session
from storage.delegations import departure_queries, support
from storage.reviews import deciding, subjects
from storage.reviews.deciding import Reviewed, Reviewer


async def decide_review(engine: Engine, by: Reviewer, decisions: Sequence[Decided]) -> Reviewed:
    """Confirm, shorten and end access to an account: all of the decisions, or none.

    Raises:
        NotFound: the reviewer does not manage the account in its owner's name.
        ReviewRefused: with everything that is wrong.
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
        require_reviewer(session, by.account_id, by.person_id)
        before = _departures(session, by.account_id)
        done = deciding.decide(session, by, decisions)
        return done, before - _departures(session, by.account_id)

    done, completed = await engine.write(write)
    for review_id in sorted(completed):
        await departures.wake(engine, review_id)
    return done


def _departures(session: Session, account_id: UUID) -> frozenset[UUID]:
    """The reviews of departures that are to be done on an account."""
    found = departure_queries.open_on(session.connection(), account_id)
    return frozenset(each.id for each in found)


async def lift_bar(
    engine: Engine, account_id: UUID, bar_id: UUID, person_id: UUID, *, actor: Actor
) -> None:
    """Lift a bar: numbers that its person proves from now on give access again. Repeatable.

    Raises NotFound where there is none of this id on an account that this person may review.
    """

    def write(session: Session) -> None:
        require_reviewer(session, account_id, person_id)
        if not bars.lift(session, account_id, bar_id, by=person_id, actor=actor):
            raise NotFound

    await engine.write(write)
