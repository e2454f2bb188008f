"""The portal: what it orders is what the API takes."""

from uuid import UUID

import pytest

from api.tmf641.bodies.requested_orders import requested_order
from api.tmf641.bodies.service_orders import ServiceOrderCreate
from simulators.portal.portal import ACTIONS, item

SERVICE = UUID(int=7)


@pytest.mark.parametrize("action", ACTIONS)
def test_order_12_every_action_names_its_service_as_the_standard_has_it(action: str) -> None:
    body = {"serviceOrderItem": [item(1, str(SERVICE), "data-boost", {"a": 1}, action=action)]}

    (wanted,) = requested_order(ServiceOrderCreate.model_validate(body), body).items

    assert (wanted.service_id, wanted.action, wanted.parameters) == (SERVICE, action, {"a": 1})
