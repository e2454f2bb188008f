"""Proposals in any order of what may happen to delegations, against the same small model."""

from collections.abc import Sequence

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule, run_state_machine_as_test

from domain.delegations.states import VersionState
from domain.identifiers import PersonKey
from storage.database import Database
from tests.builders.delegated_world import terms_of
from tests.builders.delegation_machine import PEOPLE, Delegations
from tests.builders.people import JAAN, MARI
from tests.builders.proposing_world import ProposingWorld
from tests.oracles.delegated_access import Delegated

BOARD = (MARI, JAAN)
GROUPS = st.lists(st.sampled_from(BOARD), min_size=1, unique=True)


class Proposals(Delegations):
    """The same accounts and people; the board also gives together."""

    product: ProposingWorld

    def new_product(self) -> ProposingWorld:
        return ProposingWorld(self.database, PEOPLE)

    @rule()
    def the_register_lets_the_board_act_together(self) -> None:
        self.product.register_names_together(BOARD)
        self.model.owners[self.product.office.id] = set()
        self.model.groups[self.product.office.id] = set(BOARD)
        self.model.suspended.clear()

    @rule(data=st.data())
    def propose(self, data: st.DataObject) -> None:
        self._propose(data)

    @rule(data=st.data())
    def give_together(self, data: st.DataObject) -> None:
        one = self._propose(data)
        if one and self._confirm(one, BOARD):
            self._accept(one)

    def _propose(self, data: st.DataObject) -> Delegated | None:
        account = data.draw(st.sampled_from(self.accounts))
        who = self._mostly_of(data, BOARD)
        one = Delegated(account.id, data.draw(st.sampled_from(PEOPLE)), None)
        terms = self._terms(data, one)
        allowed = self.model.can_propose(who, one, terms)
        wanted = terms_of(terms, self.model.today)
        made = self.product.propose(who, one.receiver, account, wanted, None)
        assert (made is not None) == allowed
        if made is None:
            return None
        self.model.propose(who, one, terms)
        self.ids[one] = made
        return one

    @precondition(lambda self: self._accepted())
    @rule(data=st.data())
    def propose_other_terms(self, data: st.DataObject) -> None:
        one = data.draw(st.sampled_from(self._accepted()))
        who, terms = self._mostly_of(data, BOARD), self._terms(data, one)
        allowed = self.model.can_propose(who, one, terms)
        wanted = terms_of(terms, self.model.today)
        made = self.product.propose_renewal(who, self.ids[one].id, wanted)
        assert (made is not None) == allowed
        if made is not None:
            self.model.propose(who, one, terms)
            self.ids[one] = made

    @precondition(lambda self: self._proposed())
    @rule(data=st.data(), group=GROUPS)
    def confirm(self, data: st.DataObject, group: Sequence[PersonKey]) -> None:
        self._confirm(data.draw(st.sampled_from(self._proposed())), group)

    def _confirm(self, one: Delegated, group: Sequence[PersonKey]) -> bool:
        members = [member for member in group if member != one.receiver]
        giver = one.proposed_by if one.proposed_by in members else next(iter(members), None)
        allowed = giver is not None and self.model.can_be_offered(one, giver)
        assert self.product.confirm(group, self.ids[one].version_id) == allowed
        if allowed:
            self.model.offer_proposed(one, giver)
        return allowed

    @precondition(lambda self: self._proposed())
    @rule(data=st.data(), state=st.sampled_from((VersionState.WITHDRAWN, VersionState.LAPSED)))
    def drop(self, data: st.DataObject, state: VersionState) -> None:
        one = data.draw(st.sampled_from(self._proposed()))
        assert self.product.drop(self.ids[one].version_id, state)
        self.model.drop(one)
        assert not self.product.drop(self.ids[one].version_id, state)

    @precondition(lambda self: self._proposed())
    @rule(data=st.data())
    def the_receiver_answers_too_early(self, data: st.DataObject) -> None:
        one = data.draw(st.sampled_from(self._proposed()))
        version_id = self.ids[one].version_id
        assert not self.product.accept(one.receiver, version_id)
        assert not self.product.decline(one.receiver, version_id)

    def _proposed(self) -> Sequence[Delegated]:
        return [one for one in self.model.all if one.proposal and not one.over]


def test_joint_6_no_access_without_a_living_chain(database: Database, long_run: bool) -> None:
    class OnThisDatabase(Proposals):
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
