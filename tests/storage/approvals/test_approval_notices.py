"""joint.5, joint.6: who is told of an approval, when, and by which day they may confirm."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from domain.approvals.rules import JointApproval
from domain.days import day_of
from domain.identifiers import PersonKey
from storage.database import Database
from tests.builders import approvals
from tests.builders.approvals import ON, board, proposed, read
from tests.builders.freezes import freeze
from tests.builders.people import JAAN, KATI, MARI, PEETER, TIIU
from tests.builders.register_states import KUUSK
from tests.builders.rows import account, put, rows

OFFICE = account(KUUSK)
DAY = timedelta(days=1)
Told = list[tuple[str, str]]


@pytest.fixture
def office(database: Database) -> Database:
    """Mari, Jaan and Kati act for Kuusk together."""
    put(database, OFFICE)
    board(database, (MARI, JAAN, KATI))
    return database


def told(database: Database) -> Told:
    """The kinds of notices of approvals, and whom they were for; the oldest first."""
    found = rows(
        database,
        "SELECT n.kind, p.code FROM notice n JOIN person p ON p.id = n.person_id"
        " WHERE n.kind LIKE 'approval_%' ORDER BY n.created_at, n.kind, p.code",
    )
    return [(row.kind.removeprefix("approval_"), row.code) for row in found]


def of(kind: str, *people: PersonKey) -> Told:
    return [(kind, code) for code in sorted(who.code for who in people)]


def test_joint_5_the_others_are_asked_and_nobody_else(office: Database) -> None:
    proposed(office, OFFICE)

    assert told(office) == of("proposed", JAAN, KATI)
    (receiver,) = rows(office, "SELECT count(*) AS n FROM notice WHERE kind LIKE 'delegation%'")
    assert receiver.n == 0


def test_joint_5_they_are_told_the_last_whole_day_of_the_installation(office: Database) -> None:
    zone = ZoneInfo("Pacific/Kiritimati")
    id_ = proposed(office, OFFICE, rules=replace(ON, zone=zone))

    notices = rows(office, "SELECT facts FROM notice WHERE kind = 'approval_proposed'")
    last = day_of(read(office, id_).lapses_at, zone) - DAY
    assert {notice.facts["until"] for notice in notices} == {last.isoformat()}


@pytest.mark.parametrize("left", [3, 1])
def test_joint_5_who_has_not_confirmed_is_reminded_once(office: Database, left: int) -> None:
    id_ = proposed(office, OFFICE)
    approvals.confirm(office, id_, JAAN)
    approvals.in_time(office, id_, left * DAY)

    for _ in range(2):
        approvals.proceed(office, id_)

    assert told(office) == of("proposed", JAAN, KATI) + of("reminder", KATI)


def test_joint_5_nobody_is_reminded_while_it_waits_for_the_register(office: Database) -> None:
    id_ = proposed(office, OFFICE)
    for who in (JAAN, KATI):
        approvals.confirm(office, id_, who)
    board(office, (MARI, JAAN, KATI), (MARI, PEETER), minute=1)
    approvals.in_time(office, id_, DAY)

    approvals.proceed(office, id_)

    assert told(office) == of("proposed", JAAN, KATI)


def test_joint_3_who_is_needed_by_another_state_of_the_register_is_asked(office: Database) -> None:
    id_ = proposed(office, OFFICE)
    approvals.confirm(office, id_, JAAN)
    board(office, (MARI, JAAN, KATI, PEETER), minute=1)

    for _ in range(2):
        approvals.proceed(office, id_)

    assert told(office) == of("proposed", JAAN, KATI) + of("asked_anew", KATI, PEETER)


@pytest.mark.parametrize(
    ("end", "by", "kind"),
    [(approvals.decline, JAAN, "declined"), (approvals.withdraw, MARI, "withdrawn")],
)
def test_joint_5_everyone_but_who_ended_it_learns_of_the_end(
    office: Database,
    end: Callable[[Database, UUID, PersonKey], None],
    by: PersonKey,
    kind: str,
) -> None:
    id_ = proposed(office, OFFICE)

    end(office, id_, by)

    others = {MARI, JAAN, KATI} - {by}
    assert told(office) == of("proposed", JAAN, KATI) + of(kind, *others)


def test_joint_5_everyone_learns_that_it_is_done_or_has_lapsed(office: Database) -> None:
    done, lapsed = proposed(office, OFFICE), proposed(office, OFFICE, receiver=PEETER)
    for who in (JAAN, KATI):
        approvals.confirm(office, done, who)
    approvals.conclude(office, done)
    approvals.in_time(office, lapsed, timedelta())
    approvals.proceed(office, lapsed)

    everyone = (MARI, JAAN, KATI)
    assert told(office)[-6:] == of("carried_out", *everyone) + of("lapsed", *everyone)


def test_joint_5_what_becomes_impossible_is_told(office: Database) -> None:
    id_ = proposed(office, OFFICE)
    off = replace(ON, joint=JointApproval.OFF)

    approvals.proceed(office, id_, off)

    assert told(office)[2:] == of("refused", MARI, JAAN, KATI)


def test_joint_6_who_is_frozen_is_not_asked(office: Database) -> None:
    freeze(office, KATI)

    proposed(office, OFFICE, receiver=TIIU)

    assert told(office) == of("proposed", JAAN)
