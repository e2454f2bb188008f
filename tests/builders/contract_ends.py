"""Contracts in force on the customers' services, for tests of how they end."""

from dataclasses import replace
from uuid import UUID

from activities.contracts.end import ContractEndInput, EndContractActivities
from domain.catalogue.contract_terms import Party
from storage.accounts.accounts import AccountFacts
from storage.accounts.services import ServiceFacts
from storage.database import Database
from tests.builders import contracts
from tests.builders.days import ZONE
from tests.builders.delegations import OFFICE, PHONE
from tests.builders.rows import carry_out, put_service, service

MOBIIL_ID = service(9, OFFICE, kind="mobiil_id")


def subscription(database: Database) -> UUID:
    """Kuusk's contract of its telephone."""
    return contracts.active(database, contracts.new_contract(OFFICE.id), [PHONE.id])


def mobiil_id(
    database: Database, user_id: UUID, on: AccountFacts = OFFICE, host: ServiceFacts = PHONE
) -> UUID:
    """A Mobiil-ID of this person on a telephone, Kuusk's or this one, on this account."""
    put_service(database, replace(MOBIIL_ID, account_id=on.id))
    new = contracts.new_contract(
        on.id,
        product="mobiil-id",
        party=Party.USER,
        person_id=user_id,
        host_service_id=host.id,
    )
    return contracts.active(database, new, [MOBIIL_ID.id])


def come_to_its_end(database: Database, contract_id: UUID) -> None:
    """Let the moment of a contract's end be over, while no worker runs."""
    carry_out(
        database,
        "UPDATE contract SET ends_at = clock_timestamp() - interval '1 second' WHERE id = :id",
        id=contract_id,
    )
    carry_out(
        database,
        """UPDATE service SET access_until = c.ends_at FROM contract c
        JOIN contract_service x ON x.contract_id = c.id
        WHERE c.id = :id AND x.service_id = service.id""",
        id=contract_id,
    )


def carried_out(database: Database, *contract_ids: UUID) -> None:
    """End contracts whose moment has come, as their processes do."""
    activities = EndContractActivities(database, ZONE)
    for contract_id in contract_ids:
        activities.end(ContractEndInput(contract_id=contract_id))
