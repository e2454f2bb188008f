"""Use case: what ending a contract brings about, before anybody decides."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from domain.access.permissions import Permission
from domain.contracts import end_policy
from domain.contracts.end_policy import EndedContract, EndNotPossible, EndTerms
from domain.contracts.end_preview import AlsoEnding, EndingContract, EndingOnAccount, end_digest
from domain.contracts.reasons import EndReason
from domain.contracts.sizes import SizeClass, size_of
from domain.contracts.starts import OfferedTerms
from domain.contracts.working_days import is_working_day
from domain.days import day_of, start_of
from services.accounts.customer_sizes import SizeThatCounts
from services.contracts.sight import ContractSight
from services.errors import Refused
from storage.accounts import account_queries
from storage.contract_orders import preview
from storage.contracts import rows, sizes
from storage.contracts.rows import StoredContract
from storage.database import Session

NOT_IN_FORCE = "contract_not_in_force"


@dataclass(frozen=True, slots=True)
class WantedEnd:
    """How somebody wants a contract to end."""

    reason: EndReason
    on: date | None
    """The day on whose beginning it ends; None, or one too early: the earliest."""


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


@dataclass(frozen=True, slots=True)
class ShownEndPreview:
    """A preview as one reader sees it: what they may not see is only counted."""

    preview: EndPreview
    contracts: tuple[EndingContract, ...]
    delegations: tuple[EndingOnAccount, ...]
    people: tuple[UUID, ...]


def computed(
    session: Session, contract: StoredContract, wanted: WantedEnd, zone: ZoneInfo
) -> EndPreview:
    """Return how a locked contract ends, by the code that ends it; nothing is changed.

    Raises Refused ``contract_not_in_force``, ``end_not_possible``.
    """
    if not contract.state.is_in_force:
        raise Refused(NOT_IN_FORCE)
    size = _size(session, contract.account_id)
    judged, today = _judged(contract, size.size_class, zone), day_of(contract.now, zone)
    try:
        terms = end_policy.end_terms(judged, wanted.reason, today, is_working_day, wanted.on)
        soonest = end_policy.end_terms(judged, wanted.reason, today, is_working_day)
    except EndNotPossible:
        raise Refused("end_not_possible") from None
    at = start_of(terms.earliest, zone)
    ends = preview.also_ending(session, contract, zone)
    digest = end_digest(contract.id, wanted.reason, at, terms.cost, ends)
    return EndPreview(contract, wanted.reason, soonest.earliest, at, terms, ends, size, digest)


def shown_to(session: Session, sight: ContractSight, preview: EndPreview) -> ShownEndPreview:
    """Return a preview as this reader sees it."""
    account_id, ends = preview.contract.account_id, preview.ends
    sees_people = sight.sight.sees(Permission.ACCESS_VIEW)

    def is_seen(found: EndingOnAccount) -> bool:
        is_staff = sight.person_id is None
        return is_staff or (sees_people and found.account_id == account_id)

    return ShownEndPreview(
        preview,
        tuple(each for each in ends.contracts if _sees(session, sight, account_id, each.id)),
        tuple(each for each in ends.delegations if is_seen(each)),
        tuple(sorted({each.id for each in ends.people if is_seen(each)})),
    )


def _sees(session: Session, sight: ContractSight, account_id: UUID, contract_id: UUID) -> bool:
    contract = rows.read(session, contract_id)
    if contract is None:
        return False
    is_here = contract.account_id == account_id or contract.person_id == sight.person_id
    return sight.person_id is None or (is_here and sight.sees(contract))


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
        () if terms is None else terms.prices,
        begins_at_once=terms is not None and terms.begins_at_once,
    )
