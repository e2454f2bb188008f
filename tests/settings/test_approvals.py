"""Rules of approvals as the operator sets them."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.approvals.rules import FRESH_FOR, STANDARD, ApprovalRules, JointApproval
from settings.processes import ApiSettings, WorkerSettings
from tests.builders.process_settings import REQUIRED


@pytest.mark.parametrize("kind", [ApiSettings, WorkerSettings])
@pytest.mark.parametrize(
    ("changes", "rules"),
    [
        pytest.param({}, STANDARD, id="nothing-set"),
        pytest.param({}, ApprovalRules(JointApproval.FOUR_EYES, timedelta(days=14)), id="standard"),
        pytest.param(
            {"VOLITUS_JOINT_APPROVAL": "on", "VOLITUS_APPROVAL_LAPSES_AFTER": "P60D"},
            ApprovalRules(JointApproval.ON, timedelta(days=60)),
            id="both-set",
        ),
        pytest.param({"VOLITUS_JOINT_APPROVAL": "off"}, ApprovalRules(JointApproval.OFF), id="off"),
    ],
)
def test_joint_7_the_operator_chooses_the_rules(
    kind: type[ApiSettings | WorkerSettings],
    changes: dict[str, str],
    rules: ApprovalRules,
    only: pytest.MonkeyPatch,
) -> None:
    for name, value in (REQUIRED[kind] | changes).items():
        only.setenv(name, value)

    settings = kind.from_environment()
    assert settings.approval_rules() == replace(rules, zone=settings.zone)


@pytest.mark.parametrize(
    ("set_", "age"),
    [(None, FRESH_FOR), ("PT1M", timedelta(minutes=1)), ("3600", timedelta(hours=1))],
)
def test_joint_4_the_operator_chooses_how_fresh_a_login_must_be(
    set_: str | None, age: timedelta, only: pytest.MonkeyPatch
) -> None:
    for name, value in REQUIRED[ApiSettings].items():
        only.setenv(name, value)
    if set_ is not None:
        only.setenv("VOLITUS_CONFIRMATION_MAX_AGE", set_)

    assert ApiSettings.from_environment().confirmation.max_age == age
