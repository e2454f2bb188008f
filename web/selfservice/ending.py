"""End access that was given, or give up the own: first what goes with it, then the act.

Where nobody could manage access any more, or who does it could not, it is asked about once more.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response

from web.api_client import ApiProblem, Json
from web.forms import Form
from web.notices import Done
from web.selfservice.account import ACCOUNT, AccountVisit, OfAccount

router = APIRouter(prefix=f"{ACCOUNT}/access/{{delegation_id}}")
Act = Literal["end", "give_up"]
_PATHS: dict[Act, str] = {"end": "revoke", "give_up": "waive"}
_GONE = frozenset({404, 409})
_NAMED = 20
"""So many of those who lose it as well are named; of more there is the number."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is to end, and what goes with it."""

    delegation: Json
    cascade: Json
    passed_on: Sequence[Json]
    """Delegations that end with it, as far as this person sees them: the first of them."""

    @property
    def others(self) -> int:
        """How many people beside the receiver lose access."""
        return max(0, len(self.cascade["person_ids"]) - 1)


@router.get("/end")
async def ask(visit: OfAccount, delegation_id: UUID) -> Response:
    """Show what ends, and for whom, before anything does."""
    return _page(visit, "end", await _asked(visit, delegation_id), await visit.form())


@router.get("/give-up")
async def ask_to_give_up(visit: OfAccount, delegation_id: UUID) -> Response:
    """Show what this person would lose, before they do."""
    return _page(visit, "give_up", await _asked(visit, delegation_id), await visit.form())


async def _asked(visit: AccountVisit, delegation_id: UUID) -> _Asked:
    path = f"/v1/delegations/{delegation_id}"
    delegation, cascade = await asyncio.gather(
        visit.api.get(path), visit.api.get(f"{path}/cascade")
    )
    visit.require_own(delegation)
    others = [each for each in cascade["delegation_ids"] if each != str(delegation_id)]
    seen = await asyncio.gather(*(_seen(visit, each) for each in others[:_NAMED]))
    return _Asked(delegation, cascade, [each for each in seen if each is not None])


async def _seen(visit: AccountVisit, delegation_id: str) -> Json | None:
    try:
        return await visit.api.get(f"/v1/delegations/{delegation_id}")
    except ApiProblem as problem:
        if problem.status not in _GONE:
            raise
        return None


def _page(
    visit: AccountVisit, act: Act, asked: _Asked, form: Form, *, status: int = 200
) -> Response:
    about: Json = {
        "act": act,
        "delegation": asked.delegation,
        "warnings": asked.cascade["warnings"],
        "others": asked.others,
        "passed_on": asked.passed_on,
        "form": form,
    }
    if visit.is_part:
        return visit.part("selfservice/end_access.html", "main", **about)
    return visit.page("selfservice/end_access.html", status=status, **about)


@router.post("/end")
async def end(visit: OfAccount, delegation_id: UUID) -> Response:
    """End it at once, with what was passed on from it."""
    if refused := await _refused(visit, "end", delegation_id):
        return refused
    again = visit.of_account(f"/people/give?again={delegation_id}") if visit.may_give else ""
    return visit.go(visit.of_account("/people"), Done("page.done.access_ended", again))


@router.post("/give-up")
async def give_up(visit: OfAccount, delegation_id: UUID) -> Response:
    """Give the own access up, with what was passed on from it."""
    if refused := await _refused(visit, "give_up", delegation_id):
        return refused
    return visit.go("/", Done("page.done.access_given_up"))


async def _refused(visit: AccountVisit, act: Act, delegation_id: UUID) -> Response | None:
    """Carry it out; return the page that says why it is not done."""
    form = await visit.sent()
    asked = await _asked(visit, delegation_id)
    if asked.cascade["warnings"] and not form.is_ticked("understood"):
        form.errors["understood"] = visit.text("page.end_access.not_understood")
        return _page(visit, act, asked, form, status=422)
    try:
        await visit.api.post(f"/v1/delegations/{delegation_id}/{_PATHS[act]}", key=form.id)
    except ApiProblem as problem:
        if problem.status not in _GONE:
            raise
        return _page(visit, act, asked, form.refused(problem), status=422)
    return None
