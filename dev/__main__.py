"""``python -m dev`` (``make run``): the whole stack until Ctrl-C. 1: a part failed, 2: no start."""

import os
import signal
import sys
import time
from types import FrameType
from typing import NoReturn

from pydantic import ValidationError
from rich.console import Console

from dev.stack.banner import overview
from dev.stack.notices import print_plain
from dev.stack.os_processes import StartError
from dev.stack.sample_customer import add_sample
from dev.stack.settings import PREFIX, DevSettings
from dev.stack.stack import Stack

# Seconds. A program that ran this long had what it needs, so it is started again; one that ends
# sooner would end again.
_WORTH_A_RESTART = 10.0


class _Interrupted(Exception):
    pass


def main() -> int:
    """Start, print the table, watch; every way out stops what was started."""
    console, failed = Console(), Console(stderr=True, style="bold red")
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    ready = False
    try:
        with Stack(_settings(), os.environ.get("DATABASE_URL")) as stack:
            sample = add_sample(
                stack.api_url, stack.register_url, stack.identity_url, stack.billing_url
            )
            ready = True
            console.print(overview(stack, sample), soft_wrap=True)
            _watch(stack, console)
    except _Interrupted:
        console.print("Everything is stopped.")
        return 0
    except StartError as error:
        print_plain(failed, str(error))
        return 1 if ready else 2


def _settings() -> DevSettings:
    try:
        return DevSettings()
    except ValidationError as error:
        wrong = error.errors(include_input=False)[0]
        name = str(wrong["loc"][0]).upper()
        name = name if name.startswith(PREFIX) else PREFIX + name
        raise StartError(f"{name}: {wrong['msg']}") from None


def _watch(stack: Stack, console: Console) -> NoReturn:
    while True:
        for program in stack.ended():
            notice = (
                f"{program.name} ended with code {program.exit_code()}:\n{program.last_lines()}"
            )
            if time.monotonic() - program.started_at < _WORTH_A_RESTART:
                raise StartError(notice)
            print_plain(console, notice)
            stack.restart(program.name)
            console.print(f"{program.name} runs again.")
        time.sleep(0.5)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)  # stopping has begun and takes a few seconds
    raise _Interrupted


if __name__ == "__main__":
    sys.exit(main())
