"""A process of each type, asked for in the transaction of whoever asks."""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count
from uuid import UUID, uuid4

from sqlalchemy import text

from domain.access.permissions import Permission, Role
from domain.approvals import act_data
from domain.approvals.confirmations import Confirming
from domain.catalogue.actions import ItemAction
from domain.catalogue.step_actions import StepAction
from domain.delegations.offer_rules import OfferRules
from domain.delegations.terms import Terms
from domain.identity import Acr, Login
from domain.messages.contact import ContactChoice
from domain.messages.notices import NewNotice, NoticeKind
from domain.numbers.phone_numbers import PhoneNumber
from domain.numbers.sms_texts import Language
from domain.numbers.verifications import (
    Requester,
    VerificationRequest,
    VerificationRules,
)
from domain.orders.planned_steps import PlannedStep
from domain.orders.requests import RequestedItem, RequestedOrder
from domain.processes import ProcessType
from domain.provisioning.targets import TargetKind
from domain.rates import Rate
from domain.registry.sync import SyncSource
from domain.signatures.methods import SignatureMethod
from storage.accounts.accounts import AccountFacts, put_accounts
from storage.approvals import approvals
from storage.approvals.approvals import NewApproval
from storage.contract_signing import requesting
from storage.contract_signing.signing_steps import NewSigning
from storage.contracts import ending as contract_ends
from storage.contracts import starting
from storage.database import Database, Session
from storage.delegations import departure_reviews, offers
from storage.delegations.departure_reviews import Departure
from storage.delegations.offering import Offer
from storage.extracts import asking
from storage.messages import contacts, notices
from storage.numbers import send_requests
from storage.orders import beginning, placing
from storage.orders.placing import JudgedItem, NewOrder
from storage.parties import upsert
from storage.payments import payments
from storage.registry import sync_runs
from storage.requests import operations
from storage.requests.operations import Subject
from tests.builders.contracts import locked, new_contract, offer
from tests.builders.contracts import terms as terms_of
from tests.builders.days import ZONE, today
from tests.builders.extracts import new_extract
from tests.builders.payments import new_payment
from tests.builders.people import JAAN, PEETER, person
from tests.builders.register_states import TAMM
from tests.builders.rows import ENGINE, carry_out

_NUMBERS = count(500)
RULES = VerificationRules(wait=timedelta())
NUMBER = PhoneNumber("+37255500000", "EE")
_OFFERS = OfferRules(
    ZONE,
    per_giver=Rate(1000, timedelta(days=1)),
    open_per_receiver=1000,
)


def ask(session: Session, type_: ProcessType) -> UUID:
    """Ask for a process of this type, which nobody starts."""
    return _ASK[type_](session)


def asked(database: Database, type_: ProcessType) -> UUID:
    """Ask for a process of this type in a transaction of its own."""
    with database.transaction() as session:
        return ask(session, type_)


def lost(database: Database, type_: ProcessType) -> UUID:
    """A process that was started, says the database; Temporal has never heard of it."""
    id_ = asked(database, type_)
    carry_out(database, "UPDATE process SET started_at = now() WHERE id = :id", id=id_)
    carry_out(database, "UPDATE operation SET state = 'running' WHERE id = :id", id=id_)
    return id_


def _verification(session: Session) -> UUID:
    id_ = uuid4()
    request = VerificationRequest(id_, Requester(client=str(id_)), NUMBER)
    send_requests.start(session, request, RULES, [], actor=ENGINE)
    return id_


def _notice(session: Session) -> UUID:
    """Somebody new is told something, and wants it by SMS."""
    who = upsert.person_ids(session, [person(next(_NUMBERS))]).popitem()[1]
    contacts.give(session, who, ContactChoice(Language.ENGLISH, True, NUMBER.e164), actor=ENGINE)
    told = NewNotice(who, NoticeKind.DELEGATION_REVOKED, who)
    (id_,) = notices.create(session, [told], actor=ENGINE)
    return id_


def _operation(type_: ProcessType, subject: Callable[[], Subject]) -> Callable[[Session], UUID]:
    def request(session: Session) -> UUID:
        id_ = uuid4()
        operations.request(session, id_, type_, uuid4(), subject())
        return id_

    return request


def _delegation(session: Session) -> UUID:
    id_, version_id = uuid4(), uuid4()
    put_accounts(session, [AccountFacts(id_, str(id_), "", PEETER)], actor=ENGINE)
    (giver_id,) = upsert.person_ids(session, [PEETER]).values()
    day = today()
    terms = Terms(Role.USER, frozenset({Permission.USAGE_VIEW}), frozenset(), day, day)
    offer = Offer(uuid4(), version_id, id_, giver_id, JAAN, terms)
    offers.offer(session, offer, _OFFERS, actor=ENGINE)
    return version_id


def _departure_review(session: Session) -> UUID:
    account_id = uuid4()
    put_accounts(session, [AccountFacts(account_id, str(account_id), "", PEETER)], actor=ENGINE)
    (giver_id,) = upsert.person_ids(session, [JAAN]).values()
    left = [Departure(account_id, giver_id)]
    (id_,) = departure_reviews.open_(session, left, timedelta(days=30), actor=ENGINE)
    return id_


def _approval(session: Session) -> UUID:
    """Two who represent a company together are to confirm what one of them proposed."""
    account_id, id_ = uuid4(), uuid4()
    put_accounts(session, [AccountFacts(account_id, str(account_id), "", TAMM)], actor=ENGINE)
    (company_id,) = upsert.company_ids(session, [TAMM]).values()
    (proposer_id,) = upsert.person_ids(session, [JAAN]).values()
    day = today()
    terms = Terms(Role.USER, frozenset({Permission.USAGE_VIEW}), frozenset(), day, day)
    given = act_data.Given(uuid4(), 1, proposer_id, terms)
    act = act_data.give(company_id, account_id, given)
    until = datetime.now(ZONE) + timedelta(days=14)
    approvals.insert(session, NewApproval(id_, act, id_, proposer_id, until), actor=ENGINE)
    return id_


def _order(session: Session) -> UUID:
    """One item, with a step at the network, that has begun."""
    account_id, id_ = uuid4(), uuid4()
    put_accounts(session, [AccountFacts(account_id, str(account_id), "", PEETER)], actor=ENGINE)
    requested = RequestedItem("a", ItemAction.MODIFY, "p", "1")
    step = PlannedStep("set", TargetKind.NETWORK, StepAction.SET)
    item = JudgedItem(requested, None, "1", {}, [step])
    order = RequestedOrder((requested,), account_id)
    new = NewOrder(id_, account_id, order, [item], "client", None, timedelta(minutes=1))
    placing.insert(session, new, ENGINE)
    assert beginning.begin_if_ready(session, id_, actor=ENGINE)
    return id_


def _contract_start(session: Session) -> UUID:
    account_id = uuid4()
    put_accounts(session, [AccountFacts(account_id, str(account_id), "", PEETER)], actor=ENGINE)
    new = new_contract(account_id, terms=terms_of(number=f"+3725561{next(_NUMBERS):04}"))
    starting.draft(session, new, actor=ENGINE)
    offer(session, new.id)
    return new.id


def _contract_sign(session: Session) -> UUID:
    contract_id, id_ = _contract_start(session), uuid4()
    session.execute(text("DELETE FROM process WHERE id = :id"), {"id": contract_id})
    (person_id,) = upsert.person_ids(session, [JAAN]).values()
    login = Login("issuer", "jti", Acr.HIGH, ("smartid",), datetime.now(ZONE))
    given = Confirming(person_id, 64 * "0", 1, Language.ESTONIAN, login)
    new = NewSigning(id_, contract_id, given, SignatureMethod.SMART_ID)
    requesting.request(session, locked(session, contract_id), new, actor=ENGINE)
    return id_


def _usage_extract(session: Session) -> UUID:
    account_id, id_ = uuid4(), uuid4()
    put_accounts(session, [AccountFacts(account_id, str(account_id), "", PEETER)], actor=ENGINE)
    (person_id,) = upsert.person_ids(session, [JAAN]).values()
    asking.request(session, new_extract(id_, account_id, person_id), actor=ENGINE)
    return id_


def _contract_end(session: Session) -> UUID:
    """One that was told, and whose end is due."""
    contract_id = _contract_start(session)
    set_ending = text("""
    UPDATE contract SET state = 'ending', ends_at = now(), end_reason = 'customer',
        end_source = 'told', product_version = NULL, product = 'unknown'
    WHERE id = :id
    """)
    session.execute(set_ending, {"id": contract_id})
    session.execute(text("DELETE FROM process WHERE id = :id"), {"id": contract_id})
    contract_ends.ask_for_due(session)
    read = text("SELECT end_process_id FROM contract WHERE id = :id")
    process_id: UUID = session.execute(read, {"id": contract_id}).scalar_one()
    return process_id


def _payment(session: Session) -> UUID:
    """A payment that was started, and not handed to its bank yet."""
    account_id, id_ = uuid4(), uuid4()
    put_accounts(session, [AccountFacts(account_id, str(account_id), "", PEETER)], actor=ENGINE)
    payments.insert(session, new_payment(account_id, id_=id_))
    return id_


_ASK: dict[ProcessType, Callable[[Session], UUID]] = {
    ProcessType.APPROVAL: _approval,
    ProcessType.BANK_STATEMENT: _operation(ProcessType.BANK_STATEMENT, Subject),
    ProcessType.BULK_RETRY: _operation(ProcessType.BULK_RETRY, Subject),
    ProcessType.CONTRACT_END: _contract_end,
    ProcessType.CONTRACT_SIGN: _contract_sign,
    ProcessType.CONTRACT_START: _contract_start,
    ProcessType.DELEGATION: _delegation,
    ProcessType.DEPARTURE_REVIEW: _departure_review,
    ProcessType.DRIFT_CHECK: _operation(ProcessType.DRIFT_CHECK, Subject),
    ProcessType.NOTICE_SMS: _notice,
    ProcessType.NUMBER_VERIFICATION: _verification,
    ProcessType.ORDER: _order,
    ProcessType.PAYMENT: _payment,
    ProcessType.REFRESH: _operation(ProcessType.REFRESH, Subject),
    ProcessType.REGISTER_SYNC: lambda session: sync_runs.open_run(
        session, SyncSource.COMPANY, str(uuid4()), started=False
    )[0],
    ProcessType.USAGE_EXTRACT: _usage_extract,
    ProcessType.RESEND: _operation(ProcessType.RESEND, lambda: Subject(uuid4(), uuid4())),
}


def put_refreshes(database: Database, number: int, *, open_: int = 10**9) -> None:
    """Write this many refreshes, each requested a minute before the last; the first are open."""
    carry_out(
        database,
        "INSERT INTO process (id, type, workflow_id, asked_at, started_at, ended_at)"
        " SELECT gen_random_uuid(), 'refresh', 'refresh/' || n,"
        " now() - (n - 0.5) * interval '1 minute', now(),"
        " CASE WHEN n > :open THEN now() END FROM generate_series(1, :number) n",
        number=number,
        open=open_,
    )
