"""What operations do after the restore, and what they find."""

from dev.demo.client import Scene, until
from dev.demo.report import Teller
from dev.drill.before import LostTime, applied_to, operation, resend, tell_network


def carry_on(scene: Scene, tell: Teller, lost: LostTime) -> None:
    """Run ``volitus ops restored``: first dry, then for real."""
    tell.chapter("The database is restored; Temporal and the network are ahead of it")
    reason = ("--reason", "the disk failed, restored from the backup of ten minutes before")
    planned = scene.volitus("ops", "restored", "--dry-run", *reason)
    done = scene.volitus("ops", "restored", *reason)
    tell.line(
        f"{done['steps_in_doubt']} steps are in doubt, {done['restarted']} processes start again",
        came_true=done["steps_in_doubt"] == 6 and done["restarted"] == 2,
        seen=done,
    )
    tell.line(
        "the resend that the database has lost is ended and listed",
        came_true=done["unknown"] == [f"resend/{lost.orphaned}"],
        seen=done,
    )
    tell.line(
        "a dry run had said the same",
        came_true={**planned, "dry_run": False} == done,
        seen=(planned, done),
    )


def targets_are_asked(scene: Scene, tell: Teller, waiting: dict[str, str]) -> None:
    """Resume the network, which the backup has as paused: every step asks before it sends."""
    tell.chapter("The processes carry on")
    scene.network("DELETE", "/_control/faults")
    tell_network(scene, "resume")
    for name, where in waiting.items():
        ended = until(
            lambda where=where: operation(scene, where),  # type: ignore[misc]
            lambda found: found["state"] in {"succeeded", "failed", "cancelled"},
        )
        tell.line(
            f"the resend that was {name} by the network succeeds",
            came_true=ended["state"] == "succeeded",
            seen=ended,
        )


def nothing_is_hidden(scene: Scene, tell: Teller, services: dict[str, str]) -> None:
    """Look for effects that happened twice, for what is stuck, and at the history."""
    twice = {
        name: changes
        for name in ("asked", "accepted", "done")
        if len(changes := applied_to(scene, services[name])) != 2
    }
    tell.line("each change was made once", came_true=not twice, seen=twice)
    stuck = scene.volitus("ops", "stuck")
    tell.line("nothing is left in the list of what is stuck", came_true=stuck == [], seen=stuck)
    chain = scene.volitus("events", "verify")
    tell.line(
        "the history's hash chain is intact", came_true=chain.get("broken_at") is None, seen=chain
    )
    again = resend(scene, services["orphaned"])
    ended = until(
        lambda: operation(scene, again), lambda found: found["state"] in {"succeeded", "failed"}
    )
    tell.line(
        "what was lost is requested anew, and done",
        came_true=ended["state"] == "succeeded",
        seen=ended,
    )
