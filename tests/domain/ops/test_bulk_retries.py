from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest

from domain.ops.bulk_retries import RetryResult, result_for
from domain.ops.repairs import Repair
from domain.ops.resolutions import StuckState
from domain.ops.stuck_items import StuckItem
from domain.ops.stuck_reasons import StuckKind, StuckReason
from domain.provisioning.steps import Decision

NOW = datetime(2026, 8, 1, tzinfo=UTC)
RETRIED, SKIPPED = RetryResult.RETRIED, RetryResult.SKIPPED
REFUSED, IN_DOUBT = RetryResult.REFUSED, RetryResult.IN_DOUBT
ITEM = StuckItem(
    id=UUID(int=1), version=3, kind=StuckKind.TROUBLE, state=StuckState.STUCK, process=None,
    process_id=None, workflow_id=None, account_id=None, target="network", action="configure",
    code=StuckReason.BUSY, detail="", attempts=1, first_failed_at=NOW, last_failed_at=NOW,
    since=NOW, allowed_decisions=(Decision.RETRY, Decision.ABORT), correctable_inputs=(),
    decision=None, note=None, closed_at=None, resolution=None,
)  # fmt: skip


@pytest.mark.parametrize(
    ("found", "result"),
    [
        (ITEM, RETRIED),
        (replace(ITEM, kind=StuckKind.REFUSED), RETRIED),
        # Nothing that may have happened is retried in bulk, changed or not.
        (replace(ITEM, kind=StuckKind.DOUBT), IN_DOUBT),
        (replace(ITEM, kind=StuckKind.DOUBT, version=4), IN_DOUBT),
        # Others did something about it since.
        (replace(ITEM, version=4), SKIPPED),
        (replace(ITEM, state=StuckState.DECIDED, version=4), SKIPPED),
        (replace(ITEM, state=StuckState.CLOSED, version=4), SKIPPED),
        (replace(ITEM, kind=StuckKind.DOUBT, state=StuckState.CLOSED), SKIPPED),
        # What cannot be retried.
        (replace(ITEM, state=StuckState.DECIDED), REFUSED),
        (replace(ITEM, state=StuckState.RETRYING), REFUSED),
        (replace(ITEM, allowed_decisions=(Decision.ABORT,)), REFUSED),
        (replace(ITEM, kind=StuckKind.PAUSED, allowed_decisions=()), REFUSED),
        (replace(ITEM, kind=StuckKind.BROKEN, allowed_decisions=(Repair.RESTART,)), REFUSED),
    ],
)
def test_a_bulk_retry_retries_what_is_as_it_was(found: StuckItem, result: RetryResult) -> None:
    assert result_for(found, 3) is result
