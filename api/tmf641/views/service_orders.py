"""Orders as TMF641 shows them."""

from collections.abc import Iterator, Mapping
from typing import Any

from api.tmf641.addresses import order_address
from api.tmf641.bodies.requested_orders import ACCOUNT_TYPE, CLIENT_ID_TYPE, DEPENDENCY
from api.tmf641.views.errors import error_of
from api.tmf641.views.items import item_of, item_reference
from api.tmf641.views.parts import moment, present
from api.tmf641.visibility import Sees
from domain.orders.states import OrderState
from storage.orders.order_views import OrderView


def service_order(
    order: OrderView, base: str, cancel_reason: str | None, sees: Sees
) -> dict[str, Any]:
    """Return an order. ``cancel_reason``: what was given by whoever asked to cancel it."""
    document = order.document
    return present(
        {
            "id": str(order.id),
            "href": order_address(base, order.id),
            "externalId": order.external_id,
            "category": order.category,
            "description": order.description,
            "priority": order.priority,
            "notificationContact": document.get("notificationContact"),
            "state": order.state,
            **_moments(order),
            "cancellationReason": _cancel_reason(order, cancel_reason),
            "serviceOrderItem": [item_of(order, each, sees) for each in order.items],
            "externalReference": list(_references(order)),
            "relatedParty": list(_parties(order)),
            "orderRelationship": list(_relationships(order)),
            "note": list(_notes(order)),
            "milestone": list(_milestones(order)),
            "jeopardyAlert": list(_alerts(order)),
            "errorMessage": list(_errors(order)),
            "@type": "ServiceOrder",
        }
    )


def _moments(order: OrderView) -> dict[str, str | None]:
    ended = {order.state: order.ended_at}
    return {
        "orderDate": moment(order.ordered_at),
        "startDate": moment(order.began_at),
        "completionDate": moment(ended.get(OrderState.COMPLETED)),
        "expectedCompletionDate": moment(order.expected_at),
        "requestedStartDate": moment(order.requested_start_at),
        "requestedCompletionDate": moment(order.requested_completion_at),
        "cancellationDate": moment(ended.get(OrderState.CANCELLED)),
    }


def _cancel_reason(order: OrderView, given: str | None) -> str | None:
    is_cancelled = order.state is OrderState.CANCELLED
    return (given or order.cancel_reason) if is_cancelled else None


def _references(order: OrderView) -> Iterator[Mapping[str, Any]]:
    typed = {"@type": "ExternalReference"}
    if order.external_id is not None:
        id_ = order.external_id
        yield {"id": id_, "externalReferenceType": CLIENT_ID_TYPE, "name": id_} | typed
    for each in order.document.get("externalReference", ()):
        yield each | typed


def _parties(order: OrderView) -> Iterator[Mapping[str, Any]]:
    typed = {"@type": "RelatedParty"}
    if order.account_id is not None:
        account = {"id": str(order.account_id), "role": "customer"}
        yield account | {"@referredType": ACCOUNT_TYPE} | typed
    for each in order.document.get("relatedParty", ()):
        yield {"@referredType": "Individual"} | each | typed


def _relationships(order: OrderView) -> Iterator[Mapping[str, Any]]:
    typed = {"@referredType": "ServiceOrder", "@type": "ServiceOrderRelationship"}
    for id_ in order.depends_on:
        yield {"id": str(id_), "relationshipType": DEPENDENCY} | typed
    for each in order.document.get("orderRelationship", ()):
        yield typed | each


def _notes(order: OrderView) -> Iterator[Mapping[str, Any]]:
    for each in order.notes:
        yield present(
            {
                "id": each.id or str(each.number),
                "author": each.author,
                "date": moment(each.written_at),
                "text": each.text,
                "@type": "Note",
            }
        )


def _milestones(order: OrderView) -> Iterator[Mapping[str, Any]]:
    for each in order.milestones:
        yield {
            "id": str(each.number),
            "name": "Item completed",
            "message": "An item of the order was completed.",
            "milestoneDate": moment(each.reached_at),
            "status": "Completed",
            "serviceOrderItem": [item_reference(order, order.items[each.item - 1].id)],
            "@type": "ServiceOrderMilestone",
        }


def _alerts(order: OrderView) -> Iterator[Mapping[str, Any]]:
    for each in order.alerts:
        yield {
            "id": str(each.number),
            "name": "Order late",
            "alertDate": moment(each.alerted_at),
            "exception": "Order Completion is in Jeopardy",
            "jeopardyType": "Normal",
            "message": f"The order was expected to be completed by {moment(each.expected_at)}.",
            "@type": "ServiceOrderJeopardyAlert",
        }


def _errors(order: OrderView) -> Iterator[Mapping[str, Any]]:
    typed = {"@type": "ServiceOrderErrorMessage"}
    for item in order.items:
        error = error_of(item)
        if error is not None:
            yield error | {"serviceOrderItem": [item_reference(order, item.id)]} | typed
