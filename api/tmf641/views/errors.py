"""Why an item was rejected or failed, as TMF641 shows it: codes and our own words only."""

from typing import Any

from api.tmf641.views.parts import moment, present
from domain.ops.stuck_reasons import TEXTS, StuckReason
from domain.orders import refusals
from domain.orders.states import OrderState
from storage.orders.order_views import ItemView

_OTHERWISE = "It could not be carried out"


def error_of(item: ItemView) -> dict[str, Any] | None:
    """Return the error of an item that was rejected or failed, without its ``@type``."""
    if item.error is not None:
        code, text = item.error.value, refusals.text(item.error)
    elif item.state is OrderState.FAILED and item.refused_code:
        code, text = item.refused_code, _text(item.refused_code)
    else:
        return None
    about = {"message": item.error_about, "timestamp": moment(item.ended_at)}
    return present({"code": code, "reason": text, **about})


def _text(code: str) -> str:
    return TEXTS[StuckReason(code)] if code in set(StuckReason) else _OTHERWISE
