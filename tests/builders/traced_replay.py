"""Replays the recorded histories in a process with traces on: OpenTelemetry is set up once in each.

python -m tests.builders.traced_replay FILE...
"""

import asyncio
import json
import sys
from pathlib import Path

from pydantic import HttpUrl
from temporalio.client import WorkflowHistory
from temporalio.worker import Replayer

from runtime import tracing
from runtime.temporal_client import data_converter
from settings.traces import TraceSettings
from tests.fixtures import payload_keys
from workflows.catalog import WORKFLOWS


async def replay(histories: list[str]) -> None:
    replayer = Replayer(
        workflows=WORKFLOWS,
        namespace="default",
        data_converter=data_converter(payload_keys.cipher()),
        plugins=tracing.temporal_plugins(),
    )
    for text in histories:
        started = json.loads(text)["events"][0]["workflowExecutionStartedEventAttributes"]
        await replayer.replay_workflow(WorkflowHistory.from_json(started["workflowId"], text))


if __name__ == "__main__":
    with tracing.exporting(TraceSettings(url=HttpUrl("http://127.0.0.1:1"), share=1), "worker"):
        assert tracing.temporal_plugins()
        asyncio.run(replay([Path(file).read_text() for file in sys.argv[1:]]))
