"""Orders as JSON, of the API's shapes and names (docs/decisions/0079-terminal.md)."""

from typing import Any
from zoneinfo import ZoneInfo

from api.orders.schemas import Order
from domain.numbers.sms_texts import Language
from runtime.order_texts import OrderTexts
from services.orders.reads import ShownOrder


def order(shown: ShownOrder, zone: ZoneInfo) -> dict[str, Any]:
    """An order as the API answers it to staff.

    ``account_id`` is null for one that was rejected for want of an account: the API has none such.
    """
    account_id = shown.view.account_id
    texts = OrderTexts(Language.ENGLISH, zone)
    answered = Order.of(shown, account_id or shown.view.id, texts).model_dump()
    return answered | {"account_id": account_id}
