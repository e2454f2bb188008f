"""Starting the processes: each command hands over to that process's own composition root."""

from collections.abc import Callable
from importlib import import_module

import typer

from cli.connections import database_answers, database_url, read_settings
from cli.console import Failure, say
from storage import migrate as migrations


def migrate() -> None:
    """Bring the database to this version's tables. Safe to repeat, and to run twice at once."""
    settings = read_settings()
    with database_answers():
        migrations.upgrade(database_url(settings))
    say("The database is up to date.")


# Where each process starts. Loaded when asked for: `volitus migrate` needs no web server.
_ROOTS = {
    "worker": ("worker.process", "Run a worker: carries out workflows and activities."),
    "scheduler": (
        "registry_sync.scheduler.process",
        "Run the scheduler: says when the register is read.",
    ),
    "api": ("api.__main__", "Run the API."),
    "dev": ("dev.__main__", "Run everything on this machine, for development (`make run`)."),
    "demo": ("dev.demo.__main__", "Run a temporary stack and tell the story on it (`make demo`)."),
    "bench": ("benchmarks.__main__", "Measure what is claimed about speed (`make bench`)."),
}


def register(app: typer.Typer) -> None:
    """Add a command for each process."""
    app.command()(migrate)
    for name, (module, purpose) in _ROOTS.items():
        app.command(name, help=purpose)(_starting(module))


def _starting(module: str) -> Callable[[], None]:
    def start() -> None:
        try:
            main = import_module(module).main
        except ModuleNotFoundError as error:
            if error.name is None or not module.startswith(error.name):
                raise
            raise Failure(f"This installation has no `{module}`: run it in a checkout.") from None
        raise typer.Exit(main() or 0)

    return start
