"""A state machine of delegations in any order of what may happen, against a small model.

After every step each person's access, now and on later days, is what the model says; each grant
has a living chain of authority; and a preview of an end names just what then ended.
"""

from collections.abc import Sequence
from dataclasses import replace

from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
)

from domain.access.permissions import Permission
from domain.access.suspensions import Freeze
from domain.accounts import ServiceStatus
from domain.identifiers import PersonKey
from storage.database import Database
from storage.delegations.ends import Ended
from tests.builders import freezes
from tests.builders.delegated_world import GIVEN, ProductWorld, terms_of
from tests.builders.delegations import Given
from tests.builders.passing_days import pass_days
from tests.builders.people import ANNA, JAAN, KATI, MARI, PEETER, TIIU
from tests.builders.rows import put, put_service
from tests.oracles.delegated_access import Delegated, Gives, World

PEOPLE = (MARI, JAAN, TIIU, ANNA, KATI, PEETER)
P = Permission
AHEAD = (1, 4, 20)
"""Days ahead on which access is compared, one by turns."""
anybody = st.sampled_from(PEOPLE)
boards = st.sets(st.sampled_from((MARI, JAAN)))


class Delegations(RuleBasedStateMachine):
    """Two accounts and six people, each of whom may give to each."""

    def __init__(self, database: Database) -> None:
        super().__init__()
        self.database = database
        self.product = self.new_product()
        self.accounts = (self.product.office, self.product.own)
        office, own = (each.id for each in self.accounts)
        self.model = World(owners={office: {MARI}, own: {PEETER}}, groups={office: set()})
        self.ids = dict[Delegated, Given]()
        self.freezes = dict[PersonKey | int, Freeze]()
        self.steps = 0

    def new_product(self) -> ProductWorld:
        return ProductWorld(self.database, PEOPLE)

    def teardown(self) -> None:
        for what in tuple(self.freezes):
            self._lift(what)

    # What people do.

    @rule(data=st.data())
    def offer(self, data: st.DataObject) -> None:
        self._offer(data)

    @rule(data=st.data())
    def give(self, data: st.DataObject) -> None:
        if one := self._offer(data):
            self._accept(one)

    def _offer(self, data: st.DataObject) -> Delegated | None:
        account = data.draw(st.sampled_from(self.accounts))
        parents = [each for each in self.model.all if each.account == account.id]
        parents = [each for each in parents if each.gives and each.gives.pass_on]
        parent = data.draw(st.sampled_from([None, *parents]))
        usual = [parent.receiver] if parent else sorted(self.model.owners[account.id])
        giver = self._mostly_of(data, usual)
        one = Delegated(account.id, data.draw(anybody), parent)
        terms = self._terms(data, one)
        allowed = self.model.can_offer(giver, one, terms)
        below = self.ids[parent].id if parent else None
        wanted = terms_of(terms, self.model.today)
        made = self.product.offer(giver, one.receiver, account, wanted, below)
        assert (made is not None) == allowed
        if made is None:
            return None
        self.model.offer(giver, one, terms)
        self.ids[one] = made
        return one

    def _terms(self, data: st.DataObject, one: Delegated) -> Gives:
        """Draw terms: any, or such as fit what they are passed on from."""
        first = self.model.today + data.draw(st.sampled_from((0, 0, 0, 1, 3, -1)))
        services = [s.id for s in self.product.services if s.account_id == one.account]
        any_ = Gives(
            frozenset(data.draw(st.sets(st.sampled_from(GIVEN), min_size=1))),
            frozenset(data.draw(st.sets(st.sampled_from(services)))) if services else frozenset(),
            first,
            first + data.draw(st.sampled_from((0, 2, 10, 30))),
            data.draw(st.booleans()),
        )
        if P.ACCESS_MANAGE in any_.permissions and data.draw(_mostly):
            any_ = replace(any_, pass_on=True)
        if one.parent is None or one.parent.gives is None or not data.draw(_mostly):
            return any_
        fitting = any_.cut(one.parent.gives) or one.parent.gives
        without = fitting.permissions - {P.ACCESS_MANAGE} or frozenset({P.INVOICE_PAY})
        first = max(fitting.first, self.model.today)
        return replace(fitting, permissions=without, first=first, pass_on=False)

    @precondition(lambda self: self._accepted())
    @rule(data=st.data(), accepts=st.booleans())
    def renew(self, data: st.DataObject, accepts: bool) -> None:
        one = data.draw(st.sampled_from(self._accepted()))
        who, terms = self._manager(data, one), self._terms(data, one)
        allowed = self.model.can_offer(who, one, terms)
        wanted = terms_of(terms, self.model.today)
        made = self.product.renew(who, self.ids[one].id, wanted)
        assert (made is not None) == allowed
        if made is not None:
            self.model.offer(who, one, terms)
            self.ids[one] = made
            if accepts:
                self._accept(one)

    @precondition(lambda self: self._offered())
    @rule(data=st.data())
    def accept(self, data: st.DataObject) -> None:
        self._accept(data.draw(st.sampled_from(self._offered())))

    def _accept(self, one: Delegated) -> None:
        allowed = self.model.can_accept(one)
        assert self.product.accept(one.receiver, self.ids[one].version_id) == allowed
        if allowed and one.offer:
            self.model.put_in_force(one, one.offer)

    @precondition(lambda self: self._offered())
    @rule(data=st.data())
    def somebody_else_accepts(self, data: st.DataObject) -> None:
        one = data.draw(st.sampled_from(self._offered()))
        who = data.draw(st.sampled_from([each for each in PEOPLE if each != one.receiver]))
        assert not self.product.accept(who, self.ids[one].version_id)

    @precondition(lambda self: self._offered())
    @rule(data=st.data(), declines=st.booleans())
    def close_an_offer(self, data: st.DataObject, declines: bool) -> None:
        one = data.draw(st.sampled_from(self._offered()))
        allowed = self.model.is_offered(one)
        if declines:
            closed = self.product.decline(one.receiver, self.ids[one].version_id)
        else:
            who = self._manager(data, one)
            allowed = allowed and self.model.manages(who, one)
            closed = self.product.withdraw(who, self.ids[one])
        assert closed == allowed
        if closed:
            self.model.close_offer(one)

    @precondition(lambda self: self.model.all)
    @rule(data=st.data())
    def revoke(self, data: st.DataObject) -> None:
        one = data.draw(st.sampled_from(self.model.all))
        who = self._manager(data, one)
        preview = self.product.preview(self.ids[one].id)
        done = self.product.revoke(who, self.ids[one].id)
        assert (done is not None) == self.model.manages(who, one)
        if done is not None:
            self._ended(one, preview, done)

    @precondition(lambda self: self._accepted())
    @rule(data=st.data())
    def waive(self, data: st.DataObject) -> None:
        one = data.draw(st.sampled_from(self._accepted()))
        preview = self.product.preview(self.ids[one].id)
        self._ended(one, preview, self.product.waive(one.receiver, self.ids[one].id))

    def _ended(self, one: Delegated, preview: Ended, done: Ended) -> None:
        assert _names(preview) == _names(done)
        wanted = {self.ids[each].id for each in self.model.end(one)}
        assert {each.id for each in done.delegations} == wanted

    @precondition(lambda self: self._accepted())
    @rule(data=st.data(), whole=st.booleans())
    def narrow(self, data: st.DataObject, whole: bool) -> None:
        one = data.draw(st.sampled_from(self._accepted()))
        assert one.gives is not None
        terms = self._terms(data, one)
        if whole or data.draw(_mostly):
            terms = terms.cut(replace(one.gives, pass_on=True)) or terms
            first = one.gives.first if terms.first < self.model.today else terms.first
            terms = replace(terms, first=first, pass_on=terms.pass_on and one.gives.pass_on)
        who = self._manager(data, one)
        allowed = self.model.can_narrow(who, one, terms)
        wanted = terms_of(terms, self.model.today)
        assert self.product.narrow(who, self.ids[one].id, wanted) == allowed
        if allowed and terms != one.gives:
            self.model.put_in_force(one, terms)

    # What happens to them.

    @rule(days=st.sampled_from((1, 2, 3, 11, 14, 30)))
    def days_pass(self, days: int) -> None:
        pass_days(self.database, days)
        self.model.today += days

    @rule()
    def the_ceremonies_do_what_is_due(self) -> None:
        self.product.lapse(self.ids[one].version_id for one in self._offered())
        for one in self._offered():
            if not self.model.is_offered(one):
                self.model.close_offer(one)

    @rule(board=boards)
    def the_register_names_another_board(self, board: set[PersonKey]) -> None:
        self.product.register_names(who for who in PEOPLE if who in board)
        self.model.owners[self.product.office.id] = set(board)
        self.model.groups[self.product.office.id] = set()
        self.model.suspended.clear()

    @rule()
    def the_register_deletes_the_company(self) -> None:
        self.product.register_deletes()
        self.model.owners[self.product.office.id] = set()
        self.model.groups[self.product.office.id] = set()
        self.model.suspended.add(self.product.office.id)

    @rule(what=st.sampled_from((*PEOPLE, 0, 1)))
    def freeze_or_lift(self, what: PersonKey | int) -> None:
        if what in self.freezes:
            self._lift(what)
        else:
            subject = self.accounts[what] if isinstance(what, int) else what
            self.freezes[what] = freezes.freeze(self.database, subject)
            self.model.frozen.add(self._name(what))

    def _lift(self, what: PersonKey | int) -> None:
        freezes.lift(self.database, self.freezes.pop(what))
        self.model.frozen.discard(self._name(what))

    def _name(self, what: PersonKey | int) -> object:
        return self.accounts[what].id if isinstance(what, int) else what

    @rule(owner=st.sampled_from((PEETER, TIIU)))
    def the_private_account_moves(self, owner: PersonKey) -> None:
        own = self.product.own = replace(self.product.own, owner=owner)
        self.accounts = (self.product.office, own)
        put(self.database, own)
        self.model.move(own.id, owner)

    @rule(number=st.integers(0, 1))
    def a_service_ends(self, number: int) -> None:
        ended = replace(self.product.services[number], status=ServiceStatus.ENDED)
        if ended.id not in self.model.ended:
            put_service(self.database, ended)
            self.model.end_services(ended.id)

    # What must be true of it all.

    @invariant()
    def access_is_as_in_the_model(self) -> None:
        self.steps += 1
        for ahead in {0, AHEAD[self.steps % len(AHEAD)]}:
            day = self.model.today + ahead
            assert self.product.gives(ahead) == {
                (who, account.id, service, permission)
                for account in self.accounts
                for service in self.product.scopes(account)
                for who in PEOPLE
                for permission in GIVEN
                if self.model.may(who, permission, account.id, service, day)
            }

    @invariant()
    def every_grant_has_a_living_chain(self) -> None:
        assert self.product.broken() == []

    def _manager(self, data: st.DataObject, one: Delegated) -> PersonKey:
        usual = [who for who in PEOPLE if self.model.manages(who, one)]
        return self._mostly_of(data, usual)

    def _mostly_of(self, data: st.DataObject, usual: Sequence[PersonKey]) -> PersonKey:
        usually = bool(usual) and data.draw(_mostly)
        return data.draw(st.sampled_from(usual if usually else PEOPLE))

    def _accepted(self) -> Sequence[Delegated]:
        return [one for one in self.model.all if one.gives]

    def _offered(self) -> Sequence[Delegated]:
        return [one for one in self.model.all if one.offer and not one.over]


_mostly = st.sampled_from((True, True, True, False))


def _names(ended: Ended) -> tuple[set[object], set[object]]:
    return {each.id for each in ended.delegations}, {each.grant_id for each in ended.grants}
