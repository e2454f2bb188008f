"""bill.3: what is believed of that which browsers and banks bring back."""

from datetime import timedelta
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.billing.money import Money
from domain.payments.orders import (
    Difference,
    NotOurs,
    NotOursReason,
    Outcome,
    Told,
    differences,
)
from tests.builders.banks import (
    AT,
    FORM,
    ORDER,
    OTHER_ACCOUNT,
    bank,
    body,
    not_paid,
    paid,
)


def told(raw: bytes, **changes: str) -> Told:
    return bank(**changes).read_return(raw, FORM, AT)


def why_not(raw: bytes, content_type: str = FORM, **changes: str) -> NotOursReason:
    with pytest.raises(NotOurs) as refused:
        bank(**changes).read_return(raw, content_type, AT)
    return refused.value.reason


def test_bill_3_a_signed_notice_that_it_was_paid_is_believed() -> None:
    notice = told(body(paid()))
    assert notice == Told(
        stamp=ORDER.stamp,
        outcome=Outcome.PAID,
        reference="121312952",
        amount=Money.of_text("12.34"),
        is_our_account=True,
        bank_reference="169",
        at=AT,
        is_timely=True,
        from_server=False,
    )
    assert differences(ORDER, notice) == frozenset()


def test_bill_3_a_signed_notice_that_it_was_not_paid_says_no_more() -> None:
    notice = told(body(not_paid(), auto="Y"))
    assert (notice.stamp, notice.outcome) == (ORDER.stamp, Outcome.NOT_PAID)
    assert (notice.amount, notice.at, notice.is_our_account) == (None, None, None)
    assert not notice.is_timely
    assert notice.from_server
    assert differences(ORDER, notice) == frozenset()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"AMOUNT": "1.00"}, {Difference.AMOUNT}),
        ({"AMOUNT": "12.33"}, {Difference.AMOUNT}),
        ({"CURR": "USD"}, {Difference.CURRENCY}),
        ({"REC_ACC": OTHER_ACCOUNT}, {Difference.ACCOUNT}),
        ({"REC_ACC": ""}, {Difference.ACCOUNT}),
        ({"REF": "121314950"}, {Difference.REFERENCE}),
        ({"REF": ""}, {Difference.REFERENCE}),
        ({"AMOUNT": "1", "REF": "13"}, {Difference.AMOUNT, Difference.REFERENCE}),
        ({"REF": "00121312952"}, set()),
        ({"REC_ACC": "EE38 2200 2210 2014 5685"}, set()),
        ({"AMOUNT": "12.340"}, None),
        ({"SND_NAME": "", "SND_ACC": "", "MSG": ""}, set()),
    ],
)
def test_bill_3_every_field_is_compared_with_the_order(
    changes: dict[str, str], said: set[Difference] | None
) -> None:
    raw = body(paid(**changes))
    if said is None:
        assert why_not(raw) is NotOursReason.UNREADABLE
    else:
        assert differences(ORDER, told(raw)) == said


@pytest.mark.parametrize(
    ("written", "meant"), [("10", "10.00"), ("10.5", "10.50"), (".17", "0.17"), ("0.17", "0.17")]
)
def test_bill_3_amounts_are_read_as_banks_write_them(written: str, meant: str) -> None:
    assert told(body(paid(AMOUNT=written))).amount == Money.of_text(meant)


@pytest.mark.parametrize("amount", ["", ".", "-1", "1,5", "1e3", "NaN", "١٢", "1.234", "9" * 12])
def test_bill_3_what_is_no_amount_is_no_notice(amount: str) -> None:
    assert why_not(body(paid(AMOUNT=amount))) is NotOursReason.UNREADABLE


@pytest.mark.parametrize("name", ["STAMP", "T_NO", "REF"])
@pytest.mark.parametrize("text", ["1\0", "1\n2", "9" * 201])
def test_bill_3_what_no_database_takes_is_no_notice(name: str, text: str) -> None:
    assert why_not(body(paid(**{name: text}))) is NotOursReason.UNREADABLE


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        pytest.param(body(paid(), key="somebody"), NotOursReason.WRONG_SIGNATURE, id="another-key"),
        pytest.param(body(paid(), key="operator"), NotOursReason.WRONG_SIGNATURE, id="our-own-key"),
        pytest.param(
            body(paid(), mac_hash="sha1"), NotOursReason.WRONG_SIGNATURE, id="another-hash"
        ),
        pytest.param(
            body(paid()).replace(b"12.34", b"99.34"), NotOursReason.WRONG_SIGNATURE, id="changed"
        ),
        pytest.param(
            body(paid()).replace(b"VK_MAC=", b"VK_MAC=x"),
            NotOursReason.WRONG_SIGNATURE,
            id="no-base64",
        ),
        pytest.param(
            body(paid(REC_ID="ANOTHER")), NotOursReason.WRONG_PARTIES, id="anothers-notice"
        ),
        pytest.param(body(paid(SND_ID="TAMM")), NotOursReason.WRONG_PARTIES, id="another-bank"),
        pytest.param(
            body(not_paid(REC_ID="ANOTHER")), NotOursReason.WRONG_PARTIES, id="anothers-failure"
        ),
        pytest.param(
            body(paid(VERSION="008")), NotOursReason.UNKNOWN_SERVICE, id="another-version"
        ),
        pytest.param(
            body(paid()).replace(b"=1111", b"=3013"), NotOursReason.UNKNOWN_SERVICE, id="a-login"
        ),
        pytest.param(
            body(paid()).replace(b"=1111", b"=1911"), NotOursReason.WRONG_SIGNATURE, id="turned"
        ),
        pytest.param(
            body(paid()).replace(b"VK_T_NO", b"VK_T_N"), NotOursReason.UNREADABLE, id="missing"
        ),
        pytest.param(
            body(paid()).replace(b"VK_MAC", b"VK_M"), NotOursReason.UNREADABLE, id="unsigned"
        ),
        pytest.param(
            body(paid()) + b"&VK_AMOUNT=1", NotOursReason.UNREADABLE, id="an-amount-twice"
        ),
        pytest.param(b"", NotOursReason.UNKNOWN_SERVICE, id="nothing"),
        pytest.param(b"&".join([b"a=b"] * 200), NotOursReason.UNREADABLE, id="many-fields"),
        pytest.param(b"a=" + b"b" * 40_000, NotOursReason.UNREADABLE, id="long"),
        pytest.param(
            body(paid(), says="UTF-7"), NotOursReason.UNREADABLE, id="an-encoding-of-no-bank"
        ),
        pytest.param(
            body(paid(), encoding="ISO-8859-1"), NotOursReason.UNREADABLE, id="bytes-of-no-text"
        ),
        pytest.param(
            body(paid(), says="ISO-8859-1"), NotOursReason.WRONG_SIGNATURE, id="a-false-encoding"
        ),
    ],
)
def test_bill_3_what_is_not_signed_by_this_bank_for_us_counts_for_nothing(
    raw: bytes, reason: NotOursReason
) -> None:
    assert why_not(raw) is reason


@pytest.mark.parametrize("kind", ["multipart/form-data; boundary=x", "application/json", ""])
def test_bill_3_only_forms_are_read(kind: str) -> None:
    assert why_not(body(paid()), kind) is NotOursReason.UNREADABLE


def test_bill_3_a_form_may_name_its_charset() -> None:
    form = "Application/X-WWW-Form-Urlencoded; charset=ISO-8859-1"
    assert bank().read_return(body(paid()), form, AT).stamp == ORDER.stamp


@pytest.mark.parametrize("encoding", ["UTF-8", "ISO-8859-1", "ISO-8859-13"])
@pytest.mark.parametrize("usual", ["UTF-8", "ISO-8859-1"])
def test_bill_3_a_notice_is_read_in_the_encoding_that_it_names(encoding: str, usual: str) -> None:
    raw = body(paid(), encoding=encoding, says=encoding.lower())
    assert told(raw, encoding=usual).outcome is Outcome.PAID


def test_bill_3_a_notice_that_names_none_is_in_the_banks_usual_encoding() -> None:
    raw = body(paid(), encoding="ISO-8859-1", says=None)
    assert told(raw, encoding="ISO-8859-1").outcome is Outcome.PAID
    assert why_not(raw) is NotOursReason.UNREADABLE


def test_bill_3_seb_names_the_account_and_the_encoding_otherwise() -> None:
    names = {"VK_REC_ACC": "VK_ACC", "VK_ENCODING": "VK_CHARSET"}
    raw = body(paid(), encoding="ISO-8859-1", says="ISO-8859-1", names=names)
    assert told(raw + b"&appname=UN3MIN&keel=EST&keel=EST").is_our_account


def test_bill_3_an_unescaped_plus_and_a_broken_line_spoil_no_signature() -> None:
    raw = body(paid())
    assert told(raw.replace(b"%2B", b"+")).outcome is Outcome.PAID
    at = raw.index(b"VK_MAC=") + 60
    at = raw.index(b"%", at)
    assert told(raw[:at] + b"%0D%0A" + raw[at:]).outcome is Outcome.PAID


@pytest.mark.parametrize(
    ("late", "is_timely"),
    [
        (timedelta(), True),
        (timedelta(minutes=5), True),
        (timedelta(minutes=-5), True),
        (timedelta(minutes=5, seconds=1), False),
        (timedelta(minutes=-5, seconds=-1), False),
        (timedelta(days=1), False),
    ],
)
def test_bill_3_a_late_notice_is_not_lost_and_says_that_it_is_late(
    late: timedelta, is_timely: bool
) -> None:
    notice = bank().read_return(body(paid()), FORM, AT + late)
    assert notice.outcome is Outcome.PAID
    assert notice.is_timely is is_timely


@pytest.mark.parametrize("at", ["", "28.11.2026", "2026-11-28T12:00:00"])
def test_bill_3_a_notice_without_a_readable_time_is_not_lost(at: str) -> None:
    notice = told(body(paid(T_DATETIME=at)))
    assert (notice.at, notice.is_timely) == (None, False)


def test_bill_3_the_same_notice_comes_by_browser_and_by_server() -> None:
    by_browser, by_server = told(body(paid())), told(body(paid(), auto="Y"))
    assert (by_browser.from_server, by_server.from_server) == (False, True)
    assert by_browser.stamp == by_server.stamp


@given(st.binary(max_size=300))
def test_bill_3_nothing_that_anybody_sends_is_more_than_refused(raw: bytes) -> None:
    sent = "&".join(f"{quote(name)}={quote(raw)}" for name in ("VK_SERVICE", "VK_MAC"))
    for each in (raw, sent.encode(), body(paid()) + b"&" + raw.replace(b"VK_", b"")):
        try:
            notice = bank().read_return(each, FORM, AT)
        except NotOurs:
            continue
        assert notice.amount == Money.of_text("12.34")
