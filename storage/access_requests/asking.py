"""Ask for access, and take the request back. Nothing here depends on whether there is an account.

Those who could give it are told later (``telling``), so a request of a customer takes no longer.
"""

from dataclasses import dataclass
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import text

from domain.access_requests.asking import AskedOf, Wish
from domain.access_requests.request_rules import RequestRules
from domain.audit import Actor
from domain.days import day_of
from domain.delegations import checks
from domain.delegations.periods import Period
from domain.delegations.refusals import DelegationRefused
from storage.access_requests import access_requests
from storage.access_requests.access_requests import NewAccessRequest
from storage.audit import events
from storage.database import Session
from storage.parties import forgetting
from storage.requests import rate_limits


class TooManyOpenRequests(Exception):
    """The applicant has as many open requests as may be. Nothing was changed."""


@dataclass(frozen=True, slots=True)
class Asking:
    """A new request. The id is the caller's: repeating one is an error."""

    id: UUID
    applicant_id: UUID
    asked_of: AskedOf
    wish: Wish
    message: str = ""


_OPEN = text("""
SELECT count(*) FROM access_request
WHERE applicant_id = :applicant AND state = 'open' AND lapses_at > clock_timestamp()
""")


def ask(
    session: Session, wanted: Asking, rules: RequestRules, zone: ZoneInfo, *, actor: Actor
) -> bool:
    """Ask for access; returns False where the applicant was erased meanwhile.

    Raises:
        DelegationRefused: for every reason against the terms themselves.
        TooManyOpenRequests: until some are answered, withdrawn or lapsed.
        LimitReached: the applicant has asked too often lately.
    """
    applicant_id = wanted.applicant_id
    # So no other request of theirs is counted meanwhile.
    if not forgetting.keep(session, applicant_id):
        return False
    at = events.now(session)
    today = day_of(at, zone)
    terms = wanted.wish.terms(today)
    if refusals := checks.of_terms(terms, frozenset(), today=today):
        raise DelegationRefused(*refusals)
    unanswered: int = session.execute(_OPEN, {"applicant": applicant_id}).scalar_one()
    if unanswered >= rules.open_per_applicant:
        raise TooManyOpenRequests
    rate_limits.take(session, rules.uses(applicant_id))
    over_at = Period.of(terms.from_day, terms.through_day, zone).ends_at
    lapses_at = min(at + rules.lapses_after, over_at)
    asked = (wanted.id, applicant_id, wanted.asked_of, terms, wanted.message, lapses_at)
    access_requests.insert(session, NewAccessRequest(*asked), actor=actor)
    return True
