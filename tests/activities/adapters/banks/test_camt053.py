"""bill.3: statements, which say what money really came."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities.adapters.banks.camt053 import read_statement
from activities.adapters.banks.camt053_values import StatementFault, StatementRefused
from domain.billing.money import Money
from domain.payments.orders import Entry
from domain.visible_text import is_visible
from tests.builders.banks import ACCOUNT, OTHER_ACCOUNT
from tests.builders.statements import Line, document, free_text, payment, reference, statement

VIITENUMBER = "121312952"


def entries(*lines: Line, version: str = "02") -> tuple[Entry, ...]:
    return read_statement(statement(*lines, version=version), "S1", ACCOUNT).entries


def only(line: Line, version: str = "02") -> Entry:
    (entry,) = entries(line, version=version)
    return entry


def fault(xml: bytes) -> StatementFault:
    with pytest.raises(StatementRefused) as refused:
        read_statement(xml, "S1", ACCOUNT)
    return refused.value.fault


@pytest.mark.parametrize("version", ["02", "08"])
def test_bill_3_a_payment_is_read_with_its_reference_and_payer(version: str) -> None:
    party = "<Nm>Õie OÜ</Nm>" if version == "02" else "<Pty><Nm>Õie OÜ</Nm></Pty>"
    refs = "<Refs><EndToEndId>NOTPROVIDED</EndToEndId><TxId>TX-7</TxId></Refs>"
    own = f"{refs}<RltdPties><Dbtr>{party}</Dbtr></RltdPties>{reference(VIITENUMBER)}"
    read = read_statement(statement(Line(own=own), version=version), "S1", ACCOUNT)
    assert (read.id, read.account) == ("S1", ACCOUNT)
    assert read.entries == (
        Entry(
            bank_reference="2026112800000042-1",
            amount=Money.of_text("12.34"),
            reference=VIITENUMBER,
            booked_on=date(2026, 11, 28),
            payer_name="Õie OÜ",
            transfer_id="TX-7",
        ),
    )


def test_bill_3_a_payers_name_is_one_line_of_what_can_be_seen() -> None:
    refs = "<Refs><TxId>TX&#x85;7</TxId></Refs>"
    name = f"Õie&#10;OÜ&#x202E;{'x' * 200}"
    party = f"<RltdPties><Dbtr><Nm>{name}</Nm></Dbtr></RltdPties>"

    entry = only(Line(own=f"{refs}{party}{reference(VIITENUMBER)}"))

    assert entry.payer_name is not None
    assert is_visible(entry.payer_name)
    assert len(entry.payer_name) == 140
    assert entry.transfer_id is None


@pytest.mark.parametrize("status", ["PDNG", "INFO", "FUTR"])
@pytest.mark.parametrize("version", ["02", "08"])
def test_bill_3_only_what_is_booked_is_money(status: str, version: str) -> None:
    assert entries(Line(status=status), version=version) == ()


def test_bill_3_what_the_operator_pays_is_no_payment_of_a_customer() -> None:
    assert entries(Line(side="DBIT")) == ()
    assert entries(Line(side="CRDT", reversal="true")) == ()
    assert entries(Line(amount="0")) == ()


@pytest.mark.parametrize("yes", ["true", "1"])
def test_bill_3_a_reversal_takes_a_payment_back(yes: str) -> None:
    own = "<Refs><TxId>TX-7</TxId></Refs>" + reference(VIITENUMBER)
    came, went = entries(
        Line(own=own), Line(side="DBIT", reversal=yes, own=own, booked_on="2026-12-01")
    )
    assert (came.is_return, went.is_return) == (False, True)
    assert went.bank_reference != came.bank_reference
    assert went.returned_reference == came.bank_reference
    assert went.transfer_id == came.transfer_id == "TX-7"
    assert (went.amount, went.reference) == (came.amount, came.reference)


def test_bill_3_a_return_of_the_payers_bank_takes_a_payment_back() -> None:
    own = "<Refs><EndToEndId>E2E-1</EndToEndId></Refs><RtrInf><Rsn><Cd>FOCR</Cd></Rsn></RtrInf>"
    went = only(Line(side="DBIT", reversal="false", own=own))
    assert went.is_return
    assert went.transfer_id == "E2E-1"
    assert went.returned_reference is None


@pytest.mark.parametrize(
    ("own", "found"),
    [
        (reference(VIITENUMBER), VIITENUMBER),
        (reference(" 12131 2952 "), VIITENUMBER),
        (reference("RF31121312952"), VIITENUMBER),
        (reference("121312953"), None),
        (reference("INV-1"), None),
        (reference(VIITENUMBER) + reference(VIITENUMBER), VIITENUMBER),
        (reference(VIITENUMBER) + reference("121314950"), None),
        (reference("121314950") + free_text(VIITENUMBER), "121314950"),
        (free_text(VIITENUMBER), VIITENUMBER),
        (free_text("/RFB/121312952"), VIITENUMBER),
        (free_text("Viitenumber: 121312952"), VIITENUMBER),
        (free_text("viide 121312952"), VIITENUMBER),
        (free_text("Arve 121312952"), None),
        (free_text("Arve 2026-11, 121312952"), None),
        (free_text("aitäh"), None),
        ("", None),
    ],
)
def test_bill_3_a_reference_is_taken_only_where_it_is_one(own: str, found: str | None) -> None:
    assert only(Line(own=own)).reference == found


@pytest.mark.parametrize("version", ["02", "08"])
def test_bill_3_a_batch_is_as_many_payments_as_it_has(version: str) -> None:
    parts = [
        payment(reference(VIITENUMBER), "10.00", version),
        payment(reference("121314950"), "2.34", version),
    ]
    one, two = entries(Line(details="".join(parts)), version=version)
    assert [one.amount, two.amount] == [Money.of_text("10.00"), Money.of_text("2.34")]
    assert [one.reference, two.reference] == [VIITENUMBER, "121314950"]
    assert [one.bank_reference, two.bank_reference] == [
        "2026112800000042-1/1",
        "2026112800000042-1/2",
    ]


@pytest.mark.parametrize("amounts", [("10.00", "2.33"), ("12.34", None)])
def test_bill_3_a_batch_that_is_not_its_sum_is_refused(amounts: tuple[str | None, ...]) -> None:
    details = "".join(payment(reference(VIITENUMBER), each) for each in amounts)
    assert fault(statement(Line(details=details))) is StatementFault.DETAILS_DIFFER


def test_bill_3_a_line_without_details_is_money_all_the_same() -> None:
    entry = only(Line(details="", bank_reference=None))
    assert entry.reference is None
    assert entry.bank_reference == "P1/1"


def test_bill_3_the_banks_reference_may_stand_in_the_details() -> None:
    own = "<Refs><AcctSvcrRef>IN-THE-DETAILS</AcctSvcrRef></Refs>"
    assert only(Line(bank_reference=None, own=own)).bank_reference == "IN-THE-DETAILS"


def test_bill_3_another_currency_stays_another_currency() -> None:
    assert only(Line(currency="USD")).amount == Money.of_text("12.34", "USD")


def test_bill_3_a_statement_of_several_parts_is_read_whole() -> None:
    parts = [
        statement(Line(bank_reference=f"R{n}"), part=f"P{n}").split(b"</GrpHdr>")[1] for n in (1, 2)
    ]
    inner = b"".join(each.split(b"</BkToCstmrStmt>")[0] for each in parts).decode()
    read = read_statement(document(inner), "S1", ACCOUNT)
    assert [each.bank_reference for each in read.entries] == ["R1", "R2"]


HEADS = {
    "an-entity": '<!DOCTYPE d [<!ENTITY x "12131">]>',
    "a-bomb": '<!DOCTYPE d [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>',
    "a-file": '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
    "an-address": '<!DOCTYPE d SYSTEM "http://127.0.0.1:1/x.dtd">',
}


@pytest.mark.parametrize("head", HEADS.values(), ids=HEADS)
def test_bill_3_hostile_xml_is_refused(head: str) -> None:
    assert fault(document("<Stmt/>", head=head)) is StatementFault.UNREADABLE


@pytest.mark.parametrize(
    ("xml", "expected"),
    [
        (b"", StatementFault.UNREADABLE),
        (b"<html/>", StatementFault.OTHER_FORMAT),
        (b"{}", StatementFault.UNREADABLE),
        (document(""), StatementFault.UNREADABLE),
        (document("<Stmt><Id>1</Id></Stmt>"), StatementFault.OTHER_ACCOUNT),
        (statement(Line(), account=OTHER_ACCOUNT), StatementFault.OTHER_ACCOUNT),
        (document("<Stmt/>", version="13"), StatementFault.OTHER_FORMAT),
        (statement(Line(), Line()), StatementFault.REFERENCE_TWICE),
        (statement(Line(amount="1e3")), StatementFault.UNREADABLE),
        (statement(Line(amount="0.001")), StatementFault.UNREADABLE),
        (statement(Line(amount="1000000000000")), StatementFault.UNREADABLE),
        (statement(Line(amount="-1")), StatementFault.UNREADABLE),
        (statement(Line(amount="")), StatementFault.UNREADABLE),
        (statement(Line(currency="")), StatementFault.UNREADABLE),
        (statement(Line(side="BOTH")), StatementFault.UNREADABLE),
        (statement(Line(booked_on=None)), StatementFault.UNREADABLE),
        (statement(Line(booked_on="2026-02-30")), StatementFault.UNREADABLE),
        (statement(Line(reversal="maybe")), StatementFault.UNREADABLE),
        (statement(Line(bank_reference="R" * 81)), StatementFault.UNREADABLE),
        (statement(Line())[:-20], StatementFault.UNREADABLE),
        (b'<?xml version="1.0" encoding="nonsense"?><a/>', StatementFault.UNREADABLE),
    ],
)
def test_bill_3_what_cannot_be_read_whole_is_not_read(xml: bytes, expected: StatementFault) -> None:
    assert fault(xml) is expected


@given(st.binary(max_size=200))
def test_bill_3_nothing_that_a_bank_sends_is_more_than_refused(raw: bytes) -> None:
    whole = statement(Line(own=reference(VIITENUMBER)))
    for xml in (raw, whole.replace(b"12.34", raw), whole.replace(b"CRDT", raw)):
        try:
            read_statement(xml, "S1", ACCOUNT)
        except StatementRefused:
            continue
