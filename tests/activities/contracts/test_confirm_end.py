"""contract.9: the end of a contract is confirmed on paper, once, and it holds up nothing."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from activities.contracts.confirm_end import ConfirmEndActivities
from activities.contracts.end import ContractEndInput
from domain.contracts.reasons import EndReason
from domain.days import start_of
from domain.documents.contract_document import Provider
from domain.documents.kinds import DocumentKind
from domain.numbers.sms_texts import Language
from domain.retention import CONTRACT_DOCUMENT
from runtime.texts import day_text
from storage.contracts import ending, rows
from storage.contracts.ending import End
from storage.database import Database
from storage.documents import documents
from tests.builders import contracts
from tests.builders.catalogue import publish
from tests.builders.contract_ends import carried_out, come_to_its_end
from tests.builders.days import ZONE, today
from tests.builders.delegations import OFFICE, PHONE, set_up_customers
from tests.builders.register_states import KUUSK
from tests.builders.rendering import PROVIDER, Pages
from tests.builders.rows import carry_out, put_service
from tests.builders.rows import rows as select

COST = {"cents": 1690, "currency": "EUR", "is_vat_included": True}


def ended(
    database: Database, *cost: Mapping[str, Any], is_cost_known: bool = True, **changes: Any
) -> UUID:
    """A contract of Kuusk's telephone whose end has come, set with this cost."""
    set_up_customers(database)
    put_service(database, replace(PHONE, number=contracts.NUMBER))
    publish(database)
    terms = contracts.terms(language=Language.ENGLISH, **changes)
    id_ = contracts.active(database, contracts.new_contract(OFFICE.id, terms=terms), [PHONE.id])
    with database.transaction() as session:
        contract = contracts.locked(session, id_)
        end = End(contract.now, EndReason.CUSTOMER, cost, is_cost_known)
        ending.schedule(session, contract, end, actor=contracts.OPS)
    come_to_its_end(database, id_)
    carried_out(database, id_)
    return id_


def confirm(database: Database, id_: UUID, provider: Provider | None = PROVIDER) -> None:
    work = ConfirmEndActivities(database, Pages(), provider, ZONE)
    work.confirm_end(ContractEndInput(contract_id=id_))


def kept(database: Database, id_: UUID) -> list[str]:
    with database.reading() as connection:
        found = documents.of_subject(connection, id_)
        assert {each.kind for each in found} <= {DocumentKind.TERMINATION}
        assert all(each.keep_until is not None for each in found)
        return [(documents.read(connection, each) or b"").decode() for each in found]


def test_contract_9_the_confirmation_says_whose_contract_ended_when_and_at_what_cost(
    database: Database,
) -> None:
    id_ = ended(database, COST | {"rule": "term_left"}, COST | {"rule": "paid_back", "cents": -500})

    confirm(database, id_)

    (said,) = kept(database, id_)
    assert str(id_) in said
    assert "Mobile subscription" in said
    assert f"({KUUSK.code})" in said
    assert contracts.NUMBER in said
    assert day_text(today(), Language.ENGLISH) in said
    assert "Time left of the committed term: €16.90 with VAT." in said
    assert "We pay back to you: €5.00 with VAT." in said
    assert "Number can be ported until" in said


def test_contract_9_an_end_is_confirmed_once(database: Database) -> None:
    id_ = ended(database)
    confirm(database, id_)
    (first,) = kept(database, id_)
    carry_out(database, "UPDATE company SET name = 'Mänd OÜ'")

    confirm(database, id_)

    assert kept(database, id_) == [first]
    assert "Ending the contract is free of charge." in first


def test_contract_9_what_only_the_operator_knows_is_not_said_to_be_free(
    database: Database,
) -> None:
    id_ = ended(database, is_cost_known=False)
    carry_out(database, "UPDATE contract SET terms = '{}', product = 'Kõnepakett XL'")

    confirm(database, id_)

    (said,) = kept(database, id_)
    assert "Kõnepakett XL" in said
    assert "Muud tasud, kui neid on, on lõpparvel." in said


def test_contract_9_a_told_contract_that_costs_nothing_is_said_to_be_free(
    database: Database,
) -> None:
    """The preview knew so of a customer whom the law protects."""
    id_ = ended(database)
    carry_out(database, "UPDATE contract SET terms = '{}', product = 'Kõnepakett XL'")

    confirm(database, id_)

    (said,) = kept(database, id_)
    assert "Muud tasud" not in said


@pytest.mark.parametrize("is_called_off", [True, False])
def test_contract_9_without_an_end_or_an_operator_nothing_is_confirmed(
    database: Database, *, is_called_off: bool
) -> None:
    if is_called_off:
        set_up_customers(database)
        id_ = contracts.active(database, contracts.new_contract(OFFICE.id), [PHONE.id])
        confirm(database, id_)
    else:
        id_ = ended(database)
        confirm(database, id_, provider=None)

    assert kept(database, id_) == []
    with database.reading() as connection:
        assert rows.read(connection, id_) is not None


def test_contract_9_its_documents_are_kept_from_the_moment_at_which_it_ended(
    database: Database,
) -> None:
    """It ends as a day begins in Tallinn, which is the day before in UTC."""
    set_up_customers(database)
    publish(database)
    id_ = contracts.active(database, contracts.new_contract(OFFICE.id), [PHONE.id])
    contracts.store_document(database, id_, OFFICE.id)
    with database.transaction() as session:
        end = End(contracts.locked(session, id_).now, EndReason.CUSTOMER)
        ending.schedule(session, contracts.locked(session, id_), end, actor=contracts.OPS)
    at = start_of(today() - timedelta(days=1), ZONE)
    carry_out(database, "UPDATE contract SET ends_at = :at WHERE id = :id", at=at, id=id_)

    carried_out(database, id_)
    by_end = kept_until(database, id_)
    confirm(database, id_)

    assert by_end == {at + CONTRACT_DOCUMENT}
    assert kept_until(database, id_) == by_end


def kept_until(database: Database, id_: UUID) -> set[datetime]:
    statement = "SELECT keep_until FROM stored_document WHERE subject_id = :id"
    return {row.keep_until for row in select(database, statement, id=id_)}
