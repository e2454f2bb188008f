"""Carries out a schedule: kills and restarts programs, switches faults on and off."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from dev.chaos.environment import Stage
from dev.chaos.faults import AT_BOOKINGS, SIMULATORS, Fault, at_number, habits, simulator_faults
from dev.chaos.schedule import Kill, Schedule, Window
from dev.chaos.workload import Trait

_FAR = datetime.max.replace(tzinfo=UTC) - timedelta(days=1)


@dataclass(slots=True)
class Trouble:
    """A disturbance that happened, and when: the verdict compares reasons with it."""

    what: str
    """A program, or the target of a fault."""
    begun: datetime
    ended: datetime
    loses_answers: bool

    def touches(self, at: datetime, within: timedelta) -> bool:
        """Return whether the disturbance was active at this moment or within this time before."""
        return self.begun <= at and self.ended + within >= at


class Injector:
    """Kills and restarts programs. Call ``go_on`` often, from the main thread: they end with it."""

    def __init__(self, stage: Stage, schedule: Schedule, tell: Callable[[str], None]) -> None:
        self._stage = stage
        self._tell = tell
        self._always = [at_number(w.number) for w in schedule.numbers if w.trait is Trait.REFUSED]
        self._on: list[Fault] = []
        self._down: set[str] = set()
        self._short = schedule.form.short
        self._left: list[tuple[float, Callable[[], None]]] = []
        self._open: dict[int, list[Trouble]] = {}
        self.troubles: list[Trouble] = []
        self.ended_by_themselves: list[str] = []
        for kill in schedule.kills:
            self._left.append((kill.at, partial(self._kill, kill)))
            self._left.append((kill.at + kill.down, partial(self._start, kill)))
        for window in schedule.windows:
            self._left.append((window.at, partial(self._begin, window)))
            self._left.append((window.until, partial(self._end, window)))
        self._left.sort(key=lambda each: each[0])
        self._show()

    def go_on(self, seconds: float) -> bool:
        """Carry out what is due now; returns whether anything is left."""
        while self._left and self._left[0][0] <= seconds:
            self._left.pop(0)[1]()
        for program in self._stage.stack.ended():
            if program.name not in self._down:
                notice = f"{program.name} ended by itself ({program.exit_code()})"
                self.ended_by_themselves.append(notice)
                self._tell(f"[red]{notice}, and is started again[/red]")
                self._stage.stack.start_again(program.name)
        return bool(self._left)

    def begin_bookings(self) -> None:
        """Let billing fail a few times when payments are booked, until ``end_bookings``."""
        self._on += AT_BOOKINGS
        self._show()
        self._began(AT_BOOKINGS, ["billing"], loses_answers=True)

    def end_bookings(self) -> None:
        """Let billing be well again."""
        self._on = [each for each in self._on if each not in AT_BOOKINGS]
        self._show()
        self._over(AT_BOOKINGS)

    def happened(
        self, whats: Collection[str], at: datetime, within: timedelta, *, losing: bool = False
    ) -> bool:
        """Return whether any of these was disturbed at this moment or shortly before."""
        return any(
            each.what in whats and each.touches(at, within) and (each.loses_answers or not losing)
            for each in self.troubles
        )

    def _kill(self, kill: Kill) -> None:
        whom = kill.whom
        self._stage.stack.kill(whom)
        self._down.add(whom)
        self._began(kill, [whom], loses_answers=True)
        self._tell(f"[red]{whom} is killed[/red]")

    def _start(self, kill: Kill) -> None:
        if kill.whom == "api" and self._short:
            self._let_keys_go()
        self._stage.stack.start_again(kill.whom)
        self._down.discard(kill.whom)
        self._over(kill)
        self._tell(f"[green]{kill.whom} is started again[/green]")

    def _let_keys_go(self) -> None:
        """Release the idempotency keys of dead requests without waiting their minute."""
        try:
            with self._stage.database.transaction() as session:
                session.execute(
                    text(
                        "UPDATE idempotency_key SET created_at = created_at - interval '1 minute'"
                        " WHERE status IS NULL"
                    )
                )
        except SQLAlchemyError:
            self._tell("PostgreSQL is away: keys are kept for their minute")

    def _begin(self, window: Window) -> None:
        fault = window.fault
        self._on.append(fault)
        self._show()
        self._began(window, _hit(fault), loses_answers=fault.loses_answers)
        self._tell(f"[yellow]{fault}[/yellow]")

    def _end(self, window: Window) -> None:
        self._on.remove(window.fault)
        self._show()
        self._over(window)
        self._tell(f"no more of {window.fault}")

    def _show(self) -> None:
        for where in SIMULATORS:
            shown = simulator_faults([*self._on, *self._always], where)
            self._stage.control(where, "PUT", "faults", shown)
        self._stage.control("sms", "PUT", "reports", habits(self._on))

    def _began(self, why: object, whats: Collection[str], *, loses_answers: bool) -> None:
        now = datetime.now(UTC)
        begun = [Trouble(what, now, _FAR, loses_answers) for what in whats]
        self._open[id(why)] = begun
        self.troubles += begun

    def _over(self, why: object) -> None:
        for each in self._open.pop(id(why)):
            each.ended = datetime.now(UTC)


def _hit(fault: Fault) -> tuple[str, ...]:
    everywhere = fault.shown.get("source") == "all"
    return ("network", "sim_swap") if everywhere else (fault.at,)
