"""Runs of the sync with the register: listed, followed, and decided about where they are held."""

from dataclasses import asdict, dataclass
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends
from fastapi.responses import Response
from markupsafe import Markup

from web.api_client import ApiProblem, Json
from web.console.questions import MENDED, Question, asked, decided
from web.console.visit import ConsoleVisit, StaffVisit
from web.forms import Form
from web.notices import Done
from web.queries import Cursor, Words

SYNC = "/console/sync"
router = APIRouter(prefix=SYNC)
RUNS = "/v1/sync/runs"
LOGINS = "/v1/sync/held-logins"
_SHOWN = 50
_OPEN = frozenset({"running", "held"})
SOURCES = ("file", "changes", "check", "company")
STATES = ("running", "held", "finished", "unchanged", "refused", "rejected", "failed")
STARTED = ("changes", "check", "file")
"""Sources that staff have read besides the schedule."""
Act = Literal["release", "reject"]
_DONE = {"release": Done("page.done.run_released"), "reject": Done("page.done.run_rejected")}


@dataclass(frozen=True, slots=True)
class Filters:
    """Filters in the address."""

    state: Words = ""
    source: Words = ""


@router.get("")
async def listed(
    visit: StaffVisit, which: Annotated[Filters, Depends()], after: Cursor = None
) -> Response:
    """List runs, the newest first, and how many wait that logins opened."""
    chosen = asdict(which)
    found, logins = await visit.with_staff(
        visit.api.get(RUNS, **chosen, after=after, limit=_SHOWN), visit.api.get(LOGINS)
    )
    about: Json = {"found": found, "logins": logins, "asked": chosen}
    return visit.page("console/sync_runs.html", **about, states=STATES, sources=SOURCES)


@router.get("/new")
async def ask_for_run(visit: StaffVisit) -> Response:
    """Ask which source is to be read now."""
    await visit.needs("startSyncRun")
    return _new(visit, await visit.form())


@router.post("/new")
async def start(visit: StaffVisit) -> Response:
    """Read a source now, besides the schedule."""
    form = await visit.sent()
    try:
        run = await visit.api.post(RUNS, {"source": form["source"]}, key=form.id)
    except ApiProblem as problem:
        if problem.status not in MENDED:
            raise
        await visit.with_staff()
        return _new(visit, visit.refused(form, problem), status=422)
    return visit.go(f"{SYNC}/{run['id']}", Done("page.done.run_started"))


@router.get("/{run_id}")
async def one(visit: StaffVisit, run_id: UUID) -> Response:
    """Show a run: how far it is, what it waits for, what it would do. It refreshes itself."""
    (run,) = await visit.with_staff(visit.api.get(f"{RUNS}/{run_id}"))
    about: Json = {"run": run, "has_ended": run["state"] not in _OPEN, "far": _far(run["counts"])}
    if visit.is_part:
        return visit.part("console/sync_run.html", "run", **about)
    visit.around.refresh = 10 if run["state"] == "running" else None
    return visit.page("console/sync_run.html", **about)


@router.get("/{run_id}/{act}")
async def ask(visit: StaffVisit, run_id: UUID, act: Act) -> Response:
    """Ask whether a held run is to do what it would do, or nothing of it."""
    return asked(visit, await _question(visit, run_id, act), await visit.form())


@router.post("/{run_id}/{act}")
async def decide(visit: StaffVisit, run_id: UUID, act: Act) -> Response:
    """Release or reject it. Of two operators the first decides, and the second is told."""
    return await decided(
        visit,
        f"{RUNS}/{run_id}/{act}",
        lambda: _question(visit, run_id, act),
        done=_DONE[act],
        then=f"{SYNC}/{run_id}",
    )


def _new(visit: ConsoleVisit, form: Form, *, status: int = 200) -> Response:
    about: Json = {"form": form, "sources": STARTED}
    return visit.page("console/sync_new.html", status=status, **about)


def _far(counts: Json) -> list[tuple[str, int, int]]:
    """Return the stages that can be counted: name, how many are done, of how many."""
    answered, unknown = counts["answered"] or 0, counts["unknown"] or 0
    stages = []
    if counts["to_query"]:
        stages.append(("queried", answered + unknown, counts["to_query"]))
    if counts["applied"] is not None and answered:
        stages.append(("applied", counts["applied"], answered))
    return stages


async def _question(visit: ConsoleVisit, run_id: UUID, act: Act) -> Question:
    (run,) = await visit.with_staff(visit.api.get(f"{RUNS}/{run_id}"))
    path, is_held = f"{SYNC}/{run_id}", run["state"] == "held"
    says = f"page.console.sync.{act}_does" if is_held else "page.console.sync.not_held"
    return Question(
        title=visit.text(f"page.console.sync.{act}_title"),
        yes=visit.text(f"page.console.sync.{act}") if is_held else None,
        action=f"{path}/{act}",
        back=path,
        says=[visit.text(says)],
        facts=_preview(visit, run["preview"]) if is_held else _decision(visit, run),
        color="danger" if act == "release" else None,
    )


def _preview(visit: ConsoleVisit, preview: Json) -> list[tuple[Markup, object]]:
    number = visit.formats.number
    ending = visit.text(
        "page.console.sync.of",
        part=number(preview["ending"]["total"]),
        all=number(preview["open_grants"]),
    )
    return [
        (visit.text("page.console.effect.ending"), ending),
        (visit.text("page.console.effect.suspending"), number(preview["suspending"]["total"])),
        (visit.text("page.console.effect.starting"), number(preview["starting"]["total"])),
    ]


def _decision(visit: ConsoleVisit, run: Json) -> list[tuple[Markup, object]]:
    by = run["decided_by"]
    return [
        (visit.text("page.console.state_of"), visit.word("run", run["state"])),
        (visit.text("page.console.decided"), visit.by(by) if by else None),
        (visit.text("page.console.note"), run["note"]),
    ]
