"""Number blocks: who gets no codes now, and why; block a number, and lift a block.

A number is typed into a form that is sent by POST: it is in no address.
"""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Path
from fastapi.responses import Response

from web.api_client import ApiProblem, Json
from web.console.questions import MENDED, Question, asked, decided
from web.console.visit import ConsoleVisit, StaffVisit
from web.forms import Form
from web.notices import Done
from web.queries import Cursor, Words
from web.theme import formats

BLOCKS = "/console/number-blocks"
router = APIRouter(prefix=BLOCKS)
_API = "/v1/ops/number-blocks"
_SHOWN = 50
KINDS = (
    "number",
    "prefix",
    "person",
    "own_number",
    "address",
    "country",
    "country_quota",
    "client",
    "client_quota",
    "client_checks",
    "client_quota_checks",
    "client_lookups",
    "client_quota_lookups",
)
"""Offered as a filter: what can be blocked, and the limits that can be used up."""
_SCOPES = ("number", "prefix")
_HOURS = ("1", "24", "168", "720")
"""Offered as how long. The API takes others too."""
BlockId = Annotated[str, Path(pattern="^[0-9a-f]{32}$")]


@router.get("")
async def listed(visit: StaffVisit, kind: Words = "", after: Cursor = None) -> Response:
    """List who gets no codes now, by kind where one is chosen."""
    (found,) = await visit.with_staff(
        visit.api.get(_API, kind=kind, after=after, limit=_SHOWN),
    )
    return visit.page("console/number_blocks.html", found=found, kind=kind, kinds=KINDS)


@router.get("/new")
async def ask(visit: StaffVisit) -> Response:
    """Ask which number is to get no codes, for how long, and why."""
    await visit.needs("blockNumber")
    return _form(visit, await visit.form())


@router.post("/new")
async def block(visit: StaffVisit) -> Response:
    """Block it. What is blocked already stays as it is."""
    form = await visit.sent()
    form.required("number", visit.text("page.console.block.number_missing"))
    form.required("reason", visit.text("page.console.reason_missing"))
    if not form.errors:
        sent: Json = {name: form[name] for name in ("number", "kind", "reason")}
        sent["hours"] = int(form["hours"]) if form["hours"].isdecimal() else 0
        try:
            done = await visit.api.post(_API, sent, key=form.id)
        except ApiProblem as problem:
            if problem.status not in MENDED:
                raise
            visit.refused(form, problem)
        else:
            return visit.go(f"{BLOCKS}/{done['id']}", Done("page.done.number_blocked"))
    await visit.with_staff()
    return _form(visit, form, status=422)


@router.get("/{block_id}")
async def one(visit: StaffVisit, block_id: BlockId) -> Response:
    """Show one block: of what, why, since when and until when."""
    (found,) = await visit.with_staff(visit.api.get(f"{_API}/{block_id}"))
    return visit.page("console/number_block.html", block=found)


@router.get("/{block_id}/lift")
async def ask_to_lift(visit: StaffVisit, block_id: BlockId) -> Response:
    """Ask whether codes are to be sent again."""
    question, form = await asyncio.gather(_lifting(visit, block_id), visit.form())
    return asked(visit, question, form)


@router.post("/{block_id}/lift")
async def lift(visit: StaffVisit, block_id: BlockId) -> Response:
    """Lift it: codes are sent again at once."""
    return await decided(
        visit,
        f"{_API}/{block_id}/lift",
        lambda: _lifting(visit, block_id),
        done=Done("page.done.block_lifted"),
        then=BLOCKS,
    )


async def _lifting(visit: ConsoleVisit, block_id: str) -> Question:
    (found,) = await visit.with_staff(visit.api.get(f"{_API}/{block_id}"))
    path = f"{BLOCKS}/{block_id}"
    is_number = found["kind"] in _SCOPES
    return Question(
        title=visit.text("page.console.block.ask_lift"),
        yes=visit.text("page.console.block.lift"),
        action=f"{path}/lift",
        back=path,
        says=[visit.text(f"page.console.block.does_lift_{'number' if is_number else 'limit'}")],
        facts=[
            (visit.word("block_kind", found["kind"]), _subject(found)),
            (visit.text("page.console.cause"), found["reason"]["text"]),
            (visit.text("page.console.note"), found["note"]),
        ],
    )


def _subject(block: Json) -> str:
    """Return what is blocked as people write it, where it is a number."""
    if block["kind"] == "number":
        return formats.phone(block["subject"])
    return f"{block['subject']}••••" if block["kind"] == "prefix" else str(block["subject"])


def _form(visit: ConsoleVisit, form: Form, *, status: int = 200) -> Response:
    about: Json = {"scopes": _SCOPES, "lengths": _HOURS, "form": form}
    return visit.page("console/block_number.html", status=status, **about)
