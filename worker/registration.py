"""Collect activities from the objects that carry them, and refuse to start without one of them.

A class of activities states its task queue in ``queue``; None is the workflows' own.
"""

import inspect
import pkgutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib import import_module
from types import ModuleType
from typing import Any, ClassVar, Protocol

import activities
from domain.task_queues import ActivityQueue

Activities = Sequence[Callable[..., Any]]
Registered = Mapping[ActivityQueue | None, Activities]
"""Activities by the task queue they are on; None: the workflows' own."""


class ActivityCarrier(Protocol):
    """An object with activities, all of them on one task queue."""

    queue: ClassVar[ActivityQueue | None]


_DEFINITION = "__temporal_activity_definition"


class ActivitiesMissing(Exception):
    """Activity types that are declared but not registered: their workflows would wait for ever."""

    def __init__(self, names: Iterable[str]) -> None:
        super().__init__(f"no worker would run {', '.join(sorted(names))}")


def collect(carriers: Iterable[ActivityCarrier]) -> Registered:
    """Every activity of these objects, by the task queue that each object's class states.

    Raises ActivitiesMissing where the package ``activities`` declares one that none of them has.
    """
    by_queue: dict[ActivityQueue | None, list[Callable[..., Any]]] = {None: []}
    found: set[str] = set()
    for carrier in carriers:
        methods = [method for _, method in inspect.getmembers(carrier, inspect.ismethod)]
        for method in methods:
            if (name := _name(method)) is not None:
                by_queue.setdefault(carrier.queue, []).append(method)
                found.add(name)
    if missing := declared() - found:
        raise ActivitiesMissing(missing)
    return by_queue


def declared(package: ModuleType = activities) -> frozenset[str]:
    """The names of all activities that the classes of a package declare."""
    names = set()
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        for _, thing in inspect.getmembers(import_module(module.name), inspect.isclass):
            names |= {name for each in vars(thing).values() if (name := _name(each)) is not None}
    return frozenset(names)


def _name(thing: object) -> str | None:
    """The activity type that this function carries out; None: it is no activity."""
    definition = getattr(thing, _DEFINITION, None)
    return getattr(definition, "name", None)
