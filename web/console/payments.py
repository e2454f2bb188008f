"""Payments that a person must look at: a list, each in full, and the decisions about it."""

import asyncio
from typing import Literal
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response
from markupsafe import Markup

from web.api_client import Json
from web.console.questions import Question, asked, decided
from web.console.visit import ConsoleVisit, StaffVisit
from web.notices import Done
from web.queries import Cursor, Words

PAYMENTS = "/console/payments"
router = APIRouter(prefix=PAYMENTS)
_API = "/v1/ops/payments"
_SHOWN = 50
ATTENTIONS = (
    "differs",
    "reference_used",
    "paid_twice",
    "not_in_statement",
    "not_booked",
    "returned",
    "process_ended",
)
Decision = Literal["take_as_paid", "refuse", "release", "seen"]


@router.get("")
async def listed(
    visit: StaffVisit,
    attention: Words = "",
    which: Words = "",
    account: UUID | None = None,
    after: Cursor = None,
) -> Response:
    """List those that need a decision, the longest waiting first; or all, the newest first.

    ``account``: only those of this one.
    """
    wanted = {"attention": attention if attention in ATTENTIONS else ""}
    wanted["all"] = "true" if which == "all" else ""
    wanted["account_id"] = "" if account is None else str(account)
    (found,) = await visit.with_staff(visit.api.get(_API, **wanted, after=after, limit=_SHOWN))
    about: Json = {"found": found, "attention": wanted["attention"], "which": which}
    about["account"] = account
    return visit.page("console/payments.html", attentions=ATTENTIONS, **about)


@router.get("/{payment_id}")
async def one(visit: StaffVisit, payment_id: UUID) -> Response:
    """Show one payment, what the bank's statements say of it, and what can be decided."""
    (found,) = await visit.with_staff(visit.api.get(f"{_API}/{payment_id}"))
    decisions = found["decisions"] if visit.may("decidePayment") else []
    return visit.page("console/payment.html", payment=found, decisions=decisions)


@router.get("/{payment_id}/{decision}")
async def ask(visit: StaffVisit, payment_id: UUID, decision: Decision) -> Response:
    """Show what the decision would do."""
    question, form = await asyncio.gather(_question(visit, payment_id, decision), visit.form())
    return asked(visit, question, form)


@router.post("/{payment_id}/{decision}")
async def decide(visit: StaffVisit, payment_id: UUID, decision: Decision) -> Response:
    """Decide, unless what was known of the payment is no longer so."""
    return await decided(
        visit,
        f"{_API}/{payment_id}/decisions",
        lambda: _question(visit, payment_id, decision),
        body=lambda _: {"decision": decision},
        done=Done("page.done.payment_decided"),
        then=f"{PAYMENTS}/{payment_id}",
    )


async def _question(visit: ConsoleVisit, payment_id: UUID, decision: Decision) -> Question:
    (found,) = await visit.with_staff(visit.api.get(f"{_API}/{payment_id}"))
    path, is_open = f"{PAYMENTS}/{payment_id}", decision in found["decisions"]
    return Question(
        title=visit.text(f"page.console.payment.ask.{decision}"),
        yes=visit.word("payment_decision", decision) if is_open else None,
        action=f"{path}/{decision}",
        back=path,
        says=[visit.text(f"page.console.payment.does.{decision}")],
        facts=_facts(visit, found),
        color="danger" if decision in {"refuse", "release"} else None,
    )


def _facts(visit: ConsoleVisit, found: Json) -> list[tuple[Markup, object]]:
    rows = {
        "page.invoice.invoice": found["invoice_number"],
        "page.payment.amount": visit.amount(found["amount"]),
        "page.invoice.bank": found["bank"],
        "page.invoice.reference": found["reference"],
        "page.console.payment.bank_reference": found["bank_reference"],
    }
    return [(visit.text(name), value) for name, value in rows.items()]
