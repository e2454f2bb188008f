"""``make drill``: restore the database by some minutes, and carry on; exit code 0 if all is well.

Temporal and the targets are not restored: they are ahead of the database then.
"""

import typer

from dev.demo.client import Scene
from dev.demo.performance import perform
from dev.demo.report import Teller
from dev.drill import after, before
from dev.drill.backup import Backup

_COMPANIES = 100


def run_drill(scene: Scene, teller: Teller) -> None:
    """Work, back up, work on, lose the database, restore it, and carry on."""
    backup = Backup(scene.stack)
    services = before.customers(scene)
    waiting = before.until_the_backup(scene, teller, services)
    backup.take()
    lost = before.in_the_lost_time(scene, teller, services)
    backup.restore()
    after.carry_on(scene, teller, lost)
    scene.stack.start_product()
    after.targets_are_asked(scene, teller, waiting)
    after.nothing_is_hidden(scene, teller, services)


def main() -> None:
    """Start a temporary stack, run the drill, and remove everything."""
    perform(run_drill, "drill", companies=_COMPANIES, customers=_COMPANIES)


if __name__ == "__main__":
    typer.run(main)
