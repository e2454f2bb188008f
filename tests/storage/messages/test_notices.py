"""A notice is created once, with its event, however often and however concurrently it is asked."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import text

from domain.messages.contact import ContactChoice
from domain.messages.notices import NewNotice, NoticeKind
from domain.numbers.sms_texts import Language
from domain.people.erasure import NO_COUNTRY, ErasureGround
from services.parties.people import ensure_person
from services.people.erase import erase_person
from services.retention import tidy
from storage.database import Database
from storage.messages import contacts, notices
from tests.builders.notices import notice, tell
from tests.builders.people import JAAN, MARI
from tests.builders.register_states import KUUSK
from tests.builders.rows import ENGINE, account, carry_out, put, rows, wait_until_blocked

OFFICE = account(KUUSK)


def create(database: Database, *asked: NewNotice) -> list[UUID]:
    with database.transaction() as session:
        return notices.create(session, asked, actor=ENGINE)


def test_deleg_14_a_notice_that_is_asked_for_again_is_the_same(database: Database) -> None:
    who = ensure_person(database, MARI)
    soon = NoticeKind.DELEGATION_ENDS_SOON
    asked = [notice(who, soon, occasion=days) for days in ("30", "7", "1")]

    first = create(database, *asked, asked[0])
    again = create(database, *asked, notice(who))

    assert (len(first), len(again)) == (3, 1)
    assert len(rows(database, "SELECT FROM notice")) == 4
    assert len(rows(database, "SELECT FROM event WHERE kind = 'notice:created'")) == 4


def test_deleg_14_two_who_create_the_same_notices_at_once_create_them_once(
    database: Database,
) -> None:
    people = [ensure_person(database, who) for who in (MARI, JAAN)]
    asked = [notice(who, number=number) for who in people for number in range(5)]

    with ThreadPoolExecutor() as pool, database.transaction() as session:
        first = notices.create(session, asked, actor=ENGINE)
        other = pool.submit(create, database, *reversed(asked))
        wait_until_blocked(database, session)
        session.commit()

    assert (len(first), other.result()) == (10, [])
    assert len(rows(database, "SELECT FROM event WHERE kind = 'notice:created'")) == 10


def test_deleg_14_the_event_tells_person_kind_and_language_and_nothing_else(
    database: Database,
) -> None:
    put(database, OFFICE)
    who = ensure_person(database, MARI)
    with database.transaction() as session:
        choice = ContactChoice(Language.RUSSIAN, False, None)
        contacts.choose(session, who, choice, actor=ENGINE)

    id_ = tell(database, MARI, account_id=OFFICE.id)

    (event,) = rows(database, "SELECT * FROM event WHERE kind = 'notice:created'")
    assert event.after == {"kind": "delegation_revoked", "language": "ru"}
    assert (event.subject_id, event.person_id, event.account_id) == (id_, who, OFFICE.id)
    assert (event.reason, event.before) == (None, None)


def test_deleg_14_the_language_of_who_chose_none_is_the_operators_or_estonian(
    database: Database,
) -> None:
    with database.transaction() as session:
        choice = ContactChoice(Language.ENGLISH, False, None)
        contacts.give(session, ensure_person(database, JAAN), choice, actor=ENGINE)

    tell(database, MARI)
    tell(database, JAAN)

    told = rows(database, "SELECT after FROM event WHERE kind = 'notice:created' ORDER BY id")
    assert [event.after["language"] for event in told] == ["et", "en"]


def test_deleg_14_who_is_erased_gets_no_notice_also_at_the_same_moment(
    database: Database,
) -> None:
    who, ground = ensure_person(database, MARI), ErasureGround.NO_LONGER_NEEDED
    lock = "SELECT FROM person WHERE id = :who FOR UPDATE"
    erased = "UPDATE person SET country = :nowhere, erased_at = now() WHERE id = :who"

    with ThreadPoolExecutor() as pool, database.transaction() as session:
        session.execute(text(lock), {"who": who})
        told = pool.submit(create, database, notice(who))
        wait_until_blocked(database, session)
        session.execute(text(erased), {"who": who, "nowhere": NO_COUNTRY})

    assert told.result() == []
    assert erase_person(database, who, ground, actor=ENGINE).obstacles == {}
    assert create(database, notice(who)) == []


@pytest.mark.parametrize(("days", "left"), [(401, 0), (399, 1)])
def test_deleg_14_notices_are_deleted_after_their_time(
    database: Database, days: int, left: int
) -> None:
    tell(database, MARI)
    carry_out(
        database,
        "UPDATE notice SET created_at = created_at - CAST(:age AS interval)",
        age=timedelta(days=days),
    )

    tidy(database)

    assert len(rows(database, "SELECT FROM notice")) == left


def test_deleg_14_nothing_to_create_is_no_statement(database: Database) -> None:
    assert create(database) == []
