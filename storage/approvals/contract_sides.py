"""For whom a group acts about a contract: its owner, or the owner of the number it rests on."""

from domain.contracts.reasons import EndSide
from storage.approvals.rows import StoredApproval
from storage.contracts import acts
from storage.contracts.rows import StoredContract
from storage.database import Session


def side_of(session: Session, contract: StoredContract, approval: StoredApproval) -> EndSide | None:
    """Return for whom the group of an approval acts about this contract; None: for nobody now."""
    group = (approval.account_id, approval.company_id)
    if group == (contract.account_id, contract.owner_id):
        return EndSide.OWNER if acts.is_of_owner(session, contract) else None
    is_hosts = group == (contract.host_account_id, contract.host_owner_id)
    return EndSide.HOST if is_hosts and acts.is_of_hosts_owner(session, contract) else None
