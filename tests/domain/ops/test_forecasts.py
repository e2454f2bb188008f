"""step.12: a dry run says what will happen, from the rules by which it is carried out."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from domain.ops.forecasts import Again, Forecast, Kept, Undoing, WhyKept, forecast, undoing
from domain.ops.process_steps import ProcessStep
from domain.ops.stuck_subjects import StepPosition
from domain.provisioning.steps import Decision, Stage, StepState, StepWait
from domain.provisioning.targets import TargetState
from domain.provisioning.undoing import UndoReason

NOW = datetime(2026, 11, 1, tzinfo=UTC)
PLAIN = StepPosition("", Stage.REVERSIBLE, None, None)
NO_UNDO, PAST = WhyKept.NO_UNDO, WhyKept.PAST_POINT_OF_NO_RETURN
S = StepState


def step(
    action: str,
    state: StepState,
    *,
    ended: int | None = None,
    item: str = "",
    stage: Stage = Stage.REVERSIBLE,
    can_undo: bool = True,
) -> ProcessStep:
    """A step; ``ended``: the hour at which it did."""
    return ProcessStep(
        id=UUID(int=sum(map(ord, action))), action=action, target="network",
        target_state=TargetState.AVAILABLE, state=state,
        position=replace(PLAIN, item=item, stage=stage), service=None, cause=None, question=None,
        can_undo=can_undo, undoes=None, is_released=False, decision_no=1, attempts=1,
        waits_for=None, resource=None, created_at=NOW,
        ended_at=None if ended is None else NOW + timedelta(hours=ended),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("state", "can_ask", "again"),
    [
        (S.DOUBT, True, Again.ASKED),
        (S.DOUBT, False, Again.MAY_HAPPEN_TWICE),
        (S.ACCEPTED, True, Again.ASKED),
        (S.TROUBLE, True, Again.SENT),
        (S.TROUBLE, False, Again.SENT),
        (S.REFUSED, True, Again.SENT_UNDER_NEW_KEY),
        (S.REFUSED, False, Again.SENT_UNDER_NEW_KEY),
    ],
)
def test_step_12_a_retry_asks_before_it_repeats(
    state: StepState, again: Again, *, can_ask: bool
) -> None:
    one = step("do", state)

    assert forecast([one], one.id, Decision.RETRY, can_ask=can_ask) == Forecast(again)


@pytest.mark.parametrize(
    ("state", "can_ask", "expected"),
    [
        (S.DOUBT, True, Forecast(Again.ASKED_TO_UNDO)),
        (S.DOUBT, False, Forecast(undoing=Undoing(undone_if_done=("do",)))),
        (S.TROUBLE, True, Forecast(undoing=Undoing())),
    ],
)
def test_step_12_a_retry_of_what_is_being_undone_sends_nothing(
    state: StepState, expected: Forecast, *, can_ask: bool
) -> None:
    one = step("do", state)
    undone = replace(one, position=replace(PLAIN, undo_reason=UndoReason.CANCELLED))

    assert forecast([undone], one.id, Decision.RETRY, can_ask=can_ask) == expected


@pytest.mark.parametrize(
    ("target", "waits", "expected"),
    [
        (TargetState.AVAILABLE, None, None),
        (TargetState.AVAILABLE, StepWait.TARGET, None),
        (TargetState.PAUSED, None, StepWait.TARGET),
        (TargetState.PROBING, None, StepWait.TARGET),
        (TargetState.PAUSED, StepWait.ORDER, StepWait.ORDER),
    ],
)
def test_step_12_a_retry_waits_for_its_turn_and_for_a_paused_target(
    target: TargetState, waits: StepWait | None, expected: StepWait | None
) -> None:
    one = replace(step("do", S.TROUBLE), target_state=target, waits_for=waits)

    found = forecast([one], one.id, Decision.RETRY, can_ask=True)

    assert found == Forecast(Again.SENT, expected)


def test_step_12_aborting_waits_only_where_something_is_undone_at_a_paused_target() -> None:
    done = replace(step("a", S.DONE, ended=1), target_state=TargetState.PAUSED)
    stuck = step("b", S.REFUSED)

    assert forecast([done, stuck], stuck.id, Decision.ABORT, can_ask=True) == Forecast(
        waits_for=StepWait.TARGET, undoing=Undoing(undone=("a",))
    )
    read = replace(done, can_undo=False)
    assert forecast([read, stuck], stuck.id, Decision.ABORT, can_ask=True).waits_for is None


A, B, C = step("a", S.DONE, ended=2), step("b", S.DONE, ended=1), step("c", S.DONE, ended=3)
DOUBT = step("doubt", S.DOUBT)
SENT = step("sent", S.SENDING, item="two")
OTHER = step("other", S.DONE, ended=4, item="two")
PIVOT = step("pivot", S.DONE, ended=5, item="two", stage=Stage.PIVOT, can_undo=False)


@pytest.mark.parametrize(
    ("steps", "items", "expected"),
    [
        pytest.param([A, B, C], None, Undoing(undone=("c", "a", "b")), id="newest first"),
        pytest.param(
            [A, DOUBT, OTHER], None, Undoing(("other", "a"), ("doubt",)), id="in doubt before all"
        ),
        pytest.param([A, OTHER, SENT], {""}, Undoing(("a",)), id="of one item"),
        pytest.param([A, OTHER, SENT], {"two"}, Undoing(("other",), ("sent",)), id="of the other"),
        pytest.param(
            [replace(A, can_undo=False), B],
            None,
            Undoing(("b",), kept=(Kept("a", NO_UNDO),)),
            id="no undo",
        ),
        pytest.param(
            [A, OTHER, PIVOT],
            None,
            Undoing(("a",), kept=(Kept("pivot", PAST), Kept("other", PAST))),
            id="past the point of no return",
        ),
        pytest.param(
            [A, OTHER, replace(PIVOT, state=S.REFUSED, ended_at=None)],
            None,
            Undoing(("other", "a")),
            id="before the point of no return",
        ),
        pytest.param([replace(A, state=S.UNDONE), replace(B, state=S.GIVEN_UP)], None, Undoing()),
        pytest.param([step("a", S.ASKED), step("b", S.TROUBLE)], None, Undoing(), id="not sent"),
        pytest.param([A, replace(B, undoes="x")], None, Undoing(("a",)), id="undoing stays"),
    ],
)
def test_step_12_what_is_undone_is_said_the_newest_first(
    steps: list[ProcessStep], items: set[str] | None, expected: Undoing
) -> None:
    assert undoing(steps, items) == expected


def test_step_12_failing_undoes_its_item_only() -> None:
    steps = [A, OTHER, replace(DOUBT, position=replace(PLAIN, item="two"))]

    found = forecast(steps, DOUBT.id, Decision.FAIL, can_ask=True).undoing

    assert found == Undoing(("other",), ("doubt",))


def test_step_12_skipping_undoes_and_sends_nothing() -> None:
    assert forecast([A, DOUBT], DOUBT.id, Decision.SKIP, can_ask=True) == Forecast()
