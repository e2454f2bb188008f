"""Targets: the outside systems that steps go to, why one takes none, and pausing and resuming."""

from typing import Annotated, Literal

from fastapi import APIRouter, Path
from fastapi.responses import Response
from markupsafe import Markup

from web.api_client import Json
from web.console.questions import Question, asked, decided
from web.console.visit import ConsoleVisit, StaffVisit
from web.forms import Form
from web.notices import Done

router = APIRouter(prefix="/console/targets")
_API = "/v1/ops/targets"
_EVENTS = 10
Act = Literal["pause", "resume"]
Name = Annotated[str, Path(pattern="^[a-z][a-z0-9_-]{0,39}$")]
_DONE = {"pause": Done("page.done.target_paused"), "resume": Done("page.done.target_resumed")}


@router.get("")
async def listed(visit: StaffVisit) -> Response:
    """List every target with its state. It refreshes itself."""
    (found,) = await visit.with_staff(visit.api.get(_API))
    about: Json = {"targets": found["items"]}
    if visit.is_part:
        return visit.part("console/targets.html", "list", **about)
    return visit.page("console/targets.html", **about)


@router.get("/{name}")
async def one(visit: StaffVisit, name: Name) -> Response:
    """Show one target: its state since when and why, what fails, who paused and resumed it."""
    (target,) = await visit.with_staff(visit.api.get(f"{_API}/{name}"))
    events: Json = {"items": []}
    if visit.may("searchEvents"):
        about_it = {"subject_id": target["stuck_id"], "limit": _EVENTS}
        events = await visit.api.get("/v1/ops/events", **about_it)
    about: Json = {"target": target, "events": events["items"]}
    if visit.is_part:
        return visit.part("console/target.html", "target", **about)
    return visit.page("console/target.html", **about)


@router.get("/{name}/{act}")
async def ask(visit: StaffVisit, name: Name, act: Act) -> Response:
    """Ask whether steps are to wait, or to go to it again."""
    return asked(visit, await _question(visit, name, act), await visit.form())


@router.post("/{name}/{act}")
async def decide(visit: StaffVisit, name: Name, act: Act) -> Response:
    """Pause or resume it as it was shown: what somebody else decided since stands."""
    return await decided(
        visit,
        f"{_API}/{name}/{act}",
        lambda: _question(visit, name, act),
        body=_seen,
        done=_DONE[act],
        then=f"/console/targets/{name}",
    )


def _seen(form: Form) -> Json:
    version = form["version"]
    return {"version": int(version)} if version.isdecimal() else {}


async def _question(visit: ConsoleVisit, name: str, act: Act) -> Question:
    """Ask about the target as it is now; nothing is asked where it is so already."""
    (target,) = await visit.with_staff(visit.api.get(f"{_API}/{name}"))
    path, called = f"/console/targets/{name}", visit.word("target", name)
    is_open = _can(act, target)
    says = visit.text(f"page.console.targets.{act}_does")
    return Question(
        title=visit.text(f"page.console.targets.{act}_title", target=called),
        yes=visit.text(f"page.console.targets.{act}") if is_open else None,
        action=f"{path}/{act}",
        back=path,
        says=[says if is_open else visit.text(f"page.console.targets.{act}d_already")],
        facts=_facts(visit, target),
        color="danger" if act == "pause" else None,
        hidden={"version": str(target["version"])},
    )


def _can(act: Act, target: Json) -> bool:
    """Return whether deciding so would change anything."""
    if act == "resume":
        return bool(target["state"] != "available")
    return not target["paused_by"]


def _facts(visit: ConsoleVisit, target: Json) -> list[tuple[Markup, object]]:
    number, by, since = visit.formats.number, target["paused_by"], target["changed_at"]
    facts: list[tuple[str, object]] = [
        ("state_of", visit.word("target_state", target["state"])),
        ("targets.since", visit.formats.moment(since) if since else None),
        ("targets.paused_by", visit.by(by) if by else None),
        ("note", target["note"]),
        ("waiting", number(target["waiting_steps"])),
        ("stuck_steps", number(target["stuck_steps"])),
    ]
    return [(visit.text(f"page.console.{name}"), value) for name, value in facts]
