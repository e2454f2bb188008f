"""What a step that undoes a change may put back, and when a change came too late. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from domain.provisioning.network_services import (
    NetworkService,
    ServiceChange,
    is_same,
    standard_state,
)


def restoring(before: NetworkService, made: ServiceChange) -> ServiceChange:
    """Make the change that puts back what ``made`` changes of a service as it was ``before``."""
    kept_state = made.state is None or before.state == standard_state(made.state)
    return replace(
        made,
        state=None if kept_state else before.state,
        settings={
            name: before.settings.get(name)
            for name, value in made.settings.items()
            if not is_same(before.settings.get(name), value)
        },
    )


def still_to_restore(
    there: NetworkService, made: ServiceChange, restore: ServiceChange
) -> ServiceChange:
    """Keep of ``restore`` what is still as ``made`` set it: others changed the rest later."""
    is_state_ours = made.state is not None and there.state == standard_state(made.state)
    return replace(
        restore,
        state=restore.state if is_state_ours else None,
        settings={
            name: value
            for name, value in restore.settings.items()
            if is_same(there.settings.get(name), made.settings.get(name))
        },
    )


def is_outdated(before: NetworkService, there: NetworkService, change: ServiceChange) -> bool:
    """Return whether others have changed since ``before`` what this change would set.

    A state that is another one than wanted counts always: whoever set it may have been first.
    """
    if change.state is not None and there.state != standard_state(change.state):
        return True
    return any(
        not is_same(there.settings.get(name), before.settings.get(name))
        and not is_same(there.settings.get(name), value)
        for name, value in change.settings.items()
    )


def changes_nothing(change: ServiceChange) -> bool:
    """Return whether nothing is left of a change."""
    return change.state is None and not change.settings


def receipt_of(service: NetworkService, names: Collection[str]) -> dict[str, Any]:
    """What a reading keeps of a service: its state, and the settings that may be put back."""
    kept = {name: value for name, value in service.settings.items() if name in names}
    return {"state": service.state, "settings": kept}


def service_of(receipt: Mapping[str, Any]) -> NetworkService:
    """Read what ``receipt_of`` has written."""
    return NetworkService(receipt["state"], receipt["settings"])
