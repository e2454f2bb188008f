"""Whose notices are sent by SMS, and which of them not any more."""

from datetime import timedelta
from uuid import UUID

import pytest

from domain.messages.contact import ContactChoice
from domain.messages.notices import SMS_A_DAY, UNASKED, UNASKED_SMS_A_DAY, NoticeKind
from domain.numbers.blocks import BlockKind
from domain.numbers.sms_texts import Language
from domain.numbers.verifications import UNREACHABLE
from domain.processes import ProcessType, notice_sms_id
from services.parties.people import ensure_person
from storage.database import Database
from storage.messages import contacts, notice_sms, notices
from storage.messages.notice_sms import NoticeToSend
from storage.numbers import blocks
from tests.builders.notices import notice, tell
from tests.builders.people import JAAN, MARI
from tests.builders.proofs import prove
from tests.builders.rows import ENGINE, carry_out, rows

NUMBER, OPERATORS = "+37255512345", "+37255567890"


def choose(database: Database, *, sms: bool = True, number: str | None = NUMBER) -> UUID:
    who = ensure_person(database, MARI)
    with database.transaction() as session:
        choice = ContactChoice(Language.ENGLISH, sms, number)
        contacts.choose(session, who, choice, actor=ENGINE)
    return who


@pytest.fixture
def wants_sms(database: Database) -> UUID:
    prove(database, MARI, NUMBER)
    return choose(database)


def to_send(database: Database, notice_id: UUID) -> NoticeToSend | None:
    with database.transaction() as session:
        return notice_sms.to_send(session, notice_id)


def processes(database: Database) -> list[tuple[UUID, str, str]]:
    found = rows(database, "SELECT id, type, workflow_id FROM process WHERE type = 'notice_sms'")
    return [tuple(row) for row in found]


@pytest.mark.usefixtures("wants_sms")
def test_deleg_14_the_process_is_asked_for_with_the_notice(database: Database) -> None:
    tell(database, JAAN)

    id_ = tell(database, MARI)

    assert processes(database) == [(id_, ProcessType.NOTICE_SMS, notice_sms_id(id_))]
    revoked = NoticeKind.DELEGATION_REVOKED
    assert to_send(database, id_) == NoticeToSend(revoked, Language.ENGLISH, NUMBER)


def test_deleg_14_a_notice_that_is_asked_for_again_has_one_process(
    database: Database, wants_sms: UUID
) -> None:
    for _ in range(2):
        with database.transaction() as session:
            notices.create(session, [notice(wants_sms)] * 2, actor=ENGINE)

    assert len(processes(database)) == 1


@pytest.mark.usefixtures("wants_sms")
def test_deleg_14_who_wants_no_sms_gets_none(database: Database) -> None:
    choose(database, sms=False)

    id_ = tell(database, MARI)

    assert (processes(database), to_send(database, id_)) == ([], None)


@pytest.mark.usefixtures("wants_sms")
def test_deleg_14_a_number_that_another_proved_gets_nothing(database: Database) -> None:
    before = tell(database, MARI, number=1)
    prove(database, JAAN, NUMBER)

    after = tell(database, MARI, number=2)

    assert [id_ for id_, *_ in processes(database)] == [before]
    assert (to_send(database, before), to_send(database, after)) == (None, None)


def test_deleg_14_without_a_number_of_their_own_the_operators_is_used(database: Database) -> None:
    who = ensure_person(database, MARI)
    with database.transaction() as session:
        choice = ContactChoice(Language.RUSSIAN, True, OPERATORS)
        contacts.give(session, who, choice, actor=ENGINE)

    found = to_send(database, tell(database, MARI))

    assert found is not None
    assert (found.language, found.number) == (Language.RUSSIAN, OPERATORS)


@pytest.mark.usefixtures("wants_sms")
@pytest.mark.parametrize("how", ["read", "deleted", "turned-off", "blocked"])
def test_deleg_14_what_is_not_wanted_any_more_is_not_sent(database: Database, how: str) -> None:
    id_ = tell(database, MARI)
    match how:
        case "read":
            carry_out(database, "UPDATE notice SET read_at = now()")
        case "deleted":
            carry_out(database, "DELETE FROM notice")
        case "turned-off":
            choose(database, sms=False)
        case _:
            with database.transaction() as session:
                blocks.block(
                    session,
                    BlockKind.NUMBER,
                    NUMBER,
                    timedelta(hours=1),
                    UNREACHABLE,
                    actor=ENGINE,
                )

    assert to_send(database, id_) is None


def test_deleg_14_within_a_day_so_many_are_sent_by_sms(database: Database, wants_sms: UUID) -> None:
    def tell_many(first: int) -> int:
        with database.transaction() as session:
            asked = [notice(wants_sms, number=first + n) for n in range(SMS_A_DAY - 1)]
            return len(notices.create(session, asked, actor=ENGINE))

    told = tell_many(0) + tell_many(100)
    of_one_day = len(processes(database))
    carry_out(database, "UPDATE notice SET created_at = created_at - interval '1 day'")
    tell_many(200)

    assert (told, of_one_day) == (2 * (SMS_A_DAY - 1), SMS_A_DAY)
    assert len(processes(database)) == SMS_A_DAY + SMS_A_DAY - 1


def test_deleg_14_strangers_do_not_use_up_the_sms_of_a_day(
    database: Database, wants_sms: UUID
) -> None:
    """Whoever asks or offers causes two at most, and none that tells of lost access is left out."""
    sorts = [(kind, n) for n in range(1, 7) for kind in sorted(UNASKED)]
    for part in (sorts[:8], sorts[8:]):
        with database.transaction() as session:
            asked = [notice(wants_sms, kind, number) for kind, number in part]
            notices.create(session, asked, actor=ENGINE)
    by_strangers = len(processes(database))
    with database.transaction() as session:
        lost = [notice(wants_sms, number=100 + n) for n in range(SMS_A_DAY + 1)]
        notices.create(session, lost, actor=ENGINE)

    assert by_strangers == UNASKED_SMS_A_DAY
    assert len(processes(database)) == UNASKED_SMS_A_DAY + SMS_A_DAY
