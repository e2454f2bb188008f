"""Delivery reports in any order, and at the same time: what is known of an SMS never goes back."""

from concurrent.futures import ThreadPoolExecutor
from itertools import permutations
from threading import Barrier
from uuid import UUID, uuid4

import pytest

from domain.numbers.phone_numbers import PhoneNumber
from domain.numbers.verifications import (
    DeliveryStatus,
    Requester,
    VerificationRequest,
    VerificationRules,
)
from storage.database import Database
from storage.messages import sms
from storage.messages.sms import NewSms, sms_id
from storage.numbers import delivery_reports, send_requests
from tests.builders.rows import ENGINE, rows

NUMBER = PhoneNumber("+37255500001", "EE")
REPORTS = (DeliveryStatus.ACCEPTED, DeliveryStatus.SENT, DeliveryStatus.DELIVERED)
ROUNDS = 50


def handed_over(database: Database) -> UUID:
    """An SMS that is being handed over; returns its id."""
    id_ = uuid4()
    request = VerificationRequest(id_, Requester(client=str(id_)), NUMBER)
    with database.transaction() as session:
        send_requests.start(session, request, VerificationRules(), [], actor=ENGINE)
        assert sms.prepare(session, NewSms(id_, 1, "digest", 1))
    return sms_id(id_, 1)


def report(
    database: Database, id_: UUID, status: DeliveryStatus, provider_id: str | None = None
) -> None:
    with database.transaction() as session:
        delivery_reports.record(session, id_, status, provider_id=provider_id)


def delivery(database: Database, id_: UUID) -> str:
    (row,) = rows(database, "SELECT delivery FROM sms WHERE id = :id", id=id_)
    known: str = row.delivery
    return known


@pytest.mark.parametrize("order", list(permutations(REPORTS)))
def test_reports_in_any_order_end_with_the_last_thing_that_happened(
    database: Database, order: tuple[DeliveryStatus, ...]
) -> None:
    id_ = handed_over(database)

    for status in order:
        report(database, id_, status)

    assert delivery(database, id_) == DeliveryStatus.DELIVERED


def test_a_report_at_the_moment_of_the_answer_is_not_lost(database: Database) -> None:
    start = Barrier(2)

    def at_once(id_: UUID, status: DeliveryStatus) -> None:
        start.wait()
        report(database, id_, status, "provider-1")

    with ThreadPoolExecutor(2) as threads:
        for _ in range(ROUNDS):
            id_ = handed_over(database)
            for done in [
                threads.submit(at_once, id_, DeliveryStatus.ACCEPTED),
                threads.submit(at_once, id_, DeliveryStatus.DELIVERED),
            ]:
                done.result()
            assert delivery(database, id_) == DeliveryStatus.DELIVERED


def test_a_report_on_another_message_of_the_gateway_changes_nothing(database: Database) -> None:
    id_ = handed_over(database)
    report(database, id_, DeliveryStatus.ACCEPTED, "provider-1")

    report(database, id_, DeliveryStatus.DELIVERED, "provider-2")

    assert delivery(database, id_) == DeliveryStatus.ACCEPTED


def test_an_sms_that_may_have_been_sent_is_prepared_again_only_on_demand(
    database: Database,
) -> None:
    id_ = handed_over(database)
    (row,) = rows(database, "SELECT verification_id FROM sms WHERE id = :id", id=id_)
    new = NewSms(row.verification_id, 1, "another", 1)

    with database.transaction() as session:
        by_itself = sms.prepare(session, new)
        on_demand = sms.prepare(session, new, again=True)

    assert (by_itself, on_demand) == (False, True)
    assert rows(database, "SELECT digest FROM sms")[0].digest == "another"
