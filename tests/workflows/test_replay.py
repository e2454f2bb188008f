"""Workflows that began before a deployment must go on after it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from temporalio.client import WorkflowHistory
from temporalio.worker import Replayer

from runtime.temporal_client import data_converter
from tests.fixtures import payload_keys
from tests.fixtures.patience import PATIENCE
from workflows.catalog import WORKFLOWS

HISTORIES = sorted((Path(__file__).parent / "histories").glob("*.json"))


def history_of(file: Path) -> WorkflowHistory:
    started = json.loads(file.read_text())["events"][0]["workflowExecutionStartedEventAttributes"]
    return WorkflowHistory.from_json(started["workflowId"], file.read_text())


@pytest.mark.parametrize("file", HISTORIES, ids=lambda file: file.stem)
async def test_recorded_histories_replay_with_the_present_code(file: Path) -> None:
    replayer = Replayer(
        workflows=WORKFLOWS,
        namespace="default",
        data_converter=data_converter(payload_keys.cipher()),
    )

    await replayer.replay_workflow(history_of(file))


@pytest.mark.usefixtures("processes")
def test_step_14_workflows_that_began_without_traces_go_on_with_them() -> None:
    command = [sys.executable, "-m", "tests.builders.traced_replay", *map(str, HISTORIES)]

    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)

    assert done.returncode == 0, done.stderr


def test_every_workflow_has_a_recorded_history() -> None:
    recorded = {
        json.loads(file.read_text())["events"][0]["workflowExecutionStartedEventAttributes"][
            "workflowType"
        ]["name"]
        for file in HISTORIES
    }

    assert recorded == {type_name(workflow) for workflow in WORKFLOWS}


def type_name(workflow: type) -> str:
    """Name under which Temporal knows the workflow; the class may be called otherwise."""
    name: str = getattr(workflow, "__temporal_workflow_definition").name
    return name
