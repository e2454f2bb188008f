"""A person's life in the database: a row about them in every table that may hold one."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from domain.access.suspensions import FreezeReason, Subject
from domain.access.uses import Use
from domain.approvals.confirmations import Confirming
from domain.audit import Actor, ActorKind
from domain.authority_documents import DocumentKind, NewDocument
from domain.catalogue.actions import ItemAction
from domain.documents.kinds import DocumentKind as StoredKind
from domain.identifiers import PersonKey
from domain.messages.contact import ContactChoice
from domain.messages.notices import NewNotice, NoticeKind
from domain.numbers.blocks import BlockKind
from domain.numbers.phone_numbers import PhoneNumber
from domain.numbers.send_limits import SendOrigin
from domain.numbers.sms_texts import Language
from domain.numbers.verifications import Requester, VerificationRequest, VerificationRules
from domain.orders.notes import NewNote
from domain.processes import ProcessType
from domain.provisioning.steps import Decision
from domain.provisioning.targets import Target, TargetKind
from domain.reasons import Reason
from domain.registry.register import Capacity, Defect, Holder
from domain.registry.sync import (
    PreviewedGrant,
    PreviewedGrants,
    SyncDecision,
    SyncPreview,
    SyncSource,
)
from domain.signatures.methods import SignatureMethod
from domain.signatures.results import SigningResult
from domain.signatures.signings import why_failed
from services.access import freezes
from services.parties.people import ensure_person
from storage.access import bars, suspension_queries, uses
from storage.accounts.accounts import AccountFacts
from storage.contract_orders import closing
from storage.contract_signing import requesting, signing_ends
from storage.contract_signing.signing_steps import NewSigning
from storage.contracts import starting
from storage.database import Database, Session
from storage.delegations import departure_reviews
from storage.delegations.departure_reviews import Departure
from storage.documents import documents as stored_documents
from storage.documents.documents import NewDocument as StoredNew
from storage.extracts import asking
from storage.messages import contacts, notices, sms
from storage.messages.sms import NewSms
from storage.numbers import blocks, codes, send_requests, verifications
from storage.ops.bulk_retries import NewBulkRetry
from storage.ops.bulk_retries import request as request_bulk_retry
from storage.ops.decisions import NewDecision, decide
from storage.ops.stuck_queries import Filter
from storage.orders import cancelling, ending, jeopardy
from storage.parties import documents
from storage.provisioning import targets
from storage.registry import rejected_records, sync_changes, sync_decisions, sync_runs
from storage.requests import idempotency_keys, operations
from tests.builders import (
    access_requests,
    approvals,
    contracts,
    delegations,
    mandates,
    signing_rules,
)
from tests.builders.approvals import LOGIN
from tests.builders.days import today
from tests.builders.extracts import new_extract, put_chunk
from tests.builders.number_limits import GENEROUS
from tests.builders.orders import SET, NewItem, Orders
from tests.builders.people import JAAN, MARI, PEETER, TOOMAS
from tests.builders.register_states import KUUSK, company, entry, joint, sole, state
from tests.builders.rows import (
    ENGINE,
    account,
    carry_out,
    company_id,
    put,
    put_service,
    rows,
    service,
    store_states,
)
from tests.builders.stuck_items import stick

WHO = TOOMAS
NAME = "Toomas Tuulik"
NUMBER = PhoneNumber("+37255598761", "EE")
OPS = Actor(ActorKind.OPS, "ann")
BEN = Actor(ActorKind.OPS, "ben")
OFFICE = account(KUUSK, 1)
SHOP = account(PEETER, 3)
OWN = account(WHO, 2, name=f"{NAME} kodu", reference="ERA-77")
PHONE = service(1, OFFICE, phone=NUMBER.e164)
ROUTER = replace(service(2, OWN, kind="router"), name="Tuuliku ruuter")
SPARE = service(6, OWN, phone="+37255598770")
"""Whose number somebody else's order moves away."""
CLUB, SOCIETY = company(78), company(79)
"""Whose signing rules name the person in words: one of them among its board as well."""
BOARD = company(80)
BOARDED = account(BOARD, 4)
NETWORK_ID = "NET-5559"
FARM = company(77)
"""Of which the person is the sole trader; no customer."""
_SET = (
    "UPDATE service SET wanted = CAST(:has AS jsonb), told = CAST(:has AS jsonb) WHERE id = :id",
    """INSERT INTO service_reading (service_id, has, read_at)
    VALUES (:id, CAST(:has AS jsonb), now())""",
    """INSERT INTO drift (id, service_id, characteristic, state, expected, shown, found_at, seen_at)
    VALUES (gen_random_uuid(), :id, 'forwardTo', 'reported', CAST(:has AS jsonb),
        CAST(:has AS jsonb), now(), now())""",
    """INSERT INTO drift_staged (check_id, network, network_id, has, is_changing, read_at)
    SELECT gen_random_uuid(), '', network_id, CAST(:has AS jsonb), FALSE, now()
    FROM service WHERE id = :id""",
    """INSERT INTO service_secret (order_id, item, name, service_id, sealed, kept_until)
    VALUES (gen_random_uuid(), 1, 'wifiPassword', :id, 'sealed', 'tomorrow')""",
)
_FORWARDING = [
    {"number": 1, "product": "call-forwarding", "parameters": {"forwardTo": NUMBER.e164}},
    {"number": 2, "product": "router-restart", "parameters": {}},
]
_ORDER_CONFIRMED = """
INSERT INTO approval (id, kind, company_id, account_id, proposer_id, subject_id, act, digest, state,
    lapses_at, ended_at, ended_reason, declined_by, decline_reason)
SELECT gen_random_uuid(), 'order_place', company_id, account_id, proposer_id, gen_random_uuid(),
    act || jsonb_build_object('data', jsonb_build_object('items', CAST(:items AS jsonb))), 'd',
    state, lapses_at, ended_at, ended_reason, declined_by, decline_reason
FROM approval WHERE ended_at IS NOT NULL LIMIT 1
"""
"""An order of the company's to forward calls to them."""
_NUMBER_GIVEN = _ORDER_CONFIRMED.replace("order_place", "number_give").replace(
    "'items', CAST(:items AS jsonb)", "'number', CAST(:number AS text)"
)
"""The company let their number go."""
_NAMED = f"helistas {NAME}, 5559 8761"


def lived(database: Database) -> UUID:
    """Write a row about ``WHO`` into every table; return the person's id."""
    who = ensure_person(database, WHO)
    put(database, OFFICE, OWN, SHOP)
    put_service(database, PHONE, ROUTER, SPARE)
    carry_out(
        database,
        "UPDATE service SET network_id = :id WHERE id = ANY(:services)",
        id=NETWORK_ID,
        services=[PHONE.id, ROUTER.id],
    )
    _services_were_set(database)
    store_states(database, state(_entry(), entry(MARI, name="Mari Maasikas")))
    trader = replace(_entry(), role="FIE", capacity=Capacity.SOLE_TRADER)
    store_states(database, replace(state(trader, of=FARM), name=f"FIE {NAME}"))
    carry_out(
        database,
        "INSERT INTO appointment (person_id, company_id, as_of) VALUES (:who, :farm, now())",
        who=who,
        farm=company_id(database, FARM),
    )
    _rules_were_read(database)
    _asked(database, who)
    _delegated(database)
    mandates.given(database, WHO, OFFICE)
    _asked_for_access(database)
    _acted_together(database, who)
    _operators_wrote(database)
    _proved_numbers(database, who)
    _was_told(database, who)
    _was_reviewed(database, who)
    _ordered(database, who)
    _contracted(database, who)
    _documented(database)
    _billed(database)
    _paid(database, who)
    _read_calls(database, who)
    _register_answered(database, who)
    for subject in _frozen(who):
        freezes.freeze(database, subject, FreezeReason.DISPUTE, actor=OPS, note=_NAMED)
    return who


def _rules_were_read(database: Database) -> None:
    words = f"{NAME} esindab ühingut koos ühe liikmega"
    board = replace(_entry(), acts_alone=False), entry(MARI, name="Mari Maasikas", alone=False)
    for said in (state(*board, of=CLUB, opaque=True), state(joint(MARI), of=SOCIETY, opaque=True)):
        store_states(database, replace(said, signing_rule_text=words))
    signing_rules.confirmed(database, ((WHO, MARI),), of=CLUB)


def _frozen(who: UUID) -> tuple[Subject, Subject]:
    return Subject(person_id=who), Subject(account_id=OWN.id)


def _delegated(database: Database) -> None:
    delegations.given(database, WHO, PEETER, OWN)
    delegations.offered(database, WHO, MARI, OWN)
    delegations.offered(database, PEETER, WHO, SHOP)


def _asked_for_access(database: Database) -> None:
    access_requests.asked(database, WHO, KUUSK, message=_NAMED)
    access_requests.asked(database, PEETER, OWN.reference, message=_NAMED)
    access_requests.asked(database, PEETER, FARM)


def _acted_together(database: Database, who: UUID) -> None:
    """They are to be given access; one who represents the company declines, and names them."""
    put(database, BOARDED)
    approvals.board(database, (MARI, JAAN), of=BOARD)
    id_ = approvals.proposed(database, BOARDED, receiver=WHO)
    approvals.decline(database, id_, JAAN, _NAMED)
    carry_out(database, _ORDER_CONFIRMED, items=json.dumps(_FORWARDING))
    carry_out(database, _NUMBER_GIVEN, number=NUMBER.e164)
    # They were on the board then, and confirmed.
    carry_out(database, "UPDATE approval_confirmation SET person_id = :who", who=who)


def _services_were_set(database: Database) -> None:
    """Orders set what the person's services should be, the operator told it, a network has it."""
    has = json.dumps({"forwardTo": NUMBER.e164, "wifiName": f"{NAME} kodu"})
    for id_ in (PHONE.id, ROUTER.id):
        for statement in _SET:
            carry_out(database, statement, id=id_, has=has)


def _entry() -> Holder:
    return replace(sole(WHO), name=NAME)


def _proved_numbers(database: Database, who: UUID) -> None:
    for requester in (Requester(person_id=who), Requester(client="https://login.example otp")):
        id_ = uuid4()
        limits = GENEROUS.of_sms(requester, NUMBER, SendOrigin("https://login.example portal"))
        asked = VerificationRequest(id_, requester, NUMBER)
        with database.transaction() as session:
            send_requests.start(session, asked, VerificationRules(), limits, actor=ENGINE)
            sms.prepare(session, NewSms(id_, 1, "of-a-code", 1))
            verifications.accept_code(session, id_)
            codes.verify(session, id_, actor=ENGINE)


def _was_told(database: Database, who: UUID) -> None:
    with database.transaction() as session:
        notices.create(
            session,
            [NewNotice(who, NoticeKind.DELEGATION_REVOKED, uuid4(), account_id=OFFICE.id)],
            actor=ENGINE,
        )
        contacts.choose(
            session, who, ContactChoice(Language.ENGLISH, True, NUMBER.e164), actor=ENGINE
        )


def _was_reviewed(database: Database, who: UUID) -> None:
    peeter = ensure_person(database, PEETER)
    with database.transaction() as session:
        uses.record(session, [Use(who, OFFICE.id, today())])
        bars.begin(session, SHOP.id, [who], by=peeter, actor=ENGINE)
        departed, month = [Departure(OFFICE.id, who)], timedelta(days=30)
        departure_reviews.open_(session, departed, month, actor=ENGINE)


def _asked(database: Database, who: UUID) -> None:
    with database.transaction() as session:
        operations.request(session, uuid4(), ProcessType.REFRESH, who)
        idempotency_keys.claim(session, "digest", "key", "fingerprint", person_id=who)


def _operators_wrote(database: Database) -> None:
    paper = NewDocument(DocumentKind.POWER_OF_ATTORNEY, f"Volikiri: {NAME}", "toimik 7")
    item = stick(database, ROUTER)
    decision = NewDecision(Decision.RETRY, item.version, OPS, _NAMED)
    with database.transaction() as session:
        request_bulk_retry(session, uuid4(), NewBulkRetry(Filter(), OPS, _NAMED))
        decide(session, item.id, decision)
        targets.pause(session, Target.of(TargetKind.NETWORK), OPS, _NAMED)
        blocks.block(
            session,
            BlockKind.NUMBER,
            NUMBER.e164,
            timedelta(hours=1),
            Reason("number_undeliverable", "The number gets no SMS"),
            actor=ENGINE,
        )
        documents.record(session, paper, actor=OPS)
        blocks.lift(session, "number", NUMBER.e164, f"{WHO.code} helistas", actor=OPS)
        rejected_records.reject(session, "import", Defect("kliendid.csv:3", "x", f"EE{WHO.code}"))


def _ordered(database: Database, who: UUID) -> None:
    """They ordered for their own account and for another's; others ordered calls to them, and a
    number of theirs."""
    forwarding = NewItem((SET,), PHONE.id, parameters={"forwardTo": NUMBER.e164})
    Orders(database, OFFICE.id).insert(
        forwarding,
        external_id=f"tellimus {WHO.code}",
        description=_NAMED,
        notes=[NewNote(_NAMED, author=NAME)],
    )
    of_others = NewItem((SET,), parameters={"package": "m"}, document={"note": "kiire"})
    Orders(database, SHOP.id).insert(of_others, person_id=who)
    number = {"fromService": str(SPARE.id), "number": SPARE.number}
    Orders(database, SHOP.id).insert(NewItem((SET,), giver=SPARE.id, parameters=number))
    orders = Orders(database, OWN.id)
    order = orders.begun(
        NewItem((SET,), ROUTER.id, parameters={"wifiName": f"{NAME} kodu"}),
        NewItem((), ROUTER.id, action=ItemAction.NO_CHANGE),
        person_id=who,
        external_id="ext-1",
        description="Wi-Fi Tuulikule",
        document={"relatedParty": [{"name": NAME, "role": "requester"}]},
        notes=[NewNote("palun enne õhtut", author=NAME)],
        expected=timedelta(seconds=-1),
    )
    orders.cancel(order, at=datetime.now(UTC) + timedelta(days=1), reason=_NAMED)
    with database.transaction() as session:
        jeopardy.alert(session)
    carry_out(
        database,
        """INSERT INTO order_confirmation (id, order_id, person_id, digest, template_version,
            language, issuer, acr, amr, auth_time)
        VALUES (gen_random_uuid(), :order, :who, 'd', 1, 'et', 'i', 'high', '{}', now())""",
        order=order,
        who=who,
    )
    # The network told what it had before.
    carry_out(
        database,
        "UPDATE step SET receipt = CAST(:receipt AS jsonb) WHERE process = 'order'",
        receipt=json.dumps({"wifiName": f"{NAME} kodu"}),
    )


def _contracted(database: Database, who: UUID) -> None:
    """They agreed to a contract for their number, and the operator knows their size."""
    id_ = contracts.offered(
        database, contracts.new_contract(OWN.id, terms=contracts.terms(number=NUMBER.e164))
    )
    carry_out(
        database,
        """INSERT INTO contract_agreement (id, contract_id, person_id, digest, template_version,
            language, issuer, acr, amr, auth_time)
        VALUES (gen_random_uuid(), :id, :who, 'd', 1, 'et', 'i', 'high', '{}', now())""",
        id=id_,
        who=who,
    )
    _signs(database, id_, who)
    carry_out(
        database,
        """INSERT INTO customer_size (account_id, size_class, source, as_of)
        VALUES (:own, 'consumer', 'declared', '2026-01-01')""",
        own=OWN.id,
    )


def _signs(database: Database, contract_id: UUID, who: UUID) -> None:
    """They signed it at a level that does not count, and are asked again."""
    carry_out(
        database,
        """WITH d AS (
            INSERT INTO stored_document (id, kind, account_id, subject_id, sha256, size,
                content_type, language, legal_hold)
            SELECT gen_random_uuid(), 'signature', account_id, id, 's', 1, 'application/xml', 'et',
                false
            FROM contract WHERE id = :id RETURNING id)
        INSERT INTO contract_signature (id, contract_id, person_id, method, level, document_id,
            counts)
        SELECT gen_random_uuid(), :id, :who, 'mobile_id', 'B', d.id, false FROM d""",
        id=contract_id,
        who=who,
    )
    given = Confirming(who, "d", 1, Language.ESTONIAN, LOGIN)
    new = NewSigning(uuid4(), contract_id, given, SignatureMethod.MOBILE_ID, NUMBER.e164)
    with database.transaction() as session:
        requesting.request(session, contracts.locked(session, contract_id), new, actor=ENGINE)


def _documented(database: Database) -> None:
    """A contract of theirs was rendered."""
    of = rows(database, "SELECT id, account_id FROM contract LIMIT 1")[0]
    kind = StoredKind.CONTRACT
    with database.transaction() as session:
        new = StoredNew(kind, of.account_id, of.id, Language.ESTONIAN, b"%PDF")
        stored_documents.store(session, new)


def _billed(database: Database) -> None:
    """Billing told an invoice of their account, and a line of it that names them."""
    carry_out(
        database,
        """INSERT INTO invoice (id, account_id, billing_id, number, category, bill_state,
            settlement, issued_on, currency, total, left_amount, has_document, details, read_at,
            is_listed)
        VALUES (gen_random_uuid(), :account, 'b1', '1', 'normal', 'sent', 'open', current_date,
            'EUR', 1, 1, false, '{}', now(), true)""",
        account=OWN.id,
    )
    carry_out(
        database,
        """INSERT INTO billing_snapshot (account_id, kind, subject, body, read_at)
        VALUES (:account, 'invoice_lines', 'b1', CAST(:body AS jsonb), now())""",
        account=OWN.id,
        body=json.dumps({"lines": [{"text": f"{NAME}, {NUMBER.e164}"}]}),
    )


def _paid(database: Database, who: UUID) -> None:
    """They paid an invoice, and the bank's statement names them."""
    carry_out(
        database,
        """WITH p AS (
            INSERT INTO payment (id, process_id, account_id, owner_id, invoice_id, bill_id,
                invoice_number, origin, person_id, bank, state, amount, currency, reference,
                language, ended_at)
            VALUES (:id, :id, :account, :who, :id, 'b1', '1', 'person', :who, 'lhv', 'settled', 1,
                'EUR', '13', 'et', now()) RETURNING id)
        INSERT INTO bank_entry (id, bank, bank_reference, statement_id, amount, currency,
            booked_on, is_return, is_numbered, payer_name, state, payment_id)
        SELECT id, 'lhv', '1', '1', 1, 'EUR', current_date, false, true, :name, 'matched', id
        FROM p""",
        id=uuid4(),
        who=who,
        account=OWN.id,
        name=NAME,
    )


def _read_calls(database: Database, who: UUID) -> None:
    """They made an extract of their calls."""
    with database.transaction() as session:
        asking.request(session, new_extract(uuid4(), OWN.id, who), actor=ENGINE)
    put_chunk(database)


def _contracts_end(database: Database) -> None:
    for row in rows(database, "SELECT id FROM contract_signing WHERE ended_at IS NULL"):
        with database.transaction() as session:
            why = why_failed(SigningResult.TIMED_OUT)
            signing_ends.fail(session, row.id, why, actor=ENGINE)
    for row in rows(database, "SELECT id FROM contract WHERE ended_at IS NULL"):
        with database.transaction() as session:
            closing.close_start(session, row.id, starting.WITHDRAWN, ENGINE)


def _orders_end(database: Database) -> None:
    ids = [row.id for row in rows(database, "SELECT id FROM service_order WHERE ended_at IS NULL")]
    carry_out(database, "UPDATE order_cancel SET requested_at = now()")
    with database.transaction() as session:
        cancelling.assess_due(session)
        for id_ in ids:
            if not ending.cancel_unbegun(session, id_, ending.CANCELLED, ENGINE):
                ending.end(session, id_)


def _register_answered(database: Database, who: UUID) -> None:
    kuusk = company_id(database, KUUSK)
    grant = PreviewedGrant(OFFICE.id, who, "administrator", {"code": "x", "text": "X"})
    others = PreviewedGrant(OFFICE.id, uuid4(), "administrator", {"code": "x", "text": "X"})
    preview = SyncPreview(1, PreviewedGrants(2, (grant, others)), PreviewedGrants(0))
    with database.transaction() as session:
        run, _ = sync_runs.open_run(session, SyncSource.CHECK, "today")
        sync_changes.add_company(session, run, kuusk)
        sync_changes.keep_answer(session, run, kuusk, state(_entry(), joint(MARI)))
        sync_decisions.hold(session, run, preview, Reason("too_much_would_end", "Would end 2 of 9"))


def loses_everything(database: Database) -> None:
    """End what blocks the erasure of ``WHO``, by the functions that end it in real life."""
    _orders_end(database)
    _contracts_end(database)
    with database.transaction() as session:
        (run,) = session.connection().exec_driver_sql("SELECT id FROM sync_run").scalars()
        reject, id_ = SyncDecision.REJECT, uuid4()
        sync_decisions.decide(session, run, reject, actor=OPS, note=_NAMED, decision_id=id_)
        _end_operations(session)
    with database.reading() as connection:
        frozen = suspension_queries.freezes(connection, lifted_too=False, before=None, limit=9)
    for each in frozen:
        freezes.request_lift(database, each.id, actor=OPS, note=_NAMED)
        freezes.lift(database, each.id, actor=BEN, note=_NAMED)
    for left in (KUUSK, CLUB, SOCIETY):
        store_states(database, state(entry(MARI, name="Mari Maasikas"), of=left, minute=1))
    put_service(
        database,
        *(replace(each, status=type(each.status).ENDED) for each in (PHONE, ROUTER, SPARE)),
    )
    put(database, _closed(OWN))
    (mandate,) = rows(database, "SELECT id FROM mandate")
    mandates.ended(database, mandate.id)
    carry_out(database, "UPDATE stuck SET state = 'closed', closed_at = now()")
    carry_out(database, "UPDATE process SET ended_at = now() WHERE ended_at IS NULL")


def _end_operations(session: Session) -> None:
    found = session.connection().exec_driver_sql("SELECT id FROM operation").scalars().all()
    for id_ in found:
        operations.failed(session, id_, Reason("x", "X"))


def _closed(facts: AccountFacts) -> AccountFacts:
    return replace(facts, status=type(facts.status).CLOSED)


def personal(who: PersonKey = WHO) -> dict[str, str]:
    """What must be found nowhere once the person is erased, by what it is."""
    return {
        "code": who.code,
        "name": NAME,
        "number": NUMBER.e164,
        "national": "5559 8761",
        "network": NETWORK_ID,
    }
