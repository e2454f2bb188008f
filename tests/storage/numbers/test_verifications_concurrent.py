"""Concurrent requests of one person: one of them counts, and none hangs."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from uuid import UUID, uuid4

from sqlmodel import Session

from domain.numbers.phone_numbers import PhoneNumber
from domain.numbers.verifications import (
    Requester,
    VerificationRequest,
    VerificationRules,
    VerificationState,
)
from domain.rates import LimitReached, Rate, Use
from services.parties.people import ensure_person
from storage.database import Database
from storage.numbers import send_requests, verification_rows
from tests.builders.people import MARI
from tests.builders.rows import ENGINE, carry_out, rows

NUMBER = PhoneNumber("+37255500001", "EE")
RULES = VerificationRules(wait=timedelta(), sends=100)
PERSON = [Use("person", "mari", Rate(10_000, timedelta(hours=1)))]
ROUNDS = {False: 60, True: 600}
"""True: in a long run."""


def test_another_sms_and_a_new_request_at_once(database: Database, *, long_run: bool) -> None:
    person_id = ensure_person(database, MARI)
    start = Barrier(2)

    def at_once(work: Callable[[Session], object]) -> None:
        start.wait()
        try:
            with database.transaction() as session:
                work(session)
        except LimitReached:
            pass  # an answer too

    with ThreadPoolExecutor(2) as threads:
        for _ in range(ROUNDS[long_run]):
            begun = begin(database, person_id)
            clicks = (
                threads.submit(at_once, lambda session: again(session, begun)),  # noqa: B023
                threads.submit(at_once, lambda session: ask(session, uuid4(), person_id)),
            )
            for click in clicks:
                click.result()  # a deadlock would be raised here

    open_ones = rows(database, "SELECT id FROM verification WHERE state = 'sent'")
    assert len(open_ones) == 1


def begin(database: Database, person_id: UUID) -> UUID:
    carry_out(database, "UPDATE verification SET resend_at = now() - interval '1 minute'")
    begun = uuid4()
    with database.transaction() as session:
        ask(session, begun, person_id)
    carry_out(database, "UPDATE verification SET resend_at = now() - interval '1 minute'")
    return begun


def ask(session: Session, id_: UUID, person_id: UUID) -> None:
    request = VerificationRequest(id_, Requester(person_id), NUMBER)
    send_requests.start(session, request, RULES, PERSON, actor=ENGINE)


def again(session: Session, id_: UUID) -> None:
    verification = verification_rows.lock(session, id_)
    if verification is not None and verification.state is VerificationState.SENT:
        send_requests.resend(session, verification, RULES, PERSON)
