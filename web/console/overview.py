"""The overview: what is stuck, targets, payments, the register's runs. It refreshes itself."""

from collections.abc import Awaitable

from fastapi import APIRouter
from fastapi.responses import Response

from web.api_client import Json
from web.console.visit import ConsoleVisit, StaffVisit

router = APIRouter()
_RUNS = 10
_PARTS = ("groups", "targets", "payments", "entries", "held", "runs")


@router.get("/console")
async def overview(visit: StaffVisit) -> Response:
    """Show what stands still and since when, as far as this member of staff may see it."""
    await visit.with_staff()
    asked = _calls(visit)
    found = dict(zip(asked, await visit.with_staff(*asked.values()), strict=True))
    about: Json = {name: found.get(name) for name in _PARTS}
    if visit.is_part:
        return visit.part("console/overview.html", "overview", **about)
    return visit.page("console/overview.html", **about)


def _calls(visit: ConsoleVisit) -> dict[str, Awaitable[Json]]:
    calls: dict[str, Awaitable[Json]] = {}
    if visit.may("countStuckItems"):
        calls["groups"] = visit.api.get("/v1/ops/stuck/groups")
    if visit.may("listTargets"):
        calls["targets"] = visit.api.get("/v1/ops/targets")
    if visit.may("listOpsPayments") and visit.may("listBankEntries"):
        calls["payments"] = visit.api.get("/v1/ops/payments", limit=1)
        calls["entries"] = visit.api.get("/v1/ops/bank-entries", state="unmatched", limit=1)
    if visit.may("listSyncRuns"):
        calls["held"] = visit.api.get("/v1/sync/runs", state="held", limit=_RUNS)
        calls["runs"] = visit.api.get("/v1/sync/runs", limit=_RUNS)
    return calls
