"""``make demo``: the whole story on a temporary stack; 0 only if every line came true."""

import sys
from typing import Annotated

import typer

from dev import numbers, standstill, story, troubles
from dev.cast import cast
from dev.processes import StartError
from dev.scene import Scene
from dev.settings import DevSettings
from dev.stack import Stack
from dev.system_user import temporary_home
from dev.telling import Teller

Customers = Annotated[int, typer.Option(min=200, help="Companies that are customers.")]


def tell_all(scene: Scene, teller: Teller) -> None:
    """Every chapter, in order."""
    story.import_accounts(scene, teller)
    people = cast(scene)
    story.first_sync(scene, teller)
    story.board_member_logs_in(scene, teller, people.member)
    story.joint_member_logs_in(scene, teller, people.joint, people.partner)
    story.stranger_is_refused(scene, teller, people.steady)
    numbers.employee_proves_a_number(scene, teller, people.steady)
    standstill.network_refuses(scene, teller)
    story.member_leaves(scene, teller, people.member)
    troubles.truncated_file(scene, teller)
    troubles.too_much_would_end(scene, teller)
    troubles.register_down(scene, teller, people.steady, people.newcomer)
    troubles.worker_is_killed(scene, teller)


def main(customers: Customers = 1_000) -> None:
    """Start a temporary stack, tell the story, leave nothing behind."""
    teller = Teller()
    companies = customers * 3 // 2
    with temporary_home("volitus-demo-") as folder:
        try:
            with Stack(
                DevSettings.temporary(folder / "stack", companies, scheduled=False)
            ) as stack:
                scene = Scene(stack, folder, customers)
                tell_all(scene, teller)
                scene.close()
        except StartError as error:
            sys.exit(f"volitus: {error}")
    if not teller.end():
        sys.exit(1)


if __name__ == "__main__":
    typer.run(main)
