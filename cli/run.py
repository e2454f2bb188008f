"""Commands that start processes: each calls the entry of that process's own module."""

from collections.abc import Callable
from importlib import import_module

import typer

from cli.console import Failure

# Modules are imported on demand: `volitus migrate` needs no web server, the worker no Alembic.
_ROOTS = {
    "migrate": (
        "cli.migrate",
        "Upgrade the database to this version's schema. Safe to repeat, and to run twice at once.",
    ),
    "worker": ("worker.process", "Run a worker, which carries out workflows and activities."),
    "scheduler": (
        "registry_sync.scheduler.process",
        "Run the scheduler, which starts syncs on time.",
    ),
    "api": ("api.__main__", "Run the API."),
    "web": ("web.__main__", "Run the web pages: self-service and console."),
    "dev": (
        "dev.__main__",
        "Run all processes and simulators on this machine, for development (`make run`).",
    ),
    "demo": ("dev.demo.__main__", "Run the demonstration on a temporary stack (`make demo`)."),
    "bench": ("benchmarks.__main__", "Run the benchmarks (`make bench`)."),
}


def register(app: typer.Typer) -> None:
    """Add a command for each process."""
    for name, (module, purpose) in _ROOTS.items():
        app.command(name, help=purpose)(_starting(module))


def _starting(module: str) -> Callable[[], None]:
    def start() -> None:
        try:
            main = import_module(module).main
        except ModuleNotFoundError as error:
            if error.name is None or not module.startswith(error.name):
                raise
            raise Failure(
                f"This installation does not include `{module}`: run it in a checkout."
            ) from None
        raise typer.Exit(main() or 0)

    return start
