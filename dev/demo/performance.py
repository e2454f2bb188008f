"""Runs a story on a temporary stack: the demo's, or the restore drill's."""

import sys
from collections.abc import Callable

from dev.demo.client import Scene
from dev.demo.report import Teller
from dev.postgres.os_user import temporary_home
from dev.stack.os_processes import StartError
from dev.stack.settings import DevSettings
from dev.stack.stack import Stack


def perform(
    story: Callable[[Scene, Teller], None], name: str, *, companies: int, customers: int
) -> None:
    """Start a temporary stack, tell the story, and remove everything.

    Exits with 1 where a line did not come true, and with one line where the stack does not start.
    """
    teller = Teller()
    with temporary_home(f"volitus-{name}-") as folder:
        try:
            with Stack(
                DevSettings.temporary(folder / "stack", companies, scheduled=False)
            ) as stack:
                scene = Scene(stack, folder, customers)
                story(scene, teller)
                scene.close()
        except StartError as error:
            sys.exit(f"volitus: {error}")
    if not teller.end():
        sys.exit(1)
