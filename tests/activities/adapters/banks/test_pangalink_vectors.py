"""bill.3: what others have published about the Estonian bank link holds here."""

from datetime import datetime, timedelta
from urllib.parse import urlencode

import pytest
from pydantic import SecretStr

from activities.adapters.banks.pangalink import Link, PangalinkBank
from activities.adapters.banks.pangalink_mac import mac_text, sign
from activities.adapters.banks.statements import NoStatements
from domain.billing.money import Money
from domain.payments.bank_links import LinkEncoding
from domain.payments.orders import NotOurs, NotOursReason, Outcome
from settings.banks import read_bank_key, read_own_key
from tests.oracles.bank_link_vectors import NOTICES, ORDERS, Notice, Order

FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize("order", ORDERS.values(), ids=ORDERS)
def test_bill_3_orders_are_signed_as_published(order: Order) -> None:
    key = read_own_key(SecretStr(order.own_key))
    mac = sign(mac_text(order.values), LinkEncoding.UTF_8, key, order.mac_hash)
    assert mac == order.mac


def bank_of(notice: Notice) -> PangalinkBank:
    link = Link(
        name="published",
        url="https://bank.example",
        sender_id=notice.fields["VK_REC_ID"],
        bank_id=notice.fields["VK_SND_ID"],
        version=notice.version,
        mac_hash=notice.mac_hash,
        encoding=LinkEncoding.UTF_8,
        account=notice.fields.get("VK_REC_ACC", "EE382200221020145685"),
        payee_name=None,
    )
    own_key = read_own_key(SecretStr(ORDERS["1012-sha1"].own_key))
    return PangalinkBank(link, own_key, read_bank_key(notice.bank_key), NoStatements())


@pytest.mark.parametrize("notice", NOTICES.values(), ids=NOTICES)
def test_bill_3_notices_are_read_as_published(notice: Notice) -> None:
    at = datetime.fromisoformat(notice.fields.get("VK_T_DATETIME", "2020-03-13T07:21:14+0200"))
    raw = urlencode(notice.fields).encode()
    told = bank_of(notice).read_return(raw, FORM, at + timedelta(minutes=1))

    assert told.stamp == notice.fields["VK_STAMP"]
    assert told.reference == notice.fields["VK_REF"]
    if notice.fields["VK_SERVICE"] == "1111":
        assert told.outcome is Outcome.PAID
        assert told.amount == Money.of_text(notice.fields["VK_AMOUNT"])
        assert told.is_our_account
        assert told.is_timely
        assert told.bank_reference == notice.fields["VK_T_NO"]
    else:
        assert told.outcome is Outcome.NOT_PAID


CHANGED = [
    pytest.param(notice, name, id=f"{called}-{name}")
    for called, notice in NOTICES.items()
    for name in ("VK_STAMP", "VK_REF", "VK_MSG", "VK_AMOUNT", "VK_REC_ACC")
    if name in notice.fields
]


@pytest.mark.parametrize(("notice", "name"), CHANGED)
def test_bill_3_a_changed_field_breaks_the_signature(notice: Notice, name: str) -> None:
    changed = {**notice.fields, name: notice.fields[name] + "1"}
    with pytest.raises(NotOurs) as refused:
        bank_of(notice).read_return(
            urlencode(changed).encode(), FORM, datetime.fromisoformat("2020-03-13T07:21:14+02:00")
        )
    assert refused.value.reason is NotOursReason.WRONG_SIGNATURE


def test_bill_3_the_text_of_the_reference_is_built_as_calculated() -> None:
    # Calculated in the project's notes on the specification.
    values = ("1012", "009", "id2000", "100", "10.00", "EUR", "1009", "Õie arve")
    more = ("https://e.ee/r", "https://e.ee/r", "2026-11-28T12:00:00+0200")
    assert mac_text(values + more) == (
        "0041012003009006id200000310000510.00003EUR0041009008Õie arve"
        "014https://e.ee/r014https://e.ee/r0242026-11-28T12:00:00+0200"
    )
