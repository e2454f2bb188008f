"""Use case: what ending a contract brings about, before anybody decides."""

from dataclasses import dataclass
from uuid import UUID
from zoneinfo import ZoneInfo

from domain.access.permissions import Permission
from domain.contracts.end_policy import EndNotPossible
from domain.contracts.end_preview import EndingContract, EndingOnAccount, WantedEnd
from services.contracts.sight import ContractSight
from services.errors import Refused
from storage.contract_orders import previewed_end
from storage.contract_orders.previewed_end import EndPreview, NotInForce
from storage.contracts import rows
from storage.contracts.rows import StoredContract
from storage.database import Session

NOT_IN_FORCE = "contract_not_in_force"


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
    try:
        return previewed_end.computed(session, contract, wanted, zone)
    except NotInForce:
        raise Refused(NOT_IN_FORCE) from None
    except EndNotPossible:
        raise Refused("end_not_possible") from None


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
    is_here = account_id in {contract.account_id, contract.host_account_id}
    is_theirs = contract.person_id == sight.person_id
    sees = sight.with_own_host(account_id).sees(contract)
    return sight.person_id is None or ((is_here or is_theirs) and sees)
