"""Codes that the console shows have words."""

from collections.abc import Mapping
from enum import StrEnum

import pytest

from domain.ops.forecasts import Again, WhyKept
from domain.ops.resolutions import Resolution, StuckState
from domain.ops.stuck_reasons import StuckKind, StuckReason
from domain.provisioning.steps import Decision, StepState, StepWait
from domain.provisioning.targets import TargetState
from domain.registry.sync import SyncSource, SyncState
from runtime.texts import Language, messages

WORDS: Mapping[str, type[StrEnum]] = {
    "again": Again,
    "decision": Decision,
    "kept": WhyKept,
    "kind": StuckKind,
    "reason": StuckReason,
    "resolution": Resolution,
    "run": SyncState,
    "source": SyncSource,
    "state": StuckState,
    "step": StepState,
    "target_state": TargetState,
    "waits": StepWait,
}


@pytest.mark.parametrize("group", WORDS)
def test_page_4_every_code_of_the_console_has_its_words(group: str) -> None:
    wanted = {f"page.console.{group}.{member}" for member in WORDS[group]}

    assert wanted - messages(Language.ESTONIAN).keys() == set()
