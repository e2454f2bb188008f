"""The end of a contract as it is previewed, and set as it was previewed."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from domain.audit import Actor
from domain.contracts import end_policy
from domain.contracts.end_policy import EndedContract, EndTerms
from domain.contracts.end_preview import AlsoEnding, WantedEnd, cost_line, end_digest
from domain.contracts.reasons import EndReason, EndSide
from domain.contracts.sizes import SizeClass, SizeThatCounts, size_of
from domain.contracts.starts import OfferedTerms
from domain.contracts.working_days import holidays_of
from domain.days import day_of, start_of
from storage.accounts import account_queries
from storage.contract_orders import preview
from storage.contracts import outside_ends, sizes
from storage.contracts.ending import End
from storage.contracts.rows import StoredContract
from storage.database import Session


class NotInForce(Exception):
    """The contract is not in force: not yet, or no more."""


@dataclass(frozen=True, slots=True)
class EndPreview:
    """What ending a contract brings about. ``ends`` is the whole of it, whoever may see it."""

    contract: StoredContract
    reason: EndReason
    earliest: date
    at: datetime
    """It is in force until this moment; one that is over is now."""
    terms: EndTerms
    ends: AlsoEnding
    size: SizeThatCounts
    """Of the account's owner: the terms follow from it."""
    digest: str


def computed(
    session: Session, contract: StoredContract, wanted: WantedEnd, zone: ZoneInfo
) -> EndPreview:
    """Return how a locked contract ends, by the code that ends it; nothing is changed.

    Raises NotInForce, EndNotPossible.
    """
    if not contract.state.is_in_force:
        raise NotInForce
    size = _size(session, contract.account_id)
    judged, today = _judged(contract, size.size_class, zone), day_of(contract.now, zone)
    is_working_day = holidays_of(zone).is_working_day
    terms = end_policy.end_terms(judged, wanted.reason, today, is_working_day, wanted.on)
    soonest = end_policy.end_terms(judged, wanted.reason, today, is_working_day)
    at = start_of(terms.earliest, zone)
    ends = preview.also_ending(session, contract, zone)
    is_known = terms.is_cost_known
    digest = end_digest(contract.id, wanted.reason, at, terms.cost, ends, is_cost_known=is_known)
    return EndPreview(contract, wanted.reason, soonest.earliest, at, terms, ends, size, digest)


def set_as(
    session: Session, preview: EndPreview, *, actor: Actor, side: EndSide | None = None
) -> None:
    """Set the own end of a locked contract as a preview of just now says.

    Where its number is to leave, the earlier of the two ends counts. ``side``: of the persons who
    set it; None: it is not persons. Raises EndReached.
    """
    cost = [cost_line(each) for each in preview.terms.cost]
    is_known = preview.terms.is_cost_known
    end = End(preview.at, preview.reason, cost, is_known, side=side)
    outside_ends.set_own(session, preview.contract, end, actor=actor)


def _size(session: Session, account_id: UUID) -> SizeThatCounts:
    account = account_queries.account(session.connection(), account_id)
    is_person = account is not None and account.person_id is not None
    known = sizes.known(session, account_id)
    return SizeThatCounts(size_of(known, is_person=is_person), known)


def _judged(contract: StoredContract, size: SizeClass, zone: ZoneInfo) -> EndedContract:
    terms = OfferedTerms.from_json(contract.terms) if contract.terms else None
    return EndedContract(
        size,
        None if contract.signed_at is None else day_of(contract.signed_at, zone),
        contract.starts_on,
        contract.committed_until,
        None if terms is None else terms.prices,
        device_left=end_policy.device_left(
            contract.device_value_left_cents, contract.device_instalments_left_cents
        ),
        terms_changed_on=contract.terms_changed_on,
        begins_at_once=terms is not None and terms.begins_at_once,
    )
