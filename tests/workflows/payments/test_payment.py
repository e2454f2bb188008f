"""bill.3: an invoice is paid at a bank over HTTP, and billing has it once."""

from uuid import uuid4

import pytest
from pydantic import HttpUrl

from domain.payments.steps import book_step
from domain.provisioning.steps import Decision
from services.payments import statements
from tests.builders.billed import COMPANY, MARIS
from tests.builders.rows import ENGINE
from tests.clients.api_client import NOBODY_LISTENS
from tests.fixtures.engine import until
from tests.fixtures.engine_plugin import working
from tests.fixtures.payment_stack import PORTAL_URL, PaymentStack

SOON = pytest.mark.settings(
    VOLITUS_PAYMENT_SILENT_AFTER="PT0.2S", VOLITUS_PAYMENT_EXPIRES_AFTER="P7D"
)
LATE = pytest.mark.settings(VOLITUS_PAYMENT_STATEMENT_WITHIN="PT0.2S")
SHORT = pytest.mark.settings(
    VOLITUS_PAYMENT_SILENT_AFTER="PT0.1S", VOLITUS_PAYMENT_EXPIRES_AFTER="PT0.3S"
)
BY_NOTICE = pytest.mark.settings(VOLITUS_PAYMENT_SETTLED_BY="notice")


@pytest.mark.parametrize("bank", ["kuusk", "tamm"])
async def test_bill_3_the_banks_word_says_on_its_way_and_its_statement_settles(
    paying: PaymentStack, bank: str
) -> None:
    payment = paying.start(bank)
    done = paying.banks.press(paying.come(payment), "pay")
    await paying.reaches(payment["id"], "accepted")
    back = paying.banks.go_back(done)
    assert (back.status_code, back.headers["location"]) == (
        303,
        f"{PORTAL_URL}/payments/{payment['id']}?language=en",
    )
    assert paying.shown(payment["id"])["state"] == "accepted"
    assert paying.paid_at_billing() == []

    await paying.read_statements()
    await paying.booked(payment["id"])

    (paid,) = paying.paid_at_billing()
    assert paid["appliedAmount"]["value"] == float(payment["amount"]["amount"])
    (entry,) = paying.rows("SELECT booked_on FROM bank_entry")
    assert paid["paymentDate"] == entry.booked_on.isoformat()
    invoice = paying.invoice()
    assert (invoice["state"], invoice["payment"]) == ("paid", None)
    assert paying.notices() == []


async def test_bill_3_a_statement_that_is_read_again_changes_nothing(paying: PaymentStack) -> None:
    payment = paying.start()
    paying.banks.press(paying.come(payment), "pay")
    first = await paying.read_statements()
    await paying.booked(payment["id"])

    again = await paying.read_statements()

    assert (first.result, again.result) == ({"new_entries": 1}, {"new_entries": 0})
    assert len(paying.paid_at_billing()) == 1


@BY_NOTICE
async def test_bill_3_a_signed_word_is_enough_where_the_settings_say_so(
    paying: PaymentStack,
) -> None:
    payment = paying.start()
    paying.banks.press(paying.come(payment), "pay")
    await paying.booked(payment["id"])

    await paying.read_statements()

    assert paying.stored(payment["id"]).state == "settled"
    assert len(paying.paid_at_billing()) == 1


async def test_bill_3_who_cancels_at_the_bank_may_pay_again(paying: PaymentStack) -> None:
    payment = paying.start()
    done = paying.banks.press(paying.come(payment), "cancel")
    paying.banks.go_back(done)
    await paying.reaches(payment["id"], "cancelled")
    await paying.over(payment["id"])

    again = paying.start("tamm")

    assert again["id"] != payment["id"]
    assert paying.shown(payment["id"])["reason"]["code"] == "payment_not_paid"


@SOON
async def test_bill_3_a_closed_window_is_not_a_no(paying: PaymentStack) -> None:
    payment = paying.start()
    page = paying.come(payment)
    await paying.reaches(payment["id"], "unknown")

    paying.banks.press(page, "pay")  # the payer comes back to the window after all

    await paying.reaches(payment["id"], "accepted")
    await paying.read_statements()
    await paying.booked(payment["id"])


@LATE
async def test_bill_3_what_no_statement_has_for_long_is_shown_to_operations(
    paying: PaymentStack,
) -> None:
    payment = paying.start()
    paying.banks.press(paying.come(payment), "pay")
    await until(lambda: paying.stored(payment["id"]).attention == "not_in_statement")

    await paying.read_statements()  # it comes after all
    await paying.booked(payment["id"])

    assert paying.stored(payment["id"]).attention is None


@SHORT
async def test_bill_3_a_payment_without_a_word_ends_and_its_money_still_counts(
    paying: PaymentStack,
) -> None:
    payment = paying.start()
    page = paying.come(payment)
    await paying.reaches(payment["id"], "expired")
    await paying.over(payment["id"])

    paying.banks.fault("server", "lost")
    paying.banks.press(page, "pay")  # and nobody tells us
    await paying.read_statements()
    await paying.booked(payment["id"])

    assert len(paying.paid_at_billing()) == 1


async def test_bill_3_a_second_signer_who_refuses_is_told_to_the_payer(
    paying: PaymentStack,
) -> None:
    payment = paying.start()
    page = paying.come(payment)
    paying.banks.control("POST", f"/payments/{page.payment}/leave")
    waiting = "UPDATE payment SET state = 'unknown' WHERE id = :id"
    with paying.database.transaction() as session:
        session.connection().exec_driver_sql(
            waiting.replace(":id", "%(id)s"), {"id": payment["id"]}
        )

    paying.banks.control("POST", f"/payments/{page.payment}/refuse")

    await paying.reaches(payment["id"], "refused")
    assert paying.notices() == ["payment_refused"]


async def test_bill_3_money_that_the_bank_takes_back_is_taken_back_at_billing(
    paying: PaymentStack,
) -> None:
    payment = paying.start()
    page = paying.come(payment)
    paying.banks.press(page, "pay")
    await paying.read_statements()
    await paying.booked(payment["id"])

    paying.banks.control("POST", f"/payments/{page.payment}/return")
    await paying.read_statements()
    await paying.over(payment["id"])

    stored = paying.stored(payment["id"])
    assert (stored.state, stored.attention) == ("returned", "returned")
    assert stored.refunded_at is not None
    assert paying.paid_at_billing() == []
    assert paying.notices() == ["payment_returned"]
    assert paying.invoice()["state"] == "overdue"


async def test_bill_3_what_is_paid_twice_is_booked_and_returned_by_billing(
    paying: PaymentStack,
) -> None:
    payment = paying.start()
    paying.banks.press(paying.come(payment), "pay")
    await paying.reaches(payment["id"], "accepted")
    amount, reference = payment["amount"]["amount"], paying.stored(payment["id"]).reference
    transfer = {"bank": "kuusk", "amount": amount, "reference": reference}
    paying.banks.control("POST", "/transfers", transfer)

    await paying.read_statements()
    await paying.booked(payment["id"])
    invoice_id = payment["invoice_id"]
    listed = paying.get(f"/v1/invoices/{invoice_id}/payments")["items"]
    assert len(listed) == 2
    for each in listed:
        await paying.booked(each["id"])

    listed = paying.get(f"/v1/invoices/{invoice_id}/payments")["items"]
    assert [each["unapplied"] is not None for each in listed].count(True) == 1
    # Where billing has the transfer first, the payer is told of that as well.
    assert set(paying.notices()) - {"payment_came_otherwise"} == {"payment_overpaid"}


async def test_bill_3_a_part_is_booked_and_the_rest_is_left(paying: PaymentStack) -> None:
    payment = paying.start()
    reference = paying.stored(payment["id"]).reference
    transfer = {"bank": "tamm", "amount": "1.00", "reference": reference}
    paying.banks.control("POST", "/transfers", transfer)

    await paying.read_statements()
    listed = paying.get(f"/v1/invoices/{payment['invoice_id']}/payments")["items"]
    (part,) = [each for each in listed if each["id"] != payment["id"]]
    await paying.booked(part["id"])

    assert (paying.invoice()["state"], paying.invoice()["payment"]) == ("overdue", None)
    assert paying.paid_at_billing()[0]["appliedAmount"]["value"] == 1.0
    assert paying.notices() == ["payment_came_otherwise"]
    # Nobody is led to the bank with the old sum: what is started now is what is left.
    assert (paying.shown(payment["id"])["state"], paying.shown(payment["id"])["action"]) == (
        "cancelled",
        None,
    )
    again = paying.start()
    assert again["id"] != payment["id"]
    assert paying.shown(payment["id"])["reason"]["code"] == "payment_replaced"


async def test_bill_3_billing_that_is_down_delays_the_booking_and_doubles_nothing(
    paying: PaymentStack,
) -> None:
    payment = paying.start()
    paying.banks.press(paying.come(payment), "pay")
    paying.billing.fault("http_500", "payment", times=2)
    await paying.read_statements()

    await paying.booked(payment["id"])

    assert len(paying.paid_at_billing()) == 1


@pytest.mark.parametrize("decision", [Decision.SKIP, Decision.ABORT])
async def test_bill_3_operations_end_a_booking_that_billing_refuses(
    paying: PaymentStack, decision: Decision
) -> None:
    payment = paying.start()
    paying.banks.press(paying.come(payment), "pay")
    paying.billing.fault("refuse", "payment")
    await paying.read_statements()
    stored = paying.stored(payment["id"])

    await paying.decide(payment["id"], book_step(stored.process_id, COMPANY.id), decision)
    await paying.over(payment["id"])

    attention = paying.stored(payment["id"]).attention
    assert attention == ("not_booked" if decision is Decision.ABORT else None)
    assert paying.paid_at_billing() == []


async def test_bill_3_another_click_in_another_browser_goes_on_with_the_same_payment(
    idle_payments: PaymentStack,
) -> None:
    first = idle_payments.start()
    mine = idle_payments.start(token=MARIS)

    assert mine["id"] == first["id"]
    assert mine["action"]["fields"]["VK_STAMP"] != first["action"]["fields"]["VK_STAMP"]
    assert (first["is_mine"], mine["is_mine"]) == (True, False)


@pytest.mark.parametrize(
    "kind", ["twice", "before_redirect", "cancelled_first", "other_amount", "wrong_key", "lost"]
)
async def test_bill_3_whatever_the_banks_server_does_the_statement_settles_once(
    paying: PaymentStack, kind: str
) -> None:
    paying.banks.fault("server", kind)
    payment = paying.start()
    paying.banks.press(paying.come(payment), "pay")

    await paying.read_statements()
    await paying.booked(payment["id"])

    assert paying.stored(payment["id"]).state == "settled"
    assert len(paying.paid_at_billing()) == 1
    assert paying.notices() == []


async def test_bill_3_a_bank_that_gives_no_statement_holds_up_no_other(
    idle_payments: PaymentStack,
) -> None:
    stack, gone = idle_payments, HttpUrl(f"http://{NOBODY_LISTENS}")
    kuusk, tamm = stack.settings.banks
    broken = (kuusk, tamm.model_copy(update={"statements_url": gone}))
    payment = stack.start("kuusk")
    stack.banks.press(stack.come(payment), "pay")

    async with working(stack.settings.model_copy(update={"banks": broken}), stack.temporal):
        reading = await statements.request(stack.engine, uuid4(), ENGINE)
        await stack.booked(payment["id"])
        (row,) = stack.rows("SELECT state FROM operation WHERE id = :id", id=reading.id)

    assert row.state == "running"
    async with working(stack.settings, stack.temporal):
        ended = await stack.read_statements()  # the open one
    assert (ended.id, ended.result) == (reading.id, {"new_entries": 1})
