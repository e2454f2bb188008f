"""bill.5, bill.6: after access has ended, in whichever way, no route of bills tells anything.

Every route of billing, payments and extracts, called as everybody who has lost access, and some
as those who have kept it.
"""

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import replace
from typing import NamedTuple
from uuid import UUID, uuid4

import pytest

from domain.accounts import AccountStatus
from storage.database import Database
from tests.builders.billed_office import (
    OFFICE,
    PHONE,
    an_office,
    final_october,
    written,
)
from tests.builders.billing_callers import PEOPLE, PROGRAMS, everyone
from tests.builders.company_suspensions import deleted
from tests.builders.freezes import freeze
from tests.builders.paying import PAYING
from tests.builders.people import JAAN, TOOMAS
from tests.builders.register_states import TAMM
from tests.builders.rows import account, carry_out, put, put_service, store_states
from tests.clients.api_client import Front
from tests.clients.billing_client import Client
from tests.clients.billing_reading import open_billing_front, settings_of
from tests.clients.made_extracts import ask_for, made

ACCOUNT = f"/v1/accounts/{OFFICE.id}"
MONTH = written(final_october())
PERIOD = {"from_day": f"{MONTH}-02", "through_day": f"{MONTH}-04"}
READS = {
    "listInvoices": f"{ACCOUNT}/invoices",
    "getInvoice": "/v1/invoices/{invoice}",
    "listInvoiceLines": "/v1/invoices/{invoice}/lines",
    "getInvoiceDocument": "/v1/invoices/{invoice}/document",
    "listPayments": "/v1/invoices/{invoice}/payments",
    "getPayment": "/v1/payments/{payment}",
    "getBalance": f"{ACCOUNT}/balance",
    "getAccountCosts": f"{ACCOUNT}/costs?month={MONTH}",
    "getAccountCostsFile": f"{ACCOUNT}/costs.csv?month={MONTH}",
    "listCreditLimitChanges": f"{ACCOUNT}/credit-limit/history",
    "getAccountCreditLimit": f"{ACCOUNT}/credit-limit",
    "getAccountUsage": f"{ACCOUNT}/usage?month={MONTH}",
    "getServiceUsage": f"/v1/services/{PHONE.id}/usage?month={MONTH}",
    "listExtracts": f"{ACCOUNT}/extracts",
    "getExtractChoices": f"{ACCOUNT}/extracts/choices",
    "getExtract": f"{ACCOUNT}/extracts/{{extract}}",
    "getExtractFile": f"{ACCOUNT}/extracts/{{extract}}/file",
}
ACTS = {
    "startPayment": ("POST", "/v1/invoices/{invoice}/payments", {"bank": "kuusk"}),
    "cancelPayment": ("POST", "/v1/payments/{payment}/cancel", None),
    "createExtract": ("POST", f"{ACCOUNT}/extracts", PERIOD),
    "cancelExtract": ("POST", f"{ACCOUNT}/extracts/{{extract}}/cancel", None),
    "deleteExtract": ("DELETE", f"{ACCOUNT}/extracts/{{extract}}", None),
}
MAKERS = ("administrator", "own user", "given in full", "service user")
BY_NUMBER = {"own user", "predecessor"}
GIVEN = {"administrator by delegation", "given in full"}
NOTHING_BEFORE = {"former", "frozen", "of another account", "stranger"}
ALL = PEOPLE.keys()


class World(NamedTuple):
    """Everybody, with an invoice, its payment, and extracts that some of them made."""

    front: Front
    tokens: Mapping[str, str | None]
    invoice: str
    payment: str
    extracts: Mapping[str, str]

    def path(self, template: str, who: str) -> str:
        extract = self.extracts.get(who, self.extracts["administrator"])
        return template.format(invoice=self.invoice, payment=self.payment, extract=extract)

    async def statuses(self, who: str, names: tuple[str, ...] = ()) -> dict[str, int]:
        """Return what each read, or those that are named, answers."""
        found = {}
        for name in names or READS:
            answer = await self.front.get(self.path(READS[name], who), self.tokens[who])
            found[name] = answer.status_code
        return found

    async def acts(self, who: str) -> dict[str, int]:
        found = {}
        for name, (method, template, body) in ACTS.items():
            path, token = self.path(template, who), self.tokens[who]
            if method == "POST":
                key = str(uuid4())
                answer = await self.front.post(path, token, body, idempotency_key=key)
            else:
                answer = await self.front.ask(method, path, token)
            found[name] = answer.status_code
        return found


@pytest.fixture
async def world(database: Database, billing: Client) -> AsyncIterator[World]:
    an_office(database, billing)
    tokens = everyone(database)
    async with open_billing_front(database, settings_of(billing), paying=PAYING) as front:
        listed = await front.get(f"{ACCOUNT}/invoices?state=open", tokens["accountant"])
        invoice = listed.json()["items"][0]["id"]
        paid = await front.post(
            f"/v1/invoices/{invoice}/payments",
            tokens["accountant"],
            {"bank": "kuusk"},
            idempotency_key=str(uuid4()),
        )
        assert paid.status_code == 201, paid.text
        extracts = {}
        for who in MAKERS:
            extract = await made(front, billing, ACCOUNT, tokens[who], **PERIOD)
            extracts[who] = extract.path.rpartition("/")[2]
        yield World(front, tokens, invoice, paid.json()["id"], extracts)


def ends_for(database: Database, who: str) -> None:
    carry_out(
        database,
        "UPDATE access_grant SET validity = tstzrange(lower(validity), clock_timestamp())"
        " WHERE person_id = (SELECT id FROM person WHERE country = :country AND code = :code)",
        country=PEOPLE[who].country,
        code=PEOPLE[who].code,
    )


class Change(NamedTuple):
    """Something that happens, and who sees nothing any more."""

    happens: Callable[[Database], object]
    lost: frozenset[str]


CHANGES = {
    "a role ends": Change(lambda db: ends_for(db, "accountant"), frozenset({"accountant"})),
    "a person is frozen": Change(
        lambda db: freeze(db, PEOPLE["administrator"]), frozenset({"administrator"})
    ),
    "the account is frozen": Change(lambda db: freeze(db, OFFICE), frozenset(ALL)),
    "the account is closed": Change(
        lambda db: put(db, replace(OFFICE, status=AccountStatus.CLOSED)), frozenset(ALL)
    ),
    "it gets another owner": Change(
        lambda db: put(db, replace(OFFICE, owner=JAAN)), frozenset(ALL - {"predecessor"})
    ),
    "the company is deleted": Change(
        lambda db: store_states(db, deleted()), frozenset(GIVEN | {"joint representative"})
    ),
    "the number gets another user": Change(
        lambda db: put_service(db, replace(PHONE, user=TOOMAS)), frozenset({"predecessor"})
    ),
    "the number goes to another account": Change(
        lambda db: (
            put(db, account(TAMM, 2)),
            put_service(db, replace(PHONE, account_id=account(TAMM, 2).id)),
        ),
        frozenset({*BY_NUMBER, "service user", "given in full"}),
    ),
}


@pytest.mark.parametrize("change", CHANGES)
async def test_bill_5_whoever_lost_access_is_told_nothing(world: World, change: str) -> None:
    happens, lost = CHANGES[change]
    kept = [who for who in (*ALL, "support", "ops") if who not in lost | NOTHING_BEFORE]
    some = ("getInvoice", "getBalance", "getServiceUsage", "getAccountCreditLimit", "getPayment")
    before = {who: await world.statuses(who, some) for who in kept}

    happens(world.front.database)

    for who in sorted(lost):
        told = await world.statuses(who) | await world.acts(who)
        assert set(told.values()) == {404}, (who, told)
    if change in {"a role ends", "a person is frozen", "the number gets another user"}:
        assert {who: await world.statuses(who, some) for who in kept} == before


@pytest.mark.parametrize("change", CHANGES)
async def test_bill_5_a_portal_is_told_nothing_for_whoever_lost_access(
    world: World, change: str
) -> None:
    happens, lost = CHANGES[change]
    happens(world.front.database)

    for who in sorted(lost):
        behalf = {"On-Behalf-Of": str(world.front.id_of(PEOPLE[who]))}
        for name, template in READS.items():
            path = world.path(template, who)
            answer = await world.front.ask("GET", path, PROGRAMS["portal"], headers=behalf)
            assert answer.status_code == 404, (who, name)


async def test_bill_6_a_new_owner_has_what_is_theirs_and_nothing_of_before(world: World) -> None:
    """Jaan, who had proved the number before, owns the account now."""
    put(world.front.database, replace(OFFICE, owner=JAAN))
    month = ("getAccountCosts", "getAccountCostsFile", "getAccountUsage", "getServiceUsage")

    told = await world.statuses("predecessor")

    assert {name: told[name] for name in month} == dict.fromkeys(month, 422), "an earlier month"
    before = ("getInvoice", "listInvoiceLines", "getInvoiceDocument", "listPayments", "getPayment")
    assert {told[name] for name in (*before, "getExtract", "getExtractFile")} == {404}
    lists = ("listInvoices", "listExtracts", "listCreditLimitChanges")
    for name in lists:
        answer = await world.front.get(READS[name], world.tokens["predecessor"])
        assert (answer.status_code, answer.json()["items"]) == (200, []), name
    assert (told["getBalance"], told["getAccountCreditLimit"]) == (200, 200)
    acts = await world.acts("predecessor")
    assert {acts[name] for name in ("startPayment", "cancelPayment", "deleteExtract")} == {404}
    assert acts["createExtract"] == 403


async def test_bill_5_whoever_owns_it_again_does_not_see_what_was_between(world: World) -> None:
    database = world.front.database
    put(database, replace(OFFICE, owner=JAAN))
    between = await ask_for(world.front, ACCOUNT, world.tokens["predecessor"], **PERIOD)
    assert between.status_code == 403
    put(database, OFFICE)

    again = await world.statuses("administrator")

    assert {again[name] for name in ("getInvoice", "getExtract", "getExtractFile")} == {404}


async def test_bill_5_an_extract_that_is_in_the_making_is_not_its_makers_once_access_ends(
    world: World,
) -> None:
    token = world.tokens["service user"]
    asked = await ask_for(world.front, ACCOUNT, token, **PERIOD)
    id_ = UUID(asked.json()["id"])

    ends_for(world.front.database, "service user")

    for path in (f"{ACCOUNT}/extracts/{id_}", f"{ACCOUNT}/extracts/{id_}/file"):
        assert (await world.front.get(path, token)).status_code == 404
