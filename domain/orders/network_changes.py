"""What the steps of an order's items change of a service at its network. Pure."""

from collections.abc import Mapping
from typing import Any

from domain.catalogue.step_actions import StepAction
from domain.inventory.characteristics import SECRETS
from domain.orders.giving import NUMBER_GIVEN
from domain.provisioning.network_services import ServiceChange

NUMBER = "msisdn"
"""Name under which networks have a service's number."""
ACTIVE, INACTIVE, TERMINATED = "active", "inactive", "terminated"
"""States of a service (TMF640)."""
RESTART, NEW_PROFILE = "restart", "esimDownload"
"""Set to true they ask for an act: a network does it each time, and does not keep them."""
ACTIVATION_CODE, SIM = "activationCode", "iccid"
"""What a service has once the network has reserved an eSIM profile for it."""


def change_of(
    do: StepAction,
    network_id: str,
    values: Mapping[str, Any],
    number: str | None,
) -> ServiceChange:
    """Make the change that a step wants. ``values``: what the item sets; None removes a value.

    ``number``: what the service has with us, in E.164; it takes that one unless the item names
    another. Reading changes nothing.
    """
    match do:
        case StepAction.SET | StepAction.SWAP_SIM:
            change = ServiceChange(network_id, settings=values, hidden=SECRETS & values.keys())
        case StepAction.RESTART:
            change = ServiceChange(network_id, settings={RESTART: True}, is_state=False)
        case StepAction.DOWNLOAD_ESIM:
            settings = {**values, NEW_PROFILE: True}
            change = ServiceChange(network_id, settings=settings, is_state=False)
        case StepAction.RELEASE_NUMBER:
            change = ServiceChange(network_id, settings={NUMBER: None})
        case StepAction.TAKE_NUMBER:
            taken = values.get(NUMBER_GIVEN, number)
            change = ServiceChange(network_id, settings={NUMBER: taken})
        case StepAction.ACTIVATE:
            settings = {**values, **({} if number is None else {NUMBER: number})}
            change = ServiceChange(network_id, ACTIVE, settings)
        case StepAction.TERMINATE:
            change = ServiceChange(network_id, TERMINATED)
        case StepAction.SUSPEND:
            change = ServiceChange(network_id, INACTIVE)
        case StepAction.RESUME:
            change = ServiceChange(network_id, ACTIVE)
        case _:
            change = ServiceChange(network_id)
    return change


def restorable(values: Mapping[str, Any]) -> frozenset[str]:
    """Return the names of what a reading keeps, so that it can be put back: never a secret."""
    return (frozenset(values) | {NUMBER}) - SECRETS
