"""What several people must confirm, and when it happens: the requirement in plain Python.

Days are numbers; ``today`` grows. Nothing here is the product's: people and what is proposed are
whatever the test names them by. The register is one thing, what was last heard from it another.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

Name = Any
"""Whatever a test names them by."""
NOT_HERE = "a legal person"
"""A member of a group who can never confirm."""
ANSWERED_WITHIN = 14
"""Days in which enough people confirm, or it lapses."""

AWAITING, OFFICER, CHECKING = "awaiting_confirmations", "awaiting_officer", "checking_register"
CARRIED_OUT, DECLINED, WITHDRAWN = "carried_out", "declined", "withdrawn"
LAPSED, REFUSED = "lapsed", "refused"
OPEN = (AWAITING, OFFICER, CHECKING)


@dataclass(frozen=True)
class Rule:
    """Who acts for the company, by one state of the register."""

    groups: frozenset[frozenset[Name]] = frozenset()
    alone: frozenset[Name] = frozenset()

    @property
    def people(self) -> frozenset[Name]:
        """Everyone who represents the company, alone or together with others."""
        return self.alone.union(*self.groups) - {NOT_HERE}

    @property
    def counted(self) -> frozenset[Name]:
        """Everyone whose confirmation can count."""
        return self.alone.union(*(each for each in self.groups if NOT_HERE not in each))

    def filled(self, people: Collection[Name]) -> int:
        """Return how many make up the smallest group that these people fill; 0: they fill none."""
        if self.alone & set(people):
            return 1
        return min((len(each) for each in self.groups if each <= set(people)), default=0)


@dataclass(eq=False)
class Proposed:
    """One act that somebody proposed."""

    about: Name
    proposer: Name
    lapses: int
    """The first day on which it cannot be confirmed."""
    state: str = AWAITING
    """As it was written down last."""
    confirmed: set[Name] = field(default_factory=set)
    """Whose confirmations stand, whether or not they count now."""
    spoilt: bool = False
    """What it is about has ended."""
    done: int = 0
    """How often it was carried out."""

    @property
    def is_open(self) -> bool:
        """Return whether nothing was written down that ends it."""
        return self.state in OPEN


@dataclass
class Company:
    """One company, its signing rule, and what its representatives have proposed."""

    rule: Rule
    """What the register would say now."""
    heard: Rule
    """What it said when it was last asked, or last told by itself."""
    answers: bool = True
    """Whether the register can be asked."""
    mode: str = "four_eyes"
    """``off``, ``four_eyes`` or ``on``."""
    today: int = 0
    frozen: set[Name] = field(default_factory=set)
    looks: dict[Rule, bool] = field(default_factory=dict)
    """An officer's word on each signing rule."""
    all: list[Proposed] = field(default_factory=list)

    def represents(self, who: Name) -> bool:
        """Return whether somebody acts for the company here, alone or together with others."""
        return who in self.heard.people - self.frozen

    def shown(self, one: Proposed) -> str:
        """Return the state that people see: dates alone let it lapse."""
        return LAPSED if one.is_open and self.today >= one.lapses else one.state

    def is_open(self, one: Proposed) -> bool:
        """Return whether it can be confirmed, declined or withdrawn."""
        return self.shown(one) in OPEN

    # What people do. Each returns whether it is allowed; repeating is, and changes nothing.

    def propose(self, who: Name, about: Name, lapses: int) -> Proposed | None:
        """Propose an act, and confirm it thereby; one who acts alone has nothing to propose."""
        if self.mode == "off" or not self.represents(who) or who in self.heard.alone:
            return None
        if not self.heard.counted or any(o.about == about and o.is_open for o in self.all):
            return None
        one = Proposed(about, who, min(lapses, self.today + ANSWERED_WITHIN), confirmed={who})
        self.all.append(one)
        self._weigh(one)
        return one

    def confirm(self, who: Name, one: Proposed) -> bool:
        """Confirm, if the confirmation can count."""
        if who in one.confirmed and (self.is_open(one) or one.state == CARRIED_OUT):
            return self.represents(who) or who == one.proposer
        if not self.is_open(one) or not self.represents(who) or who not in self.heard.counted:
            return False
        one.confirmed.add(who)
        self._weigh(one)
        return True

    def take_back(self, who: Name, one: Proposed) -> bool:
        """Take one's own confirmation back, until it is carried out."""
        may = self.represents(who) or who == one.proposer
        if not may or not self.is_open(one):
            return False
        if who in one.confirmed:
            one.confirmed.discard(who)
            self._weigh(one)
        return True

    def decline(self, who: Name, one: Proposed) -> bool:
        """End it: somebody who was asked does not agree."""
        return self.represents(who) and self._end(one, DECLINED)

    def withdraw(self, who: Name, one: Proposed) -> bool:
        """End it: its proposer does not want it any more, even one who has left."""
        return who == one.proposer and self._end(one, WITHDRAWN)

    def look(self, ok: bool) -> None:
        """An officer looks at the signing rule that was heard last."""
        self.looks[self.heard] = ok

    # What happens by itself.

    def hear(self) -> None:
        """The register's news arrive."""
        self.heard = self.rule

    def work(self, one: Proposed) -> None:
        """A worker does what is due of it: asks the register last, and carries out at once."""
        if not one.is_open:
            return
        if self.today >= one.lapses:
            one.state = LAPSED
        elif self.mode == "off" or one.spoilt:
            one.state = REFUSED
        elif self._weigh(one) == CHECKING and self.answers:
            self.answered(one)

    def answered(self, one: Proposed) -> None:
        """The register answers for it: it is carried out at once if enough people count now."""
        self.hear()
        if not self.is_open(one) or self._weigh(one) != CHECKING:
            return
        if one.spoilt:
            one.state = REFUSED
        else:
            one.state, one.done = CARRIED_OUT, one.done + 1

    def _weigh(self, one: Proposed) -> str:
        """Write down what it waits for, by what was heard last."""
        size = self.heard.filled({who for who in one.confirmed if self.represents(who)})
        seen = size == 1 or self.mode != "four_eyes" or self.looks.get(self.heard, False)
        one.state = AWAITING if size == 0 else CHECKING if seen else OFFICER
        return one.state

    def _end(self, one: Proposed, how: str) -> bool:
        if one.state == how:
            return True
        if self.is_open(one):
            one.state = how
        return one.state == how
