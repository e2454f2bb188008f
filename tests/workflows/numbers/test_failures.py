"""The SMS gateway in every kind of trouble: nobody gets two SMS for one, and no code is lost."""

import asyncio
import hmac
import json
from typing import Any
from uuid import uuid4

import pytest

from activities.adapters.messente import SIGNATURE
from domain.numbers.verifications import DeliveryStatus
from tests.builders.people import JAAN
from tests.builders.rows import rows
from tests.clients.api_client import Answer
from tests.clients.sms_client import PASSWORD
from tests.fixtures.engine import until
from tests.fixtures.number_stack import NUMBER, Numbers

_DELIVERED = "SELECT FROM sms WHERE delivery = 'delivered'"
DAY = 24 * 60 * 60


async def test_a_number_that_is_refused_is_undeliverable(numbers: Numbers) -> None:
    numbers.sms.fault("send", "refuse")
    verification = await numbers.asked()

    await numbers.over(verification)

    shown = await numbers.shown(verification)
    assert (shown["state"], shown["reason"]["code"]) == ("undeliverable", "number_unreachable")
    assert (shown["delivery"], numbers.codes()) == ("failed_permanent", [])


async def test_a_number_that_cannot_be_reached_is_undeliverable_when_that_is_reported(
    numbers: Numbers,
) -> None:
    numbers.sms.control("PUT", "/reports", {"reports": "manual"})
    verification = await numbers.asked()

    answered = await numbers.gateway_reports("UNDELIV", err=3)

    late = await numbers.bring_newest(verification)
    await numbers.over(verification)
    assert (answered, late.json()["code"]) == (204, "verification_closed")
    assert late.json()["verification"]["state"] == "undeliverable"
    numbers.wait_passes(verification)
    assert (await numbers.ask()).status_code == 202


async def test_a_barred_number_gets_nothing_for_a_day_whoever_asks(numbers: Numbers) -> None:
    numbers.sms.control("PUT", "/outcomes", {"to": NUMBER, "status": "REJECTD", "err": 8})
    verification = await numbers.asked()
    await numbers.until_shown(verification, state="undeliverable")
    numbers.wait_passes(verification)

    again = [await numbers.ask(), await numbers.ask(person=JAAN)]

    assert [answer.status_code for answer in again] == [429, 429]
    (block,) = rows(numbers.database, "SELECT until - opened_at AS time FROM number_block")
    assert block.time.total_seconds() == pytest.approx(DAY, abs=1)
    assert (len(numbers.codes()), numbers.events("number_block:opened")) == (1, 1)


async def test_fault_26_a_number_that_cannot_be_reached_twice_is_remembered(
    numbers: Numbers,
) -> None:
    numbers.sms.control("PUT", "/outcomes", {"to": NUMBER, "status": "UNDELIV", "err": 3})
    first = await numbers.asked()
    await numbers.until_shown(first, state="undeliverable")
    numbers.wait_passes(first)
    second = await numbers.asked()
    await numbers.until_shown(second, state="undeliverable")

    answer = await numbers.ask(person=JAAN)

    assert (answer.status_code, len(numbers.codes())) == (429, 2)
    (block,) = rows(numbers.database, "SELECT kind, reason FROM number_block")
    assert (block.kind, block.reason["code"]) == ("number", "number_unreachable")


async def test_fault_26_a_number_that_was_reached_in_between_is_not(numbers: Numbers) -> None:
    for outcome in ({"status": "UNDELIV", "err": 3}, {"status": "DELIVRD", "err": 0}) * 2:
        numbers.sms.control("PUT", "/outcomes", {"to": NUMBER, **outcome})
        verification = await numbers.asked()
        ended = outcome["err"] == 3
        wanted = DeliveryStatus.FAILED_PERMANENT if ended else DeliveryStatus.DELIVERED
        await numbers.until_delivery(verification, wanted)
        if not ended:
            await numbers.cancel(verification)
        numbers.wait_passes(verification)

    assert rows(numbers.database, "SELECT FROM number_block") == []


async def test_a_temporary_failure_leaves_the_verification_open(numbers: Numbers) -> None:
    numbers.sms.control("PUT", "/outcomes", {"to": NUMBER, "status": "UNDELIV", "err": 999})
    verification = await numbers.asked()

    await numbers.until_delivery(verification, DeliveryStatus.FAILED_TEMPORARY)

    answer = await numbers.bring_newest(verification)
    assert answer.json()["state"] == "verified"


async def test_a_failed_first_sms_does_not_matter_after_a_second(
    numbers: Numbers,
) -> None:
    numbers.sms.control("PUT", "/reports", {"reports": "manual"})
    verification = await numbers.asked()
    numbers.wait_passes(verification)
    await numbers.resend(verification)

    await numbers.gateway_reports("UNDELIV", err=3, message=0)

    answer = await numbers.bring_newest(verification)
    assert answer.json()["state"] == "verified"


@pytest.mark.parametrize("trouble", ["http_429", "http_500", "http_503"])
async def test_an_sms_that_the_gateway_did_not_accept_is_sent_again(
    numbers: Numbers, trouble: str
) -> None:
    numbers.sms.fault("send", trouble, times=1)

    verification = await numbers.asked()

    answer = await numbers.bring_newest(verification)
    assert (len(numbers.codes()), answer.json()["state"]) == (1, "verified")


@pytest.mark.impatient
async def test_a_slow_gateway_keeps_nobody_waiting_and_sends_once(numbers: Numbers) -> None:
    numbers.sms.fault("send", "delay", seconds=600, times=1)

    answer = await numbers.ask()
    at_first, sent_by_then = answer.json(), numbers.codes()

    numbers.sms.control("DELETE", "/faults")
    await numbers.handed_over(at_first["id"])
    await numbers.bring_newest(at_first["id"])
    await numbers.until_shown(at_first["id"], state="verified")
    assert (answer.status_code, at_first["state"], at_first["delivery"]) == (202, "sent", "pending")
    assert sent_by_then == []
    assert len(numbers.codes()) == 1


async def test_after_a_lost_answer_the_report_shows_that_the_sms_was_sent(
    numbers: Numbers,
) -> None:
    numbers.sms.control("PUT", "/reports", {"reports": "manual"})
    numbers.sms.fault("send", "cut", times=1)
    verification = await numbers.asked()
    before = (await numbers.shown(verification))["delivery"]

    await numbers.gateway_reports("DELIVRD")

    after = (await numbers.shown(verification))["delivery"]
    answer = await numbers.bring_newest(verification)
    assert (before, after) == ("unknown", "delivered")
    assert (len(numbers.codes()), answer.json()["state"]) == (1, "verified")


@pytest.mark.parametrize(
    "habit",
    [
        pytest.param({"duplicate": True}, id="twice"),
        pytest.param({"reversed": True}, id="reversed"),
        pytest.param({"late": 0.5}, id="late"),
        pytest.param({"duplicate": True, "reversed": True, "late": 0.2}, id="all-of-it"),
    ],
)
async def test_reports_in_any_order_end_as_delivered(
    numbers: Numbers, habit: dict[str, Any]
) -> None:
    numbers.sms.control("PUT", "/reports", habit)
    verification = await numbers.asked()
    await numbers.until_delivery(verification, DeliveryStatus.DELIVERED)

    # Later reports change nothing.
    answered = [await numbers.gateway_reports(status) for status in ("ACK", "EXPIRED", "DELIVRD")]

    shown = await numbers.shown(verification)
    assert (answered, shown["delivery"], shown["state"]) == ([204] * 3, "delivered", "sent")
    assert len(numbers.codes()) == 1


async def test_a_report_may_arrive_before_the_answer(numbers: Numbers) -> None:
    numbers.sms.fault("send", "delay_after", seconds=600, times=1)

    asking = asyncio.create_task(numbers.ask())
    await until(lambda: bool(rows(numbers.database, _DELIVERED)))
    numbers.sms.control("DELETE", "/faults")
    answer = await asking

    assert answer.json()["delivery"] == "delivered"
    assert (await numbers.shown(answer.json()["id"]))["delivery"] == "delivered"
    assert len(numbers.codes()) == 1


async def report(numbers: Numbers, path: str, message_id: str, password: str) -> Answer:
    body = json.dumps({"status": "UNDELIV", "err": 8, "message_id": message_id}).encode()
    signature = hmac.digest(password.encode(), body, "sha256").hex()
    return await numbers.front.http.post(path, content=body, headers={SIGNATURE: signature})


async def test_a_report_with_a_wrong_signature_is_refused(numbers: Numbers) -> None:
    verification = await numbers.asked()
    before = await numbers.until_delivery(verification, DeliveryStatus.DELIVERED)
    (message,) = numbers.sms.outbox()

    path = numbers.reports_path(verification)
    answer = await report(numbers, path, message["message_id"], "not-it")

    assert answer.status_code == 401
    assert await numbers.shown(verification) == before


async def test_reports_of_unknown_sms_change_nothing(numbers: Numbers) -> None:
    numbers.sms.control("PUT", "/reports", {"reports": "manual"})
    verification = await numbers.asked()
    before = await numbers.shown(verification)
    (message,) = numbers.sms.outbox()
    password = PASSWORD.get_secret_value()

    unknown = await report(numbers, f"/v1/sms/{uuid4()}/reports", message["message_id"], password)
    others = await report(numbers, numbers.reports_path(verification), str(uuid4()), password)

    assert (unknown.status_code, others.status_code) == (204, 204)
    assert await numbers.shown(verification) == before
    assert numbers.events("number_block:opened") == 0
