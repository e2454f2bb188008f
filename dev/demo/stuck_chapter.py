"""The demo's chapter of operations: a stuck item is listed, decided about and recorded."""

from uuid import NAMESPACE_URL, uuid5

import httpx

from dev.demo.client import Body, Scene, until
from dev.demo.numbers_chapter import NUMBER
from dev.demo.report import Teller

SERVICE = str(uuid5(NAMESPACE_URL, f"service:{NUMBER}"))
_NETWORK_ID = "NET-4711"


def network_refuses(scene: Scene, tell: Teller) -> None:
    """Resend a service that the network does not know; operations see the item and correct it."""
    tell.chapter("The network refuses a service")
    scene.network("PUT", "/_control/services", {"id": SERVICE, "known": False})
    asked = scene.post(
        f"/v1/services/{SERVICE}/resend", scene.staff("ops"), {"reason": "new SIM profile"}
    )
    tell.line(
        "operations request that its settings are sent again",
        came_true=asked.status_code == httpx.codes.ACCEPTED,
        seen=asked.text,
    )
    row = _stuck(scene)
    reason = row.get("reason", {})
    tell.line(
        f"it is listed as stuck: “{reason.get('text')}”;"
        f" allowed decisions: {', '.join(row.get('allowed_decisions', []))}",
        came_true=reason.get("code") == "service_unknown",
        seen=row,
    )
    if not row:
        return
    why = ("--reason", "the network has it under its own id")
    correction = ("--correct", f"network_id={_NETWORK_ID}")
    scene.volitus("ops", "retry", row["id"], *correction, *why)
    where = asked.headers["Location"]
    ended = until(
        lambda: scene.get(where, scene.staff("ops")).json(),
        lambda operation: operation["state"] == "succeeded",
    )
    applied = scene.network("GET", f"/_control/applied?service={_NETWORK_ID}")
    tell.line(
        "retried with the network's own id, it succeeds; each effect was applied once",
        came_true=ended["state"] == "succeeded" and len(applied) == 2,
        seen=(ended, applied),
    )
    story = scene.get(f"/v1/ops/stuck/{row['id']}", scene.staff("ops")).json()
    decided = [each for each in story["events"] if each["kind"] == "stuck:decided"]
    tell.line(
        f"the history records who decided that: {[each['actor']['id'] for each in decided]}",
        came_true=len(decided) == 1 and decided[0]["actor"]["kind"] == "ops",
        seen=story,
    )


def _stuck(scene: Scene) -> Body:
    """Return the one stuck item, as the command lists it; empty if there is none."""
    until(
        lambda: scene.get("/v1/ops/stuck", scene.staff("ops")).json(),
        lambda page: bool(page.get("items")),
    )
    row: Body = next(iter(scene.volitus("ops", "stuck")), {})
    return row
