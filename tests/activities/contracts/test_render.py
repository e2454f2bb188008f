"""What a contract that is offered says of its parties, and when nothing is offered."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from activities.contracts.render import RenderContractActivities
from activities.contracts.start import ContractStartInput
from domain.catalogue.contract_terms import Party as Agreeing
from domain.contracts.states import ContractState
from domain.documents.kinds import DocumentKind
from domain.numbers.sms_texts import Language
from services.parties.people import ensure_person
from storage.contracts import rows, starting
from storage.database import Database
from storage.documents import documents
from tests.builders import contracts, days
from tests.builders.catalogue import publish
from tests.builders.people import MARI
from tests.builders.register_states import KUUSK
from tests.builders.rendering import PROVIDER, Pages
from tests.builders.rows import account, carry_out, put

OFFICE = account(KUUSK)


def render(database: Database, id_: UUID, pages: Pages | None = None) -> None:
    work = RenderContractActivities(
        database, pages or Pages(), PROVIDER, days.ZONE, timedelta(days=14)
    )
    work.render(ContractStartInput(contract_id=id_))


def kept(database: Database, id_: UUID) -> dict[DocumentKind, str]:
    with database.reading() as connection:
        found = documents.of_subject(connection, id_)
        return {each.kind: (documents.read(connection, each) or b"").decode() for each in found}


def state(database: Database, id_: UUID) -> ContractState:
    with database.reading() as connection:
        found = rows.read(connection, id_)
    assert found is not None
    return found.state


def drafted(database: Database, **changes: Any) -> UUID:
    put(database, OFFICE)
    publish(database)
    carry_out(database, "UPDATE company SET name = 'Kuusk OÜ'")
    return contracts.draft(database, contracts.new_contract(OFFICE.id, **changes))


def test_contract_5_the_customer_is_the_owner_of_the_account(database: Database) -> None:
    id_ = drafted(database)

    render(database, id_)

    said = kept(database, id_)[DocumentKind.CONTRACT]
    assert f"Kuusk OÜ ({KUUSK.code})" in said
    assert "Telekom AS (10421629)" in said
    assert state(database, id_) is ContractState.OFFERED


def test_contract_11_a_users_contract_names_the_user_and_not_the_owner(database: Database) -> None:
    mari = ensure_person(database, MARI)
    terms = contracts.terms(language=Language.ENGLISH)
    id_ = drafted(database, party=Agreeing.USER, person_id=mari, terms=terms)

    render(database, id_)

    said = kept(database, id_)[DocumentKind.CONTRACT]
    assert MARI.code in said
    assert KUUSK.code not in said


def test_contract_5_offering_twice_changes_nothing(database: Database) -> None:
    id_ = drafted(database)
    render(database, id_)
    before = kept(database, id_)
    carry_out(database, "UPDATE company SET name = 'Mänd OÜ'")

    render(database, id_)

    assert kept(database, id_) == before


def test_contract_2_what_is_withdrawn_meanwhile_is_not_offered(database: Database) -> None:
    id_ = drafted(database)

    def withdraw() -> None:
        if state(database, id_) is ContractState.DRAFT:
            end(database, id_, ContractState.CANCELLED)

    render(database, id_, Pages(withdraw))

    assert state(database, id_) is ContractState.CANCELLED
    assert kept(database, id_) == {}


@pytest.mark.parametrize(
    "final", [ContractState.DECLINED, ContractState.LAPSED, ContractState.CANCELLED]
)
def test_contract_3_documents_of_what_never_began_are_kept_for_their_time(
    database: Database, final: ContractState
) -> None:
    id_ = drafted(database)
    render(database, id_)

    end(database, id_, final)

    assert until(database, id_) == {days.today() + timedelta(days=7 * 366)}


def end(database: Database, id_: UUID, final: ContractState) -> None:
    with database.transaction() as session:
        contract = contracts.locked(session, id_)
        starting.end_unstarted(session, contract, final, starting.WITHDRAWN, actor=contracts.OPS)


def until(database: Database, id_: UUID) -> set[Any]:
    """The days, in UTC, until which the documents are kept."""
    with database.reading() as connection:
        found = documents.of_subject(connection, id_)
    return {each.keep_until.date() if each.keep_until else None for each in found}
