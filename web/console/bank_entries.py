"""Lines of banks' statements that are nobody's payment: which invoice each pays, or none."""

import asyncio
from typing import NamedTuple
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response
from markupsafe import Markup

from web.api_client import ApiProblem, Json
from web.console import finding
from web.console.questions import MENDED, Question, asked, decided
from web.console.visit import ConsoleVisit, StaffVisit
from web.forms import Form
from web.notices import Done
from web.queries import Cursor, Words

ENTRIES = "/console/bank-entries"
router = APIRouter(prefix=ENTRIES)
_API = "/v1/ops/bank-entries"
_SHOWN = 50
STATES = ("unmatched", "matched", "ignored")


@router.get("")
async def listed(visit: StaffVisit, state: Words = "unmatched", after: Cursor = None) -> Response:
    """List entries, the one that came first comes first."""
    state = state if state in STATES else "unmatched"
    (found,) = await visit.with_staff(
        visit.api.get(_API, state=state, after=after, limit=_SHOWN),
    )
    return visit.page("console/bank_entries.html", found=found, state=state, states=STATES)


@router.get("/{entry_id}")
async def one(visit: StaffVisit, entry_id: UUID) -> Response:
    """Show one entry, and what can be decided about it."""
    (entry,) = await visit.with_staff(visit.api.get(f"{_API}/{entry_id}"))
    return visit.page("console/bank_entry.html", entry=entry)


@router.get("/{entry_id}/ignore")
async def ask_to_ignore(visit: StaffVisit, entry_id: UUID) -> Response:
    """Show what it means that an entry is no payment of an invoice."""
    question, form = await asyncio.gather(_ignoring(visit, entry_id), visit.form())
    return asked(visit, question, form)


@router.post("/{entry_id}/ignore")
async def ignore(visit: StaffVisit, entry_id: UUID) -> Response:
    """Decide that it is none."""
    return await decided(
        visit,
        f"{_API}/{entry_id}/decisions",
        lambda: _ignoring(visit, entry_id),
        body=lambda _: {"decision": "ignore"},
        done=Done("page.done.entry_decided"),
        then=f"{ENTRIES}/{entry_id}",
    )


async def _ignoring(visit: ConsoleVisit, entry_id: UUID) -> Question:
    (entry,) = await visit.with_staff(visit.api.get(f"{_API}/{entry_id}"))
    path, is_open = f"{ENTRIES}/{entry_id}", entry["state"] == "unmatched"
    return Question(
        title=visit.text("page.console.entry.ask_ignore"),
        yes=visit.text("page.console.entry.ignore") if is_open else None,
        action=f"{path}/ignore",
        back=path,
        says=[visit.text("page.console.entry.does_ignore")],
        facts=_facts(visit, entry),
        color="danger",
    )


def _facts(visit: ConsoleVisit, entry: Json) -> list[tuple[Markup, object]]:
    rows = {
        "page.payment.amount": visit.amount(entry["amount"]),
        "page.invoice.bank": entry["bank"],
        "page.invoice.reference": entry["reference"],
        "page.console.entry.payer": entry["payer_name"],
    }
    return [(visit.text(name), value) for name, value in rows.items()]


@router.get("/{entry_id}/allocate")
async def ask_to_allocate(
    visit: StaffVisit, entry_id: UUID, account: UUID | None = None, after: Cursor = None
) -> Response:
    """Find the account that paid, and then which of its invoices."""
    return await _allocating(visit, entry_id, _Account(account, after), await visit.form())


@router.post("/{entry_id}/allocate")
async def allocate(
    visit: StaffVisit, entry_id: UUID, account: UUID | None = None, after: Cursor = None
) -> Response:
    """Find the account, or decide which invoice the entry pays."""
    form = await visit.sent()
    if account is None:
        return await _accounts(visit, entry_id, form)
    invoice = form.required("invoice", visit.text("page.console.entry.no_invoice"))
    reason = form.required("reason", visit.text("page.console.reason_missing"))
    if not form.errors:
        try:
            made = {"decision": "allocate", "invoice_id": invoice, "reason": reason}
            await visit.api.post(f"{_API}/{entry_id}/decisions", made, key=form.id)
        except ApiProblem as problem:
            if problem.status not in MENDED:
                raise
            visit.refused(form, problem, {"/invoice_id": "invoice"})
        else:
            return visit.go(f"{ENTRIES}/{entry_id}", Done("page.done.entry_decided"))
    return await _allocating(visit, entry_id, _Account(account, after), form, status=422)


async def _accounts(visit: ConsoleVisit, entry_id: UUID, form: Form) -> Response:
    _, found = await finding.find(visit, form)
    if not form.errors and len(found["items"]) == 1 and not found["next"] and not form["after"]:
        return visit.go(_of(entry_id, found["items"][0]["id"]))
    status = 422 if form.errors else 200
    none = _Account(None, None)
    return await _allocating(visit, entry_id, none, form, status=status, accounts=found)


def _of(entry_id: UUID, account_id: str) -> str:
    return f"{ENTRIES}/{entry_id}/allocate?account={account_id}"


class _Account(NamedTuple):
    """The account that was chosen, and where the list of its invoices goes on."""

    id: UUID | None
    after: str | None


async def _allocating(
    visit: ConsoleVisit,
    entry_id: UUID,
    account: _Account,
    form: Form,
    *,
    status: int = 200,
    accounts: Json | None = None,
) -> Response:
    calls = [visit.api.get(f"{_API}/{entry_id}")]
    if account.id is not None:
        path = f"/v1/accounts/{account.id}"
        invoices = visit.api.get(f"{path}/invoices", after=account.after, limit=_SHOWN)
        calls += [visit.api.get(path), invoices]
    entry, *found = await visit.with_staff(*calls)
    about: Json = {"entry": entry, "accounts": accounts, "form": form}
    about["account"], about["invoices"] = found or (None, None)
    about["after"] = account.after
    about["leads_to"] = lambda _, id_: _of(entry_id, id_)
    return visit.page("console/allocate_entry.html", status=status, **about)
