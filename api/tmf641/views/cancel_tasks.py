"""Requests to cancel an order as TMF641 shows them."""

from typing import Any

from api.tmf641.addresses import order_address, task_address
from api.tmf641.views.parts import moment, present
from domain.orders.tasks import CancelTaskState
from storage.orders.cancel_tasks import CancelTask


def cancel_service_order(task: CancelTask, base: str) -> dict[str, Any]:
    """Return a request to cancel."""
    failed = task.state is CancelTaskState.TERMINATED_WITH_ERROR
    return present(
        {
            "id": str(task.id),
            "href": task_address(base, task.id),
            "state": task.state,
            "cancellationReason": task.reason,
            "completionMessage": None if failed else task.completion_message,
            "requestedCancellationDate": moment(task.requested_at),
            "effectiveCancellationDate": moment(task.effective_at),
            "errorMessage": _error(task) if failed else None,
            "serviceOrder": {
                "id": str(task.order_id),
                "href": order_address(base, task.order_id),
                "@referredType": "ServiceOrder",
                "@type": "ServiceOrderRef",
            },
            "@type": "CancelServiceOrder",
        }
    )


def _error(task: CancelTask) -> dict[str, Any]:
    text = task.completion_message or "It could not be assessed"
    return {"code": "not_assessed", "reason": text, "@type": "ErrorMessage"}
