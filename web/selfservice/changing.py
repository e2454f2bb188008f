"""Change access that was given: first what changes and how it comes to count, then the act."""

import asyncio
import hashlib
import json
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response

from web.api_client import ApiProblem, Json
from web.forms import Form
from web.notices import Done
from web.selfservice import access_form
from web.selfservice.account import ACCOUNT, AccountVisit, OfAccount

router = APIRouter(prefix=f"{ACCOUNT}/access/{{delegation_id}}/change")
_ACTS = {"at_once": "change", "accepted": "renew", "confirmed": "renew"}
"""What the API is asked to do, by the way in which it says that the terms come to count."""
_DONE = {
    "at_once": "page.done.access_changed",
    "accepted": "page.done.terms_offered",
    "confirmed": "page.done.access_proposed",
}


@router.get("")
async def ask(visit: OfAccount, delegation_id: UUID) -> Response:
    """Show the form, filled with what is in force."""
    delegation, form = await asyncio.gather(_delegation(visit, delegation_id), visit.form())
    if not form.fields:
        form = access_form.filled(visit, delegation["terms"])
    return await _page(visit, delegation, form)


@router.post("")
async def change(visit: OfAccount, delegation_id: UUID) -> Response:
    """Show what would change; carry out what was shown, and nothing else."""
    form = await visit.sent()
    delegation = await _delegation(visit, delegation_id)
    if form["step"] == "edit":
        return await _page(visit, delegation, form)
    wanted = _wanted(visit, delegation, form)
    checked = None if form.errors else await _checked(visit, delegation, wanted, form)
    if checked is None or form.errors:
        return await _page(visit, delegation, form, status=422)
    shown = _digest(delegation, wanted, checked)
    about: Json = {"checked": checked, "shown": shown, "wanted": wanted}
    if form["step"] != "do":
        return await _page(visit, delegation, form, **about)
    if form["shown"] != shown:
        form.errors[""] = visit.text("page.change.otherwise")
        return await _page(visit, delegation, form, status=422, **about)
    return await _carried_out(visit, delegation, wanted, checked["way"], form)


async def _carried_out(
    visit: AccountVisit, delegation: Json, wanted: Json, way: str, form: Form
) -> Response:
    try:
        path = f"/v1/delegations/{delegation['id']}/{_ACTS[way]}"
        await visit.api.post(path, wanted, key=form.id)
    except ApiProblem as problem:
        if problem.status not in access_form.TO_MEND:
            raise
        access_form.refused(form, problem, {})
        return await _page(visit, delegation, form, status=422)
    return visit.go(visit.of_account("/people"), Done(_DONE[way]))


async def _delegation(visit: AccountVisit, delegation_id: UUID) -> Json:
    found = await visit.api.get(f"/v1/delegations/{delegation_id}")
    visit.require_own(found)
    return found


async def _page(
    visit: AccountVisit, delegation: Json, form: Form, *, status: int = 200, **about: object
) -> Response:
    """Show the form; with ``checked`` what would change, to be confirmed."""
    chosen = await access_form.choices(visit, delegation["terms"]["service_ids"])
    nothing: Json = {"checked": None, "shown": "", "wanted": None}
    values = {"delegation": delegation, "form": form} | chosen | nothing | about
    return visit.page("selfservice/change_access.html", status=status, **values)


def _wanted(visit: AccountVisit, delegation: Json, form: Form) -> Json:
    before = delegation["terms"]
    form.required("through", visit.text("page.give.missing"))
    wanted = access_form.wanted(visit, form) | {"from_day": before["from_day"]}
    if before["service_ids"] and not visit.may("service:view"):
        wanted["service_ids"] = before[
            "service_ids"
        ]  # who sees no services leaves them as they are
    if wanted.get("role") == before["role"] == access_form.COMPOSED:
        return access_form.as_before(form, wanted, before)
    return wanted


async def _checked(visit: AccountVisit, delegation: Json, wanted: Json, form: Form) -> Json | None:
    """Return what the API says of it; None where it refuses: the form says why."""
    try:
        path = f"/v1/delegations/{delegation['id']}/change/check"
        checked = await visit.api.post(path, wanted)
    except ApiProblem as problem:
        if problem.status not in access_form.TO_MEND:
            raise
        access_form.refused(form, problem, {})
        return None
    access_form.refuse(form, checked["refusals"])
    if checked["allowed"] and _is_same(delegation["terms"], wanted, checked):
        form.errors[""] = visit.text("page.change.nothing")
    return checked


def _is_same(before: Json, wanted: Json, checked: Json) -> bool:
    return (
        checked["permissions"] == before["permissions"]
        and sorted(wanted["service_ids"]) == before["service_ids"]
        and all(wanted[each] == before[each] for each in ("through_day", "may_pass_on"))
    )


def _digest(delegation: Json, wanted: Json, checked: Json) -> str:
    """Return a digest of everything that was shown: terms before and after, and the way."""
    said = [delegation["terms"]["version"], wanted, checked["way"], checked["delegation_ids"]]
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()
