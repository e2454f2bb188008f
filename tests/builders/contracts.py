"""Contracts for tests: terms, drafts, and those that are in force."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import text

from domain.audit import Actor, ActorKind
from domain.catalogue.contract_terms import Agreement, Party
from domain.contracts.starts import FrozenPrice, OfferedTerms
from domain.contracts.states import ContractState
from domain.documents.kinds import DocumentKind
from domain.numbers.sms_texts import Language
from storage.contract_orders import start
from storage.contracts import changing, decisions, rows, starting
from storage.contracts.decisions import EndDecision
from storage.contracts.promised import about
from storage.contracts.rows import StoredContract
from storage.contracts.starting import NewContract
from storage.database import Database, Session
from storage.documents import documents, keeping
from storage.documents.documents import NewDocument
from tests.builders.days import ZONE

OPS = Actor(ActorKind.OPS, "staff-kati")
NUMBER = "+37255512345"
MONTHLY = FrozenPrice(1690, "EUR", is_vat_included=True, period="monthly")


def terms(**changes: Any) -> OfferedTerms:
    """Terms of a mobile subscription, with another service each time."""
    values: dict[str, Any] = {
        "service_id": uuid4(),
        "number": NUMBER,
        "service_name": "Mari",
        "months": 0,
        "parameters": {"package": "mobile-m", "iccid": "89372010000000000001"},
        "prices": (MONTHLY,),
        "number_kept": timedelta(days=31),
    }
    return OfferedTerms(**values | changes)


def new_contract(account_id: UUID, **changes: Any) -> NewContract:
    """A mobile subscription that the account's owner signs."""
    values: dict[str, Any] = {
        "id": uuid4(),
        "account_id": account_id,
        "product": "mobile-subscription",
        "product_version": "1",
        "agreement": Agreement.SIGN,
        "party": Party.OWNER,
        "terms": terms(),
    }
    return NewContract(**values | changes)


def draft(database: Database, new: NewContract) -> UUID:
    """Draft a contract; its process is asked for."""
    with database.transaction() as session:
        assert starting.draft(session, new, actor=OPS)
    return new.id


def offer(session: Session, contract_id: UUID) -> StoredContract:
    """Offer a draft for two weeks, with the terms that it has."""
    contract = locked(session, contract_id)
    frozen = OfferedTerms.from_json(contract.terms)
    return starting.offer(session, contract, frozen, timedelta(days=14), actor=OPS)


def offered(database: Database, new: NewContract) -> UUID:
    """Draft a contract and offer it."""
    draft(database, new)
    with database.transaction() as session:
        offer(session, new.id)
    return new.id


def promised(database: Database, new: NewContract) -> UUID:
    """Draft a contract and offer it as its process does: its service is there, pending."""
    draft(database, new)
    with database.transaction() as session:
        start.offer(session, locked(session, new.id), new.terms, timedelta(days=14), actor=OPS)
    return new.id


def begin_to_set_up(database: Database, contract_id: UUID) -> None:
    """Place the order that sets up an agreed contract."""
    with database.transaction() as session:
        start.set_up(session, contract_id, actor=OPS)


def set_up(database: Database, contract_id: UUID) -> None:
    """Carry out an agreed contract's order at once: the contract is active."""
    begin_to_set_up(database, contract_id)
    with database.transaction() as session:
        contract = locked(session, contract_id)
        done = text("UPDATE service_order SET state = 'completed' WHERE id = :id")
        session.execute(done, {"id": contract.start_order_id})
        start.conclude(session, contract_id, ZONE, actor=OPS)


def agree(database: Database, contract_id: UUID) -> None:
    """Record that everybody has agreed to an offered contract."""
    with database.transaction() as session:
        starting.agree(session, locked(session, contract_id), actor=OPS)


def locked(session: Session, contract_id: UUID) -> StoredContract:
    """Lock a contract that is there."""
    found = rows.lock(session, contract_id)
    assert found is not None
    return found


def active(database: Database, new: NewContract, service_ids: list[UUID]) -> UUID:
    """Make a contract active for services that are there, as if it had been set up."""
    offered(database, new)
    agree(database, new.id)
    with database.transaction() as session:
        contract = locked(session, new.id)
        for service_id in service_ids:
            contract = about(session, contract, service_id)
        contract = starting.activating(session, contract, uuid4(), actor=OPS)
        changing.move(session, contract, ContractState.ACTIVE, actor=OPS)
        starting.end_process(session, contract.id)
    return new.id


def every_decision(session: Session, actor: Actor, note: str) -> None:
    """Make each decision of operations about a contract of an account that is there."""
    account_id = session.execute(text("SELECT id FROM account LIMIT 1")).scalar_one()
    new = new_contract(account_id)
    assert starting.draft(session, new, actor=OPS)
    documents.store(session, _document(new.id, account_id, b"%PDF"))
    for hold in (True, False):
        keeping.set_legal_hold(session, new.id, hold=hold, actor=actor, note=note)
    contract = locked(session, new.id)
    decisions.record(session, contract, EndDecision.END, actor=actor, note=note)


def store_document(
    database: Database, contract_id: UUID, account_id: UUID, content: bytes = b"%PDF"
) -> UUID:
    """Store a document of a contract; returns its id."""
    with database.transaction() as session:
        return documents.store(session, _document(contract_id, account_id, content))


def _document(contract_id: UUID, account_id: UUID, content: bytes) -> NewDocument:
    kind = DocumentKind.CONTRACT
    return NewDocument(kind, account_id, contract_id, Language.ESTONIAN, content)
