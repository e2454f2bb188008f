"""bill.5, bill.6: every page of bills, payments, usage and extracts, as everybody who may not."""

from collections.abc import AsyncIterator, Mapping
from typing import NamedTuple
from uuid import uuid4

import pytest

from storage.database import Database
from tests.builders.approvals import ON
from tests.builders.billed_office import (
    OFFICE,
    PHONE,
    SECOND,
    SECOND_NUMBER,
    an_office,
    final_october,
    written,
)
from tests.builders.billing_callers import OTHER, PEOPLE, everyone
from tests.builders.paying import PAYING
from tests.clients.api_client import Front, person_token
from tests.clients.billing_client import Client
from tests.clients.billing_reading import open_billing_front, settings_of
from tests.clients.made_extracts import made
from tests.fixtures.pages_site import PagesSite, open_site

ACCOUNT = f"/v1/accounts/{OFFICE.id}"
ADMINISTRATOR, ACCOUNTANT = map(person_token, (PEOPLE["administrator"], PEOPLE["accountant"]))
HOME = f"/et/c/{OFFICE.id}"
MONTH = written(final_october())
WHOLE = {"administrator", "administrator by delegation", "joint representative"}
BILLS = WHOLE | {"accountant"}
ON_PHONE = {"own user", "service user"}
ASKS = {"administrator", "administrator by delegation", "given in full", *ON_PHONE}
SEES = BILLS | ON_PHONE | {"predecessor", "given in full"}
PAGES = {
    f"{HOME}/invoices": BILLS,
    f"{HOME}/invoices/{{invoice}}": BILLS,
    f"{HOME}/invoices/{{invoice}}/document": BILLS,
    f"{HOME}/costs?month={MONTH}": BILLS,
    f"{HOME}/costs.csv?month={MONTH}": BILLS,
    f"{HOME}/credit-limit": BILLS | ON_PHONE,
    f"{HOME}/credit-limit/history": BILLS,
    f"{HOME}/usage?month={MONTH}": WHOLE | ON_PHONE,
    f"{HOME}/services/{PHONE.id}/usage?month={MONTH}": WHOLE | ON_PHONE | {"predecessor"},
    f"{HOME}/services/{SECOND.id}/usage?month={MONTH}": WHOLE,
    f"{HOME}/extracts": SEES,
    f"{HOME}/extracts/new": ASKS,
    f"{HOME}/extracts/{{extract}}": WHOLE,
    f"{HOME}/extracts/{{extract}}/file": {"administrator"},
    f"{HOME}/extracts/{{extract}}/delete": {"administrator"},
    "/et/payments/{payment}": BILLS,
    "/et/payments/{payment}/cancel": BILLS - {"joint representative"},
    "/et/payments/{payment}/bank": BILLS - {"joint representative"},
}
"""Who is shown what; the predecessor is told that the number is another's. The extract is the
administrator's."""


class World(NamedTuple):
    """The pages, with an invoice that is being paid and an extract."""

    site: PagesSite
    ids: Mapping[str, str]


@pytest.fixture(scope="session")
def who_sees_billing(simulated_billing: Client) -> Client:
    return simulated_billing


@pytest.fixture
async def world(database: Database, who_sees_billing: Client) -> AsyncIterator[World]:
    billing = who_sees_billing
    billing.reset()
    an_office(database, billing)
    tokens = everyone(database)
    settings = settings_of(billing)
    async with open_billing_front(database, settings, paying=PAYING, approvals=ON) as front:
        invoice = await _open_invoice(front, tokens["accountant"])
        payment = await front.post(
            f"/v1/invoices/{invoice}/payments",
            tokens["accountant"],
            {"bank": "kuusk"},
            idempotency_key=str(uuid4()),
        )
        period = {"from_day": f"{MONTH}-02", "through_day": f"{MONTH}-03"}
        extract = await made(front, billing, ACCOUNT, tokens["administrator"], **period)
        ids = {
            "invoice": invoice,
            "payment": payment.json()["id"],
            "extract": extract.path.rpartition("/")[2],
        }
        async with open_site(front) as site:
            yield World(site, ids)


async def _open_invoice(front: Front, token: str | None) -> str:
    listed = await front.get(f"{ACCOUNT}/invoices?state=open", token)
    return str(listed.json()["items"][0]["id"])


async def test_bill_6_every_page_is_for_those_who_may_see_it(world: World) -> None:
    wrong = []
    for who, key in PEOPLE.items():
        async with world.site.client_of(key) as browser:
            for page, seeing in PAGES.items():
                answer = await browser.get(page.format(**world.ids))
                elsewhere = {303} if who in BILLS else set[int]()  # they see what it is of
                expected = {200} if who in seeing else {403, 404} | elsewhere
                if answer.status_code not in expected:
                    wrong.append((who, page, answer.status_code))
                written = answer.text.replace("\N{NO-BREAK SPACE}", "").replace(" ", "")
                if who in ON_PHONE and SECOND_NUMBER in written:
                    wrong.append((who, page, 0))
    assert not wrong, "\n".join(map(str, wrong))


async def test_bill_6_a_predecessor_is_led_to_nothing_that_is_refused_and_told_why(
    world: World,
) -> None:
    links = ("usage", "credit-limit", "extract")
    for who, shown in (("own user", True), ("predecessor", False)):
        async with world.site.client_of(PEOPLE[who]) as browser:
            page = await browser.get(f"{HOME}/services/{PHONE.id}")
            assert [f'id="{each}"' in page.text for each in links] == [shown] * 3, who
            asked = await browser.get(f"{HOME}/extracts/new")
            assert (asked.status_code, "viimasena kinnitas" in asked.text) == (
                (200, False) if shown else (403, True)
            )


async def test_bill_6_what_is_of_one_account_is_not_shown_below_another(world: World) -> None:
    """Toomas has the other account, and types ids of the first below its address."""
    other = f"/et/c/{OTHER.id}"
    pages = [each.replace(HOME, other) for each in PAGES if "{" in each or "/services/" in each]
    async with world.site.client_of(PEOPLE["of another account"]) as browser:
        for page in pages:
            answer = await browser.get(page.format(**world.ids))
            assert answer.status_code in {403, 404}, page


async def test_bill_3_whoever_may_not_pay_starts_and_ends_no_payment(world: World) -> None:
    acts = {
        f"{HOME}/invoices/{{invoice}}/pay": {"bank": "tamm"},
        "/et/payments/{payment}/cancel": {},
        f"{HOME}/extracts/{{extract}}/delete": {},
        f"{HOME}/extracts/{{extract}}/cancel": {},
    }
    origin = {"Origin": world.site.url, "Sec-Fetch-Site": "same-origin"}
    for who in PEOPLE.keys() - BILLS:
        async with world.site.client_of(PEOPLE[who]) as browser:
            for page, form in acts.items():
                answer = await browser.post(page.format(**world.ids), data=form, headers=origin)
                # Deleting what is not there is done already, whether it ever was there or not.
                expected = {303} if page.endswith("/delete") else {400, 403, 404}
                assert answer.status_code in expected | {403, 404}, (who, page)
    shown = await world.site.front.get("/v1/payments/{payment}".format(**world.ids), ACCOUNTANT)
    extract = await world.site.front.get(
        f"{ACCOUNT}/extracts/{{extract}}".format(**world.ids), ADMINISTRATOR
    )
    assert (shown.json()["state"], shown.json()["may_cancel"]) == ("sent", True)
    assert extract.json()["state"] == "ready"
