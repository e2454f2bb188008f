"""Billing that is down, slow, or answers with something else (bill.1): never an error for the rest.

What it said last is shown, and is marked. What was never known is `billing_unavailable`.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest

from services.billing import invoice_questions
from settings.billing import BillingReadSettings
from storage.billing import snapshots
from storage.database import Database
from tests.builders.billed import ACCOUNT, COMPANY, INVOICES, KATIS, bill, set_up
from tests.builders.people import KATI
from tests.builders.register_states import TAMM
from tests.builders.rows import account, give, put, rows
from tests.clients.api_client import Front
from tests.clients.billing_client import Client
from tests.clients.billing_reading import age, open_billing_front, settings_of
from tests.fixtures.engine import until

Body = dict[str, Any]
BALANCE = f"{ACCOUNT}/balance"
ID = str(COMPANY.id)
WRONG = ("http_429", "http_500", "http_503", "cut", "garbage", "wrong_shape", "wrong_values")


@pytest.fixture(autouse=True)
def _billed(database: Database, billing: Client) -> None:
    set_up(database)
    bill(billing)


@asynccontextmanager
async def opened(front: Front, billing: Client, **settings: timedelta) -> AsyncIterator[Front]:
    """Another API process over the same database, with these settings."""
    async with open_billing_front(front.database, settings_of(billing, **settings)) as another:
        yield another


async def shown(front: Front, path: str) -> Body:
    answer = await front.get(path, KATIS)
    assert answer.status_code == 200, answer.text
    body: Body = answer.json()
    return body


def source_of(path: str) -> str:
    """Where in billing this is read."""
    return path.rsplit("/", maxsplit=1)[-1]


async def paths(front: Front) -> list[str]:
    """Every read that is kept, each read once."""
    first = (await shown(front, INVOICES))["items"][0]["id"]
    found = [INVOICES, BALANCE, f"/v1/invoices/{first}/lines"]
    for path in found:
        await shown(front, path)
    return found


@pytest.mark.parametrize("kind", WRONG)
async def test_bill_1_the_last_known_values_are_shown_and_marked(
    front: Front, billing: Client, kind: str
) -> None:
    read = await paths(front)
    age(front.database)
    before = {path: row.read_at for path, row in zip(read, _rows(front), strict=True)}
    for path in read:
        billing.fault(kind, source_of(path))

        told = await shown(front, path)

        assert told["stale"]["since"] == told["as_of"]
        assert told["stale"]["reason"]["code"] == "billing_unavailable"
        assert told["as_of"] in {f"{at:%Y-%m-%dT%H:%M:%S.%fZ}" for at in before.values()}
        billing.control("DELETE", "/faults")
        assert (await shown(front, path))["stale"] is None


def _rows(front: Front) -> list[Any]:
    statement = "SELECT read_at AT TIME ZONE 'UTC' AS read_at FROM billing_snapshot"
    return rows(front.database, statement)


@pytest.mark.parametrize("kind", WRONG)
async def test_bill_1_what_was_never_known_is_unavailable_for_now(
    front: Front, billing: Client, kind: str
) -> None:
    for source, path in (("invoices", INVOICES), ("balance", BALANCE)):
        billing.fault(kind, source)

        answer = await front.get(path, KATIS)

        assert (answer.status_code, answer.json()["code"]) == (503, "billing_unavailable")
        assert int(answer.headers["retry-after"]) >= 1
    assert (await front.get(ACCOUNT, KATIS)).status_code == 200  # the rest goes on


async def test_bill_1_an_invoice_is_known_from_the_list_of_its_account(
    front: Front, billing: Client
) -> None:
    first = (await shown(front, INVOICES))["items"][0]
    billing.fault("http_503", "invoices")

    fresh = await shown(front, f"/v1/invoices/{first['id']}")
    age(front.database)
    stale = await shown(front, f"/v1/invoices/{first['id']}")

    assert fresh["stale"] is None
    assert stale["stale"]["since"] == stale["as_of"] < fresh["as_of"]
    assert {name: stale[name] for name in first} == first


async def test_bill_1_a_document_is_read_each_time(front: Front, billing: Client) -> None:
    first = (await shown(front, INVOICES))["items"][0]["id"]
    path = f"/v1/invoices/{first}/document"
    for kind in ("http_503", "cut", "garbage"):
        billing.fault(kind, "document")

        answer = await front.get(path, KATIS)

        assert (answer.status_code, answer.json()["code"]) == (503, "billing_unavailable")
    billing.control("DELETE", "/faults")
    assert (await front.get(path, KATIS)).status_code == 200


async def test_bill_1_nobody_waits_for_billing_longer_than_a_reader_does(
    front: Front, billing: Client
) -> None:
    await shown(front, BALANCE)
    age(front.database)
    billing.fault("timeout", "balance")
    async with opened(front, billing, read_timeout=timedelta(milliseconds=50)) as hurried:
        assert (await shown(hurried, BALANCE))["stale"] is not None
        assert (await hurried.get(INVOICES, KATIS)).status_code in {200, 503}
        billing.control("DELETE", "/faults")


async def test_bill_1_what_comes_too_late_for_its_reader_is_there_for_the_next(
    front: Front, billing: Client
) -> None:
    """A list of several pages may take longer than a reader waits."""
    billing.fault("delay", "invoices", seconds=600)
    late = asyncio.create_task(front.get(INVOICES, KATIS))
    await until(lambda: bool(billing.control("GET", "/requests")))
    late.cancel()
    billing.control("DELETE", "/faults")
    await until(lambda: bool(rows(front.database, "SELECT FROM billing_snapshot")))

    assert len((await shown(front, INVOICES))["items"]) == 13
    assert billing.control("GET", "/requests") == {"GET invoices": 1}


async def test_bill_1_a_fresh_answer_is_not_asked_for_again(front: Front, billing: Client) -> None:
    first = await shown(front, BALANCE)

    again = await shown(front, BALANCE)
    assert again == first
    assert billing.control("GET", "/requests") == {"GET accounts": 1}
    async with opened(front, billing, fresh_for=timedelta()) as always:
        assert (await shown(always, BALANCE))["as_of"] > first["as_of"]


async def test_bill_1_those_who_ask_the_same_at_once_ask_once(
    front: Front, billing: Client
) -> None:
    billing.fault("delay", "balance", seconds=600)
    asked = [asyncio.create_task(shown(front, BALANCE)) for _ in range(5)]
    await until(lambda: bool(billing.control("GET", "/requests")))
    billing.control("DELETE", "/faults")

    answers = await asyncio.gather(*asked)

    assert billing.control("GET", "/requests") == {"GET accounts": 1}
    assert {each["as_of"] for each in answers} == {answers[0]["as_of"]}


async def test_bill_1_what_just_failed_is_left_alone_for_a_while(
    front: Front, billing: Client
) -> None:
    await shown(front, BALANCE)
    age(front.database)
    async with opened(front, billing, pause=timedelta(minutes=10)) as patient:
        billing.fault("http_503", "balance")
        assert (await shown(patient, BALANCE))["stale"] is not None
        billing.control("DELETE", "/faults")
        billing.control("DELETE", "/requests")

        assert (await shown(patient, BALANCE))["stale"] is not None
        assert billing.control("GET", "/requests") == {}
        # Billing answers other questions: they are asked.
        assert (await shown(patient, INVOICES))["stale"] is None


async def test_bill_1_a_billing_that_answers_nothing_is_not_asked_by_every_request(
    front: Front, billing: Client
) -> None:
    first = (await shown(front, INVOICES))["items"][0]["id"]
    age(front.database)
    billing.control("DELETE", "/requests")
    async with opened(front, billing, pause=timedelta(minutes=10)) as patient:
        billing.fault("http_503", "all")
        for _ in range(3):
            assert (await shown(patient, INVOICES))["stale"] is not None
            assert (await patient.get(BALANCE, KATIS)).status_code == 503
            lines = await patient.get(f"/v1/invoices/{first}/lines", KATIS)
            assert lines.json()["code"] == "billing_unavailable"

    assert sum(billing.control("GET", "/requests").values()) == 2


async def test_bill_1_after_a_change_nothing_known_counts_as_fresh(
    front: Front, billing: Client
) -> None:
    """A payment, or an order's booking (``snapshots.drop``)."""
    first = (await shown(front, INVOICES))["items"][0]
    assert (await shown(front, BALANCE))["stale"] is None
    billing.pay(billing.bills(ID)[0], 100, "k1")
    with front.database.transaction() as session:
        snapshots.drop(session, COMPANY.id)
    billing.fault("http_503", "all")

    old = await shown(front, INVOICES)
    billing.control("DELETE", "/faults")
    new = await shown(front, INVOICES)

    assert (old["stale"] is not None, old["items"][0]) == (True, first)
    assert new["stale"] is None
    assert new["items"][0]["left"] != first["left"]
    one = await shown(front, f"/v1/invoices/{first['id']}")
    assert one["paid"] != []
    assert (await shown(front, BALANCE))["owed"] == one["left"]


async def test_bill_1_an_answer_asked_for_before_a_change_is_not_fresh_after_it(
    front: Front, billing: Client
) -> None:
    billing.fault("delay_after", "balance", seconds=600)
    early = asyncio.create_task(shown(front, BALANCE))
    await until(lambda: bool(billing.control("GET", "/requests")))
    billing.pay(billing.bills(ID)[0], 100, "k1")
    with front.database.transaction() as session:
        snapshots.drop(session, COMPANY.id)
    billing.control("DELETE", "/faults")

    late = await shown(front, BALANCE)  # does not wait for the answer that is on its way
    assert float(late["owed"]["amount"]) == float((await early)["owed"]["amount"]) - 1
    assert (await shown(front, BALANCE))["owed"] == late["owed"]


async def test_bill_1_one_invoice_that_cannot_be_read_hides_none_of_the_others(
    front: Front, billing: Client
) -> None:
    known = await shown(front, INVOICES)
    age(front.database)
    newest = billing.bills(ID)[0]["id"]
    billing.fault("wrong_values", "invoices", subject=newest)

    one = await shown(front, f"/v1/invoices/{known['items'][0]['id']}")

    assert one["stale"] is not None
    assert len((await shown(front, INVOICES))["items"]) == len(known["items"])


async def test_bill_1_an_invoice_that_billing_has_no_more_is_not_shown(
    front: Front, billing: Client
) -> None:
    """Billing was set up anew, with a month less."""
    known = (await shown(front, INVOICES))["items"]
    bill(billing, months=11)
    gone = known[-1]["id"]
    age(front.database)

    assert (await front.get(f"/v1/invoices/{gone}", KATIS)).status_code == 404
    listed = {each["id"] for each in (await shown(front, INVOICES))["items"]}

    assert gone not in listed
    assert known[0]["id"] in listed


async def test_bill_1_an_account_that_billing_does_not_know_yet_has_no_invoices(
    front: Front, billing: Client
) -> None:
    billing.account(ID, known=False)

    assert (await shown(front, INVOICES))["items"] == []
    assert (await front.get(BALANCE, KATIS)).json()["code"] == "billing_unavailable"
    billing.reset()
    bill(billing)
    assert (await shown(front, BALANCE))["stale"] is None


async def test_bill_1_a_list_without_any_invoice_takes_none_away(
    front: Front, billing: Client
) -> None:
    """Unknown is not no: an empty answer says nothing of those that are known."""
    known = (await shown(front, INVOICES))["items"]
    age(front.database)
    billing.control("DELETE", "/ledgers")

    assert (await shown(front, INVOICES))["items"] == known


async def test_bill_1_a_new_owner_is_not_shown_what_the_earlier_one_owed(
    front: Front, billing: Client
) -> None:
    await shown(front, BALANCE)
    put(front.database, account(TAMM, 1, name="Kontor"))
    give(front.database, KATI, account(TAMM, 1), "accountant")
    billing.fault("http_503", "balance")

    answer = await front.get(BALANCE, KATIS)

    assert (answer.status_code, answer.json()["code"]) == (503, "billing_unavailable")


async def test_bill_1_a_list_of_which_something_is_missing_says_so(
    front: Front, billing: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Billing has more than is read of it; the same as where one of a list cannot be read."""
    first, *_ = (await shown(front, INVOICES))["items"]
    read = [INVOICES, f"/v1/invoices/{first['id']}/lines"]
    complete = [(await shown(front, path))["is_complete"] for path in read]
    before = [len((await shown(front, path))["items"]) for path in read]
    age(front.database)
    monkeypatch.setattr(invoice_questions, "_PAGE", 2)
    monkeypatch.setattr(invoice_questions, "_MOST_INVOICES", 2)
    monkeypatch.setattr(invoice_questions, "_LINES_PAGE", 2)
    monkeypatch.setattr(invoice_questions, "_MOST_LINES", 2)

    told = [await shown(front, path) for path in read]

    assert complete == [True] * 2
    assert [each["is_complete"] for each in told] == [False] * 2
    assert [len(each["items"]) for each in told] == [before[0], 2]  # invoices are kept one by one


async def test_bill_1_without_billing_nothing_is_known(database: Database) -> None:
    settings = BillingReadSettings(url=None, token=None)
    async with open_billing_front(database, settings) as front:
        assert (await front.get(INVOICES, KATIS)).json()["code"] == "billing_unavailable"
