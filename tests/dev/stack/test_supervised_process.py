"""Starting, stopping and losing programs, on real ones."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from dev.stack.os_processes import StartError, gone
from dev.stack.stale_processes import PidFile
from dev.stack.supervised_process import Program, RunningProgram
from tests.fixtures.patience import PATIENCE, patience_ends

pytestmark = pytest.mark.usefixtures("processes")

_SLEEPS = "import time, signal; print('begun', flush=True); time.sleep(600)"
_IGNORES = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + _SLEEPS


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "program.log"


@pytest.fixture
def sleeper(log: Path) -> Iterator[RunningProgram]:
    program = _program(log, _SLEEPS)
    yield program
    program.kill()


def _program(log: Path, code: str) -> RunningProgram:
    command = [sys.executable, "-c", code]
    return RunningProgram(
        Program("sleeper", command, log, lambda: "begun" in log.read_text(), {"LANG": "C"})
    )


def test_a_program_is_ready_when_it_says_so_and_ends_when_asked(
    sleeper: RunningProgram, log: Path
) -> None:
    sleeper.start()
    sleeper.wait_until_ready(patience_ends())

    assert sleeper.exit_code() is None
    assert log.read_text() == "begun\n"

    sleeper.stop()

    assert sleeper.exit_code() == -signal.SIGTERM


def test_a_killed_program_starts_again(sleeper: RunningProgram) -> None:
    sleeper.start()
    first = sleeper.pid
    sleeper.kill()

    sleeper.start()

    assert sleeper.exit_code() is None
    assert sleeper.pid != first


def test_a_program_that_ignores_sigterm_is_killed(log: Path) -> None:
    program = _program(log, _IGNORES)
    program.start()
    program.wait_until_ready(patience_ends())

    program.stop(grace=0.1)

    assert program.exit_code() == -signal.SIGKILL


def test_a_program_that_ends_before_it_is_ready_is_reported_with_its_last_lines(log: Path) -> None:
    program = _program(log, "raise SystemExit('no such luck')")
    program.start()

    with pytest.raises(StartError, match=r"sleeper ended with code 1:\nno such luck"):
        program.wait_until_ready(patience_ends())


def test_a_program_that_is_never_ready_is_reported(log: Path) -> None:
    program = _program(log, "import time; time.sleep(600)")
    program.start()

    with pytest.raises(StartError, match="sleeper is not ready in time"):
        program.wait_until_ready(time.monotonic())
    program.kill()


def test_a_program_that_does_not_exist_is_reported(log: Path) -> None:
    program = RunningProgram(Program("ghost", ["/nowhere/ghost"], log))

    with pytest.raises(StartError, match="ghost cannot be started"):
        program.start()


def test_children_do_not_outlive_a_killed_runner(tmp_path: Path) -> None:
    start_and_wait = (
        "import sys; from pathlib import Path; from dev.stack.supervised_process import *\n"
        f"program = RunningProgram(Program('x', [sys.executable, '-c', {_SLEEPS!r}],"
        f" Path({str(tmp_path / 'log')!r})))\n"
        "program.start(); print(program.pid, flush=True); sys.stdin.read()"
    )
    runner = subprocess.Popen(
        [sys.executable, "-c", start_and_wait],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[3],
    )  # fmt: skip
    with runner:
        assert runner.stdout is not None
        pid = int(runner.stdout.readline())
        runner.kill()

    assert gone(pid, within=PATIENCE)


def test_programs_of_a_killed_run_are_ended_by_the_next(
    sleeper: RunningProgram, tmp_path: Path
) -> None:
    sleeper.start()
    sleeper.wait_until_ready(patience_ends())
    assert sleeper.pid is not None
    PidFile(tmp_path / "pids").write({"sleeper": sleeper.pid})

    assert PidFile(tmp_path / "pids").end_leftovers() == ["sleeper"]

    sleeper.kill()
    assert sleeper.exit_code() == -signal.SIGTERM


def test_a_reused_process_id_is_left_alone(sleeper: RunningProgram, tmp_path: Path) -> None:
    sleeper.start()
    (tmp_path / "pids").write_text(f'{{"sleeper": [{sleeper.pid}, "another program"]}}')

    assert PidFile(tmp_path / "pids").end_leftovers() == []
    assert sleeper.exit_code() is None


def test_no_pid_file_and_a_broken_one_mean_no_leftovers(tmp_path: Path) -> None:
    (tmp_path / "broken").write_text("{")

    assert PidFile(tmp_path / "missing").end_leftovers() == []
    assert PidFile(tmp_path / "broken").end_leftovers() == []
