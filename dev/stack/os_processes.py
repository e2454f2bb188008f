"""Processes of other programs: check, identify and end them; make children end with us."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

# Loaded here, not between fork and exec, where little is allowed.
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None
_PR_SET_PDEATHSIG = 1


class StartError(Exception):
    """Raised when something cannot start; the text is one line with the cause and the remedy."""


def die_with_parent(number: signal.Signals = signal.SIGINT) -> None:
    """Have the kernel signal this child when the thread that started it ends; for ``preexec_fn``.

    So nothing is left behind by a runner that was killed with SIGKILL. Linux only; elsewhere the
    next start finds what is left by its pid file. Start children from the main thread.
    """
    if _LIBC is not None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, number)


def command_of(pid: int) -> str | None:
    """Return the command line of a running process, joined by spaces; None if there is none."""
    if Path("/proc/self").exists():
        try:
            words = Path(f"/proc/{pid}/cmdline").read_text(errors="replace")
        except OSError:
            return None
        return words.replace("\0", " ").strip() or None
    answer = subprocess.run(
        ["ps", "-o", "args=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return answer.stdout.strip() or None


def gone(pid: int, within: float) -> bool:
    """Return whether the process has ended, or ends within this many seconds."""
    deadline = time.monotonic() + within
    while command_of(pid) is not None:
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def end(pid: int, *signals: signal.Signals, grace: float = 10) -> bool:
    """Send one signal after the other until the process has ended; return whether it has."""
    for number in signals:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)
        if gone(pid, grace):
            return True
    return False
