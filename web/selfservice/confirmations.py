"""Acts that several people confirm: what waits, each act in full, and the answers to it."""

import asyncio
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response

from web.api_client import ApiProblem, Json
from web.forms import Form
from web.notices import Done
from web.queries import Cursor, Words
from web.selfservice.visit import SelfserviceVisit
from web.visit import Visit

router = APIRouter(prefix="/confirmations")
_SHOWN = 20
_TO_MEND = frozenset({400, 403, 409, 422})
DECLINES = ("not_agreed", "wrong_terms", "not_expected", "other")
"""Reasons of the API's ``DeclineReason``."""


@router.get("")
async def confirmations(
    visit: SelfserviceVisit, state: Words = "", after: Cursor = None
) -> Response:
    """Show what waits for this person's confirmation, or, by ``state=all``, what ever did."""
    state = "all" if state == "all" else "open"
    me, found = await asyncio.gather(
        visit.api.get("/v1/me"),
        visit.api.get("/v1/me/confirmations", state=state, after=after, limit=_SHOWN),
    )
    return visit.page("selfservice/confirmations.html", found=found, me=me["id"], state=state)


@router.get("/{approval_id}")
@router.get("/{approval_id}/confirm")
async def confirmation(visit: SelfserviceVisit, approval_id: UUID) -> Response:
    """Show one act in full: its text, who confirmed it, and who is missing."""
    return await _act(visit, approval_id)


async def _act(visit: Visit, approval_id: UUID, *, status: int = 200, error: str = "") -> Response:
    approval, me, form = await asyncio.gather(
        visit.api.get(f"/v1/approvals/{approval_id}"), visit.api.get("/v1/me"), visit.form()
    )
    return visit.page(
        "selfservice/confirmation.html",
        status=status,
        approval=approval,
        is_mine=approval["proposer"]["id"] == me["id"],
        has_confirmed=has_confirmed(approval, me["id"]),
        form=form,
        error=error,
    )


def has_confirmed(approval: Json, person_id: str) -> bool:
    """Return whether a confirmation of this person's stands."""
    return any(each["person"]["id"] == person_id for each in approval["confirmed"])


@router.post("/{approval_id}/confirm")
async def confirm(visit: SelfserviceVisit, approval_id: UUID) -> Response:
    """Confirm the text that was shown, and no other: its digest and version come with the form."""
    form = await visit.sent()
    seen = {
        "digest": form["digest"],
        "template_version": form["version"],
        "language": form["language"],
    }
    path = f"/v1/approvals/{approval_id}/confirm"
    try:
        answer = await visit.api.post(path, seen, key=form.id)
    except ApiProblem as problem:
        return await _refused(visit, approval_id, problem)
    asked = answer["state"] == "checking_register"
    done = "page.done.confirmed_last" if asked else "page.done.confirmed"
    return visit.go(f"/confirmations/{approval_id}", Done(done))


async def _refused(visit: Visit, approval_id: UUID, problem: ApiProblem) -> Response:
    """Show the act as it is now, with why it could not be answered so."""
    if problem.status not in _TO_MEND:
        raise problem
    return await _act(visit, approval_id, status=422, error=problem.text)


@router.get("/{approval_id}/decline")
async def ask_to_decline(visit: SelfserviceVisit, approval_id: UUID) -> Response:
    """Ask why."""
    return _declining(visit, approval_id, await visit.form())


def _declining(visit: Visit, approval_id: UUID, form: Form, *, status: int = 200) -> Response:
    about: Json = {"approval_id": approval_id, "form": form, "reasons": DECLINES}
    if visit.is_part:
        return visit.part("selfservice/decline.html", "main", status=status, **about)
    return visit.page("selfservice/decline.html", status=status, **about)


@router.post("/{approval_id}/decline")
async def decline(visit: SelfserviceVisit, approval_id: UUID) -> Response:
    """Decline: the act ends for everyone."""
    form = await visit.sent()
    form.required("reason", visit.text("page.decline.missing"))
    if form.errors:
        return _declining(visit, approval_id, form, status=422)
    why = {"reason": form["reason"], "message": form["message"]}
    try:
        await visit.api.post(f"/v1/approvals/{approval_id}/decline", why, key=form.id)
    except ApiProblem as problem:
        if problem.errors:
            return _declining(visit, approval_id, form.refused(problem), status=422)
        return await _refused(visit, approval_id, problem)
    return visit.go("/confirmations", Done("page.done.declined"))


@router.get("/{approval_id}/take-back")
async def ask_to_take_back(visit: SelfserviceVisit, approval_id: UUID) -> Response:
    """Ask whether the own confirmation is to be taken back."""
    return await _asked(visit, approval_id, "take_back")


@router.get("/{approval_id}/withdraw")
async def ask_to_withdraw(visit: SelfserviceVisit, approval_id: UUID) -> Response:
    """Ask whether the own proposal is to be withdrawn."""
    return await _asked(visit, approval_id, "withdraw")


async def _asked(visit: Visit, approval_id: UUID, act: str) -> Response:
    about: Json = {"approval_id": approval_id, "act": act, "form": await visit.form()}
    if visit.is_part:
        return visit.part("selfservice/undo_confirmation.html", "main", **about)
    return visit.page("selfservice/undo_confirmation.html", **about)


@router.post("/{approval_id}/take-back")
async def take_back(visit: SelfserviceVisit, approval_id: UUID) -> Response:
    """Take the own confirmation back, while the act is not carried out."""
    return await _undone(visit, approval_id, "take-back", "page.done.taken_back")


@router.post("/{approval_id}/withdraw")
async def withdraw(visit: SelfserviceVisit, approval_id: UUID) -> Response:
    """Withdraw what this person proposed."""
    return await _undone(visit, approval_id, "withdraw", "page.done.withdrawn")


async def _undone(visit: Visit, approval_id: UUID, act: str, done: str) -> Response:
    form = await visit.sent()
    try:
        await visit.api.post(f"/v1/approvals/{approval_id}/{act}", key=form.id)
    except ApiProblem as problem:
        return await _refused(visit, approval_id, problem)
    return visit.go(f"/confirmations/{approval_id}", Done(done))
