"""The first visit: a person's own phone number, proved by a code that is sent to it."""

from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response

from web.api_client import ApiProblem, Json
from web.forms import Form
from web.notices import Done
from web.selfservice.visit import SelfserviceVisit
from web.visit import Visit

router = APIRouter(prefix="/numbers")
_TO_MEND = frozenset({400, 409, 422, 429})
_SECONDS = 3
"""Until the page is loaded again, while the number is being checked, where no scripts run."""


@router.get("/new")
async def ask(visit: SelfserviceVisit) -> Response:
    """Ask for the number."""
    return visit.page("selfservice/new_number.html", form=await visit.form())


@router.post("/new")
async def add(visit: SelfserviceVisit) -> Response:
    """Send a code to the number."""
    form = await visit.sent()
    number = form.required("number", visit.text("page.number.missing"))
    if form.errors:
        return visit.page("selfservice/new_number.html", status=422, form=form)
    wanted = {"number": number, "language": visit.language}
    try:
        begun = await visit.api.post("/v1/me/numbers", wanted, key=form.id)
    except ApiProblem as problem:
        if problem.status not in _TO_MEND:
            raise
        form = form.refused(problem)
        return visit.page("selfservice/new_number.html", status=422, form=form)
    return visit.go(f"/numbers/{begun['id']}")


@router.get("/{verification_id}")
@router.get("/{verification_id}/code")
@router.get("/{verification_id}/resend")
async def number(visit: SelfserviceVisit, verification_id: UUID) -> Response:
    """Ask for the code, or say how it ended."""
    return await _page(visit, verification_id, await visit.form())


async def _page(visit: Visit, verification_id: UUID, form: Form, *, status: int = 200) -> Response:
    found = await visit.api.get(f"/v1/me/numbers/{verification_id}")
    is_checked = found["state"] == "sent" and found["code_accepted"]
    about: Json = {"verification": found, "is_checked": is_checked, "form": form}
    if visit.is_part:
        return visit.part("selfservice/number.html", "state", **about)
    visit.around.refresh = _SECONDS if is_checked else None
    return visit.page("selfservice/number.html", status=status, **about)


@router.post("/{verification_id}/code")
async def type_code(visit: SelfserviceVisit, verification_id: UUID) -> Response:
    """Check the code."""
    form = await visit.sent()
    code = form.required("code", visit.text("page.number.code_missing")).replace(" ", "")
    if form.errors:
        return await _page(visit, verification_id, form, status=422)
    path = f"/v1/me/numbers/{verification_id}"
    try:
        await visit.api.post(f"{path}/code", {"code": code}, key=form.id)
    except ApiProblem as problem:
        if problem.status not in _TO_MEND:
            raise
        form = form.refused(problem)
        form.errors = {"code": problem.errors[0]["message"] if problem.errors else problem.text}
        return await _page(visit, verification_id, form, status=422)
    return visit.go(f"/numbers/{verification_id}")


@router.post("/{verification_id}/resend")
async def resend(visit: SelfserviceVisit, verification_id: UUID) -> Response:
    """Send another code; the older one does not count any more."""
    form = await visit.sent()
    try:
        await visit.api.post(f"/v1/me/numbers/{verification_id}/resend", key=form.id)
    except ApiProblem as problem:
        if problem.status not in _TO_MEND:
            raise
        return await _page(visit, verification_id, form.refused(problem), status=422)
    return visit.go(f"/numbers/{verification_id}", Done("page.done.code_sent"))
