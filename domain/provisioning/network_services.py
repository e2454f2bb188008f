"""Services as a network shows them, and changes of them. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

_STATES = {
    each.lower(): each
    for each in ("feasibilityChecked", "designed", "reserved", "inactive", "active", "terminated")
}


@dataclass(frozen=True, slots=True)
class NetworkService:
    """A service as the network shows it."""

    state: str | None
    """As TMF640 spells it, whatever the network's case; None: the network does not show it."""
    settings: Mapping[str, Any]
    """Values by name."""
    is_changing: bool = False
    """The network says that it is working on the service."""


class ListedService(NamedTuple):
    """A service on a network's list."""

    network_id: str
    service: NetworkService


@dataclass(frozen=True, slots=True)
class ServicePage:
    """A page of a network's list of services."""

    services: Sequence[ListedService]
    unreadable: int
    """Entries that could not be read."""
    following: int | None
    """Where the next page begins; None: this is the last."""
    total: int | None
    """Services on the whole list; None: the network does not say."""


@dataclass(frozen=True, slots=True)
class ServiceChange:
    """A change that a step wants of one service."""

    network_id: str
    """Id by which the network knows the service."""
    state: str | None = None
    """None: stays as it is."""
    settings: Mapping[str, Any] = field(default_factory=dict)
    """Values by name; None removes one. Others stay as they are."""
    is_state: bool = True
    """Making it twice is making it once, and the service shows it. False: a restart, a charge."""
    hidden: frozenset[str] = frozenset()
    """Names of settings that a network may set without showing them: passwords."""


def standard_state(state: str) -> str:
    """Spell a state as TMF640 does; one that TMF640 does not name stays as it is."""
    return _STATES.get(state.lower(), state)


def shows(service: NetworkService, change: ServiceChange) -> bool:
    """Return whether the service is as the change would make it."""
    if change.state is not None and service.state != standard_state(change.state):
        return False
    return has_settings(service.settings, change.settings)


def shows_what_it_may(service: NetworkService, change: ServiceChange) -> bool:
    """Return whether the service is as the change would make it, as far as that can be seen.

    Enough for an answer to the change itself. Whoever only reads the service knows no more about
    what is hidden than before.
    """
    seen = {
        name: value
        for name, value in change.settings.items()
        if name not in change.hidden or name in service.settings
    }
    return shows(service, replace(change, settings=seen))


def has_settings(there: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    """Return whether every wanted value is there. A value of None is the same as no value."""
    return all(is_same(there.get(name), value) for name, value in wanted.items())


def is_same(one: Any, other: Any) -> bool:
    """Compare two values of a setting. Networks write numbers and truth values as text, too."""
    if isinstance(one, dict | list) or isinstance(other, dict | list):
        return bool(one == other)
    return _text(one) == _text(other)


def _text(value: Any) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    return None if value is None else str(value)
