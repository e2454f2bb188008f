"""Give somebody access to an account, or give it again after it ended."""

from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response

from web.api_client import ApiProblem, Json
from web.forms import Form
from web.notices import Done
from web.selfservice import access_form
from web.selfservice.account import ACCOUNT, AccountVisit, OfAccount

router = APIRouter(prefix=ACCOUNT)
_POINTERS = {"/receiver/code": "code", "/receiver/country": "code", "/receiver": "code"}
"""Fields of the page, by their place in the API's body."""


@router.get("/people/give")
async def ask(visit: OfAccount, again: UUID | None = None) -> Response:
    """Show the form; ``again``: filled with access that has ended."""
    form = await visit.form()
    before = await _before(visit, again)
    if before is not None and not form.fields:
        form = access_form.filled(visit, before["terms"])
    return await _page(visit, form, before)


@router.post("/people/give")
async def give(visit: OfAccount, again: UUID | None = None) -> Response:
    """Offer the access; it begins once the other one accepts."""
    form = await visit.sent()
    before = await _before(visit, again)
    wanted = _wanted(visit, form, before)
    if form.errors:
        return await _page(visit, form, before, status=422)
    try:
        given = await visit.api.post(f"{visit.api_path}/delegations", wanted, key=form.id)
    except ApiProblem as problem:
        if problem.status not in access_form.TO_MEND:
            raise
        access_form.refused(form, problem, _POINTERS)
        return await _page(visit, form, before, status=422)
    is_proposed = given["state"] == "awaiting_confirmations"
    done = "page.done.access_proposed" if is_proposed else "page.done.access_offered"
    return visit.go(visit.of_account("/people"), Done(done))


async def _before(visit: AccountVisit, again: UUID | None) -> Json | None:
    if again is None:
        return None
    found = await visit.api.get(f"/v1/delegations/{again}")
    visit.require_own(found)
    return found


async def _page(
    visit: AccountVisit, form: Form, before: Json | None, *, status: int = 200
) -> Response:
    about = await access_form.choices(visit)
    return visit.page(
        "selfservice/give_access.html", status=status, form=form, before=before, **about
    )


def _wanted(visit: AccountVisit, form: Form, before: Json | None) -> Json:
    code = form.required("code", visit.text("page.give.missing"))
    first = form.day("from", visit.text("page.form.day_wrong"))
    wanted = access_form.wanted(visit, form)
    if wanted.get("role") == access_form.COMPOSED and before is not None:
        wanted = access_form.as_before(form, wanted, before["terms"])
    return wanted | {
        "receiver": {"country": "EE", "code": code.replace(" ", "")},
        "from_day": (first or visit.today).isoformat(),
    }
