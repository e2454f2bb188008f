"""The act that people agree to who start a contract, as it stands in the database now."""

from sqlalchemy import text

from domain.approvals import contract_acts
from domain.approvals.acts import Act
from domain.approvals.contract_acts import ContractStarted
from domain.catalogue.contract_terms import Agreement
from domain.contracts.digests import terms_digest
from storage.contracts.rows import StoredContract
from storage.database import Connection, Session

_OWNER = text("SELECT company_id, person_id FROM account WHERE id = :id")


def is_of_owner(connection: Connection | Session, contract: StoredContract) -> bool:
    """Return whether who owned the account when the contract was made owns it now."""
    owner = connection.execute(_OWNER, {"id": contract.account_id}).one()
    return contract.owner_id in {owner.company_id, owner.person_id}


def is_of_hosts_owner(connection: Connection | Session, contract: StoredContract) -> bool:
    """Return whether who owned the account of its number when it was made owns it now."""
    owner = connection.execute(_OWNER, {"id": contract.host_account_id}).one_or_none()
    return owner is not None and contract.host_owner_id in {owner.company_id, owner.person_id}


def act_of(connection: Connection | Session, contract: StoredContract) -> Act | None:
    """Return the act that starts a contract; None: its account is another owner's by now."""
    if not is_of_owner(connection, contract):
        return None
    owner = connection.execute(_OWNER, {"id": contract.account_id}).one()
    started = ContractStarted(
        contract.id,
        contract.product,
        contract.product_version or "",
        terms_digest(contract.terms),
        is_signed=contract.agreement is Agreement.SIGN,
    )
    return contract_acts.start(owner.company_id, contract.account_id, started)
