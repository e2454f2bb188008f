"""The result of an operation has the form of its kind."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from api.requests.operations import Operation
from domain.inventory.drift import DriftCounts
from domain.operations import OperationState
from domain.processes import ProcessType
from domain.reasons import Reason
from storage.requests import operation_queries

NOW = datetime(2026, 11, 23, tzinfo=UTC)
COUNTS = {"retried": 3, "skipped": 1, "refused": 0, "in_doubt": 2}


def ended(
    kind: ProcessType,
    state: OperationState,
    result: Mapping[str, Any] | None,
    error: Reason | None = None,
) -> dict[str, Any]:
    stored = operation_queries.Operation(
        *(UUID(int=1), kind, state, None, None, None),
        *(operation_queries.Progress(6, 6), None, result, error),
        undo_reason=None,
        verification_code=None,
        created_at=NOW,
        updated_at=NOW,
    )
    return Operation.of(stored).model_dump(mode="json")


@pytest.mark.parametrize(
    ("kind", "result"),
    [
        pytest.param(
            ProcessType.REFRESH,
            {"as_of": "2026-11-23T00:00:00Z", "started": 1, "ended": 0, "unknown": 0, "held": 0},
            id="refresh",
        ),
        pytest.param(ProcessType.RESEND, {"skipped_steps": ["activate"]}, id="resend"),
        pytest.param(ProcessType.BULK_RETRY, COUNTS, id="bulk-retry"),
        pytest.param(
            ProcessType.CONTRACT_SIGN,
            {"contract_id": str(UUID(int=2)), "approval_id": None},
            id="contract-sign",
        ),
        pytest.param(ProcessType.DRIFT_CHECK, asdict(DriftCounts(*range(12))), id="drift-check"),
    ],
)
def test_a_result_has_the_form_of_its_kind(kind: ProcessType, result: dict[str, Any]) -> None:
    body = ended(kind, OperationState.SUCCEEDED, result)

    assert (body["kind"], body["result"], body["error"]) == (kind, result, None)


def test_a_cancelled_operation_shows_its_reason_and_result() -> None:
    why = Reason("bulk_retry_cancelled", "Operations cancelled it")

    body = ended(ProcessType.BULK_RETRY, OperationState.CANCELLED, COUNTS, why)

    assert (body["result"], body["error"]) == (COUNTS, why.as_json() | {"facts": {}})
    assert body["progress"] == {"done": 6, "total": 6}
