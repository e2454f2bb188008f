"""After a restore: what may have been done in the lost time is in doubt."""

import pytest

from domain.provisioning.steps import StepState
from storage.database import Database
from storage.ops import restores
from tests.builders.rows import carry_out, rows
from tests.builders.step_runner import OPS, add_steps, step


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (StepState.ASKED, StepState.DOUBT),
        (StepState.SENDING, StepState.DOUBT),
        (StepState.TROUBLE, StepState.DOUBT),
        # Asked about anyway, or waits for a decision anyway.
        (StepState.ACCEPTED, StepState.ACCEPTED),
        (StepState.DOUBT, StepState.DOUBT),
        (StepState.REFUSED, StepState.REFUSED),
        (StepState.DONE, StepState.DONE),
    ],
)
@pytest.mark.parametrize("is_open", [True, False])
def test_step_15_what_may_have_been_sent_is_in_doubt(
    database: Database, before: StepState, after: StepState, is_open: bool
) -> None:
    one = step(resource="service/1")
    add_steps(database, one)
    carry_out(
        database,
        "UPDATE step SET state = :state, code = 'busy',"
        " ended_at = CASE WHEN :state = 'done' THEN clock_timestamp() END",
        state=before,
    )
    carry_out(
        database,
        "INSERT INTO process (id, type, workflow_id, ended_at) VALUES (:id, 'resend', 'resend/1',"
        " CASE WHEN :is_open THEN NULL ELSE clock_timestamp() END)",
        id=one.process_id,
        is_open=is_open,
    )

    with database.transaction() as session:
        found = restores.doubt_unsettled(session, actor=OPS, why="the disk failed")

    (row,) = rows(database, "SELECT state, code, troubled_since IS NOT NULL AS aged FROM step")
    is_news = is_open and before != after
    assert row.state == (after if is_open else before)
    assert (found, row.code) == ((1, "database_restored") if is_news else (0, "busy"))
    assert row.aged is is_news
