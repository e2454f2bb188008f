"""Pausing and resuming targets, as the API and the command line do it."""

from domain.audit import Actor, ActorKind
from domain.provisioning.targets import TargetState
from services.provisioning.targets import pause_target, resume_target
from storage.database import Database
from tests.builders.rows import rows

ANN = Actor(ActorKind.OPS, "ann")


def test_a_target_is_paused_by_an_operator_until_an_operator_resumes_it(
    database: Database,
) -> None:
    paused = pause_target(database, "sms", actor=ANN, reason="maintenance")
    resumed = resume_target(database, "sms", actor=ANN, reason="done")

    assert (paused.state, paused.paused_by, paused.note) == (
        TargetState.PAUSED,
        ANN,
        "maintenance",
    )
    assert paused.probe_at is None
    assert (resumed.state, resumed.paused_by, resumed.note) == (TargetState.AVAILABLE, None, None)


def test_a_target_in_the_requested_state_stays_as_it_is(database: Database) -> None:
    resume_target(database, "sms", actor=ANN, reason="it works")
    paused = pause_target(database, "sms", actor=ANN, reason="maintenance")

    again = pause_target(database, "sms", actor=ANN, reason="more maintenance")

    assert again == paused
    (note,) = rows(database, "SELECT n.text FROM target JOIN event_note n ON event_id = note_id")
    assert note.text == "maintenance"
    assert len(rows(database, "SELECT FROM event WHERE kind LIKE 'target:%'")) == 1
