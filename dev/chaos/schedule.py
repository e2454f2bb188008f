"""Schedule of a fault campaign: requests, kills and faults, drawn from a seed before the start."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any
from uuid import UUID

from dev.chaos.billed_workload import (
    ExtractHabit,
    ExtractRequest,
    PayingHabit,
    PaymentRequest,
)
from dev.chaos.faults import ESSENTIAL, MORE, REFUSALS, Fault, at_service, needs_keys
from dev.chaos.form import MOST_ITEMS, Form
from dev.chaos.workload import (
    ContractHabit,
    ContractRequest,
    GivingHabit,
    GivingRequest,
    Habit,
    NumberRequest,
    OrderRequest,
    ResendRequest,
    Trait,
    service_id,
)


@dataclass(frozen=True, slots=True)
class Kill:
    """The kill of one program, which is started again after `down` seconds."""

    at: float
    whom: str
    down: float


@dataclass(frozen=True, slots=True)
class Window:
    """The time during which a fault is on."""

    at: float
    until: float
    fault: Fault


@dataclass(frozen=True, slots=True)
class Schedule:
    """All events of a campaign by time, in seconds since its start."""

    seed: int
    form: Form
    numbers: tuple[NumberRequest, ...]
    resends: tuple[ResendRequest, ...]
    givings: tuple[GivingRequest, ...]
    orders: tuple[OrderRequest, ...]
    contracts: tuple[ContractRequest, ...]
    payments: tuple[PaymentRequest, ...]
    extracts: tuple[ExtractRequest, ...]
    kills: tuple[Kill, ...]
    windows: tuple[Window, ...]

    @classmethod
    def of(cls, seed: int, processes: int, *, standard: bool = False) -> "Schedule":
        """Draw a schedule; the same arguments give the same one on any machine."""
        form, chance = Form(processes, standard), Random(seed)  # noqa: S311 # it must be repeatable
        others = processes - form.givings - form.orders - form.contracts - form.billed
        numbers = tuple(_numbers(form, others // 2, chance))
        resends = tuple(_resends(form, others - others // 2, chance))
        givings = tuple(_givings(form, chance))
        orders = tuple(_orders(form, chance))
        contracts = tuple(_contracts(form, chance))
        payments, extracts = tuple(_payments(form, chance)), tuple(_extracts(form, chance))
        return cls(
            seed,
            form,
            numbers,
            resends,
            givings,
            orders,
            contracts,
            payments,
            extracts,
            tuple(sorted(_kills(form, chance), key=lambda kill: kill.at)),
            tuple(sorted(_windows(form, resends, chance), key=lambda window: window.at)),
        )

    def refused(self) -> set[UUID]:
        """Return the services that the network refuses at times."""
        at_network = (each.fault for each in self.windows if each.fault.at == "network")
        services = (fault.shown.get("subject") for fault in at_network)
        return {UUID(each) for each in services if each}

    def lines(self) -> Iterator[str]:
        """Describe for people who is killed and what fails."""
        events = [(b.at, f"{b.whom} is killed, down {b.down:.1f} s") for b in self.kills]
        events += [(w.at, f"{w.fault}, until {w.until:.1f} s") for w in self.windows]
        for at, words in sorted(events):
            yield f"{at:6.1f} s  {words}"


def _numbers(form: Form, count: int, chance: Random) -> Iterator[NumberRequest]:
    habits, traits = [*Habit], [*Trait]
    for index, at in enumerate(_moments(form, count, chance)):
        (habit,) = chance.choices(habits, (60, 10, 10, 5, 15))
        (trait,) = chance.choices(traits, (90, 6, 4))
        person = chance.randrange(form.people)
        yield NumberRequest(at, index, person, habit, trait, chance.uniform(0.2, form.life / 6))


def _resends(form: Form, count: int, chance: Random) -> Iterator[ResendRequest]:
    for index, at in enumerate(_moments(form, count, chance)):
        yield ResendRequest(at, index, chance.randrange(form.services))


def _givings(form: Form, chance: Random) -> Iterator[GivingRequest]:
    habits = [*GivingHabit]
    for index, at in enumerate(_moments(form, form.givings, chance)):
        habit, pause = habits[index % len(habits)], chance.uniform(0, form.asking / 10)
        yield GivingRequest(at, index, habit, pause)


def _orders(form: Form, chance: Random) -> Iterator[OrderRequest]:
    for index, at in enumerate(_moments(form, form.orders, chance)):
        items = chance.randint(2, MOST_ITEMS)
        services = tuple(chance.sample(range(form.ordered), items))
        cancelled = chance.uniform(0.1, 3) if index % 3 == 1 else None
        yield OrderRequest(at, index, services, cancelled)


def _contracts(form: Form, chance: Random) -> Iterator[ContractRequest]:
    habits = [*ContractHabit]
    for index, at in enumerate(_moments(form, form.contracts, chance)):
        wanted, pause = chance.randrange(form.wanted), chance.uniform(0, form.asking / 10)
        yield ContractRequest(at, index, wanted, habits[index % len(habits)], pause)


def _payments(form: Form, chance: Random) -> Iterator[PaymentRequest]:
    habits = [*PayingHabit]
    for index, at in enumerate(_moments(form, form.payments, chance)):
        pause = chance.uniform(0, form.asking / 10)
        yield PaymentRequest(at, index, habits[index % len(habits)], pause)


def _extracts(form: Form, chance: Random) -> Iterator[ExtractRequest]:
    """Draw the extracts; every third is cancelled. In short campaigns the worker dies over one."""
    for index, at in enumerate(_moments(form, form.extracts, chance)):
        pause = chance.uniform(0.1, 2)
        habit = ExtractHabit.CANCELLED if index % 3 == 1 else ExtractHabit.WAITED_FOR
        yield ExtractRequest(at / 12 if form.short else at, index, habit, pause)


def _moments(form: Form, count: int, chance: Random) -> list[float]:
    return sorted(chance.uniform(0, form.asking) for _ in range(count))


_DOWN = {"worker": 3.0, "api": 3.0, "temporal": 4.0, "postgresql": 2.0}
_WHEN = {"worker": (0.1, 0.2), "postgresql": (0.25, 0.4), "temporal": (0.3, 0.7), "api": (0.7, 0.8)}
"""When programs are killed in short campaigns, as fractions of the duration. A dead worker's
activities are retried after half a minute; idempotency keys that were claimed while PostgreSQL was
lost are released with those of the API."""


def _kills(form: Form, chance: Random) -> Iterator[Kill]:
    """Draw the kills; each has its own part of the time, so no program is killed while down."""
    for whom, count in form.kills().items():
        part = form.asking / count
        for number in range(count):
            when = chance.uniform(*(_WHEN[whom] if form.short else (0.1, 0.7)))
            down = chance.uniform(0.2, min(_DOWN[whom], part / 4))
            yield Kill(part * (number + when), whom, down)


def _windows(form: Form, resends: Sequence[ResendRequest], chance: Random) -> Iterator[Window]:
    faults = [*ESSENTIAL, *(() if form.short else MORE)] * max(1, int(form.asking / 45))
    longest = min(8.0, form.asking / 3)
    for fault in faults:
        if form.standard and needs_keys(fault):
            continue
        yield _window(form, fault, longest, chance)
    # These are refused for long enough that requests fall into that time.
    asked = sorted({request.service for request in resends})
    refused = chance.sample(asked, max(2, len(asked) // 6))
    for number, service in enumerate(refused):
        fault = at_service(REFUSALS[number % len(REFUSALS)], service_id(service))
        yield _window(form, fault, form.asking * (1 if form.short else 0.5), chance)


def _window(form: Form, fault: Fault, longest: float, chance: Random) -> Window:
    lasts = chance.uniform(longest / 2, longest)
    at = chance.uniform(0, form.asking - lasts)
    return Window(at, at + lasts, fault)


def as_json(schedule: Schedule) -> Any:
    """Return the schedule as JSON values, to compare or keep."""
    return {
        "seed": schedule.seed,
        "numbers": [[w.at, w.number, w.person, w.habit, w.trait] for w in schedule.numbers],
        "resends": [[w.at, str(service_id(w.service))] for w in schedule.resends],
        "givings": [[each.at, each.habit, each.pause] for each in schedule.givings],
        "orders": [[each.at, each.services, each.cancelled_after] for each in schedule.orders],
        "payments": [[e.at, e.bank, e.habit, e.pause] for e in schedule.payments],
        "extracts": [[e.at, e.habit, e.pause] for e in schedule.extracts],
        "contracts": [[e.at, e.wanted, e.habit, e.pause] for e in schedule.contracts],
        "events": list(schedule.lines()),
    }
