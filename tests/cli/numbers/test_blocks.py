"""An operator sees who gets no codes just now, and lets one of them through again."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from domain.audit import Actor, ActorKind
from domain.identifiers import PersonKey
from domain.numbers.phone_numbers import PhoneNumber
from domain.numbers.send_limits import SendLimit, SendOrigin
from domain.numbers.verifications import Requester, VerificationRequest
from domain.rates import LimitReached, Use
from services.numbers.policy import NumberPolicy
from services.parties.people import ensure_person
from settings.processes import ApiSettings
from storage.database import Database
from storage.numbers import send_requests
from storage.requests import rate_limits
from tests.builders.import_files import PERSON
from tests.builders.number_limits import watch
from tests.builders.rows import NOTED, carry_out, history, rows
from tests.builders.staff import OPERATOR
from tests.clients.cli_runner import CommandResult, Volitus

NUMBER = PhoneNumber("+37251234567", "EE")
PREFIX = "+3725123"
PROGRAM = Requester(client="https://login.example shop")
SOMEBODY = Actor(ActorKind.SYSTEM, "shop")


def ask(database: Database, policy: NumberPolicy, requester: Requester = PROGRAM) -> None:
    """Ask for a code as the API does, but for any waiting. Raises LimitReached."""
    watch(database, NUMBER, policy.watch)
    wish = VerificationRequest(uuid4(), requester, NUMBER)
    uses = policy.limits.of_sms(requester, NUMBER, SendOrigin("shop"))
    with database.transaction() as session:
        send_requests.start(session, wish, policy.rules, uses, actor=SOMEBODY)


def send(database: Database, policy: NumberPolicy, requester: Requester) -> None:
    """Send a code without the wait after an earlier one."""
    carry_out(database, "UPDATE verification SET resend_at = created_at - interval '1 second'")
    ask(database, policy, requester)


@pytest.fixture
def policy(volitus: Volitus) -> NumberPolicy:
    return NumberPolicy.of(volitus.settings(ApiSettings))


@pytest.fixture
def closed(database: Database, policy: NumberPolicy) -> Database:
    """A prefix that the watch has closed: of twenty codes, none came back."""
    carry_out(
        database,
        "INSERT INTO verification (id, client, number, prefix, method, state, language, sends,"
        " wrong_codes, created_at, expires_at, resend_at)"
        " SELECT gen_random_uuid(), 'farm', :prefix || (1000 + n), :prefix, 'sms', 'expired', 'et',"
        " 1, 0, now() - interval '9 minutes', now(), now() FROM generate_series(1, 20) n",
        prefix=PREFIX,
    )
    with pytest.raises(LimitReached, match="block"):
        ask(database, policy)
    return database


@pytest.fixture
def mari(database: Database) -> Requester:
    return Requester(ensure_person(database, PersonKey("EE", PERSON)))


@pytest.fixture
def used_up(database: Database, policy: NumberPolicy, mari: Requester) -> Database:
    """A person who asked for codes until no more were allowed."""
    rate = policy.limits.rates[SendLimit.PERSON]
    for _ in range(policy.limits.rates[SendLimit.NUMBER].count):
        send(database, policy, mari)
    use = Use("person", mari.key, rate)
    with database.transaction() as session:
        for _ in range(rate.count - policy.limits.rates[SendLimit.NUMBER].count):
            rate_limits.take(session, [use], at=_now(database))
    carry_out(database, "DELETE FROM rate_limit WHERE kind <> 'person'")
    with pytest.raises(LimitReached, match="person"):
        send(database, policy, mari)
    return database


def _now(database: Database) -> Any:
    (row,) = rows(database, "SELECT now() AS at")
    return row.at


def lift(volitus: Volitus, reason: str = "asked the bank") -> CommandResult:
    (block,) = volitus("numbers", "blocks", "--json").json
    return volitus("numbers", "lift", block["id"], "--reason", reason)


def test_a_closed_prefix_is_shown_with_why_and_a_name(volitus: Volitus, closed: Database) -> None:
    result = volitus("numbers", "blocks")
    (block,) = volitus("numbers", "blocks", "--json").json

    assert (block["kind"], block["subject"]) == ("prefix", PREFIX)
    assert block["reason"]["text"] == "0 of 20 codes came back"
    assert all(block[name] in result.out for name in ("id", "kind", "subject"))
    assert (result.code, result.err) == (0, "")


def test_someone_whose_limit_is_used_up_is_shown_until_the_next_is_allowed(
    volitus: Volitus, used_up: Database, policy: NumberPolicy, mari: Requester
) -> None:
    (block,) = volitus("numbers", "blocks", "--json").json

    assert (block["kind"], block["subject"]) == ("person", mari.key)
    (row,) = rows(
        used_up, "SELECT CAST(:until AS timestamptz) - now() AS left", until=block["until"]
    )
    assert timedelta() < row.left <= policy.limits.rates[SendLimit.PERSON].step


def test_someone_who_has_used_a_part_of_a_limit_is_not_shown(
    volitus: Volitus, database: Database, policy: NumberPolicy, mari: Requester
) -> None:
    ask(database, policy, mari)

    assert volitus("numbers", "blocks", "--json").json == []


def test_an_empty_list_says_so(volitus: Volitus) -> None:
    result = volitus("numbers", "blocks")

    assert result.code == 0
    assert result.err == "There are no blocks, and no limit is used up.\n"


def test_codes_are_sent_again_to_a_lifted_prefix(
    volitus: Volitus, closed: Database, policy: NumberPolicy
) -> None:
    result = lift(volitus)

    assert (result.code, result.err) == (0, f"Lifted: prefix {PREFIX}. Codes are sent again.\n")
    ask(closed, policy)
    assert volitus("numbers", "blocks", "--json").json == []


def test_codes_are_sent_again_to_a_person_whose_limit_is_lifted(
    volitus: Volitus, used_up: Database, policy: NumberPolicy, mari: Requester
) -> None:
    result = lift(volitus)

    assert (result.code, result.err) == (0, f"Lifted: person {mari.key}. Codes are sent again.\n")
    send(used_up, policy, mari)


@pytest.mark.parametrize("in_the_way", ["closed", "used_up"])
def test_lifting_is_one_event_with_who_and_why_and_no_number(
    volitus: Volitus, database: Database, in_the_way: str, request: pytest.FixtureRequest
) -> None:
    request.getfixturevalue(in_the_way)
    before = len(history(database))

    lift(volitus, "the customer is known")

    (event,) = rows(database, f"{NOTED} ORDER BY id OFFSET :before", before=before)
    assert event.kind == "number_block:lifted"
    assert event.actor == {"kind": "ops", "id": OPERATOR}
    assert (event.reason["code"], event.note) == ("lifted_by_operator", "the customer is known")
    assert PREFIX not in str(event)


def test_a_lifted_block_cannot_be_lifted_again(volitus: Volitus, closed: Database) -> None:
    (block,) = volitus("numbers", "blocks", "--json").json
    words = ("numbers", "lift", block["id"], "--reason", "a test")
    volitus(*words)
    before = history(closed)

    result = volitus(*words)

    assert (result.code, history(closed)) == (1, before)


@pytest.mark.parametrize(
    "ref",
    [
        pytest.param("01234567", id="of-nothing"),
        pytest.param(PREFIX, id="a-prefix-itself"),
        pytest.param("", id="empty"),
    ],
)
def test_an_unknown_ref_lifts_nothing(volitus: Volitus, closed: Database, ref: str) -> None:
    result = volitus("numbers", "lift", ref, "--reason", "a test")

    assert result.code == 1
    assert result.err == f"No block has the reference {ref}: see `volitus numbers blocks`.\n"
    assert len(volitus("numbers", "blocks", "--json").json) == 1


def test_lifting_needs_a_reason(volitus: Volitus) -> None:
    assert volitus("numbers", "lift", "01234567").code == 2
