"""Verify the hash chain of the history part by part, and compare the heads that were published."""

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response

from web.api_client import ApiProblem, Json
from web.console.audit.filters import SEARCH
from web.console.visit import ConsoleVisit, StaffVisit
from web.forms import Form

router = APIRouter(prefix=f"{SEARCH}/verification")
_API = "/v1/ops/events/verification"
_PART = 20_000
_TO_MEND = frozenset({400, 422})
_POINTERS = {"/public_keys": "keys", "/lines": "lines"}


@router.get("")
async def ask(visit: StaffVisit) -> Response:
    """Say what is verified, and begin at a click; heads that were published are compared here."""
    return await _page(visit, await visit.form())


@router.post("")
async def compare(visit: StaffVisit) -> Response:
    """Compare published heads with the chain. It changes nothing."""
    form = await visit.sent()
    for name in ("lines", "keys"):
        form.required(name, visit.text(f"page.audit.verify.{name}_missing"))
    if form.errors:
        return await _page(visit, form)
    lines = form["lines"].splitlines()
    sent = {"lines": lines, "public_keys": form["keys"]}
    try:
        heads = await visit.api.post(f"{_API}/heads", sent)
    except ApiProblem as problem:
        if problem.status not in _TO_MEND:
            raise
        names = _POINTERS | {f"/lines/{number}": "lines" for number in range(len(lines))}
        return await _page(visit, form.refused(problem, names))
    return await _page(visit, form, heads)


@router.get("/run")
async def run(visit: StaffVisit, after: Annotated[int, Query(ge=0, le=2**63 - 1)] = 0) -> Response:
    """Verify the next part and show how far it is. It goes on by itself to the end, or a break."""
    (part,) = await visit.with_staff(visit.api.get(_API, after=str(after), limit=_PART))
    if visit.is_part:
        return visit.part("console/audit/verifying.html", "verifying", part=part)
    return visit.page("console/audit/verifying.html", part=part)


async def _page(visit: ConsoleVisit, form: Form, heads: Json | None = None) -> Response:
    (chain,) = await visit.with_staff(visit.api.get(_API, limit=1))
    status = 422 if form.errors else 200
    about: Json = {"chain": chain, "form": form, "heads": heads}
    return visit.page("console/audit/verification.html", status=status, **about)
