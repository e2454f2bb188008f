"""``volitus ops``: list what is stuck, show an item, and decide about it."""

from cli.groups import Group
from cli.on_demand import OnDemand, on_demand

app = Group(
    cls=on_demand(
        {
            "stuck": OnDemand("cli.ops.stuck:stuck", "List what is stuck."),
            "show": OnDemand(
                "cli.ops.stuck:show",
                "Show an item, closed or not: reason, process, blocked steps, events, allowed"
                " decisions.",
            ),
            "retry": OnDemand("cli.ops.retry:retry", "Retry one item, or all that match a filter."),
            "retries": OnDemand(
                "cli.ops.retry:retries",
                "Follow a bulk retry to its end, show what became of each item, or end it.",
            ),
            "skip": OnDemand(
                "cli.ops.decisions:skip",
                "Continue the process without this step, if it can be skipped.",
            ),
            "abort": OnDemand(
                "cli.ops.decisions:abort",
                "Abort the process: it ends, and its steps that were done are undone, the newest"
                " first.",
            ),
            "fail": OnDemand(
                "cli.ops.decisions:fail",
                "End only the item that the step belongs to, and undo what was done of it; others"
                " go on.",
            ),
            "cancel": OnDemand(
                "cli.ops.cancel:cancel",
                "Cancel a resend, a bulk retry or an extract while it runs.",
            ),
            "repair": OnDemand(
                "cli.ops.repair:repair",
                "Repair a broken process: its workflow failed, is missing or has closed.",
            ),
            "restored": OnDemand(
                "cli.ops.restored:restored",
                "Carry on after the database was restored from a backup, and Temporal was not.",
            ),
            "targets": OnDemand(
                "cli.ops.targets:app", "List, pause and resume targets: the outside systems."
            ),
        }
    ),
    help="List stuck items; retry, skip, abort, fail or repair them; cancel operations; pause and"
    " resume targets.",
)
