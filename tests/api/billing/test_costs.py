"""Costs of a month beside the month before, and the file that a spreadsheet opens."""

import csv
import io
from collections import defaultdict
from dataclasses import replace
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest

from tests.builders.billed_office import (
    ACCOUNTANT,
    NUMBER,
    OFFICE,
    OWNER,
    PHONE,
    SECOND,
    STRANGER,
    USER,
    an_office,
    months_ago,
    written,
)
from tests.builders.people import JAAN
from tests.builders.rows import account, put, put_service
from tests.clients.api_client import SUPPORT, Answer, Front, person_token
from tests.clients.billing_client import Client
from tests.clients.billing_reading import TALLINN, age

COSTS = f"/v1/accounts/{OFFICE.id}/costs"
FILE = f"{COSTS}.csv"
CENT = Decimal("0.01")


@pytest.fixture(autouse=True)
def office(front: Front, billing: Client) -> None:
    an_office(front.database, billing)


async def read(front: Front, token: str = OWNER, **query: str) -> dict[str, Any]:
    asked = "&".join(f"{name}={value}" for name, value in query.items())
    answer = await front.get(f"{COSTS}?{asked}", token)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def at_billing(billing: Client, month: tuple[int, int]) -> list[dict[str, Any]]:
    query = {"billingAccount_id": str(OFFICE.id), "month": written(month)}
    rows: list[dict[str, Any]] = billing.get("/costSummary", **query).json(parse_float=Decimal)[
        "rows"
    ]
    return rows


def net(row: dict[str, Any]) -> Decimal:
    return Decimal(row["taxExcludedAmount"]["value"])


def nets(rows: list[dict[str, Any]]) -> dict[tuple[str, str], Decimal]:
    """Sum up by service and kind: there is a row for each rate of VAT."""
    sums: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for row in rows:
        sums[row["service"], row["kind"]] += net(row)
    return sums


def rounded(amount: Decimal) -> str:
    return str(amount.quantize(CENT, ROUND_HALF_UP))


async def test_bill_2_a_month_is_compared_with_the_month_before(
    front: Front, billing: Client
) -> None:
    month, before = months_ago(2), months_ago(3)
    old, new = nets(at_billing(billing, before)), nets(at_billing(billing, month))

    found = await read(front, month=written(month))

    shown = {(each["service_id"], each["kind"]): each for each in found["items"]}
    assert shown.keys() == new.keys() | old.keys()
    for place, each in shown.items():
        assert each["net"]["amount"] == (rounded(new[place]) if place in new else "0.00")
        was = each["before"] and each["before"]["net"]["amount"]
        assert was == (rounded(old[place]) if place in old else None)
    assert found["before"] == {"month": written(before), "is_final": True, "stale": None}
    numbers = [each["service"] and each["service"]["number"] for each in found["items"]]
    assert numbers == sorted(numbers, key=lambda each: each or "")


async def test_bill_2_vat_is_rounded_once_for_each_rate(front: Front, billing: Client) -> None:
    month = months_ago(2)
    taxed: dict[int, Decimal] = defaultdict(Decimal)
    for row in at_billing(billing, month):
        taxed[row["taxRate"]] += net(row)

    totals = (await read(front, month=written(month)))["totals"]

    expected = [
        (str(rate), rounded(whole), rounded(Decimal(rounded(whole)) * rate / 100))
        for rate, whole in sorted(taxed.items(), reverse=True)
    ]
    shown = [(e["rate"], e["net"]["amount"], e["vat"]["amount"]) for e in totals["vat"]]
    assert shown == expected
    assert len(shown) > 1
    net_sum = sum(Decimal(each[1]) for each in expected)
    assert Decimal(totals["net"]["amount"]) == net_sum
    gross = net_sum + sum(Decimal(each[2]) for each in expected)
    assert Decimal(totals["gross"]["amount"]) == gross


async def test_bill_2_costs_are_summed_up_by_kind(front: Front) -> None:
    found = await read(front, month=written(months_ago(2)))

    for kind in found["kinds"]:
        parts = [each for each in found["items"] if each["kind"] == kind["kind"]]
        whole = sum(Decimal(each["net"]["amount"]) for each in parts)
        assert abs(Decimal(kind["net"]["amount"]) - whole) <= CENT * len(parts)
    assert found["kinds"][0]["kind"] == "monthly_fee"


async def test_bill_2_what_costs_nothing_any_more_is_still_compared(
    front: Front, billing: Client
) -> None:
    """The second number's ledger begins with this month: it cost nothing before."""
    billing.ledger({"service": str(PHONE.id), "number": NUMBER}, account=str(OFFICE.id), months=3)
    first = months_ago(3)

    found = await read(front, month=written(first))

    assert all(each["before"] is None for each in found["items"])
    assert found["before"] == {"month": written(months_ago(4)), "is_final": True, "stale": None}
    answer = await front.get(f"{FILE}?month={written(first)}", OWNER, accept_language="en")
    assert before_in(answer) == {"0.00"}


async def test_bill_2_in_the_file_a_month_before_that_is_not_known_is_empty(
    front: Front, billing: Client
) -> None:
    await read(front, month=written(months_ago(3)))
    billing.fault("http_503", "costs")
    age(front.database)

    answer = await front.get(f"{FILE}?month={written(months_ago(4))}", OWNER, accept_language="en")

    assert before_in(answer) == {""}


def before_in(answer: Answer) -> set[str]:
    """Cells of the month before."""
    rows = opened(answer, ".")
    return {row[f"Month before {vat} VAT, EUR"] for row in rows for vat in ("without", "with")}


@pytest.mark.parametrize(
    ("token", "status"),
    [(OWNER, 200), (ACCOUNTANT, 200), (SUPPORT, 200), (USER, 404), (STRANGER, 404)],
)
async def test_bill_6_costs_are_for_those_who_see_the_invoices(
    front: Front, token: str, status: int
) -> None:
    for path in (COSTS, FILE):
        assert (await front.get(path, token)).status_code == status


async def test_bill_2_an_accountant_is_told_which_number_costs_what(front: Front) -> None:
    found = await read(front, ACCOUNTANT, month=written(months_ago(2)))

    labels = [each["service"] for each in found["items"] if each["service_id"] is not None]
    assert {each["number"] for each in labels} == {NUMBER, SECOND.number}


async def test_bill_2_rows_come_in_pages(front: Front) -> None:
    whole = await read(front, month=written(months_ago(2)))
    shown, after = [], None
    while True:
        more: dict[str, str] = {} if after is None else {"after": after}
        page = await read(front, month=written(months_ago(2)), limit="2", **more)
        shown += page["items"]
        assert page["totals"] == whole["totals"]
        after = page["next"]
        if after is None:
            break

    assert shown == whole["items"]
    assert len(shown) > 4


async def test_bill_1_billing_that_is_down_leaves_the_month_before_unknown(
    front: Front, billing: Client
) -> None:
    final = await read(front, month=written(months_ago(3)))
    await read(front)
    billing.fault("http_503", "costs")
    age(front.database)

    present = await read(front)
    kept = await read(front, month=written(months_ago(3)))
    unknown = await front.get(f"{COSTS}?month={written(months_ago(5))}", OWNER)
    half_known = await read(front, month=written(months_ago(4)))

    assert present["stale"] is not None
    assert kept == final
    assert (unknown.status_code, unknown.json()["code"]) == (503, "billing_unavailable")
    assert half_known["before"] is None
    assert half_known["totals"]["before"] is None


def opened(answer: Answer, decimal: str) -> list[dict[str, str]]:
    """The rows of the file, as a spreadsheet opens it that reads decimals so."""
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    for row in rows:
        for title, cell in row.items():
            assert cell[:1] not in {"=", "+", "@", "\t", "\r"}, title
            if title.endswith(", EUR") and cell:
                Decimal(cell.replace(decimal, "."))
    return rows


async def test_bill_2_the_file_has_the_rows_of_the_report(front: Front) -> None:
    month = written(months_ago(2))
    found = await read(front, month=month)

    answer = await front.get(f"{FILE}?month={month}", OWNER, accept_language="en")

    rows = opened(answer, ".")
    assert [row["Without VAT, EUR"] for row in rows] == [
        each["net"]["amount"] for each in found["items"]
    ]
    numbers = {each["service"]["number"] for each in found["items"] if each["service"]}
    assert {row["Number"] for row in rows if row["Number"]} == {f"'{each}" for each in numbers}
    assert f'filename="costs-{month}.csv"' in answer.headers["content-disposition"]
    as_of = datetime.fromisoformat(found["as_of"]).astimezone(TALLINN)
    assert {row["Data as of"] for row in rows} == {f"{as_of:%Y-%m-%d %H:%M}"}


async def test_bill_2_the_file_is_in_the_language_of_its_reader(front: Front) -> None:
    month = written(months_ago(2))

    answer = await front.get(f"{FILE}?month={month}", OWNER, accept_language="et")

    rows = opened(answer, ",")
    assert {row["Liik"] for row in rows} >= {"Kuutasu", "Kõned"}
    assert all("," in row["Käibemaksuta, EUR"] for row in rows)
    assert answer.headers["content-language"] == "et"


async def test_bill_2_a_name_that_is_a_formula_is_text_in_the_file(front: Front) -> None:
    put_service(front.database, replace(PHONE, name='=HYPERLINK("http://x";"y")'))

    answer = await front.get(f"{FILE}?month={written(months_ago(2))}", OWNER, accept_language="en")

    names = {row["Name"] for row in opened(answer, ".")}
    assert '\'=HYPERLINK("http://x";"y")' in names


async def test_bill_6_the_month_before_of_an_earlier_owner_is_not_compared(front: Front) -> None:
    put(front.database, account(JAAN))

    answer = await front.get(COSTS, person_token(JAAN))

    assert (answer.status_code, answer.json()["before"]) == (200, None)
