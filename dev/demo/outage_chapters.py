"""The demo's chapters on outages: outside systems fail, and existing access does not change."""

from dev.demo.client import Scene, until
from dev.demo.people import (
    Seat,
    account_of,
    appoint,
    import_accounts_of,
    living,
    reason,
    restore_boards,
)
from dev.demo.report import Teller


def truncated_file(scene: Scene, tell: Teller) -> None:
    """Cut the register's file: no access ends."""
    tell.chapter("A truncated file")
    before = scene.grants_in_force()
    fault = {"source": "open_data", "kind": "truncated_file", "times": None}
    scene.register("PUT", "/_control/faults", fault)
    run = scene.sync("file")
    scene.register("DELETE", "/_control/faults")
    tell.line(f"is refused: {reason(run)}", came_true=run["state"] == "refused", seen=run)
    tell.line("no access has ended", came_true=scene.grants_in_force() == before)


def too_much_would_end(scene: Scene, tell: Teller) -> None:
    """Remove a third of all holders: the run is held until a person decides."""
    tell.chapter("A file that would end 30 % of all access")
    before = scene.grants_in_force()
    victims = living(scene)[: scene.customers * 3 // 10]
    emptied = [{"code": company["code"], "holders": []} for company in victims]
    scene.register("POST", "/_control/companies", emptied)
    run = scene.sync("file")
    ending = (run.get("preview") or {}).get("ending", {}).get("total", 0)
    tell.line(
        f"is held: {reason(run)}",
        came_true=run["state"] == "held" and ending > before / 5,
        seen=run,
    )
    tell.line(
        f"the preview lists {ending} grants that would end; none has ended",
        came_true=ending > 0 and scene.grants_in_force() == before,
    )
    scene.volitus("sync", "reject", run["id"], "--reason", "the register's file is broken")
    shown = scene.volitus("sync", "show", run["id"])
    tell.line(
        "operations reject it and state a reason; no access has ended",
        came_true=shown["state"] == "rejected" and scene.grants_in_force() == before,
        seen=shown,
    )
    restore_boards(scene, victims)


def register_down(scene: Scene, tell: Teller, member: Seat, newcomer: Seat) -> None:
    """Take the register down: access stays, and nothing new is granted."""
    tell.chapter("The register is down")
    appoint(scene, newcomer)
    fault = {"source": "esindus", "kind": "http_500", "times": None}
    scene.register("PUT", "/_control/faults", fault)
    token, hopeful = scene.login(member.code), scene.login(newcomer.code)
    operation = scene.refresh(token)
    facts = (operation.get("error") or {}).get("facts", {})
    tell.line(
        f"a refresh reports it, with the time of the register's last answer: {facts.get('as_of')}",
        came_true=operation["state"] == "failed" and bool(facts.get("as_of")),
        seen=operation,
    )
    tell.line(
        "existing access stays",
        came_true=scene.check(token, account_of(member.company)).get("allowed") is True,
    )
    scene.refresh(hopeful)
    tell.line(
        "a new board member gets no access without the register's answer",
        came_true=scene.check(hopeful, account_of(newcomer.company)).get("allowed") is False,
    )
    scene.register("DELETE", "/_control/faults")
    scene.refresh(hopeful)
    tell.line(
        "once the register answers again, the new board member has access",
        came_true=scene.check(hopeful, account_of(newcomer.company)).get("allowed") is True,
    )


def worker_is_killed(scene: Scene, tell: Teller) -> None:
    """Kill the worker during a sync: another continues, and each grant is given once."""
    tell.chapter("The worker is killed in the middle of a sync")
    customers, newcomers = scene.customers, scene.customers // 5
    fresh = living(scene)[customers : customers + newcomers]
    import_accounts_of(scene, fresh, "newcomers.csv")
    fault = {"source": "esindus", "kind": "delay", "seconds": 0.005, "times": None}
    scene.register("PUT", "/_control/faults", fault)
    where = scene.start_sync("check")
    half = until(
        lambda: scene.run(where), lambda run: (run["counts"]["answered"] or 0) >= customers // 2
    )
    scene.stack.kill("worker")
    tell.line(
        f"killed after {half['counts']['answered']} of {half['counts']['to_query']} queries",
        came_true=half["state"] == "running",
        seen=half,
    )
    scene.stack.restart("worker")
    run = until(lambda: scene.run(where), lambda run: run["state"] != "running")
    scene.register("DELETE", "/_control/faults")
    tell.line(
        "after its restart the run is completed", came_true=run["state"] == "finished", seen=run
    )
    accounts = {account_of(company["code"]) for company in fresh}
    events = scene.volitus("events", "list", "--limit", "10000")
    started = [
        event["subject_id"]
        for event in events
        if event["kind"] == "grant:started" and event["account_id"] in accounts
    ]
    tell.line(
        f"each of the {len(started)} new grants was given once",
        came_true=len(started) == len(set(started)) >= newcomers // 2,
        seen=len(started),
    )
    tell.line(
        "the history's hash chain is intact",
        came_true=scene.volitus("events", "verify").get("broken_at") is None,
    )
