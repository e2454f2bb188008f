"""Prefixes whose codes do not come back get no more for a time, until somebody lets them."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from domain.audit import Actor, ActorKind
from domain.numbers.blocks import BlockKind
from domain.numbers.conversion_watch import ConversionWatch
from domain.numbers.phone_numbers import PhoneNumber
from domain.numbers.verifications import Requester, VerificationRequest, VerificationRules
from domain.rates import LimitReached, Rate, Use
from domain.reasons import Reason
from services.parties.people import ensure_person
from storage.database import Database
from storage.numbers import blocks, send_requests
from storage.requests import rate_limits
from tests.builders import number_limits
from tests.builders.people import JAAN, MARI
from tests.builders.rows import NOTED, carry_out, history, rows

NUMBER = PhoneNumber("+37255500001", "EE")
NEIGHBOUR = PhoneNumber("+37255509999", "EE")
STRANGER = PhoneNumber("+37255610001", "EE")
RULES = ConversionWatch(least=10, share=0.2)
OPS = Actor(ActorKind.OPS, "ann")
ASKED = "The customer called"
BURST = Reason("burst", "Too many at once")


def sent(database: Database, **states: int) -> None:
    """Write verifications of numbers with one prefix; ``late`` ones expired unnoticed."""
    for state, count in states.items():
        late = state == "late"
        carry_out(
            database,
            "INSERT INTO verification (id, client, number, prefix, method, state, language, sends,"
            " wrong_codes, created_at, expires_at, resend_at)"
            " SELECT gen_random_uuid(), gen_random_uuid()::text, :number, :prefix, 'sms', :state,"
            "   'et', 1, 0, now() - interval '20 minutes', now() + :left, now()"
            " FROM generate_series(1, :count)",
            number=NUMBER.e164,
            prefix=NUMBER.prefix,
            state="sent" if late else state,
            left=timedelta(minutes=-10 if late else 10),
            count=count,
        )


def watch(database: Database) -> None:
    number_limits.watch(database, NUMBER, RULES)


def stopped(database: Database, number: PhoneNumber) -> timedelta | None:
    """For how long nothing is sent to this number."""
    request = VerificationRequest(uuid4(), Requester(client="farm"), number)
    try:
        with database.trial() as session:
            send_requests.start(session, request, VerificationRules(), [], actor=OPS)
    except LimitReached as reached:
        return reached.retry_after
    return None


def stop(database: Database, kind: BlockKind, subject: str) -> None:
    with database.transaction() as session:
        blocks.block(session, kind, subject, timedelta(hours=1), BURST, actor=OPS)


def lift(database: Database, kind: str, subject: str) -> bool:
    with database.transaction() as session:
        return blocks.lift(session, kind, subject, ASKED, actor=OPS)


def listed(database: Database) -> list[tuple[Any, ...]]:
    with database.reading() as connection:
        found = blocks.active(connection)
    return [(block.kind, block.subject, block.reason.code) for block in found]


def let_time_pass(database: Database) -> None:
    """Until every block is over."""
    carry_out(database, "UPDATE number_block SET until = clock_timestamp()")


@pytest.mark.parametrize(
    ("states", "closes"),
    [
        pytest.param({"expired": 10}, True, id="none-came-back"),
        pytest.param({"late": 10}, True, id="none-came-back-and-nobody-wrote-it-down"),
        pytest.param({"failed": 5, "superseded": 5}, True, id="ended-otherwise"),
        pytest.param({"failed": 9, "cancelled": 9}, False, id="fault-25-cancelled-before-delivery"),
        pytest.param({"expired": 9}, False, id="too-few-to-tell"),
        pytest.param({"expired": 9, "sent": 50}, False, id="those-under-way-do-not-count"),
        pytest.param({"expired": 8, "verified": 2}, False, id="just-enough-came-back"),
        pytest.param({"expired": 9, "verified": 2}, True, id="just-too-few-came-back"),
        pytest.param({"expired": 9, "verified": 2, "sent": 9}, True, id="whatever-is-under-way"),
        pytest.param({"verified": 30}, False, id="all-came-back"),
        pytest.param({}, False, id="nothing-was-sent"),
    ],
)
def test_too_low_a_conversion_closes_a_prefix(
    database: Database, states: dict[str, int], closes: bool
) -> None:
    sent(database, **states)

    watch(database)

    assert (stopped(database, NUMBER) is not None) is closes
    assert listed(database) == [("prefix", NUMBER.prefix, "low_conversion")] * closes


def test_fault_25_two_persons_cannot_close_a_prefix(database: Database) -> None:
    sent(database, expired=30)
    persons = [ensure_person(database, each) for each in (MARI, JAAN)]
    carry_out(
        database,
        "UPDATE verification SET client = NULL, person_id = CASE"
        " WHEN random() < 0.5 THEN CAST(:one AS uuid) ELSE CAST(:other AS uuid) END",
        one=persons[0],
        other=persons[1],
    )

    watch(database)

    assert listed(database) == []


def test_fault_25_what_was_cancelled_after_delivery_counts(database: Database) -> None:
    sent(database, failed=5, cancelled=5)
    carry_out(
        database,
        "INSERT INTO sms (id, verification_id, send, digest, delivery, parts)"
        " SELECT gen_random_uuid(), id, 1, '', 'delivered', 1 FROM verification",
    )

    watch(database)

    assert listed(database) == [("prefix", NUMBER.prefix, "low_conversion")]


def test_fault_25_one_program_that_asks_for_many_numbers_can_close_a_prefix(
    database: Database,
) -> None:
    sent(database, expired=10)
    carry_out(
        database,
        "UPDATE verification v SET client = 'farm', number = :prefix || (1000 + n.n) FROM"
        " (SELECT id, row_number() OVER () AS n FROM verification) n WHERE n.id = v.id",
        prefix=NUMBER.prefix,
    )

    watch(database)

    assert listed(database) == [("prefix", NUMBER.prefix, "low_conversion")]


def test_a_closed_prefix_is_closed_for_all_its_numbers_and_for_no_others(
    database: Database,
) -> None:
    sent(database, expired=12, verified=1)
    watch(database)

    left = stopped(database, NEIGHBOUR)

    assert left is not None
    assert timedelta(minutes=59) < left <= RULES.closed_for
    assert stopped(database, STRANGER) is None
    (row,) = rows(database, "SELECT reason FROM number_block")
    assert row.reason["text"] == "1 of 13 codes came back"


def test_what_was_sent_before_the_window_does_not_count(database: Database) -> None:
    sent(database, expired=30)
    carry_out(database, "UPDATE verification SET created_at = created_at - interval '1 hour'")

    watch(database)

    assert listed(database) == []


def test_logins_that_need_no_code_do_not_count(database: Database) -> None:
    sent(database, expired=10, verified=10)
    carry_out(database, "UPDATE verification SET method = 'mobiil_id' WHERE state = 'verified'")

    watch(database)

    assert stopped(database, NUMBER) is not None


def test_watching_again_changes_nothing(database: Database) -> None:
    sent(database, expired=12)

    watch(database)
    watch(database)

    assert len(rows(database, "SELECT FROM number_block")) == 1
    assert history(database) == ["number_block:opened"]


def test_a_prefix_opens_again_and_is_judged_only_by_what_is_sent_from_then_on(
    database: Database,
) -> None:
    sent(database, expired=12)
    watch(database)
    let_time_pass(database)

    watch(database)

    assert stopped(database, NUMBER) is None
    assert listed(database) == []


def test_a_prefix_whose_conversion_stays_low_is_closed_again(database: Database) -> None:
    sent(database, expired=12)
    watch(database)
    carry_out(database, "UPDATE number_block SET until = now() - interval '30 minutes'")

    watch(database)

    assert stopped(database, NUMBER) is not None


def test_a_number_that_is_stopped_stops_no_other(database: Database) -> None:
    stop(database, BlockKind.NUMBER, NUMBER.e164)

    assert stopped(database, NUMBER) is not None
    assert stopped(database, NEIGHBOUR) is None


@pytest.mark.parametrize(
    ("kind", "subject"),
    [(BlockKind.PREFIX, NUMBER.prefix), (BlockKind.NUMBER, NUMBER.e164)],
)
def test_a_lifted_block_ends_with_an_event_of_who_and_why(
    database: Database, kind: BlockKind, subject: str
) -> None:
    stop(database, kind, subject)

    lifted = [lift(database, kind, subject) for _ in range(2)]

    assert lifted == [True, False]
    assert stopped(database, NUMBER) is None
    assert listed(database) == []
    (block,) = rows(database, "SELECT id FROM number_block")
    opened, told = rows(database, f"{NOTED} ORDER BY id")
    assert (opened.kind, told.kind) == ("number_block:opened", "number_block:lifted")
    assert (told.actor, told.note) == (OPS.as_json(), ASKED)
    assert (told.subject_id, told.after) == (block.id, {"kind": kind})
    assert "3725550" not in repr((opened, told))


def test_lifting_ends_only_the_named_block(database: Database) -> None:
    stop(database, BlockKind.PREFIX, NUMBER.prefix)
    stop(database, BlockKind.PREFIX, STRANGER.prefix)

    assert lift(database, "number", NUMBER.e164) is False
    assert lift(database, "prefix", STRANGER.prefix) is True

    assert stopped(database, NUMBER) is not None


def test_used_up_limits_are_listed_and_lifted_like_blocks(database: Database) -> None:
    use = Use("person", "mari", Rate(2, timedelta(hours=1)))
    stop(database, BlockKind.PREFIX, NUMBER.prefix)
    with database.transaction() as session:
        for _ in range(2):
            rate_limits.take(session, [use], at=datetime.now(UTC))

    before = listed(database)
    lifted = lift(database, "person", "mari")

    assert before == [("person", "mari", "limit_reached"), ("prefix", NUMBER.prefix, "burst")]
    assert lifted
    assert listed(database) == before[1:]
    assert history(database) == ["number_block:opened", "number_block:lifted"]


def test_limits_that_are_free_again_are_not_listed(database: Database) -> None:
    use = Use("person", "mari", Rate(2, timedelta(hours=1)))
    with database.transaction() as session:
        for _ in range(2):
            rate_limits.take(session, [use], at=datetime.now(UTC) - timedelta(hours=2))

    assert listed(database) == []
    assert not lift(database, "person", "mari")
