"""The start of every process: settings, logs, signals, threads."""

import asyncio
import os
import resource
import signal
import sys
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any, ClassVar, NoReturn, Protocol, Self, TypeVar

import structlog

from runtime import logs, tracing
from settings.listening import LogSettings
from settings.traces import TraceSettings
from settings.unknown_variables import unknown_variables

log = structlog.get_logger(__name__)


class ServerSettings(Protocol):
    """Settings of a process that runs until it is stopped, as far as its start needs them."""

    process: ClassVar[str]

    @property
    def log(self) -> LogSettings:
        """Settings of its logs."""
        ...

    @property
    def traces(self) -> TraceSettings:
        """Settings of its traces."""
        ...

    @classmethod
    def for_process(cls) -> Self:
        """Read them from the environment."""
        ...


S = TypeVar("S", bound=ServerSettings)
Runner = Callable[[Coroutine[Any, Any, None]], None]


def run_process(
    kind: type[S],
    serve: Callable[[S, asyncio.Event], Awaitable[None]],
    runner: Runner = asyncio.run,
) -> None:
    """Read the settings of ``kind`` and run ``serve`` until it ends.

    ``serve`` gets the settings and an event that SIGTERM and SIGINT set. Wrong settings end the
    process with one line on stderr and exit code 2. A variable that no process reads is logged: it
    may be a misspelled setting, whose default is in force instead.
    """
    settings = kind.for_process()
    use_open_files()
    logs.configure(settings.log.level, settings.log.format, kind.process)
    for unknown in unknown_variables(os.environ):
        log.warning("setting_unknown", variable=unknown.name, similar=unknown.similar)

    async def main() -> None:
        await serve(settings, stop_event())

    with tracing.exporting(settings.traces, kind.process):
        runner(main())


def refuse_start(why: str) -> NoReturn:
    """End the process as wrong settings do: one line on stderr, exit code 2."""
    sys.stderr.write(f"volitus: {why}\n")
    sys.exit(2)


def stop_event() -> asyncio.Event:
    """An event of the running loop that SIGTERM and SIGINT set."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop


def use_open_files() -> None:
    """Raise the soft limit on open files to the hard one, as Go's runtime does.

    The soft one is often 1024 for the sake of ``select``, which nothing here uses; a server of a
    thousand connections would run out of it.
    """
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(ValueError, OSError):  # macOS has a lower limit of its own
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def use_threads(count: int) -> None:
    """Let ``asyncio.to_thread`` use ``count`` threads in the running loop.

    Python's own number is a few more than there are cores, so most database connections would idle.
    """
    executor = ThreadPoolExecutor(count, thread_name_prefix="blocking")
    asyncio.get_running_loop().set_default_executor(executor)
