"""Invoices, their lines and documents, and the balance, with billing at hand (bill.1, bill.6)."""

from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from tests.builders.billed import (
    ACCOUNT,
    COMPANY,
    INVOICES,
    JAANS,
    KATIS,
    MARIS,
    PHONE,
    TABLET,
    TIIUS,
    bill,
    set_up,
)
from tests.builders.days import DAY, today
from tests.builders.people import KATI, MARI, TIIU
from tests.builders.register_states import TAMM
from tests.builders.rows import account, carry_out, give, put, rows
from tests.clients.api_client import OPS, PORTAL, SUPPORT, WATCHER, Front
from tests.clients.billing_client import Client
from tests.clients.billing_reading import age

Body = dict[str, Any]
ID = str(COMPANY.id)


@pytest.fixture(autouse=True)
def _billed(front: Front, billing: Client) -> None:
    set_up(front.database)
    bill(billing)


async def listed(front: Front, query: str = "", token: str = KATIS) -> Body:
    answer = await front.get(INVOICES + query, token)
    assert answer.status_code == 200, answer.text
    body: Body = answer.json()
    return body


async def newest(front: Front) -> Body:
    first: Body = (await listed(front))["items"][0]
    return first


def amount(money: Body) -> Decimal:
    assert money["currency"] == "EUR"
    return Decimal(money["amount"])


async def test_bill_6_invoices_are_listed_the_newest_first_under_ids_of_ours(
    front: Front, billing: Client
) -> None:
    told = billing.bills(ID)

    shown = await listed(front)

    assert [each["number"] for each in shown["items"]] == [each["billNo"] for each in told]
    assert shown["items"][0] == {
        "id": shown["items"][0]["id"],
        "number": told[0]["billNo"],
        "category": "normal",
        "issued_on": "2026-06-05",
        "due_on": "2026-06-18",
        "period": {"from": "2026-05-01", "through": "2026-05-31"},
        "total": {"amount": f"{told[0]['amountDue']['value']:.2f}", "currency": "EUR"},
        "left": {"amount": f"{told[0]['amountDue']['value']:.2f}", "currency": "EUR"},
        "state": "overdue",
        "payment": None,
        "has_document": True,
    }
    assert shown["stale"] is None
    assert shown["next"] is None
    assert not {each["id"] for each in told} & {each["id"] for each in shown["items"]}


async def test_bill_6_pages_hold_every_invoice_once(front: Front) -> None:
    whole = (await listed(front))["items"]
    found, query = [], "?limit=5"
    while query:
        page = await listed(front, query)
        found += page["items"]
        query = f"?limit=5&after={page['next']}" if page["next"] else ""

    assert found == whole
    assert len(found) == 13


async def test_bill_6_open_and_paid_ones_can_be_listed_alone(front: Front) -> None:
    opened = (await listed(front, "?state=open"))["items"]
    paid = (await listed(front, "?state=paid"))["items"]
    credit = [each for each in (await listed(front))["items"] if each["state"] == "credit"]

    assert [each["state"] for each in opened] == ["overdue"]
    assert {each["state"] for each in paid} == {"paid"}
    assert len(credit) == 1
    assert amount(credit[0]["total"]) < 0
    assert len(opened) + len(paid) + len(credit) == 13


async def test_bill_1_an_invoice_has_vat_by_rate_and_says_how_it_is_paid(
    front: Front, billing: Client
) -> None:
    (told, *_), first = billing.bills(ID), await newest(front)

    shown = (await front.get(f"/v1/invoices/{first['id']}", KATIS)).json()

    assert {name: shown[name] for name in first} == first
    assert [(each["rate"], amount(each["vat"])) for each in shown["vat"]] == [
        (str(each["taxRate"]), Decimal(str(each["taxAmount"]["value"]))) for each in told["taxItem"]
    ]
    vat = sum(amount(each["vat"]) for each in shown["vat"])
    assert amount(shown["net"]) + vat == amount(shown["total"])
    assert shown["payment_reference"] == told["paymentReference"]
    assert shown["pay_to"] == {"name": "Telekom AS", "iban": "EE382200221020145685"}
    assert shown["paid"] == []
    assert shown["may"] == ["invoice:pay"]
    assert shown["account_id"] == ID


async def test_bill_1_what_was_paid_is_shown_with_its_day(front: Front, billing: Client) -> None:
    (told, *_) = billing.bills(ID)
    billing.pay(told, 500, "k1")

    first = await newest(front)
    shown = (await front.get(f"/v1/invoices/{first['id']}", KATIS)).json()

    assert shown["paid"] == [
        {"amount": {"amount": "5.00", "currency": "EUR"}, "paid_on": "2026-11-10"}
    ]
    assert amount(shown["left"]) == amount(shown["total"]) - 5


@pytest.mark.parametrize(
    ("now", "paid_cents", "state"),
    [
        ("2096-06-20T10:00:00Z", 0, "open"),
        ("2096-06-20T10:00:00Z", 500, "partly_paid"),
        ("2026-06-20T10:00:00Z", 500, "overdue"),
    ],
)
async def test_bill_1_overdue_follows_from_the_day(
    front: Front, billing: Client, now: str, paid_cents: int, state: str
) -> None:
    bill(billing, now=now, months=2)
    (told, *_) = billing.bills(ID)
    if paid_cents:
        billing.pay(told, paid_cents, "k1")

    assert (await newest(front))["state"] == state


async def test_bill_1_what_billing_holds_back_cannot_be_paid(front: Front, billing: Client) -> None:
    (told, *_) = billing.bills(ID)
    billing.control("PUT", f"/bills/{told['id']}", {"on_hold": True})

    first = await newest(front)
    shown = (await front.get(f"/v1/invoices/{first['id']}", KATIS)).json()

    assert (shown["state"], shown["may"]) == ("on_hold", [])


async def test_bill_6_lines_are_those_of_billing_with_the_services_that_they_are_for(
    front: Front, billing: Client
) -> None:
    (told, *_), first = billing.bills(ID), await newest(front)
    lines = billing.get("/appliedCustomerBillingRate", bill_id=told["id"]).json()
    path = f"/v1/invoices/{first['id']}/lines"

    whole = (await front.get(path, MARIS)).json()
    page = (await front.get(f"{path}?limit=1", MARIS)).json()
    rest = (await front.get(f"{path}?after={page['next']}", MARIS)).json()

    assert [each["text"] for each in whole["items"]] == [each["name"] for each in lines]
    assert [amount(each["net"]) for each in whole["items"]] == [
        Decimal(str(each["taxExcludedAmount"]["value"])) for each in lines
    ]
    assert page["items"] + rest["items"] == whole["items"]
    fees = [each for each in whole["items"] if each["kind"] == "monthly_fee"]
    assert [each["service"]["number"] for each in fees] == [PHONE.number, TABLET.number]
    assert [each["service_id"] for each in fees] == [str(PHONE.id), str(TABLET.id)]
    assert {each["vat_rate"] for each in fees} == {"24"}


async def test_bill_5_an_accountant_is_told_which_number_a_line_is_for(front: Front) -> None:
    """As on the PDF, and in the costs (decision 0073): two services may have one name, or none."""
    first = await newest(front)

    lines = (await front.get(f"/v1/invoices/{first['id']}/lines", KATIS)).json()["items"]

    services = [each["service"] for each in lines if each["service_id"]]
    assert {each["name"] for each in services} == {"Mari telefon", "Tahvel"}
    assert {each["number"] for each in services} == {PHONE.number, TABLET.number}


@pytest.mark.parametrize("path", ["", "/lines", "/document"])
async def test_bill_6_whoever_looks_at_any_part_of_an_invoice_uses_their_access(
    front: Front, path: str
) -> None:
    """So a review does not say of an accountant, who only opens documents, that it is unused."""
    first, uses = await newest(front), front.app.state.parts.uses
    uses.flush(front.database)
    carry_out(front.database, "DELETE FROM access_use")

    answer = await front.get(f"/v1/invoices/{first['id']}{path}", KATIS)

    assert answer.status_code == 200
    uses.flush(front.database)
    assert [each.account_id for each in rows(front.database, "SELECT * FROM access_use")] == [
        COMPANY.id
    ]


async def test_bill_6_the_document_is_the_one_of_billing(front: Front, billing: Client) -> None:
    (told, *_), first = billing.bills(ID), await newest(front)

    answer = await front.get(f"/v1/invoices/{first['id']}/document", KATIS)

    assert answer.content == billing.get(f"/customerBill/{told['id']}/document").content
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["cache-control"] == "private, no-store"
    assert told["id"] not in answer.headers["content-disposition"]


async def test_bill_6_the_balance_says_what_is_owed_and_overdue(
    front: Front, billing: Client
) -> None:
    (told, *_) = billing.bills(ID)

    answer = await front.get(f"{ACCOUNT}/balance", KATIS)

    assert amount(answer.json()["owed"]) == Decimal(str(told["amountDue"]["value"]))
    assert answer.json()["overdue"] == answer.json()["owed"]
    assert answer.json()["stale"] is None


@pytest.mark.parametrize(
    ("token", "status"),
    [
        pytest.param(MARIS, 200, id="administrator"),
        pytest.param(KATIS, 200, id="accountant"),
        pytest.param(SUPPORT, 200, id="support"),
        pytest.param(OPS, 200, id="ops"),
        pytest.param(TIIUS, 404, id="user of a service"),
        pytest.param(JAANS, 404, id="owner of another account"),
        pytest.param(WATCHER, 403, id="program"),
        pytest.param(None, 401, id="nobody"),
    ],
)
async def test_bill_6_others_are_told_that_there_is_nothing(
    front: Front, token: str | None, status: int
) -> None:
    invoice = f"/v1/invoices/{(await newest(front))['id']}"
    paths = [*(INVOICES, f"{ACCOUNT}/balance", invoice, f"{invoice}/lines", f"{invoice}/document")]

    answers = [await front.get(path, token) for path in paths]

    assert [each.status_code for each in answers] == [status] * len(paths)
    if status == 404:
        unknown = await front.get(f"/v1/invoices/{uuid4()}", token)
        assert {each.json()["title"] for each in answers} == {unknown.json()["title"]}


async def test_bill_6_who_may_see_nothing_causes_no_request_to_billing(
    front: Front, billing: Client
) -> None:
    for path in (INVOICES, f"{ACCOUNT}/balance"):
        assert (await front.get(path, TIIUS)).status_code == 404
    for token in (TIIUS, SUPPORT):
        unknown = await front.get(f"/v1/accounts/{uuid4()}/invoices", token)
        assert unknown.status_code == 404

    assert billing.control("GET", "/requests") == {}


async def test_bill_6_a_portal_sees_what_its_person_sees(front: Front) -> None:
    seen = {
        person: (await front.get(INVOICES, PORTAL, on_behalf_of=str(front.id_of(person))))
        for person in (MARI, TIIU)
    }

    assert {person: each.status_code for person, each in seen.items()} == {MARI: 200, TIIU: 404}


async def test_bill_6_a_later_owner_does_not_see_invoices_of_an_earlier_one(front: Front) -> None:
    first = await newest(front)
    theirs_now = account(TAMM, 1, name="Kontor")
    put(front.database, theirs_now)
    give(front.database, KATI, theirs_now, "accountant")

    assert (await listed(front))["items"] == []
    for path in ("", "/lines", "/document"):
        answer = await front.get(f"/v1/invoices/{first['id']}{path}", KATIS)
        assert answer.status_code == 404
    assert len((await listed(front, token=SUPPORT))["items"]) == 13


async def test_bill_6_the_earlier_owners_last_month_is_billed_later_and_not_shown(
    front: Front, billing: Client
) -> None:
    """The account got its owner today; the month before is billed on the 5th of this one."""
    theirs_now = account(TAMM, 1, name="Kontor")
    put(front.database, theirs_now)
    give(front.database, KATI, theirs_now, "accountant")
    for month, shown in ((today(), 0), (today() + 31 * DAY, 1)):
        billed = month.replace(day=20)
        bill(billing, now=f"{billed.isoformat()}T10:00:00Z", months=1)
        age(front.database)

        assert len((await listed(front))["items"]) == shown
        newest_of_all = (await listed(front, token=SUPPORT))["items"][0]
        for path in ("", "/lines", "/document"):
            answer = await front.get(f"/v1/invoices/{newest_of_all['id']}{path}", KATIS)
            assert answer.status_code == (200 if shown else 404)
