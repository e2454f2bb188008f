"""Codes that the console shows have words."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import fields
from enum import StrEnum
from pathlib import Path
from uuid import uuid4

import pytest
from pydantic import HttpUrl

from api.registry.sync_previews import PreviewEffect
from domain.access.suspensions import FreezeAct, FreezeReason
from domain.accounts import RecordRefusal
from domain.audit import ChainFault, EventKind
from domain.authority_documents import DocumentKind
from domain.catalogue.step_actions import StepAction
from domain.contracts import told as contracts_told
from domain.contracts.sizes import SizeRefusal
from domain.contracts.suspensions import steps_of
from domain.delegations.refusals import DelegationRefusal
from domain.inventory.drift import COMPARED, DriftDecision, DriftEnd, DriftState, NetworkOutcome
from domain.mandates.four_eyes import MandateAct
from domain.mandates.states import MandateState
from domain.messages.steps import notice_sms_step
from domain.numbers.blocks import BlockKind
from domain.numbers.send_limits import CheckLimit, LookupLimit, SendLimit
from domain.numbers.steps import CHECK_SIM_SWAP
from domain.ops.bulk_retries import RetryOutcome, RetryResult
from domain.ops.forecasts import Again, WhyKept
from domain.ops.resolutions import Resolution, StuckState
from domain.ops.stuck_reasons import StuckKind, StuckReason
from domain.processes import ProcessType
from domain.provisioning.resend_settings import ACTIVATE, CONFIGURE, READ
from domain.provisioning.steps import Decision, StepState, StepWait
from domain.provisioning.targets import TargetKind, TargetState
from domain.registry.register import REGISTER_BUSY
from domain.registry.sync import SyncCounts, SyncSource, SyncState, SyncWait
from runtime.texts import Language, messages
from services.audit.head_checks import HeadVerdict
from services.audit.head_signatures import HeadProblem
from web.console import drift, freezes, mandate_entering, mandates, number_blocks
from web.console.characteristics import WORDS_OF_OTHERS
from web.console.temporal_links import workflow_url

WORDS: Mapping[str, Iterable[StrEnum]] = {
    "again": Again,
    "block_kind": [*BlockKind, *SendLimit, *CheckLimit, *LookupLimit],
    "decision": Decision,
    "effect": PreviewEffect,
    "document_kind": DocumentKind,
    "drift_decision": DriftDecision,
    "drift_end": DriftEnd,
    "drift_state": DriftState,
    "freeze_act": FreezeAct,
    "freeze_reason": FreezeReason,
    "chain_fault": ChainFault,
    "head_problem": HeadProblem,
    "head_verdict": HeadVerdict,
    "kept": WhyKept,
    "kind": StuckKind,
    "reason": StuckReason,
    "mandate_act": MandateAct,
    "mandate_state": MandateState,
    "network_outcome": NetworkOutcome,
    "process_type": ProcessType,
    "resolution": Resolution,
    "outcome": RetryOutcome,
    "result": RetryResult,
    "run": SyncState,
    "source": SyncSource,
    "state": StuckState,
    "step": StepState,
    "sync_wait": SyncWait,
    "target": TargetKind,
    "target_state": TargetState,
    "waits": StepWait,
}


@pytest.mark.parametrize("group", WORDS)
def test_page_4_every_code_of_the_console_has_its_words(group: str) -> None:
    wanted = {f"page.console.{group}.{member}" for member in WORDS[group]}

    assert wanted - messages(Language.ESTONIAN).keys() == set()


def test_page_13_every_step_of_the_engine_and_of_its_products_has_its_words() -> None:
    own = [READ, CONFIGURE, ACTIVATE, CHECK_SIM_SWAP, notice_sms_step(uuid4()).action]
    planned = [steps_of(do)[0].id for do in (StepAction.SUSPEND, StepAction.RESUME)]
    texts = (path.read_text() for path in Path("catalogue").glob("*.yaml"))
    listed = [each for text in texts for each in re.findall(r"\{id: ([a-z-]+),.* do: ", text)]
    wanted = {f"page.console.step_kind.{each}" for each in (*own, *planned, *listed)}

    assert len(listed) > 30
    assert wanted - messages(Language.ESTONIAN).keys() == set()


def test_page_13_everything_that_is_compared_has_its_name() -> None:
    named = {WORDS_OF_OTHERS.get(each, f"characteristic.{each}") for each in COMPARED}

    assert named - messages(Language.ESTONIAN).keys() == set()
    assert set(drift.STATES) == set(DriftState)


def test_page_13_every_kind_of_block_reason_to_freeze_and_state_of_a_mandate_is_offered() -> None:
    assert set(number_blocks.KINDS) == set(WORDS["block_kind"])
    assert set(freezes.REASONS) == set(FreezeReason)
    assert set(mandates.STATES) == set(MandateState)
    assert set(mandate_entering.PAPERS) == set(DocumentKind)


def test_page_12_workflows_are_linked_only_where_temporals_ui_is_known() -> None:
    where = HttpUrl("https://temporal.example/namespaces/volitus/")

    found = "https://temporal.example/namespaces/volitus/workflows/resend%2F7"
    assert workflow_url(where, "resend/7") == found
    assert workflow_url(None, "resend/7") is None


def test_page_13_every_cause_of_a_rejected_record_has_its_words() -> None:
    said = r'(?:RegisterUnknown|_report|BadLine|Defect)\([^"\n]*"([a-z]+_[a-z_]+)"'
    found = {REGISTER_BUSY, "internal", SyncState.REFUSED.value, SyncState.FAILED.value}
    found |= {*RecordRefusal, *SizeRefusal, *contracts_told.ToldRefusal}
    for folder in ("registry_sync", "activities/registry", "cli/imports"):
        for path in Path(folder).rglob("*.py"):
            if path.parent.name == "compare":  # keeps nothing: its lines are printed alone
                continue
            found |= set(re.findall(said, path.read_text()))
    texts = messages(Language.ESTONIAN).keys()

    assert len(found) > 40
    assert {f"page.console.rejected_code.{code}" for code in found} - texts == set()
    assert {f"refusal.{code}" for code in DelegationRefusal} - texts == set()


def test_page_13_every_count_of_a_run_has_its_words() -> None:
    wanted = {f"page.console.counts.{each.name}" for each in fields(SyncCounts)}

    assert wanted - messages(Language.ESTONIAN).keys() == set()


@pytest.mark.parametrize("language", Language)
def test_page_14_every_kind_of_event_has_its_words_in_every_language(language: Language) -> None:
    texts = messages(language)

    assert {kind.value for kind in EventKind} == {
        id_.removeprefix("page.event.") for id_ in texts if id_.startswith("page.event.")
    }
    assert all(texts[f"page.event.{kind}"].strip() for kind in EventKind)
