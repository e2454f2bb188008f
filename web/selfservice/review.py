"""The review of access to an account: who has what since when, and what is kept or ended.

Many at once: first what was decided is shown, then it is carried out, all of it or nothing.
"""

from datetime import datetime, timedelta
from uuid import UUID, uuid4, uuid5

from fastapi import APIRouter
from fastapi.responses import Response

from web.api_client import ApiProblem, Json
from web.forms import Form
from web.notices import Done
from web.queries import Cursor
from web.selfservice.account import ACCOUNT, AccountVisit, OfAccount
from web.selfservice.review_rows import PROPOSE, Row, rows_of

router = APIRouter(prefix=f"{ACCOUNT}/review")
_SHOWN = 50
_TO_MEND = frozenset({409, 422, 429})
_YEAR = timedelta(days=365)
"""Whoever was confirmed within it counts as reviewed."""


@router.get("")
async def review(visit: OfAccount, after: Cursor = None) -> Response:
    """Show everyone with access, and what can be decided about it."""
    found = await _found(visit, after)
    return _page(visit, found, after, await visit.form())


async def _found(visit: AccountVisit, after: str | None) -> Json:
    return await visit.api.get(f"{visit.api_path}/review", after=after, limit=_SHOWN)


@router.post("")
async def decide(visit: OfAccount, after: Cursor = None) -> Response:
    """Mark all alike, show what was decided, or carry it out: as the button says."""
    form = await visit.sent()
    found = await _found(visit, after)
    rows = rows_of(found)
    if form["mark"]:
        return _page(visit, found, after, _marked(form, rows))
    chosen = [row for row in rows if row.choice(form)]
    gone = {name for name in form.fields if _names_row(name) and form[name]} - {
        row.name for row in rows
    }
    if gone:
        form.errors[""] = visit.text("page.review.gone")
    elif not chosen:
        form.errors[""] = visit.text("page.review.nothing")
    if form.errors or form["step"] == "edit":
        return _page(visit, found, after, form, status=422 if form.errors else 200)
    if form["step"] != "do":
        return _page(visit, found, after, form, chosen=chosen)
    return await _carried_out(visit, after, form, chosen)


async def _carried_out(
    visit: AccountVisit, after: str | None, form: Form, chosen: list[Row]
) -> Response:
    proposed = [row for row in chosen if row.choice(form) == PROPOSE]
    decided = [row for row in chosen if row.choice(form) != PROPOSE]
    decisions = {"decisions": [row.decision(form) for row in decided]}
    kept = {"delegation_ids": [row.delegation_id for row in proposed]}
    key = form.id
    for rows, act, body in ((decided, "decisions", decisions), (proposed, "keep", kept)):
        if not rows:
            continue
        try:
            await visit.api.post(f"{visit.api_path}/review/{act}", body, key=uuid5(key, act))
        except ApiProblem as problem:
            if problem.status not in _TO_MEND:
                raise
            _refused(form, problem, rows)
            # Read anew: somebody else decided meanwhile, or the first of the two is carried out.
            return _page(visit, await _found(visit, after), after, form, status=422)
    return visit.go(_path(visit, after), Done("page.done.reviewed"))


def _refused(form: Form, problem: ApiProblem, rows: list[Row]) -> None:
    """Add what the API refused, each at its row. The form gets a new id, for it was answered."""
    for issue in problem.errors:
        number = issue["pointer"].split("/")[2:3]
        if number and number[0].isdecimal():
            form.errors.setdefault(rows[int(number[0])].name, issue["message"])
    if not form.errors:
        form.errors[""] = problem.text
    form.id = uuid4()


def _marked(form: Form, rows: list[Row]) -> Form:
    """Return the form with the same choice for each row that allows it."""
    marked = {row.name: form["mark"] for row in rows if form["mark"] in row.choices}
    fields = {name: value for name, value in form.fields.items() if name != "mark"}
    return Form(fields | marked, id=form.id)


def _names_row(name: str) -> bool:
    return name.startswith(("d-", "g-"))


def _page(
    visit: AccountVisit,
    found: Json,
    after: str | None,
    form: Form,
    *,
    status: int = 200,
    chosen: list[Row] | None = None,
) -> Response:
    """Show the list; with ``chosen`` what was decided, to be confirmed."""
    rows = rows_of(found)
    known = {row.name for row in rows}
    open_ = [row for row in rows if row.choices]
    year = datetime.now(visit.parts.zone) - _YEAR
    # What is not on this page any more has no field that the summary could lead to.
    summary = [(name if name in known else "", text) for name, text in form.summary]
    return visit.page(
        "selfservice/review.html",
        status=status,
        found=found,
        rows=rows,
        chosen=chosen,
        form=form,
        summary=summary,
        action=visit.at(_path(visit, after)),
        reviewed=sum(row.was_confirmed_since(year) for row in open_),
        to_review=len(open_),
    )


def _path(visit: AccountVisit, after: str | None) -> str:
    return visit.of_account("/review") + (f"?after={after}" if after else "")


@router.get("/bars/{bar_id}/lift")
async def ask_to_lift(visit: OfAccount, bar_id: UUID) -> Response:
    """Ask whether numbers that somebody proves are to give access again."""
    about: Json = {"bar_id": bar_id, "form": await visit.form()}
    if visit.is_part:
        return visit.part("selfservice/lift_bar.html", "main", **about)
    return visit.page("selfservice/lift_bar.html", **about)


@router.post("/bars/{bar_id}/lift")
async def lift(visit: OfAccount, bar_id: UUID) -> Response:
    """Lift a bar."""
    form = await visit.sent()
    await visit.api.post(f"{visit.api_path}/bars/{bar_id}/lift", key=form.id)
    return visit.go(visit.of_account("/review"), Done("page.done.bar_lifted"))
