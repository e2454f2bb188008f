"""Approvals in any order of what may happen, against a small model that knows no product.

After every step each approval shows the state that the model says; what it is about was offered
once where the model carries it out, and never otherwise; and who represents the company is the
same on both sides.
"""

from collections.abc import Callable, Sequence
from uuid import UUID

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from domain.access.suspensions import Freeze
from domain.identifiers import PersonKey
from storage.database import Database
from tests.builders import approvals, freezes
from tests.builders.joint_world import JointWorld
from tests.builders.passing_days import pass_days
from tests.builders.people import ANNA, JAAN, KATI, MARI, TIIU
from tests.oracles.joint_approvals import CARRIED_OUT, NOT_HERE, Company, Proposed, Rule

PEOPLE = (MARI, JAAN, TIIU, ANNA, KATI)
"""Kati is in no signing rule."""
anybody = st.sampled_from(PEOPLE)


def signing_rule(*groups: Sequence[object], alone: Sequence[PersonKey] = ()) -> Rule:
    return Rule(frozenset(map(frozenset, groups)), frozenset(alone))


PAIR = signing_rule((MARI, JAAN))
RULES = (
    PAIR,
    signing_rule((MARI, JAAN), (JAAN, TIIU)),
    signing_rule((MARI, JAAN), (MARI, TIIU), (JAAN, TIIU)),
    signing_rule((MARI, JAAN, TIIU)),
    signing_rule((MARI, JAAN), (TIIU, ANNA)),
    signing_rule((MARI, JAAN), alone=(TIIU,)),
    signing_rule((JAAN, TIIU), (MARI, NOT_HERE)),
    signing_rule((JAAN, TIIU), alone=(MARI,)),
)
UNFILLABLE = (signing_rule((MARI, NOT_HERE), (JAAN, NOT_HERE)), signing_rule())


class Approvals(RuleBasedStateMachine):
    """One company, whose five people propose to let others in."""

    def __init__(self, database: Database) -> None:
        super().__init__()
        self.database = database
        self.product = JointWorld(database, PAIR)
        self.model = Company(rule=PAIR, heard=PAIR, mode="on")
        self.ids = dict[Proposed, UUID]()
        self.asked = set[Proposed]()
        """Those about which the register was asked, and has not answered yet."""
        self.freezes = dict[PersonKey, Freeze]()
        self.ended = set[int]()

    def teardown(self) -> None:
        for who in tuple(self.freezes):
            self._lift(who)

    @initialize(mode=st.sampled_from(("on", "four_eyes")), says=st.sampled_from(RULES))
    def the_company_begins(self, mode: str, says: Rule) -> None:
        self.model.mode = mode
        self._says(says, at_once=True)

    # What people do.

    @rule(data=st.data(), about=st.sampled_from((None, None, 0, 1)))
    def propose(self, data: st.DataObject, about: int | None) -> None:
        self._propose(data, about)

    @rule(data=st.data(), works=st.booleans())
    def a_whole_group_agrees(self, data: st.DataObject, works: bool) -> None:
        one = self._propose(data, None)
        if one is None:
            return
        here = [each for each in self.model.heard.groups if NOT_HERE not in each]
        groups = sorted(map(sorted, here), key=str)
        for who in data.draw(st.sampled_from(groups)):
            self._confirm(who, one)
        if works:
            self._work(one)

    def _propose(self, data: st.DataObject, about: int | None) -> Proposed | None:
        who = self._mostly_of(data, self.model.represents)
        if about in self.ended:
            return None
        one = self.model.propose(who, object(), self.model.today + 60)
        made = self.product.propose(who, about, self.model.mode)
        assert (made is not None) == (one is not None)
        if one is not None and made is not None:
            one.about = about
            self.ids[one] = made
        return one

    @precondition(lambda self: self.ids)
    @rule(data=st.data())
    def confirm(self, data: st.DataObject) -> None:
        one = self._one(data)
        who = self._mostly_of(data, lambda who: who in self.model.heard.people - one.confirmed)
        self._confirm(who, one)

    def _confirm(self, who: PersonKey, one: Proposed) -> None:
        done = self.product.answer(approvals.confirm, who, self.ids[one], self.model.mode)
        assert done == self.model.confirm(who, one)

    @precondition(lambda self: self.ids)
    @rule(data=st.data())
    def take_back(self, data: st.DataObject) -> None:
        one = self._one(data)
        who = self._mostly_of(data, lambda who: who in one.confirmed)
        done = self.product.answer(approvals.take_back, who, self.ids[one], self.model.mode)
        assert done == self.model.take_back(who, one)

    @precondition(lambda self: self.ids)
    @rule(data=st.data())
    def decline(self, data: st.DataObject) -> None:
        one, who = self._one(data), self._mostly_of(data, self.model.represents)
        done = self.product.answer(approvals.decline, who, self.ids[one])
        assert done == self.model.decline(who, one)

    @precondition(lambda self: self.ids)
    @rule(data=st.data())
    def withdraw(self, data: st.DataObject) -> None:
        one = self._one(data)
        who = self._mostly_of(data, lambda who: who == one.proposer)
        done = self.product.answer(approvals.withdraw, who, self.ids[one])
        assert done == self.model.withdraw(who, one)

    # What happens by itself.

    @precondition(lambda self: self.ids)
    @rule(data=st.data())
    def a_worker_does_what_is_due(self, data: st.DataObject) -> None:
        self._work(self._one(data))

    def _work(self, one: Proposed) -> None:
        if self.product.proceed(self.ids[one], self.model.mode):
            if self.model.answers:
                self._answer(one)
            else:
                self.asked.add(one)
        self.model.work(one)

    def _answer(self, one: Proposed) -> None:
        self.product.hear(self.model.rule)
        self.product.conclude(self.ids[one], self.model.mode)

    @precondition(lambda self: self.asked and self.model.mode != "off")
    @rule(data=st.data())
    def an_answer_arrives_late(self, data: st.DataObject) -> None:
        """Whatever people did meanwhile: what counts now decides."""
        one = data.draw(st.sampled_from([each for each in self.ids if each in self.asked]))
        self.asked.discard(one)
        self._answer(one)
        self.model.answered(one)

    @rule(says=st.sampled_from((*RULES, *RULES, *UNFILLABLE)), at_once=st.booleans())
    def the_register_changes(self, says: Rule, at_once: bool) -> None:
        self._says(says, at_once=at_once)

    def _says(self, says: Rule, *, at_once: bool) -> None:
        self.model.rule = says
        if at_once:
            self.model.hear()
            self.product.hear(says)

    @rule()
    def the_register_fails_or_is_mended(self) -> None:
        self.model.answers = not self.model.answers

    @rule(days=st.sampled_from((1, 2, 6, 13)))
    def days_pass(self, days: int) -> None:
        pass_days(self.database, days)
        self.model.today += days

    @rule(mode=st.sampled_from(("on", "four_eyes", "on", "four_eyes", "off")))
    def the_installation_sets(self, mode: str) -> None:
        self.model.mode = mode

    @rule(ok=st.sampled_from((True, True, False)))
    def an_officer_looks(self, ok: bool) -> None:
        self.product.look(ok=ok)
        self.model.look(ok)

    @rule(who=anybody, number=st.sampled_from((None, None, 0, 1)))
    def freeze_or_lift_or_end(self, who: PersonKey, number: int | None) -> None:
        if number is not None:
            self._end_service(number)
        elif who in self.freezes:
            self._lift(who)
        else:
            self.freezes[who] = freezes.freeze(self.database, who)
            self.model.frozen.add(who)

    def _lift(self, who: PersonKey) -> None:
        freezes.lift(self.database, self.freezes.pop(who))
        self.model.frozen.discard(who)

    def _end_service(self, number: int) -> None:
        self.product.end_service(number)
        self.ended.add(number)
        for one in self.ids:
            one.spoilt |= one.about == number

    # What must be true of it all.

    @invariant()
    def approvals_are_as_in_the_model(self) -> None:
        written = self.product.written()
        assert {one: written[id_].shown for one, id_ in self.ids.items()} == {
            one: self.model.shown(one) for one in self.ids
        }
        for one, id_ in self.ids.items():
            there = written[id_]
            assert (there.carried_out, there.offered) == (one.done, one.done)
            assert there.is_over is not one.is_open
            if not one.spoilt:
                assert (there.version == "proposed") is one.is_open
                assert (there.version == "offered") is (one.state == CARRIED_OUT)

    @invariant()
    def the_same_people_represent_the_company(self) -> None:
        for who in PEOPLE:
            assert self.product.represents(who) == self.model.represents(who)

    def _one(self, data: st.DataObject) -> Proposed:
        """Draw what somebody proposed: mostly such as is open."""
        open_ = [one for one in self.ids if one.is_open]
        usually = bool(open_) and data.draw(_mostly)
        return data.draw(st.sampled_from(open_ if usually else [*self.ids]))

    def _mostly_of(self, data: st.DataObject, which: Callable[[PersonKey], bool]) -> PersonKey:
        usual = list(filter(which, PEOPLE))
        usually = bool(usual) and data.draw(_mostly)
        return data.draw(st.sampled_from(usual if usually else PEOPLE))


_mostly = st.sampled_from((True, True, True, True, False))


def test_joint_2_acts_happen_once_and_only_when_a_group_has_confirmed(
    database: Database, long_run: bool
) -> None:
    class OnThisDatabase(Approvals):
        def __init__(self) -> None:
            super().__init__(database)

    run_state_machine_as_test(
        OnThisDatabase,
        settings=settings(
            max_examples=300 if long_run else 5,
            stateful_step_count=50 if long_run else 25,
            deadline=None,
            phases=[Phase.reuse, Phase.generate, Phase.shrink],
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )
