"""Pausing and resuming targets, as the API and the command line do it."""

import pytest

from domain.audit import Actor, ActorKind
from domain.provisioning.targets import Target, TargetState
from services.errors import Refused
from services.provisioning.targets import pause_target, resume_target
from storage.database import Database
from tests.builders.rows import rows

ANN = Actor(ActorKind.OPS, "ann")


def test_a_target_is_paused_by_an_operator_until_an_operator_resumes_it(
    database: Database,
) -> None:
    paused = pause_target(database, Target.SMS, actor=ANN, reason="maintenance")
    resumed = resume_target(database, Target.SMS, actor=ANN, reason="done")

    assert (paused.state, paused.paused_by, paused.note) == (
        TargetState.PAUSED,
        ANN,
        "maintenance",
    )
    assert paused.probe_at is None
    assert (resumed.state, resumed.paused_by, resumed.note) == (TargetState.AVAILABLE, None, None)


def test_a_target_in_the_requested_state_is_refused_and_changes_nothing(
    database: Database,
) -> None:
    with pytest.raises(Refused, match="target_unchanged"):
        resume_target(database, Target.SMS, actor=ANN, reason="it works")
    pause_target(database, Target.SMS, actor=ANN, reason="maintenance")

    with pytest.raises(Refused, match="target_unchanged"):
        pause_target(database, Target.SMS, actor=ANN, reason="more maintenance")

    (paused,) = rows(database, "SELECT n.text FROM target JOIN event_note n ON event_id = note_id")
    assert paused.text == "maintenance"
    assert len(rows(database, "SELECT FROM event WHERE kind LIKE 'target:%'")) == 1
