"""bill.3, bill.7: an invoice is paid at a bank, as the payer and the product see it."""

import pytest

from activities.adapters.banks.pangalink import PangalinkBank
from domain.billing.money import Money
from domain.payments.orders import Outcome, PaymentOrder, PostForm, differences
from tests.builders.bank_worlds import Receiver, come, fresh_order
from tests.builders.banks import order
from tests.clients.bank_client import Client, Page

BANKS = ["kuusk", "tamm"]
Banks = dict[str, PangalinkBank]


@pytest.fixture(params=BANKS)
def bank(request: pytest.FixtureRequest, banks: Banks) -> PangalinkBank:
    return banks[request.param]


@pytest.fixture
def placed(bank: PangalinkBank, receiver: Receiver) -> PaymentOrder:
    return fresh_order(receiver, bank.name, message="Õie arve 2026-11")


@pytest.fixture
def page(client: Client, bank: PangalinkBank, placed: PaymentOrder) -> Page:
    return come(client, bank, placed)


def test_bill_7_the_page_shows_what_is_paid_and_asks(page: Page) -> None:
    assert page.status == 200
    assert page.buttons == ["pay", "cancel", "leave"]
    for shown in ("12.34 EUR", "121312952", "Õie arve 2026-11", "Telekom AS"):
        assert shown in page.text


def test_bill_3_who_pays_brings_a_signed_answer_and_so_does_the_banks_server(
    client: Client, page: Page, placed: PaymentOrder, receiver: Receiver
) -> None:
    done = client.press(page, "pay")
    receiver.wait_for(1)
    assert client.go_back(done).status_code == 200

    by_server, by_browser = receiver.told
    assert (by_server.from_server, by_browser.from_server) == (True, False)
    for told in (by_server, by_browser):
        assert (told.stamp, told.outcome) == (placed.stamp, Outcome.PAID)
        assert told.is_timely
        assert differences(placed, told) == frozenset()


def test_bill_3_who_cancels_brings_that_back(
    client: Client, page: Page, bank: PangalinkBank, receiver: Receiver
) -> None:
    done = client.press(page, "cancel")
    receiver.wait_for(1)
    client.go_back(done)
    assert [each.outcome for each in receiver.told] == [Outcome.NOT_PAID] * 2
    assert list(bank.statements(None)) == []


def test_bill_3_a_payment_is_in_the_statement_once(
    client: Client, page: Page, bank: PangalinkBank
) -> None:
    client.press(page, "pay")
    client.press(page, "pay")  # impatient
    (statement,) = bank.statements(None)
    (entry,) = statement.entries
    assert (entry.amount, entry.reference) == (Money.of_text("12.34"), "121312952")
    assert entry.payer_name == "Õie Jäär"
    assert not entry.is_return
    assert list(bank.statements(statement.id)) == []


def test_bill_3_a_second_signer_signs_two_days_later(
    client: Client, page: Page, bank: PangalinkBank, receiver: Receiver
) -> None:
    waiting = client.press(page, "leave")
    assert waiting.back is None
    assert waiting.buttons == ["sign", "refuse"]
    client.ahead(days=2)
    assert receiver.count == 0
    assert list(bank.statements(None)) == []

    client.press(waiting, "sign")
    receiver.wait_for(1)
    assert receiver.told[0].outcome is Outcome.PAID
    assert receiver.told[0].is_timely
    assert len(list(bank.statements(None))) == 1


def test_bill_3_a_second_signer_refuses(client: Client, page: Page, receiver: Receiver) -> None:
    client.press(client.press(page, "leave"), "refuse")
    receiver.wait_for(1)
    assert receiver.told[0].outcome is Outcome.NOT_PAID


def test_bill_7_the_same_form_again_is_the_same_payment(
    client: Client, bank: PangalinkBank, placed: PaymentOrder, page: Page
) -> None:
    client.press(page, "pay")
    again = come(client, bank, placed)
    assert again.payment == page.payment
    assert again.buttons == []
    assert again.back is not None


def test_bill_7_a_stamp_is_good_for_one_payment(
    client: Client, bank: PangalinkBank, placed: PaymentOrder, page: Page, receiver: Receiver
) -> None:
    other = fresh_order(receiver, bank.name, amount=Money.of_text("1.00"))
    assert come(client, bank, other).status == 400
    assert "another payment" in come(client, bank, other).text


CHANGES = {
    "a-changed-amount": ({"VK_AMOUNT": "1.00"}, "signature"),
    "a-changed-return": ({"VK_RETURN": "https://elsewhere.example"}, "signature"),
    "another-version": ({"VK_VERSION": "010"}, "no such agreement"),
    "another-company": ({"VK_SND_ID": "ANOTHER"}, "no such agreement"),
    "no-service": ({"VK_SERVICE": "1001"}, "not whole"),
    "too-long": ({"VK_MSG": "m" * 96}, "Too long: VK_MSG"),
}


@pytest.mark.parametrize(("changes", "why"), CHANGES.values(), ids=CHANGES)
def test_bill_7_a_bank_takes_only_what_the_operator_signed(
    client: Client,
    bank: PangalinkBank,
    placed: PaymentOrder,
    changes: dict[str, str],
    why: str,
) -> None:
    action = bank.start(placed).action
    assert isinstance(action, PostForm)
    page = client.come(action.url, action.fields | changes, action.charset)
    assert page.status == 400
    assert why in page.text
    assert client.payments() == []


def test_bill_7_a_bank_refuses_a_form_that_is_old(client: Client, bank: PangalinkBank) -> None:
    page = come(client, bank, order(return_url="http://merchant.example/r"))
    assert page.status == 400
    assert "older than five minutes" in page.text


def test_bill_7_a_bank_refuses_a_wrong_reference_number(
    client: Client, bank: PangalinkBank, receiver: Receiver
) -> None:
    page = come(client, bank, fresh_order(receiver, bank.name, reference="121312953"))
    assert page.status == 400
    assert "reference number" in page.text


def test_bill_7_the_first_page_lists_payments(client: Client, page: Page) -> None:
    listed = client.http.get("/")
    assert f"/payments/{page.payment}" in listed.text
