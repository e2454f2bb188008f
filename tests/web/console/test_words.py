"""Codes that the console shows have words."""

from collections.abc import Mapping
from enum import StrEnum

import pytest

from domain.ops.stuck_reasons import StuckKind, StuckReason
from domain.provisioning.targets import TargetState
from domain.registry.sync import SyncSource, SyncState
from runtime.texts import Language, messages

WORDS: Mapping[str, type[StrEnum]] = {
    "kind": StuckKind,
    "reason": StuckReason,
    "run": SyncState,
    "source": SyncSource,
    "target_state": TargetState,
}


@pytest.mark.parametrize("group", WORDS)
def test_page_4_every_code_of_the_console_has_its_words(group: str) -> None:
    wanted = {f"page.console.{group}.{member}" for member in WORDS[group]}

    assert wanted - messages(Language.ESTONIAN).keys() == set()
