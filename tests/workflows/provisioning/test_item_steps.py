"""step.12: the database knows which steps of a process can be undone."""

from uuid import UUID

import pytest

from activities.provisioning.resend_settings import ResendActivities
from domain.provisioning.resend_settings import UNDOABLE, steps_of
from domain.provisioning.targets import TargetKind
from workflows.provisioning.item_process import ItemStep, undoing

ONE = UUID(int=1)
KIND, DO, UNDO = (
    TargetKind.NETWORK,
    ResendActivities.configure_service,
    ResendActivities.restore_service,
)


def test_step_12_a_step_says_that_it_can_be_undone_exactly_where_something_undoes_it() -> None:
    steps = {step.action: step for step in steps_of(ONE, ONE, ONE)}

    assert {action for action, step in steps.items() if step.can_undo} == set(UNDOABLE)
    for step in steps.values():
        ItemStep(step, KIND, DO, UNDO if step.can_undo else None)
        with pytest.raises(ValueError, match=step.action):
            ItemStep(step, KIND, DO, None if step.can_undo else UNDO)
    assert not undoing(steps["configure"]).can_undo
