"""fault.21: what a person typed stands beside the chain, and can be erased without breaking it."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Row

from domain.access.suspensions import FreezeReason, Subject
from domain.audit import Actor, ActorKind, EventKind
from domain.contracts.proposals import ProposalState
from domain.contracts.reasons import EndReason
from domain.contracts.states import ContractState
from domain.inventory.drift import DriftDecision
from domain.numbers.blocks import BlockKind
from domain.ops.repairs import Finding, Repair, item_id
from domain.ops.stuck_reasons import StuckReason
from domain.payments.words import EntryDecision, PaymentDecision
from domain.provisioning.steps import Decision
from domain.provisioning.targets import Target, TargetKind
from domain.reasons import Reason
from domain.registry.sync import PreviewedGrants, SyncDecision, SyncPreview, SyncSource, SyncState
from domain.staff import StaffMember
from storage.access import suspensions
from storage.audit import event_notes, event_queries, events, hash_chain, staff
from storage.audit.events import NewEvent
from storage.contracts import proposals
from storage.contracts.proposals import Proposal
from storage.database import Database, Session
from storage.extracts import asking, ends
from storage.inventory import drift_decisions
from storage.inventory.drift_queries import DriftFilter
from storage.numbers import blocks
from storage.ops import bulk_retries, decisions, restores, workflow_problems
from storage.ops.bulk_retries import NewBulkRetry
from storage.ops.decisions import NewDecision
from storage.ops.stuck_queries import Filter
from storage.ops.workflow_problems import NewRepair
from storage.parties import upsert
from storage.payments import decisions as payment_decisions
from storage.payments import payments
from storage.payments import rows as payment_rows
from storage.processes import process_queries
from storage.provisioning import resend_cancelling, resends, targets
from storage.registry import sync_decisions, sync_runs
from tests.builders import contracts, mandates, signing_rules
from tests.builders.extracts import new_extract
from tests.builders.payments import new_payment
from tests.builders.people import MARI
from tests.builders.register_states import KUUSK
from tests.builders.rows import NOTED, account, behind_its_back, carry_out, rows
from tests.builders.stuck_items import services, stick

WORDS = "Mari Maasikas rang from +372 5555 0123"
ANN = Actor(ActorKind.OPS, "ann")


def _event(session: Session) -> None:
    line = NewEvent(EventKind.TARGET_RESUMED, reason=Reason("resumed", "Operations resumed it"))
    event_notes.append(session, line, WORDS, actor=ANN)


@pytest.fixture
def noted(database: Database) -> Database:
    """One sealed event with a note."""
    with database.transaction() as session:
        _event(session)
    hash_chain.seal_all(database)
    return database


def _erase(database: Database, position: int = 1) -> bool:
    with database.transaction() as session:
        return event_notes.erase(session, position, actor=ANN)


def test_the_line_holds_a_digest_and_staff_read_the_text(noted: Database) -> None:
    with noted.reading() as connection:
        (sealed,) = event_queries.newest(connection, limit=1)

    assert sealed.note == WORDS
    reason = sealed.event.reason or {}
    assert set(reason) == {"code", "text", "note_digest"}
    assert len(reason["note_digest"]) == 64


def test_the_same_text_has_another_digest_each_time(noted: Database) -> None:
    with noted.transaction() as session:
        _event(session)

    digests = rows(noted, "SELECT reason ->> 'note_digest' AS it FROM event")
    assert len({row.it for row in digests}) == 2


def test_erasing_a_note_keeps_the_chain_whole_and_is_recorded(noted: Database) -> None:
    assert _erase(noted)
    hash_chain.seal_all(noted)

    verdict = hash_chain.verify(noted)
    assert (verdict.checked, verdict.fault, verdict.erased_notes) == (2, None, 1)
    assert rows(noted, "SELECT FROM event_note") == []
    (erased,) = rows(noted, "SELECT actor, reason FROM event WHERE kind = 'note:erased'")
    assert (erased.actor["id"], erased.reason["facts"]) == ("ann", {"position": 1})


def test_a_note_that_is_not_there_is_not_erased(noted: Database) -> None:
    _erase(noted)

    assert not _erase(noted)
    assert not _erase(noted, 99)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param("UPDATE event_note SET text = 'Nothing happened'", id="text"),
        pytest.param(r"UPDATE event_note SET key = '\x00'", id="key"),
    ],
)
def test_a_changed_note_shows(noted: Database, change: str) -> None:
    behind_its_back(noted, change)

    verdict = hash_chain.verify(noted)

    assert (verdict.broken_at, verdict.checked) == (1, 0)
    assert verdict.fault == "the note of this position's event is not what was written with it"


def _held_run(session: Session) -> UUID:
    run_id, _ = sync_runs.open_run(session, SyncSource.FILE, str(uuid4()))
    none = PreviewedGrants(0)
    held = Reason("too_much_would_end", "Would end 1 of 1 grants")
    sync_decisions.hold(session, run_id, SyncPreview(1, none, none), held)
    return run_id


def _release(session: Session) -> None:
    run_id, id_ = _held_run(session), uuid4()
    release = SyncDecision.RELEASE
    sync_decisions.decide(session, run_id, release, actor=ANN, note=WORDS, decision_id=id_)


def _reject(session: Session) -> None:
    run_id, id_ = _held_run(session), uuid4()
    sync_decisions.decide(
        session, run_id, SyncDecision.REJECT, actor=ANN, note=WORDS, decision_id=id_
    )


def _refuse(session: Session) -> None:
    run_id, _ = sync_runs.open_run(session, SyncSource.FILE, str(uuid4()))
    sync_runs.end_run(session, run_id, SyncState.REFUSED, Reason("file_unreadable", WORDS))


def _restore(session: Session) -> None:
    restores.doubt_unsettled(session, actor=ANN, why=WORDS)


def _pause(session: Session) -> None:
    targets.pause(session, Target.of(TargetKind.NETWORK), ANN, WORDS)


def _resume(session: Session) -> None:
    targets.pause(session, Target.of(TargetKind.NETWORK), ANN, WORDS)
    targets.resume(session, Target.of(TargetKind.NETWORK), ANN, WORDS)


def _bulk_retry(session: Session) -> None:
    id_ = uuid4()
    bulk_retries.request(session, id_, NewBulkRetry(Filter(), ANN, WORDS))
    bulk_retries.cancel(session, id_, ANN, WORDS)


def _resend(session: Session) -> None:
    (id_,) = session.connection().exec_driver_sql("SELECT id FROM service LIMIT 1").scalars()
    resends.request(session, uuid4(), id_, ANN, WORDS)


def _cancel_resend(session: Session) -> None:
    (id_,) = session.connection().exec_driver_sql("SELECT id FROM service LIMIT 1").scalars()
    operation = resends.request(session, uuid4(), id_, ANN, "no words")
    resend_cancelling.cancel(session, operation.id, ANN, WORDS)


def _lift(session: Session) -> None:
    hour = timedelta(hours=1)
    why = Reason("low_conversion", "1 of 20 codes came back")
    blocks.block(session, BlockKind.PREFIX, "+3725", hour, why, actor=ANN)
    blocks.lift(session, "prefix", "+3725", WORDS, actor=ANN)


def _decide(session: Session) -> None:
    (id_,) = session.connection().exec_driver_sql("SELECT id FROM stuck LIMIT 1").scalars()
    decisions.decide(session, id_, NewDecision(Decision.RETRY, 1, ANN, WORDS))


def _repair(session: Session) -> None:
    (id_,) = session.connection().exec_driver_sql("SELECT id FROM process LIMIT 1").scalars()
    process = process_queries.read(session, id_)
    assert process is not None
    workflow_problems.report(session, process, Finding(StuckReason.WORKFLOW_MISSING))
    repair = NewRepair(Repair.RESTART, 1, ANN, WORDS)
    workflow_problems.decide(session, item_id(process.id), repair)


def _freeze(session: Session) -> None:
    (person_id,) = upsert.person_ids(session, [MARI]).values()
    code = FreezeReason.FRAUD_SUSPECTED
    id_ = suspensions.freeze(session, Subject(person_id), code, actor=ANN, note=WORDS)
    found = suspensions.locked(session, id_)
    assert found is not None
    suspensions.request_lift(session, found, actor=ANN, note=WORDS)
    suspensions.withdraw_lift(session, found, actor=ANN, note=WORDS)
    suspensions.lift(session, found, actor=ANN, note=WORDS)


def _break_glass(session: Session) -> None:
    member = StaffMember(str(UUID(int=9)), "ann@bastion", broke_glass=True)
    staff.break_glass(session, member, "ops", note=WORDS)


def _mandates(session: Session) -> None:
    mandates.every_decision(session, account(KUUSK).id, ANN, WORDS)


def _read_rule(session: Session) -> None:
    signing_rules.every_decision(session, ANN, WORDS)


def _decide_drift(session: Session) -> None:
    session.connection().exec_driver_sql(
        "INSERT INTO drift (id, service_id, characteristic, state, found_at, seen_at)"
        " SELECT gen_random_uuid(), id, 'package', 'proposed', now(), now() FROM service"
    )
    repair = DriftDecision.REPAIR
    drift_decisions.decide(session, repair, DriftFilter(), actor=ANN, note=WORDS)


def _decide_contract(session: Session) -> None:
    contracts.every_decision(session, ANN, WORDS)


def _decide_proposal(session: Session) -> None:
    proposal = Proposal(
        UUID(int=1),
        UUID(int=2),
        account(KUUSK).id,
        UUID(int=3),
        ProposalState.OPEN,
        EndReason.COMPANY_DELETED,
        UUID(int=4),
        events.now(session),
        None,
        "mobile-subscription",
        ContractState.ACTIVE,
    )
    proposals.decide(session, proposal, ProposalState.REJECTED, actor=ANN, note=WORDS)


def _ask_for_extract(session: Session) -> None:
    (person_id,) = upsert.person_ids(session, [MARI]).values()
    new = new_extract(uuid4(), account(KUUSK).id, person_id)
    asking.request(session, replace(new, purpose=WORDS), actor=ANN)


def _cancel_extract(session: Session) -> None:
    (person_id,) = upsert.person_ids(session, [MARI]).values()
    new = new_extract(uuid4(), account(KUUSK).id, person_id)
    asking.request(session, new, actor=ANN)
    assert ends.cancel(session, new.id, actor=ANN, note=WORDS)


def _decide_payment(session: Session) -> None:
    new = new_payment(account(KUUSK).id)
    payments.insert(session, new)
    payment = payment_rows.lock(session, new.id)
    assert payment is not None
    refuse = PaymentDecision.REFUSE
    payment_decisions.of_payment(session, payment, refuse, actor=ANN, note=WORDS)


def _decide_entry(session: Session) -> None:
    ignore = EntryDecision.IGNORE
    payment_decisions.of_entry(session, uuid4(), None, ignore, actor=ANN, note=WORDS)


WRITERS: dict[EventKind, Callable[[Session], None]] = {
    EventKind.ACCESS_FROZEN: _freeze,
    EventKind.ACCESS_LIFT_REQUESTED: _freeze,
    EventKind.ACCESS_LIFT_WITHDRAWN: _freeze,
    EventKind.ACCESS_RESTORED: _freeze,
    EventKind.BANK_ENTRY_DECIDED: _decide_entry,
    EventKind.BREAK_GLASS_USED: _break_glass,
    EventKind.BULK_RETRY_CANCELLED: _bulk_retry,
    EventKind.BULK_RETRY_REQUESTED: _bulk_retry,
    EventKind.CONTRACT_DECIDED: _decide_contract,
    EventKind.CONTRACT_PROPOSAL_ENDED: _decide_proposal,
    EventKind.DATABASE_RESTORED: _restore,
    EventKind.DOCUMENT_HELD: _decide_contract,
    EventKind.DOCUMENT_RELEASED: _decide_contract,
    EventKind.DRIFT_DECIDED: _decide_drift,
    EventKind.EXTRACT_CANCELLED: _cancel_extract,
    EventKind.EXTRACT_REQUESTED: _ask_for_extract,
    EventKind.MANDATE_CONFIRMED: _mandates,
    EventKind.MANDATE_ENDED: _mandates,
    EventKind.MANDATE_REJECTED: _mandates,
    EventKind.MANDATE_WITHDRAWN: _mandates,
    EventKind.NUMBER_BLOCK_LIFTED: _lift,
    EventKind.PAYMENT_DECIDED: _decide_payment,
    EventKind.SERVICE_RESEND_CANCELLED: _cancel_resend,
    EventKind.SERVICE_RESEND_REQUESTED: _resend,
    EventKind.SIGNING_RULE_LOOKED_AT: _read_rule,
    EventKind.SIGNING_RULE_READING_CONFIRMED: _read_rule,
    EventKind.SIGNING_RULE_READING_ENDED: _read_rule,
    EventKind.SIGNING_RULE_READING_REJECTED: _read_rule,
    EventKind.SIGNING_RULE_READING_WITHDRAWN: _read_rule,
    EventKind.STUCK_DECIDED: _decide,
    EventKind.SYNC_REFUSED: _refuse,
    EventKind.SYNC_REJECTED: _reject,
    EventKind.SYNC_RELEASED: _release,
    EventKind.TARGET_PAUSED: _pause,
    EventKind.TARGET_RESUMED: _resume,
}
"""Writers that are given text: by an operator, or by a register."""
WITHOUT_TEXT = {
    EventKind.ACCESS_BAR_LIFTED,
    EventKind.ACCESS_BARRED,
    EventKind.ACCESS_COMPARED,
    EventKind.ACCESS_REQUEST_APPROVED,
    EventKind.ACCESS_REQUEST_CREATED,
    EventKind.ACCESS_REQUEST_DECLINED,
    EventKind.ACCESS_REQUEST_LAPSED,
    EventKind.ACCESS_REQUEST_WITHDRAWN,
    EventKind.ACCOUNTS_LOOKED_UP,
    EventKind.ACCOUNT_CHANGED,
    EventKind.ACCOUNT_CREATED,
    EventKind.ACCOUNT_SIZE_TOLD,
    EventKind.APPROVAL_CARRIED_OUT,
    EventKind.APPROVAL_CONFIRMED,
    EventKind.APPROVAL_ENDED,
    EventKind.APPROVAL_PROPOSED,
    EventKind.APPROVAL_TAKEN_BACK,
    EventKind.BANK_ENTRY_UNMATCHED,
    EventKind.BULK_RETRY_ENDED,
    EventKind.CONTACT_CHANGED,
    EventKind.CONTRACT_CHANGED,
    EventKind.CONTRACT_CREATED,
    EventKind.CONTRACT_END_PROPOSED,
    EventKind.CONTRACT_SIGNED,
    EventKind.CONTRACT_SIGNING_FAILED,
    EventKind.CONTRACT_SIGNING_STARTED,
    EventKind.CONTRACT_TOLD,
    EventKind.DELEGATION_ACCEPTED,
    EventKind.DELEGATION_CHANGED,
    EventKind.DELEGATION_CONFIRMED,
    EventKind.DELEGATION_DECLINED,
    EventKind.DELEGATION_DROPPED,
    EventKind.DELEGATION_ENDED,
    EventKind.DELEGATION_IMPORTED,
    EventKind.DELEGATION_LAPSED,
    EventKind.DELEGATION_OFFERED,
    EventKind.DELEGATION_PROPOSED,
    EventKind.DELEGATION_RESTORED,
    EventKind.DELEGATION_STARTED,
    EventKind.DELEGATION_SUSPENDED,
    EventKind.DELEGATION_WITHDRAWN,
    EventKind.DOCUMENT_ERASED,
    EventKind.DRIFT_HELD,
    EventKind.EVENTS_EXPORTED,
    EventKind.EXTRACT_DELETED,
    EventKind.EXTRACT_DOWNLOADED,
    EventKind.EXTRACT_FAILED,
    EventKind.EXTRACT_MADE,
    EventKind.GRANT_CONFIRMED,
    EventKind.DEPARTURE_REVIEW_CONTINUED,
    EventKind.DEPARTURE_REVIEW_ENDED,
    EventKind.DEPARTURE_REVIEW_OPENED,
    EventKind.GRANT_ENDED,
    EventKind.GRANT_EXPIRED,
    EventKind.GRANT_REASON_CHANGED,
    EventKind.GRANT_SCHEDULED,
    EventKind.GRANT_SHORTENED,
    EventKind.GRANT_STARTED,
    EventKind.MANDATE_LAPSED,
    EventKind.MANDATE_RECORDED,
    EventKind.NOTE_ERASED,
    EventKind.NOTICE_CREATED,
    EventKind.NUMBER_BLOCK_OPENED,
    EventKind.NUMBER_MOVED,
    EventKind.NUMBER_PORTED_OUT,
    EventKind.ORDER_AMENDED,
    EventKind.ORDER_CANCEL_REQUESTED,
    EventKind.ORDER_CHANGED,
    EventKind.ORDER_CONFIRMED,
    EventKind.ORDER_CREATED,
    EventKind.ORDER_DELETED,
    EventKind.ORDER_IN_JEOPARDY,
    EventKind.PAYMENT_BOOKED,
    EventKind.PAYMENT_CHANGED,
    EventKind.PAYMENT_FLAGGED,
    EventKind.PAYMENT_REFUNDED,
    EventKind.PAYMENT_STARTED,
    EventKind.PEOPLE_LOOKED_UP,
    EventKind.PERSON_ERASED,
    EventKind.PERSON_EXPORTED,
    EventKind.PERSON_LOOKED_UP,
    EventKind.PRODUCT_PUBLISHED,
    EventKind.PRODUCT_WITHDRAWN,
    EventKind.REGISTER_STATE_CHANGED,
    EventKind.SERVICE_ACTIVATION_CODE_READ,
    EventKind.SERVICE_CHANGED,
    EventKind.SERVICE_CREATED,
    EventKind.SERVICE_RESEND_ENDED,
    EventKind.SERVICE_WANTED_CHANGED,
    EventKind.SIGNING_RULE_READING_RECORDED,
    EventKind.SIGNING_RULE_READING_VOID,
    EventKind.STAFF_NAME_ERASED,
    EventKind.STUCK_ENDED,
    EventKind.STUCK_OPENED,
    EventKind.SYNC_HELD,
    EventKind.VERIFICATION_ENDED,
    EventKind.VERIFICATION_STARTED,
}
"""Kinds whose writers take a code and the engine's own sentence for it."""


def test_every_kind_of_event_is_sorted_by_whether_its_writer_is_given_text() -> None:
    assert WRITERS.keys().isdisjoint(WITHOUT_TEXT)
    assert WRITERS.keys() | WITHOUT_TEXT == set(EventKind)


def _written(database: Database, write: Callable[[Session], None]) -> list[Row[Any]]:
    (of,) = services(database, 1)
    stick(database, of)
    newest = rows(database, "SELECT max(id) AS id FROM event")[0].id
    with database.transaction() as session:
        write(session)
    return rows(
        database,
        f"{NOTED} WHERE e.id > :newest",
        newest=newest,
    )


WORDED = [*WRITERS.items(), (EventKind.STUCK_DECIDED, _repair)]


@pytest.mark.parametrize(("kind", "write"), [pytest.param(*w, id=w[1].__name__) for w in WORDED])
def test_no_chained_line_holds_free_text(
    database: Database, kind: EventKind, write: Callable[[Session], None]
) -> None:
    written = _written(database, write)

    assert {(each.kind, each.note) for each in written} >= {(kind, WORDS)}
    for each in written:
        line = json.dumps([each.actor, each.reason, each.before, each.after])
        assert "Mari" not in line
        assert "5555 0123" not in line


@pytest.mark.parametrize("write", [pytest.param(write, id=write.__name__) for _, write in WORDED])
def test_erasing_notes_keeps_the_chain_whole(
    database: Database, write: Callable[[Session], None]
) -> None:
    _written(database, write)
    hash_chain.seal_all(database)
    before = hash_chain.verify(database)

    notes = rows(database, "SELECT s.position FROM event_seal s JOIN event_note n USING (event_id)")
    erased = [_erase(database, note.position) for note in notes]
    unsealed = hash_chain.verify(database)
    hash_chain.seal_all(database)

    after = hash_chain.verify(database)
    assert erased == [True] * len(notes) != []
    assert (unsealed.fault, unsealed.head) == (None, before.head)
    assert (after.fault, after.checked) == (None, before.checked + len(notes))
    assert after.erased_notes == len(notes)


def test_fault_20_an_erasure_before_the_event_was_sealed_is_a_record_too(noted: Database) -> None:
    """As when a person is erased in the second after a note about them was written."""
    (event,) = rows(noted, "SELECT event_id, position FROM event_seal")
    carry_out(noted, "DELETE FROM event_note")
    with noted.transaction() as session:
        record = event_notes.erased(event.event_id, None, None, None)
        events.append(session, [record], actor=ANN)

    verdict = hash_chain.verify(noted)

    assert (verdict.fault, verdict.erased_notes) == (None, 1)


def test_fault_20_a_note_that_vanished_without_a_record_shows(noted: Database) -> None:
    carry_out(noted, "DELETE FROM event_note")

    verdict = hash_chain.verify(noted)

    assert verdict.broken_at == 1
    assert "no event records that it was erased" in (verdict.fault or "")
    assert verdict.erased_notes == 1
