"""Fills in invented cards: holders, their roles and how they may act, by legal form.

The shares are the real file's (2026-07-30): 1.39 person rows a company, 86 % board members,
5 % legal persons, joint conditions on a few percent.
"""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import combinations
from random import Random

from simulators.register.cards import CONFERRING, Condition, Holder
from simulators.register.codes import registry_code
from simulators.register.people import People, Person

AS_OF = date(2026, 7, 30)
"""The day that the invented world shows: the day of the file that its shares are taken from."""
NEIGHBOURHOOD = 16
PEOPLE_PER_COMPANY = 8
_FIRST_ROW = 1_000_000
_ROWS_PER_COMPANY = 24
_BOARDS = {"MTÜ": (0.42, 0.22, 0.2, 0.1, 0.06), "AS": (0.35, 0.25, 0.25, 0.1, 0.05)}
_SMALL_BOARD = (0.80, 0.165, 0.026, 0.007, 0.002)
_NASDAQ = Person("J", "", "Nasdaq CSD SE", "40003242879", "LVA")
MINISTRY = Person("J", "", "Justiits- ja Digiministeerium", "70000898", "EST")


@dataclass
class Draft:
    """A card being filled in."""

    number: int
    chance: Random
    people: People
    form: str
    status: str = "R"
    entry_nr: int = 1
    holders: list[Holder] = field(default_factory=list)
    conditions: list[Condition] = field(default_factory=list)
    groups: list[tuple[int, ...]] = field(default_factory=list)
    rows: int = 0

    def row_id(self) -> int:
        self.rows += 1
        return _FIRST_ROW + self.number * _ROWS_PER_COMPANY + self.rows

    def someone(self) -> Person:
        """Return a new holder: mostly one of the company's own people, sometimes a neighbour's."""
        taken = {holder.person for holder in self.holders}
        own = self.number * PEOPLE_PER_COMPANY
        if self.chance.random() < 0.2:
            start = self.number - self.number % NEIGHBOURHOOD
            other = start + int(NEIGHBOURHOOD * self.chance.random() ** 2)
            person = self.people.at(other * PEOPLE_PER_COMPANY)
            if person not in taken:
                return person
        candidates = (self.people.at(own + place) for place in range(PEOPLE_PER_COMPANY))
        return next(person for person in candidates if person not in taken)

    def add(self, role: str, person: Person | None = None) -> Holder:
        who = person or self.someone()
        since = AS_OF - timedelta(days=int(11_000 * self.chance.random() ** 1.6))
        if who.born is not None:
            since = max(since, who.born + timedelta(days=18 * 366))
        alone = role in CONFERRING
        holder = Holder(self.row_id(), self._entry(), who, role, alone, min(since, AS_OF))
        self.holders.append(holder)
        return holder

    def _entry(self) -> int:
        self.entry_nr += int(3 * self.chance.random())
        return self.entry_nr


def fill(draft: Draft) -> None:
    """Fill in rows, conditions, groups and status that suit the company's form."""
    filler = {"FIE": _sole_trader, "UÜ": _partnership, "TÜ": _partnership, "KÜ": _apartments}
    filler |= {"TRAS": _agency, "KOVAS": _agency, "FIL": _branch}
    filler.get(draft.form, _board)(draft)
    if draft.form in {"OÜ", "AS", "MTÜ", "UÜ"}:
        _late_life(draft)


def _sole_trader(draft: Draft) -> None:
    draft.add("FIE")


def _branch(draft: Draft) -> None:
    draft.add("VFILJ")


def _agency(draft: Draft) -> None:
    draft.add("ASES")
    draft.add("KOAS", MINISTRY)


def _partnership(draft: Draft) -> None:
    if draft.chance.random() < 0.3:
        general = registry_code(1_000_000 + draft.number - draft.number % NEIGHBOURHOOD)
        draft.add("TOSAN", Person("J", "", "Täisosaniku OÜ", general, "EST"))
    else:
        draft.add("TOSAN")
    draft.add("UOSAN" if draft.form == "UÜ" else "TOSAN")


def _apartments(draft: Draft) -> None:
    if draft.chance.random() < 0.10:
        code = registry_code(1_490_000 + draft.number % 200)
        draft.add("VALIT", Person("J", "", "Majahalduse OÜ", code, "EST"))
    else:
        _members(draft)


def _board(draft: Draft) -> None:
    if draft.form == "AS" or (draft.form == "OÜ" and draft.chance.random() < 0.054):
        draft.add("ARP" if draft.form == "AS" else "ORP", _NASDAQ)
    _members(draft)
    if draft.chance.random() < (0.2 if draft.form == "AS" else 0.012):
        draft.add("PROK")
    if draft.chance.random() < 0.12:
        _jointly(draft)


def _members(draft: Draft) -> None:
    shares = _BOARDS.get(draft.form, _SMALL_BOARD)
    (size,) = draft.chance.choices(range(1, 6), shares)
    for _ in range(size):
        draft.add("JUHL")


def _late_life(draft: Draft) -> None:
    """Put a few companies into liquidation, fewer into bankruptcy; some cards keep the board."""
    fate = draft.chance.random()
    if fate < 0.028:
        draft.status = "L"
        if fate < 0.02 and not draft.conditions:
            draft.holders = [holder for holder in draft.holders if holder.role != "JUHL"]
        draft.add("LIKV" if fate < 0.014 else "LIKVJ")
    elif fate < 0.035:
        draft.status = "N"
        draft.add("PANKR")


def _jointly(draft: Draft) -> None:
    """Add conditions of joint representation if the company has enough people."""
    board = [holder for holder in draft.holders if holder.role == "JUHL"]
    procurists = [holder for holder in draft.holders if holder.role == "PROK"]
    if len(board) < 2 and not procurists:
        return
    joint, kind = (procurists, "YHPRO") if procurists else (board, "YHESJ")
    if kind == "YHESJ" and draft.chance.random() < 0.3:
        kind = "YHES"
    _bind(draft, joint)
    together = board + procurists
    readable = draft.chance.random() < 0.55 and all(holder.person.code for holder in together)
    if readable and procurists:
        draft.groups = [(joint[0].row_id, holder.row_id) for holder in board]
        text = "Prokurist esindab ühingut ainult koos juhatuse liikmega."
    elif readable and len(board) > 2:
        draft.groups = list(combinations((holder.row_id for holder in board), 2))
        text = "Ühingut võivad esindada kaks juhatuse liiget ühiselt."
    elif readable:
        draft.groups = [tuple(holder.row_id for holder in board)]
        text = "Juhatuse liikmed esindavad ühingut ühiselt."
    else:
        text = "Ühingut esindavad juhatuse liikmed põhikirjas sätestatud tingimustel."
    since = max(holder.since for holder in joint)
    draft.conditions = [Condition(draft.row_id(), draft.entry_nr, kind, text, since)]


def _bind(draft: Draft, joint: list[Holder]) -> None:
    """Take the right to act alone from these holders."""
    draft.holders = [
        replace(holder, alone=False) if holder in joint else holder for holder in draft.holders
    ]
