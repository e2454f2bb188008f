"""The schedule of a campaign with processes of several items, drawn from a seed beforehand."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any
from uuid import UUID

from domain.provisioning.steps import Decision
from tests.builders.planned_items import ItemsStart, PlannedWrites

SERVICES = ("s1", "s2", "s3", "s4")
_FAULTS: Sequence[Mapping[str, Any]] = (
    {"source": "activation", "kind": "cut", "rate": 0.4},
    {"source": "activation", "kind": "http_500", "rate": 0.4},
    {"source": "activation", "kind": "http_503", "rate": 0.5},
    {"source": "activation", "kind": "refuse", "rate": 0.4, "code": "invalidState"},
    {"source": "activation", "kind": "refuse_later", "rate": 0.4, "code": "invalidState"},
    {"source": "monitor", "kind": "http_503", "rate": 0.5},
    {"source": "monitor", "kind": "cut", "rate": 0.5},
    {"source": "service", "kind": "http_503", "rate": 0.4},
)


@dataclass(frozen=True, slots=True)
class Request:
    """Request a process and start it."""

    start: ItemsStart


@dataclass(frozen=True, slots=True)
class Cancel:
    """Cancel an item of a process; None: all of it."""

    process_id: UUID
    item: str | None


@dataclass(frozen=True, slots=True)
class Restart:
    """End a workflow from Temporal's UI, and start it again from the process's rows."""

    process_id: UUID


@dataclass(frozen=True, slots=True)
class Decide:
    """Decide about one of the steps that are stuck: ``which``, as a part of the list."""

    which: float
    decision: Decision


@dataclass(frozen=True, slots=True)
class Break:
    """Let the network have these faults and no other."""

    faults: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Kill:
    """Kill the worker's process, and start another one."""


Act = Request | Cancel | Restart | Decide | Break | Kill


@dataclass(frozen=True, slots=True)
class Moment:
    """What happens once steps have changed so often since the moment before."""

    changes: int
    act: Act


@dataclass(frozen=True, slots=True)
class Schedule:
    """The moments of a campaign, one after the other."""

    completion: float
    """Seconds that the network takes to make a change."""
    moments: Sequence[Moment]


def schedule_of(seed: int, dialect: str, processes: int) -> Schedule:
    """Draw a schedule. Equal arguments draw the same one on any machine."""
    chance = Random(f"{dialect} {seed}")  # it must be repeatable
    completion = chance.choice((0.0, 0.02, 0.2))
    acts: list[Act] = []
    starts: list[ItemsStart] = []
    for _ in range(processes):
        starts.append(_start(chance))
        acts += [Request(starts[-1]), *_troubles(chance, starts)]
    for at in (len(acts) // 3, len(acts) * 3 // 4):
        acts.insert(at, Kill())
    return Schedule(completion, [Moment(chance.randint(2, 12), act) for act in acts])


def _start(chance: Random) -> ItemsStart:
    names = "abc"[: chance.randint(2, 3)]
    return ItemsStart(
        process_id=UUID(int=chance.getrandbits(128), version=4),
        items=tuple(_item(chance, name) for name in names),
        is_urgent=chance.random() < 0.25,
    )


def _item(chance: Random, name: str) -> PlannedWrites:
    return PlannedWrites(
        name=name,
        services=tuple(chance.sample(SERVICES, chance.randint(1, 2))),
        after=frozenset("a" if name == "c" and chance.random() < 0.5 else ""),
        looks=True,
        has_pivot=chance.random() < 0.25,
    )


def _troubles(chance: Random, starts: Sequence[ItemsStart]) -> Iterator[Act]:
    """What goes wrong, or is wished, between one request and the next."""
    if chance.random() < 0.6:
        yield Break(chance.sample(_FAULTS, chance.randint(0, 2)))
    if chance.random() < 0.5:
        start = chance.choice(starts[-3:])
        item = chance.choice([None, *(each.name for each in start.items)])
        yield Cancel(start.process_id, item)
    if chance.random() < 0.5:
        kinds = (Decision.RETRY, Decision.RETRY, Decision.ABORT, Decision.FAIL)
        yield Decide(chance.random(), chance.choice(kinds))
    if chance.random() < 0.3:
        yield Restart(chance.choice(starts[-3:]).process_id)
