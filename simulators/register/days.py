"""Invents one day's changes in the register: some 0.3 % of the companies change."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from random import Random

from simulators.register.cards import Company, Holder
from simulators.register.generator import CANARY_CODE, NEWCOMERS
from simulators.register.people import surname
from simulators.register.world import Change, World

SHARE = 0.003


@dataclass(frozen=True, slots=True)
class Happened:
    """One company's changes of the day."""

    code: str
    what: str
    change: Change


def next_day(
    world: World, seed: int, on: date, *, at: datetime | None = None, share: float = SHARE
) -> list[Happened]:
    """Change ``share`` of the companies (at least one); equal seed and world give equal changes.

    ``on`` is the day that the change list gives, ``at`` the moment of the file's Last-Modified.
    """
    chance = Random(seed)
    moment = at or datetime.combine(on, time(22), UTC)
    number = min(world.invented, max(1, round(world.invented * share)))
    news = []
    for place in chance.sample(range(world.invented), number):
        company = world.company(world.generator.code_at(place))
        if company is None or company.status == "K" or company.code == CANARY_CODE:
            continue
        what = chance.choices(list(_HAPPENINGS), _WEIGHTS)[0]
        changed = _HAPPENINGS[what](world, company, on, chance)
        if changed is None:
            what = "replaced"
            changed = _replaced(world, company, on, chance)
        news.append(Happened(changed.code, what, world.record(changed, on, moment)))
    return news


def _removed(world: World, company: Company, on: date, chance: Random) -> Company | None:
    board = _natural(company)
    if len(board) < 2:
        return None
    return world.pen(company, on).remove([chance.choice(board)])


def _added(world: World, company: Company, on: date, chance: Random) -> Company:
    return world.pen(company, on).appoint(world.generator.people.at(chance.choice(NEWCOMERS)))


def _replaced(world: World, company: Company, on: date, chance: Random) -> Company:
    """Replace a holder by someone else, in one entry."""
    pen = world.pen(company, on)
    board = _natural(company)
    left = pen.remove([chance.choice(board)]) if board else company
    person = world.generator.people.at(chance.choice(NEWCOMERS))
    role = board[0].role if board else "JUHL"
    return replace(
        left, entry_nr=pen.entry_nr, holders=(*left.holders, pen.row(person, role, alone=True))
    )


def _bound(world: World, company: Company, on: date, _chance: Random) -> Company | None:
    """Make representation joint from today."""
    board = [holder for holder in _natural(company) if holder.role == "JUHL"]
    if len(board) < 2 or company.conditions:
        return None
    pen = world.pen(company, on)
    text = "Juhatuse liikmed esindavad ühingut ühiselt."
    readable = all(holder.person.code for holder in board)
    return pen.written(
        holders=tuple(replace(h, alone=h.alone and h not in board) for h in company.holders),
        conditions=(pen.condition("YHESJ", text),),
        groups=(tuple(holder.row_id for holder in board),) if readable else (),
    )


def _renamed(world: World, company: Company, on: date, chance: Random) -> Company | None:
    board = _natural(company)
    if not board:
        return None
    return world.pen(company, on).rename(chance.choice(board), surname(chance))


def _deleted(world: World, company: Company, on: date, _chance: Random) -> Company:
    return world.pen(company, on).delete()


def _founded(world: World, _company: Company, on: date, _chance: Random) -> Company:
    born = world.unborn()
    return replace(born, holders=tuple(replace(holder, since=on) for holder in born.holders))


def _natural(company: Company) -> list[Holder]:
    return [holder for holder in company.holders if holder.person.kind == "F"]


_Happening = Callable[[World, Company, date, Random], Company | None]
_HAPPENINGS: dict[str, _Happening] = {
    "removed": _removed,
    "added": _added,
    "replaced": _replaced,
    "bound": _bound,
    "renamed": _renamed,
    "deleted": _deleted,
    "founded": _founded,
}
_WEIGHTS = (25, 20, 20, 10, 15, 5, 5)
