"""step.12: what a dry run says of undoing is what the database will list to undo."""

import json
from itertools import product
from uuid import uuid4

from domain.ops.forecasts import undoing as forecast
from domain.provisioning.steps import Stage, Step, StepState
from domain.provisioning.undoing import UndoReason
from storage.database import Database
from storage.ops import process_step_queries
from storage.provisioning import undoing
from tests.builders.rows import carry_out
from tests.builders.step_runner import add_steps, step

S = StepState
STATES = (S.ASKED, S.DONE, S.DOUBT, S.UNDONE)
HOURS = {"first": 3, "third": 1, "other": 2}
"""When each was done."""
ACTIONS = ("first", "second", "third", "pivot", "other")


def add_process(database: Database) -> list[Step]:
    """Steps of two items; the first one has a pivot, and a step that nothing undoes."""
    id_ = uuid4()
    steps = [
        step("first", id_, item="one", can_undo=True),
        step("second", id_, item="one"),
        step("third", id_, item="one", can_undo=True),
        step("pivot", id_, item="one", stage=Stage.PIVOT),
        step("other", id_, item="two", can_undo=True),
    ]
    add_steps(database, *steps)
    return steps


def test_step_12_a_forecast_of_undoing_is_what_the_database_undoes(database: Database) -> None:
    steps = add_process(database)
    id_ = steps[0].process_id
    cases = product(STATES, STATES, (S.ASKED, S.DONE), (None, {"one"}, {"two"}))
    for first, other, pivot, items in cases:
        states = dict(zip(ACTIONS, (first, S.DONE, S.DONE, pivot, other), strict=True))
        carry_out(
            database,
            "UPDATE step SET state = new.state, undo_reason = NULL, ended_at = CASE"
            " WHEN new.state = 'done' THEN now() + new.hour * interval '1 hour' END"
            " FROM jsonb_to_recordset(CAST(:rows AS jsonb))"
            " AS new (action text, state text, hour int) WHERE step.action = new.action",
            rows=json.dumps(
                [{"action": a, "state": s, "hour": HOURS.get(a, 0)} for a, s in states.items()]
            ),
        )
        with database.reading() as connection:
            said = forecast(process_step_queries.steps_of(connection, id_), items)

        with database.transaction() as session:
            undoing.want(session, id_, UndoReason.ABORTED, items)
            undone = undoing.to_undo(session, id_, [s.action for s in steps if s.can_undo])

        assert list(said.undone) == list(undone), (states, items)
