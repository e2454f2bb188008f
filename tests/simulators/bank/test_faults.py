"""bill.3, bill.7: what goes wrong at banks, on demand, and what the product reads of it."""

from datetime import UTC, datetime, timedelta

import pytest

from activities.adapters.banks.pangalink import PangalinkBank
from domain.payments.orders import Difference, Outcome, Statement, differences
from domain.provisioning.steps import Trouble
from tests.builders.bank_worlds import Receiver, banks_of, come, fresh_order
from tests.builders.banks import order
from tests.clients.bank_client import Client, Page, running

Banks = dict[str, PangalinkBank]


@pytest.fixture(params=["kuusk", "tamm"])
def bank(request: pytest.FixtureRequest, banks: Banks) -> PangalinkBank:
    return banks[request.param]


def paid(client: Client, bank: PangalinkBank, receiver: Receiver) -> Page:
    return client.press(come(client, bank, fresh_order(receiver, bank.name)), "pay")


def entries(bank: PangalinkBank) -> Statement:
    (statement,) = bank.statements(None)
    return statement


def test_bill_7_a_lost_notice_is_not_sent_and_the_browser_still_tells(
    client: Client, bank: PangalinkBank, receiver: Receiver
) -> None:
    client.fault("server", "lost")
    page = paid(client, bank, receiver)
    assert client.payments()[0]["sent"] == []
    client.go_back(page)
    assert [each.from_server for each in receiver.told] == [False]


def test_bill_7_a_window_is_closed_after_paying(
    client: Client, bank: PangalinkBank, receiver: Receiver
) -> None:
    client.fault("browser", "lost")
    page = paid(client, bank, receiver)
    assert page.back is None
    assert "You may close this window" in page.text
    receiver.wait_for(1)
    assert receiver.told[0].from_server


def test_bill_7_notices_come_twice(client: Client, bank: PangalinkBank, receiver: Receiver) -> None:
    client.fault("server", "twice")
    paid(client, bank, receiver)
    receiver.wait_for(2)
    assert receiver.told[0] == receiver.told[1]


def test_bill_7_a_notice_comes_before_the_page(
    client: Client, bank: PangalinkBank, receiver: Receiver
) -> None:
    client.fault("server", "before_redirect")
    page = paid(client, bank, receiver)
    assert len(receiver.told) == 1
    client.go_back(page)
    assert [each.from_server for each in receiver.told] == [True, False]


def test_bill_7_a_notice_comes_a_day_late(
    client: Client, bank: PangalinkBank, receiver: Receiver
) -> None:
    client.fault("server", "late")
    paid(client, bank, receiver)
    client.ahead(hours=23)
    assert receiver.count == 0
    client.ahead(days=1)
    receiver.wait_for(1)
    (told,) = receiver.told
    assert told.outcome is Outcome.PAID
    assert not told.is_timely
    assert told.at is not None
    assert told.at < datetime.now(UTC) - timedelta(hours=23)


def test_bill_7_not_paid_comes_before_paid(
    client: Client, bank: PangalinkBank, receiver: Receiver
) -> None:
    client.fault("server", "cancelled_first")
    paid(client, bank, receiver)
    receiver.wait_for(2)
    assert [each.outcome for each in receiver.told] == [Outcome.NOT_PAID, Outcome.PAID]


def test_bill_7_the_browser_says_cancelled_though_it_was_paid(
    client: Client, bank: PangalinkBank, receiver: Receiver
) -> None:
    client.fault("browser", "cancelled")
    page = paid(client, bank, receiver)
    receiver.wait_for(1)
    client.go_back(page)
    assert [each.outcome for each in receiver.told] == [Outcome.PAID, Outcome.NOT_PAID]


@pytest.mark.parametrize("source", ["server", "browser"])
@pytest.mark.parametrize("kind", ["wrong_key", "wrong_hash"])
def test_bill_7_what_is_signed_wrongly_is_refused(
    client: Client, bank: PangalinkBank, receiver: Receiver, source: str, kind: str
) -> None:
    client.fault(source, kind)
    page = paid(client, bank, receiver)
    receiver.wait_for(1)
    client.go_back(page)
    assert receiver.refused == ["wrong_signature"]
    assert [each.from_server for each in receiver.told] == [source == "browser"]


def test_bill_7_another_amount_is_told(
    client: Client, bank: PangalinkBank, receiver: Receiver
) -> None:
    client.fault("server", "other_amount")
    placed = fresh_order(receiver, bank.name)
    client.press(come(client, bank, placed), "pay")
    receiver.wait_for(1)
    assert differences(placed, receiver.told[0]) == {Difference.AMOUNT}


@pytest.mark.parametrize("source", ["server", "browser"])
def test_bill_7_a_name_comes_in_latin_1(
    client: Client, bank: PangalinkBank, receiver: Receiver, source: str
) -> None:
    client.fault(source, "latin")
    page = paid(client, bank, receiver)
    receiver.wait_for(1)
    client.go_back(page)
    assert len(receiver.told) == 2


def test_bill_7_a_bank_refuses_a_payment(
    client: Client, bank: PangalinkBank, receiver: Receiver
) -> None:
    client.fault("payment", "refused")
    page = paid(client, bank, receiver)
    assert "It was refused" in page.text
    receiver.wait_for(1)
    assert receiver.told[0].outcome is Outcome.NOT_PAID
    assert list(bank.statements(None)) == []


def test_bill_7_who_pays_is_not_alone_and_the_second_signs_by_themselves(
    client: Client, bank: PangalinkBank, receiver: Receiver
) -> None:
    client.fault("payment", "second_signer")
    assert paid(client, bank, receiver).buttons == ["sign", "refuse"]
    client.ahead(hours=47)
    assert client.payments()[0]["state"] == "waiting_second_signer"
    client.ahead(hours=48)
    receiver.wait_for(1)
    assert client.payments()[0]["state"] == "paid"


def test_bill_7_what_was_paid_is_never_booked(
    client: Client, bank: PangalinkBank, receiver: Receiver
) -> None:
    client.fault("booking", "never")
    paid(client, bank, receiver)
    receiver.wait_for(1)
    assert list(bank.statements(None)) == []
    assert not client.payments()[0]["is_booked"]


def test_bill_7_what_was_paid_is_booked_a_day_later(
    client: Client, bank: PangalinkBank, receiver: Receiver
) -> None:
    client.fault("booking", "late")
    paid(client, bank, receiver)
    assert list(bank.statements(None)) == []
    client.ahead(days=1)
    assert len(entries(bank).entries) == 1


@pytest.mark.parametrize(
    ("kind", "reference"), [("without_reference", None), ("wrong_reference", "1234561")]
)
def test_bill_7_a_statement_has_no_reference_or_a_wrong_one(
    client: Client, bank: PangalinkBank, receiver: Receiver, kind: str, reference: str | None
) -> None:
    client.fault("booking", kind)
    paid(client, bank, receiver)
    assert [each.reference for each in entries(bank).entries] == [reference]


def test_bill_7_a_payment_is_returned_a_day_later(
    client: Client, bank: PangalinkBank, receiver: Receiver
) -> None:
    client.fault("booking", "returned")
    paid(client, bank, receiver)
    (came,) = entries(bank).entries
    client.ahead(days=1)
    _, second = bank.statements(None)
    (went,) = second.entries
    assert went.is_return
    assert (went.amount, went.reference) == (came.amount, came.reference)
    assert went.transfer_id == came.transfer_id
    assert went.bank_reference != came.bank_reference


def test_bill_7_money_comes_without_a_link_and_goes_back(
    client: Client, bank: PangalinkBank
) -> None:
    form = {"bank": bank.name, "amount": "5.00", "reference": "121312952"}
    came = client.control("POST", "/transfers", form)
    client.control("POST", f"/transfers/{came['id']}/return")
    one, two = entries(bank).entries
    assert [one.is_return, two.is_return] == [False, True]
    assert one.bank_reference == came["number"]
    assert one.transfer_id == two.transfer_id == came["id"]


@pytest.mark.parametrize(
    ("kind", "code"),
    [("http_503", "busy"), ("http_500", "target_error"), ("unreadable", "target_error")],
)
def test_bill_3_a_statement_that_cannot_be_had_or_read_is_trouble_and_none_is_skipped(
    client: Client, bank: PangalinkBank, kind: str, code: str
) -> None:
    form = {"bank": bank.name, "amount": "5.00", "reference": "121312952"}
    client.control("POST", "/transfers", form)
    client.fault("statements", kind)
    with pytest.raises(Trouble) as trouble:
        list(bank.statements(None))
    assert trouble.value.code == code
    client.control("DELETE", "/faults")
    assert len(entries(bank).entries) == 1


def test_bill_3_statements_are_for_the_operator_and_asked_for_after_a_known_one(
    client: Client, bank: PangalinkBank
) -> None:
    assert client.http.get(f"/{bank.name}/statements").status_code == 401
    with pytest.raises(Trouble):
        list(bank.statements("KUUSK-99999999999999"))


@pytest.mark.parametrize(
    "fault", [{"source": "server", "kind": "never"}, {"source": "all", "kind": "nonsense"}]
)
def test_bill_7_a_fault_that_no_bank_has_is_refused(client: Client, fault: dict[str, str]) -> None:
    assert client.http.put("/_control/faults", json=fault).status_code == 422


def test_bill_7_a_fault_may_be_of_one_payment_only(
    client: Client, bank: PangalinkBank, receiver: Receiver
) -> None:
    client.fault("booking", "never", subject="1234561")
    paid(client, bank, receiver)
    assert len(entries(bank).entries) == 1


def test_bill_7_the_banks_server_may_reach_a_merchant_at_another_address(
    receiver: Receiver,
) -> None:
    seen = receiver.banks
    with (
        running({"http://shop.example": receiver.url}) as client,
        banks_of(client.keys, client.url) as banks,
    ):
        receiver.banks = banks
        placed = order(sent_at=datetime.now(UTC), return_url="http://shop.example/return/kuusk")
        client.press(come(client, banks["kuusk"], placed), "pay")
        receiver.wait_for(1)
    receiver.banks = seen
    assert [each.from_server for each in receiver.told] == [True]
