"""People who agree to contracts, alone or together with others."""

from uuid import UUID

from domain.approvals.confirmations import Confirming
from domain.approvals.rules import ApprovalRules
from domain.audit import Actor
from domain.catalogue.contract_terms import Agreement
from domain.contracts.states import ContractState
from domain.identifiers import PersonKey
from domain.numbers.sms_texts import Language
from services.parties.people import ensure_person
from storage.contract_agreements import agreeing
from storage.contracts import acts, agreements, rows
from storage.database import Database
from tests.builders import contracts
from tests.builders.approvals import LOGIN, ON
from tests.builders.delegations import OTHER, actor
from tests.builders.people import JAAN, MARI, PEETER, TIIU


def offered(database: Database, how: Agreement = Agreement.CONFIRM, **changes: object) -> UUID:
    account_id = changes.pop("account_id", OTHER.id)
    new = contracts.new_contract(account_id, agreement=how, **changes)  # type: ignore[arg-type]
    return contracts.offered(database, new)


def digest(database: Database, contract_id: UUID) -> str:
    with database.reading() as connection:
        found = rows.read(connection, contract_id)
        assert found is not None
        act = acts.act_of(connection, found)
    assert act is not None
    return act.digest()


def agree(
    database: Database,
    contract_id: UUID,
    who: PersonKey,
    *,
    by_signature: bool = False,
    rules: ApprovalRules = ON,
    shown: str = "",
    version: int = 1,
) -> UUID | None:
    """Agree as this person, who was shown the act."""
    seen = shown or digest(database, contract_id)
    given = Confirming(ensure_person(database, who), seen, version, Language.ESTONIAN, LOGIN)
    by: Actor = actor(database, who)
    with database.transaction() as session:
        return agreeing.agree(
            session, contract_id, given, rules, by_signature=by_signature, actor=by
        )


def state(database: Database, contract_id: UUID) -> ContractState:
    with database.reading() as connection:
        found = rows.read(connection, contract_id)
    assert found is not None
    return found.state


def agreed(database: Database, contract_id: UUID) -> list[PersonKey]:
    """Who agreed so far, the first one first."""
    keys = {ensure_person(database, each): each for each in (TIIU, JAAN, MARI, PEETER)}
    with database.reading() as connection:
        return [keys[each.person_id] for each in agreements.of_contract(connection, contract_id)]
