"""bill.3: who may pay, one payment at a time, and only what billing says is left."""

import asyncio
from dataclasses import replace
from decimal import Decimal
from uuid import UUID, uuid4

import pytest

from activities.adapters.billing import invoices as bills
from domain.billing.money import Money
from tests.api.payments.payer import Payer, stamp_of
from tests.builders.billed import COMPANY, JAANS, KATIS, MARIS, TIIUS
from tests.builders.people import JAAN, KATI
from tests.builders.rows import behind_its_back, carry_out, put, rows
from tests.clients.api_client import OPS, SUPPORT


async def test_bill_3_the_form_for_the_bank_is_what_is_left(payer: Payer) -> None:
    invoice = await payer.invoice()

    answer = await payer.click()

    assert answer.status_code == 201
    payment = answer.json()
    fields = payment["action"]["fields"]
    assert (payment["state"], payment["bank"]) == ("sent", {"id": "kuusk", "name": "Kuusk Pank"})
    assert Decimal(fields["VK_AMOUNT"]) == Decimal(invoice["left"]["amount"])
    assert fields["VK_RETURN"] == "https://api.example/v1/banks/kuusk/return"
    assert payment["started_by"] is not None
    assert answer.headers["Location"] == f"/v1/payments/{payment['id']}"
    shown = (await payer.invoice())["payment"]
    assert shown == {"id": payment["id"], "state": "sent"}


async def test_bill_3_banks_are_listed_by_name(payer: Payer) -> None:
    listed = await payer.front.get("/v1/banks", TIIUS)

    assert listed.json()["items"] == [
        {"id": "kuusk", "name": "Kuusk Pank"},
        {"id": "tamm", "name": "Tamm Pank"},
    ]


@pytest.mark.parametrize(
    ("token", "status", "code"),
    [
        (MARIS, 201, None),  # administers
        (KATIS, 201, None),  # keeps the accounts
        (TIIUS, 404, "not_found"),  # uses a phone
        (JAANS, 404, "not_found"),  # has another account
        (SUPPORT, 403, "insufficient_scope"),
        (OPS, 403, "insufficient_scope"),
    ],
    ids=["administrator", "accountant", "user", "stranger", "support", "ops"],
)
async def test_bill_3_who_may_pay_does_and_nobody_else(
    payer: Payer, token: str, status: int, code: str | None
) -> None:
    answer = await payer.click(token=token)

    assert (answer.status_code, answer.json().get("code")) == (status, code)
    assert len(rows(payer.front.database, "SELECT FROM payment")) == (status == 201)


async def test_bill_3_who_views_invoices_and_may_not_pay_sees_the_payment_and_no_way_to_pay(
    payer: Payer,
) -> None:
    payment = await payer.start()
    statement = "UPDATE access_grant SET role = 'joint_representative' WHERE person_id = :who"
    carry_out(payer.front.database, statement, who=payer.front.id_of(KATI))

    shown = await payer.shown(payment)
    refused = await payer.click()
    cancelled = await payer.cancel(payment)

    assert (shown["action"], shown["may_cancel"]) == (None, False)
    assert refused.json()["code"] == cancelled.json()["code"] == "not_permitted"
    for token in (TIIUS, JAANS):
        answer = await payer.front.get(f"/v1/payments/{payment['id']}", token)
        assert answer.status_code == 404


@pytest.mark.parametrize("tokens", [[KATIS, KATIS], [KATIS, MARIS]], ids=["double", "two"])
async def test_bill_3_two_clicks_at_once_are_one_payment(payer: Payer, tokens: list[str]) -> None:
    await payer.invoice()

    answers = await asyncio.gather(*(payer.click(token=each) for each in tokens * 3))

    assert sorted(each.status_code for each in answers) == [200] * 5 + [201]
    assert len({each.json()["id"] for each in answers}) == 1
    assert len({stamp_of(each.json()) for each in answers}) == 6


async def test_bill_3_the_same_request_twice_gets_the_same_answer(payer: Payer) -> None:
    first, again = [await payer.click(key="one") for _ in range(2)]

    assert (first.status_code, first.json()) == (again.status_code, again.json())


async def test_bill_3_a_page_that_is_loaded_again_is_signed_anew_under_the_same_stamp(
    payer: Payer,
) -> None:
    payment = await payer.start()

    shown = await payer.shown(payment)

    assert stamp_of(shown) == stamp_of(payment)


async def test_bill_3_another_bank_is_chosen_once_the_payment_is_cancelled(payer: Payer) -> None:
    payment = await payer.start()

    elsewhere = await payer.click("tamm")
    cancelled = await payer.cancel(payment)
    repeated = await payer.cancel(payment)
    another = await payer.start("tamm")

    assert (elsewhere.status_code, elsewhere.json()["code"]) == (409, "payment_open")
    assert cancelled.json()["state"] == repeated.json()["state"] == "cancelled"
    assert cancelled.json()["reason"]["code"] == "payment_cancelled"
    assert another["id"] != payment["id"]


async def test_bill_3_what_was_paid_at_the_counter_is_not_paid_again(payer: Payer) -> None:
    await payer.invoice()  # what billing said then is still known
    (bill, *_) = payer.billing.bills(str(COMPANY.id))
    cents = round(bill["remainingAmount"]["value"] * 100)
    payer.billing.pay(bill, cents, "counter")

    answer = await payer.click()

    assert (answer.status_code, answer.json()["code"]) == (409, "invoice_not_payable")


async def test_bill_3_nothing_is_started_where_billing_does_not_say_what_is_left(
    payer: Payer,
) -> None:
    await payer.invoice()
    payer.billing.fault("http_503", "invoices")

    answer = await payer.click()

    assert (answer.status_code, answer.json()["code"]) == (503, "billing_unavailable")
    assert "Retry-After" in answer.headers
    assert rows(payer.front.database, "SELECT FROM payment") == []


async def test_bill_3_an_unknown_bank_is_refused(payer: Payer) -> None:
    answer = await payer.click("nowhere")

    assert (answer.status_code, answer.json()["code"]) == (422, "bank_unknown")


async def test_bill_3_a_later_owner_of_the_account_sees_no_earlier_payment(payer: Payer) -> None:
    payment = await payer.start()
    statement = "UPDATE payment SET owner_id = gen_random_uuid()"
    carry_out(payer.front.database, statement)

    answer = await payer.front.get(f"/v1/payments/{payment['id']}", KATIS)
    listed = await payer.front.get(f"/v1/invoices/{payment['invoice_id']}/payments", KATIS)

    assert answer.status_code == 404
    assert listed.json()["items"] == []


async def test_bill_6_payments_of_another_owner_leave_no_gap_in_the_list(payer: Payer) -> None:
    first = await payer.start()
    await payer.cancel(first)
    second = await payer.start()
    statement = "UPDATE payment SET owner_id = gen_random_uuid() WHERE id = :id"
    carry_out(payer.front.database, statement, id=UUID(second["id"]))

    path = f"/v1/invoices/{first['invoice_id']}/payments?limit=1"
    listed = (await payer.front.get(path, KATIS)).json()

    assert ([each["id"] for each in listed["items"]], listed["next"]) == ([first["id"]], None)


async def test_bill_3_nobody_is_sent_to_the_bank_again_for_what_billing_holds_back_by_now(
    payer: Payer,
) -> None:
    await payer.start()
    (bill, *_) = payer.billing.bills(str(COMPANY.id))
    payer.billing.control("PUT", f"/bills/{bill['id']}", {"on_hold": True})

    again = await payer.click()

    assert (again.status_code, again.json()["code"]) == (409, "invoice_not_payable")


async def test_bill_3_a_reference_that_no_bank_takes_starts_nothing(
    payer: Payer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bills, "_reference", lambda _: "12131295")  # its check digit is wrong

    answer = await payer.click()

    assert (answer.status_code, answer.json()["code"]) == (409, "invoice_not_payable")


async def test_bill_3_half_a_cent_that_is_left_does_not_start_a_payment_with_each_click(
    payer: Payer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bills, "_left", lambda *_: Money(Decimal("10.005")))
    first, second = await payer.start(), await payer.start()

    assert first["id"] == second["id"]
    monkeypatch.setattr(bills, "_left", lambda *_: Money(Decimal("0.004")))
    assert (await payer.click()).json()["code"] == "invoice_not_payable"


async def test_bill_6_a_later_owner_is_not_told_who_paid_for_the_earlier_one(payer: Payer) -> None:
    """The invoice is of days of both, and its payment was under way when the owner changed."""
    path = f"/v1/invoices/{(await payer.invoice())['id']}/payments"
    payment = await payer.start()
    put(payer.front.database, replace(COMPANY, owner=JAAN))
    behind_its_back(
        payer.front.database, "UPDATE event SET at = '2026-05-10Z' WHERE kind = 'account:changed'"
    )

    answer = await payer.front.post(path, JAANS, {"bank": "kuusk"}, idempotency_key=str(uuid4()))

    shown = answer.json()
    assert (shown["id"], shown["state"], shown["started_by"]) == (payment["id"], "sent", None)
