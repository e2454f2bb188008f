"""Asking for a code: one answer for every number, and limits for whoever asks too often."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from temporalio.client import Client, WorkflowExecutionStatus

from domain.numbers.phone_numbers import NumberRules
from domain.numbers.send_limits import SendLimit
from domain.processes import number_verification_id
from domain.rates import Rate
from services.numbers.policy import NumberPolicy
from storage.database import Database
from tests.builders.number_limits import with_rates
from tests.builders.people import JAAN, MARI, TIIU, person
from tests.builders.register_states import KUUSK
from tests.builders.rows import account, carry_out, put, put_service, rows, service
from tests.clients.api_client import NUMBERS, PORTAL, Answer, Front, person_token
from tests.clients.number_verification import (
    NUMBER,
    OTHER_NUMBER,
    PATH,
    ask,
    lasts,
    moment,
    nobody_works,
    resend,
    sent,
)
from tests.fixtures.patience import PATIENCE

OFFICE = account(KUUSK)
PHONE = service(1, OFFICE, phone=NUMBER)
SENT = "SELECT * FROM verification ORDER BY created_at"


@pytest.fixture
async def started(database: Database, temporal: Client) -> AsyncIterator[Front]:
    async with nobody_works(database, temporal) as opened:
        yield opened


def at_most(**counts: int) -> NumberPolicy:
    """The usual rules, with so few SMS an hour for each of these kinds."""
    rates = {kind: Rate(count, timedelta(hours=1)) for kind, count in counts.items()}
    return replace(NUMBERS, limits=with_rates(NUMBERS.limits, **rates))


def wait_is_over(front: Front) -> None:
    carry_out(front.database, "UPDATE verification SET resend_at = created_at")


def mobiil_id(**claims: Any) -> str:
    """Mari's login by Mobiil-ID, whose token has her number."""
    claims_of_phone = {"phone_number": NUMBER, "phone_number_verified": True, "amr": ["mID"]}
    return person_token(MARI, **claims_of_phone | claims)


def statuses(*answers: Answer) -> list[int]:
    return [answer.status_code for answer in answers]


async def test_while_the_code_is_on_its_way_the_answer_comes_after_a_bounded_wait(
    started: Front,
) -> None:
    async with asyncio.timeout(PATIENCE):
        answer = await ask(started)

    body = answer.json()
    assert (answer.status_code, body["state"], body["delivery"]) == (202, "sent", "pending")
    assert answer.headers["Location"] == f"{PATH}/{body['id']}"
    assert answer.headers["Retry-After"] == "1"
    assert (body["number"], body["method"], body["language"]) == (NUMBER, "sms", "et")
    assert (body["attempts_left"], body["code_accepted"], body["access_in_force"]) == (
        5,
        False,
        False,
    )
    assert lasts(body, "expires_at") == timedelta(minutes=10)
    assert lasts(body, "resend_at") == timedelta(seconds=60)
    assert (body["ended_at"], body["reason"]) == (None, None)
    now = await started.get(answer.headers["Location"], person_token(MARI))
    assert (now.status_code, now.json()) == (200, body)


async def test_a_repeated_request_sends_one_code(started: Front) -> None:
    key = str(uuid4())

    first, again = [await ask(started, key=key) for _ in range(2)]
    other = await ask(started, number=OTHER_NUMBER, key=key)

    assert (first.status_code, first.json()) == (again.status_code, again.json())
    assert first.headers["Location"] == again.headers["Location"]
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert len(rows(started.database, SENT)) == 1
    used = "SELECT q.used_until - v.created_at AS used FROM rate_limit q, verification v"
    assert {row.used for row in rows(started.database, used)} == {
        NUMBERS.limits.rates[SendLimit.PERSON].step
    }


async def test_known_and_unknown_numbers_are_answered_alike(started: Front) -> None:
    put(started.database, OFFICE)
    put_service(started.database, PHONE)
    sent(started, person=JAAN, number="+37255500003")

    answers = [await ask(started, number=n) for n in (NUMBER, OTHER_NUMBER, "+37255500003")]

    own = ("id", "number", "created_at", "expires_at", "resend_at")
    bodies = [answer.json() for answer in answers]
    assert statuses(*answers) == [202, 202, 202]
    assert len({tuple(body) for body in bodies}) == 1
    assert len({str({k: v for k, v in body.items() if k not in own}) for body in bodies}) == 1
    assert len({frozenset(answer.headers) for answer in answers}) == 1
    assert len({(lasts(b, "expires_at"), lasts(b, "resend_at")) for b in bodies}) == 1


async def test_the_portal_requests_a_code_for_the_person_it_names(started: Front) -> None:
    mari = str(started.id_of(MARI))

    asked = await ask(started, PORTAL, on_behalf_of=mari, person_address="192.0.2.1")
    nobody = await ask(started, PORTAL)
    hers = await started.get(PATH, person_token(MARI))
    his = await started.get(PATH, person_token(JAAN))

    assert asked.status_code == 202
    assert (nobody.status_code, nobody.json()["code"]) == (400, "on_behalf_of_missing")
    assert hers.json() == {"items": [asked.json()], "next": None}
    assert his.json()["items"] == []


async def test_verifications_are_listed_newest_first_each_on_one_page(front: Front) -> None:
    ids = [str(sent(front, number=f"+3725550000{n}")) for n in range(5)]
    seen: list[str] = []
    path, token = f"{PATH}?limit=2", person_token(MARI)

    while path:
        answer = await front.get(path, token)
        seen += [item["id"] for item in answer.json()["items"]]
        path = answer.headers.get("Link", "").partition(">")[0].removeprefix("<")

    assert seen == ids[::-1]


async def test_before_a_newer_request_there_is_a_wait_that_grows(started: Front) -> None:
    key = str(uuid4())
    first = await ask(started)

    early = await ask(started, key=key)
    wait_is_over(started)
    second = await ask(started, key=key)
    early_again = await ask(started)

    assert (early.status_code, early.json()["code"]) == (429, "too_many_requests")
    assert 50 < int(early.headers["Retry-After"]) <= 60
    assert second.status_code == 202, "the refusal is not kept under the key"
    assert 110 < int(early_again.headers["Retry-After"]) <= 120
    assert lasts(second.json(), "resend_at") == timedelta(seconds=120)
    older = await started.get(first.headers["Location"], person_token(MARI))
    assert (older.json()["state"], older.json()["reason"]["code"]) == (
        "superseded",
        "newer_request",
    )


async def test_a_wait_is_per_person_and_number(started: Front) -> None:
    await ask(started)

    answers = [await ask(started, person_token(JAAN)), await ask(started, number=OTHER_NUMBER)]

    assert statuses(*answers) == [202, 202]
    assert [row.state for row in rows(started.database, SENT)] == ["sent"] * 3


async def test_of_many_concurrent_requests_one_sends_a_code(started: Front) -> None:
    answers = await asyncio.gather(*(ask(started) for _ in range(6)))

    assert sorted(statuses(*answers)) == [202] + [429] * 5
    assert len(rows(started.database, SENT)) == 1


async def test_cancelling_does_not_spare_the_wait(front: Front) -> None:
    id_ = sent(front)
    await front.ask("DELETE", f"{PATH}/{id_}", person_token(MARI))

    assert (await ask(front)).status_code == 429


async def test_a_person_gets_a_limited_number_of_codes_for_all_numbers(
    database: Database, temporal: Client
) -> None:
    async with nobody_works(database, temporal, at_most(person=2)) as front:
        answers = [await ask(front, number=f"+3725550000{n}") for n in range(3)]
        by_portal = await ask(
            front, PORTAL, on_behalf_of=str(front.id_of(MARI)), person_address="192.0.2.1"
        )
        other = await ask(front, person_token(JAAN))

    assert statuses(*answers, by_portal, other) == [202, 202, 429, 429, 202]
    assert len(rows(database, SENT)) == 3


@pytest.mark.parametrize(
    ("kind", "number", "status"),
    [
        ("number", NUMBER, 429),
        ("number", OTHER_NUMBER, 202),
        ("prefix", "+37255509999", 429),
        ("prefix", OTHER_NUMBER, 202),
        ("country", OTHER_NUMBER, 429),
        ("country", "+37129123456", 202),
        ("country_quota", OTHER_NUMBER, 429),
        ("country_quota", "+37129123456", 202),
    ],
)
async def test_a_number_gets_a_limited_number_of_codes_from_all_persons(
    database: Database, temporal: Client, *, kind: str, number: str, status: int
) -> None:
    async with nobody_works(database, temporal, at_most(**{kind: 1})) as front:
        await ask(front)
        answer = await ask(front, person_token(JAAN), number)

    assert answer.status_code == status


@pytest.mark.parametrize(
    ("first", "second", "status"),
    [
        pytest.param("198.51.100.7", "198.51.100.7", 429, id="the-same"),
        pytest.param("198.51.100.7", "198.51.100.8", 202, id="another"),
        pytest.param("2001:db8:0:1::7", "2001:db8:0:1:ffff::8", 429, id="one-household"),
        pytest.param("2001:db8:0:1::7", "2001:DB8::1:0:0:0:9", 429, id="written-otherwise"),
        pytest.param("2001:db8:0:1::7", "2001:db8:0:2::7", 202, id="two-households"),
        pytest.param("::ffff:198.51.100.7", "198.51.100.7", 429, id="ipv4-within-ipv6"),
        pytest.param("203.0.113.8:51234", "203.0.113.8", 429, id="fault-27-with-a-port"),
        pytest.param("[2001:db8::7]:51234", "2001:db8::8", 429, id="fault-27-ipv6-with-a-port"),
        pytest.param("[2001:db8::7]", "2001:db8::8", 429, id="fault-27-ipv6-in-brackets"),
        pytest.param("fe80::1%eth0", "fe80::2", 429, id="fault-27-ipv6-with-a-zone"),
    ],
)
async def test_the_address_that_the_portal_sends_has_a_limit(
    database: Database, temporal: Client, *, first: str, second: str, status: int
) -> None:
    async with nobody_works(database, temporal, at_most(address=1)) as front:
        answers = [
            await ask(front, PORTAL, on_behalf_of=str(front.id_of(who)), person_address=where)
            for who, where in ((MARI, first), (JAAN, second))
        ]

    assert statuses(*answers) == [202, status]


@pytest.mark.parametrize(
    "header",
    [
        pytest.param({}, id="absent"),
        *(
            pytest.param({"person_address": sent}, id=sent or "empty")
            for sent in ("", "unknown", "198.51.100.7, 10.0.0.1", "198.51.100.7:", "[198.51.100")
        ),
    ],
)
async def test_fault_27_a_portal_must_say_where_the_person_is(
    started: Front, header: dict[str, str]
) -> None:
    key, mari = str(uuid4()), str(started.id_of(MARI))

    answer = await ask(started, PORTAL, key=key, on_behalf_of=mari, **header)
    mended = await ask(started, PORTAL, key=key, on_behalf_of=mari, person_address="192.0.2.1")

    assert (answer.status_code, answer.json()["code"]) == (400, "person_address_invalid")
    assert mended.status_code == 202
    assert len(rows(started.database, SENT)) == 1


@pytest.mark.parametrize("kind", ["client", "client_quota"])
async def test_fault_27_a_program_has_limits_whoever_it_speaks_for(
    database: Database, temporal: Client, kind: str
) -> None:
    async with nobody_works(database, temporal, at_most(**{kind: 1})) as front:
        through_portal = [
            await ask(front, PORTAL, on_behalf_of=str(front.id_of(who)), person_address="192.0.2.1")
            for who in (MARI, JAAN)
        ]
        by_login = [await ask(front, person_token(who), OTHER_NUMBER) for who in (MARI, JAAN)]

    assert statuses(*through_portal, *by_login) == [202, 429, 202, 429]


@pytest.mark.parametrize("kind", ["person", "client", "number", "prefix", "address", "country"])
async def test_fault_27_the_time_of_a_refusal_does_not_tell_which_limit_was_hit(
    database: Database, temporal: Client, kind: str
) -> None:
    async with nobody_works(database, temporal, at_most(**{kind: 1})) as front:
        await ask(front, person_token(MARI))
        wait_is_over(front)
        refused = await ask(front, person_token(MARI))

    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "3600")


async def test_fault_25_others_cannot_lock_out_who_has_proved_the_number(
    database: Database, temporal: Client
) -> None:
    async with nobody_works(database, temporal, at_most(number=2, prefix=2)) as front:
        sent(front)
        carry_out(database, "UPDATE verification SET state = 'verified', ended_at = now()")
        others = [await ask(front, person_token(person(n))) for n in range(1, 4)]
        own = await ask(front)

    assert statuses(*others, own) == [202, 202, 429, 202]


async def test_fault_25_a_closed_prefix_is_open_to_who_has_proved_a_number_of_it(
    database: Database, temporal: Client
) -> None:
    async with nobody_works(database, temporal) as front:
        sent(front)
        carry_out(database, "UPDATE verification SET state = 'verified', ended_at = now()")
        carry_out(
            database,
            "INSERT INTO number_block (id, kind, subject, reason, until) VALUES"
            " (gen_random_uuid(), 'prefix', :prefix, '{}', now() + interval '1 hour')",
            prefix=NUMBER[:-4],
        )
        own, other = await ask(front), await ask(front, person_token(JAAN))

    assert statuses(own, other) == [202, 429]


async def test_a_person_cannot_claim_another_address(database: Database, temporal: Client) -> None:
    async with nobody_works(database, temporal, at_most(address=1)) as front:
        answers = [
            await ask(front, person_token(who), person_address=f"198.51.100.{n}")
            for n, who in enumerate((MARI, JAAN))
        ]

    assert statuses(*answers) == [202, 429]


async def test_of_many_at_once_exactly_as_many_as_allowed_get_a_code(
    database: Database, temporal: Client
) -> None:
    tokens = [person_token(person(number)) for number in range(1, 21)]
    async with nobody_works(database, temporal, at_most(number=3)) as front:
        answers = await asyncio.gather(*(ask(front, token) for token in tokens))

    assert sorted(statuses(*answers)) == [202] * 3 + [429] * 17
    assert len(rows(database, SENT)) == 3


async def test_a_prefix_whose_codes_do_not_come_back_is_closed(
    database: Database, temporal: Client
) -> None:
    watched = replace(NUMBERS, watch=replace(NUMBERS.watch, least=2, persons=1))
    async with nobody_works(database, temporal, watched) as front:
        for number in (NUMBER, "+37255500003"):
            sent(front, number=number)
        carry_out(database, "UPDATE verification SET state = 'expired', ended_at = now()")
        closed = await ask(front, person_token(TIIU), "+37255500004")
        elsewhere = await ask(front, person_token(TIIU), OTHER_NUMBER)

    assert statuses(closed, elsewhere) == [429, 202]
    assert closed.json()["code"] == "too_many_requests"
    assert 3500 < int(closed.headers["Retry-After"]) <= 3600


async def test_a_login_by_mobiil_id_proves_its_number_at_once(front: Front) -> None:
    """Even with Temporal down: no SMS, nothing to wait for."""
    put(front.database, OFFICE)
    put_service(front.database, PHONE)
    key = str(uuid4())

    answer, again = [await ask(front, mobiil_id(), "5550 0001", key=key) for _ in range(2)]

    body = answer.json()
    assert (answer.status_code, again.json()) == (200, body)
    assert (body["state"], body["method"], body["delivery"]) == ("verified", "mobiil_id", None)
    assert (body["attempts_left"], body["resend_at"]) == (0, None)
    assert (body["code_accepted"], body["access_in_force"]) == (True, True)
    assert body["reason"]["code"] == "mobiil_id"
    assert moment(body, "expires_at") == moment(body, "ended_at")
    assert rows(front.database, "SELECT FROM sms") == []
    (grant,) = rows(front.database, "SELECT role, service_id FROM access_grant")
    assert tuple(grant) == ("user", PHONE.id)


@pytest.mark.parametrize(
    ("token", "number"),
    [
        pytest.param(mobiil_id(amr=["smartid"]), NUMBER, id="smart-id"),
        pytest.param(mobiil_id(amr=["mID", "smartid"]), NUMBER, id="not-by-mobiil-id-alone"),
        pytest.param(mobiil_id(phone_number_verified=False), NUMBER, id="not-verified"),
        pytest.param(mobiil_id(phone_number_verified="true"), NUMBER, id="not-a-boolean"),
        pytest.param(mobiil_id(phone_number_verified=None), NUMBER, id="not-stated"),
        pytest.param(mobiil_id(phone_number=None), NUMBER, id="no-number"),
        pytest.param(mobiil_id(phone_number="+3726661234"), NUMBER, id="a-landline"),
        pytest.param(mobiil_id(), OTHER_NUMBER, id="another-number"),
    ],
)
async def test_other_logins_do_not_prove_a_number(started: Front, token: str, number: str) -> None:
    answer = await ask(started, token, number)

    assert (answer.status_code, answer.json()["state"]) == (202, "sent")
    assert answer.json()["method"] == "sms"


async def test_the_portal_cannot_claim_a_login_by_mobiil_id(started: Front) -> None:
    mari = str(started.id_of(MARI))

    answer = await ask(
        started, PORTAL, on_behalf_of=mari, person_address="192.0.2.1", phone_number=NUMBER
    )

    assert (answer.status_code, answer.json()["method"]) == (202, "sms")


@pytest.mark.parametrize("same_key", [True, False])
async def test_a_request_that_failed_without_temporal_needs_no_wait(
    front: Front, temporal: Client, *, same_key: bool
) -> None:
    key = str(uuid4())

    down = await ask(front, key=key)
    async with nobody_works(front.database, temporal) as working:
        up = await ask(working, key=key if same_key else None)

    assert (down.status_code, down.json()["code"]) == (503, "workflows_unavailable")
    assert down.headers["Retry-After"]
    assert (up.status_code, up.json()["state"]) == (202, "sent")
    assert [row.state for row in rows(front.database, SENT)].count("sent") == 1


async def test_a_request_refused_without_temporal_leaves_the_earlier_one_as_it_was(
    front: Front, temporal: Client
) -> None:
    async with nobody_works(front.database, temporal) as working:
        await ask(working)
    carry_out(front.database, "UPDATE verification SET resend_at = created_at")
    before = rows(front.database, SENT)

    down = await ask(front)

    assert (down.status_code, down.json()["code"]) == (503, "workflows_unavailable")
    assert rows(front.database, SENT) == before


async def test_a_verification_begun_without_temporal_continues_with_another_sms(
    front: Front, temporal: Client
) -> None:
    await ask(front)
    (begun,) = rows(front.database, "SELECT id, sends FROM verification")
    async with nobody_works(front.database, temporal) as working:
        again = await resend(working, begun.id)

    workflow = temporal.get_workflow_handle(number_verification_id(begun.id))
    assert begun.sends == 0
    assert (again.status_code, again.json()["state"]) == (202, "sent")
    assert (await workflow.describe()).status is WorkflowExecutionStatus.RUNNING
    assert rows(front.database, "SELECT FROM rate_limit WHERE used_until > now()") != []


@pytest.mark.parametrize(
    ("number", "code"),
    [
        pytest.param("+3726661234", "number_not_allowed", id="landline"),
        pytest.param("9001234", "number_not_allowed", id="premium"),
        pytest.param("+358401234567", "number_not_allowed", id="another-country"),
        pytest.param("+37200000766", "invalid", id="test-number-of-sk"),
        pytest.param("+372555", "invalid", id="too-short"),
        pytest.param("5" * 31, "invalid", id="much-too-long"),
        pytest.param("mari@example.ee", "invalid", id="garbage"),
    ],
)
async def test_a_number_that_gets_no_codes_is_refused_and_not_repeated(
    front: Front, number: str, code: str
) -> None:
    answer = await ask(front, number=number)

    body = answer.json()
    assert (answer.status_code, body["code"]) == (422, code)
    assert [error["pointer"] for error in body["errors"]] == ["/number"]
    assert number.removeprefix("+") not in answer.text
    assert rows(front.database, SENT) == rows(front.database, "SELECT FROM rate_limit") == []


async def test_sks_test_numbers_are_accepted_if_a_setting_allows_them(
    database: Database, temporal: Client
) -> None:
    rules = NumberRules(frozenset({"EE"}), test_numbers=True)
    async with nobody_works(database, temporal, replace(NUMBERS, numbers=rules)) as front:
        assert (await ask(front, number="+37200000766")).status_code == 202


@pytest.mark.parametrize("language", ["et", "ru", "en"])
async def test_the_sms_is_in_the_persons_language(started: Front, language: str) -> None:
    body = {"number": NUMBER, "language": language}

    answer = await started.post(PATH, person_token(MARI), body, idempotency_key=str(uuid4()))

    assert answer.json()["language"] == language
