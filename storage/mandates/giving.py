"""Check whether a mandate can be given, with everything locked that it rests on; put it in force.

The rules of its terms are those of delegations. It is never passed on, and so never gives
``access:manage``. A first day that has passed is that of the paper: access begins when it counts.
Who may give for a company that is bankrupt, officers judge: the register does not hinder them.
"""

from dataclasses import dataclass
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import text

from domain.access.grants import Origin
from domain.audit import Actor
from domain.days import day_of
from domain.delegations import checks
from domain.delegations.periods import Period
from domain.delegations.refusals import DelegationRefusal as Refusal
from domain.delegations.refusals import DelegationRefused
from domain.delegations.terms import Terms
from domain.reasons import Reason
from storage.access import grants
from storage.access.grants import Starting
from storage.audit import events
from storage.database import Session
from storage.delegations import support
from storage.mandates.mandate_queries import MandateView

_LOCK_ACCOUNT = text("SELECT id FROM account WHERE id = :account FOR SHARE")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a mandate gives, to whom, on which account."""

    account_id: UUID
    person_id: UUID
    terms: Terms


def check(session: Session, asked: Asked, zone: ZoneInfo) -> None:
    """Lock the services and the account, and raise DelegationRefused for every reason against it.

    The person must be locked. Nothing that the check found changes before the commit.
    """
    terms = asked.terms
    services = support.lock_services(session, asked.account_id, terms.service_ids)
    account = support.lock_account(session, asked.account_id)
    today = day_of(events.now(session), zone)
    refusals = [
        *([] if account and account.active else [Refusal.ACCOUNT_NOT_ACTIVE]),
        *([Refusal.TO_YOURSELF] if account and account.owner_id == asked.person_id else []),
        *checks.of_terms(terms, services, today=today, before=terms),
    ]
    if refusals:
        raise DelegationRefused(*refusals)


def lock_account(session: Session, account_id: UUID) -> None:
    """Lock an account before its grants: it neither closes nor moves before the commit."""
    session.execute(_LOCK_ACCOUNT, {"account": account_id})


def start(
    session: Session,
    mandate: MandateView,
    person_id: UUID,
    reason: Reason,
    zone: ZoneInfo,
    *,
    actor: Actor,
) -> None:
    """Start the grants that carry out a mandate: one for each service, or one for the account."""
    terms = mandate.terms
    period = Period.of(terms.from_day, terms.through_day, zone)
    starting = [
        Starting(
            person_id,
            mandate.account_id,
            terms.role,
            Origin.OPERATOR,
            reason.as_json(),
            proof=mandate.id,
            service_id=service_id,
            since=period.starts_at,
            until=period.ends_at,
            permissions=terms.permissions,
        )
        for service_id in terms.scopes
    ]
    grants.start(session, starting, actor=actor)
