"""bill.5: the users of a number are told that its call details were ordered in full."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from domain.access.permissions import Role
from domain.audit import EventKind
from domain.identifiers import PersonKey
from domain.numbers.sms_texts import Language
from domain.reasons import Reason
from runtime.notice_texts import notice_text
from services.parties.people import ensure_person
from storage.audit import event_notes
from storage.audit.events import NewEvent
from storage.database import Database
from storage.messages import notice_queries
from storage.numbers.extract_notices import FullExtract, tell
from tests.builders.people import ANNA, JAAN, KATI, MARI, TIIU
from tests.builders.proofs import prove
from tests.builders.register_states import KUUSK
from tests.builders.rows import ENGINE, account, carry_out, give, put, put_service, service

OFFICE = account(KUUSK, name="Kuusk OÜ")
PHONE = service(1, OFFICE, phone="+37255500001")
OTHER = service(2, OFFICE, phone="+37255500002")
EXTRACT = UUID(int=77)
WHY = "Vaidlus arve üle"


def order(database: Database) -> None:
    """Mari orders an extract of one number."""
    event = NewEvent(EventKind.GRANT_STARTED, account_id=OFFICE.id, reason=Reason("x", "x"))
    with database.transaction() as session:
        noted = event_notes.append(session, event, WHY, actor=ENGINE)
        begins_at = datetime.now(UTC) - timedelta(days=30)
        days = (date(2026, 11, 1), date(2026, 11, 30))
        mari = ensure_person(database, MARI)
        about = (EXTRACT, OFFICE.id, mari, [PHONE.id], begins_at, *days, noted)
        tell(session, FullExtract(*about), actor=ENGINE)
        tell(session, FullExtract(*about), actor=ENGINE)


def told(database: Database, who: PersonKey) -> list[str]:
    with database.reading() as connection:
        found = notice_queries.of_person(
            connection, ensure_person(database, who), unread=False, before=None, limit=9
        )
    return [
        notice_text(n.kind, Language.ENGLISH, n.facts, n.account_name, n.purpose).body
        for n in found
        if n.kind == "call_details_asked"
    ]


def test_every_user_of_the_number_is_told_by_whom_of_what_and_what_for(
    database: Database,
) -> None:
    put(database, OFFICE)
    put_service(database, PHONE, OTHER)
    prove(database, JAAN, "+37255500001")
    prove(database, KATI, "+37255500001")
    prove(database, MARI, "+37255500001")
    prove(database, ANNA, "+37255500002")
    give(database, ANNA, OFFICE, "administrator")
    ensure_person(database, TIIU)
    carry_out(
        database,
        "UPDATE service SET user_id = (SELECT id FROM person WHERE code = :code) WHERE id = :id",
        code=TIIU.code,
        id=PHONE.id,
    )

    order(database)

    for who in (JAAN, KATI, TIIU):
        (body,) = told(database, who)
        assert "Kuusk OÜ" in body
        assert WHY in body
        assert "November" in body
    assert told(database, ANNA) == []
    assert told(database, MARI) == [], "she ordered it"


def test_whoever_was_given_the_role_of_a_user_of_the_number_is_told(database: Database) -> None:
    """By a colleague or the operator, now or since the extract begins; not of another number."""
    put(database, OFFICE)
    put_service(database, PHONE, OTHER)
    give(database, JAAN, OFFICE, Role.USER, on=PHONE)
    over = give(database, KATI, OFFICE, Role.USER, on=PHONE)
    give(database, ANNA, OFFICE, Role.USER, on=OTHER)
    give(database, TIIU, OFFICE, Role.ACCOUNTANT)
    carry_out(
        database,
        "UPDATE access_grant SET validity = tstzrange(now() - interval '9 days', now())"
        " WHERE id = :id",
        id=over,
    )

    order(database)

    assert [len(told(database, who)) for who in (JAAN, KATI, ANNA, TIIU)] == [1, 1, 0, 0]


def test_what_was_erased_is_no_longer_said(database: Database) -> None:
    put(database, OFFICE)
    put_service(database, PHONE)
    prove(database, JAAN, "+37255500001")
    order(database)

    carry_out(database, "DELETE FROM event_note")

    (body,) = told(database, JAAN)
    assert "Purpose: no longer known" in body
