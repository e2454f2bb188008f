"""An approval that everybody has confirmed, and the changes that can meet there."""

from collections.abc import Callable
from dataclasses import replace
from itertools import count
from uuid import UUID

from domain.access.suspensions import FreezeReason, Subject
from domain.accounts import AccountStatus
from domain.approvals.confirmations import Confirming
from domain.approvals.states import DeclineReason
from domain.identifiers import PersonKey
from domain.numbers.sms_texts import Language
from services.parties.people import ensure_person
from storage.access import suspensions
from storage.accounts.accounts import put_accounts
from storage.approvals import answering, concluding
from storage.approvals.approvals import Decline
from storage.approvals.concluding import Rules
from storage.database import Database, Session
from storage.parties import upsert
from storage.registry import align_grants, register_states
from tests.builders import approvals
from tests.builders.approvals import LOGIN, ON
from tests.builders.delegations import RULES as OFFERS
from tests.builders.delegations import actor
from tests.builders.freezes import ANN
from tests.builders.people import person
from tests.builders.register_states import company, joint, state
from tests.builders.rows import BILLING, ENGINE, REGISTER, account, put

Change = Callable[[Session], object]
_NUMBERS = count(1)


class Meeting:
    """The first proposed; with the second, or with the third, it is a group."""

    def __init__(self, database: Database, *, confirmed: bool = True) -> None:
        """``confirmed``: the second has confirmed, and the register is to be asked."""
        number = next(_NUMBERS)
        self.database = database
        self.people = [person(4 * (number % 200) + nth) for nth in range(4)]
        self.first, self.second, self.third, receiver = self.people
        self.firm = company(number)
        self.office = account(self.firm, number)
        put(database, self.office)
        groups = ((self.first, self.second), (self.first, self.third))
        approvals.board(database, *groups, of=self.firm)
        self.id = approvals.proposed(database, self.office, proposer=self.first, receiver=receiver)
        if confirmed:
            approvals.confirm(database, self.id, self.second)

    def _id(self, who: PersonKey) -> UUID:
        return ensure_person(self.database, who)

    def confirm(self, who: PersonKey) -> Change:
        digest, by = approvals.read(self.database, self.id).digest, actor(self.database, who)
        given = Confirming(self._id(who), digest, 1, Language.ESTONIAN, LOGIN)
        return lambda session: answering.confirm(session, self.id, given, ON, actor=by)

    def take_back(self, who: PersonKey) -> Change:
        who_id, by = self._id(who), actor(self.database, who)
        return lambda session: answering.take_back(session, self.id, who_id, ON, actor=by)

    def decline(self, who: PersonKey) -> Change:
        declined = Decline(self._id(who), DeclineReason.NOT_AGREED)
        by = actor(self.database, who)
        return lambda session: answering.decline(session, self.id, declined, actor=by)

    def withdraw(self) -> Change:
        who_id, by = self._id(self.first), actor(self.database, self.first)
        return lambda session: answering.withdraw(session, self.id, who_id, actor=by)

    def proceed(self) -> Change:
        return lambda session: concluding.proceed(session, self.id, ON, actor=ENGINE)

    def conclude(self) -> Change:
        rules = Rules(ON, OFFERS)
        return lambda session: concluding.conclude(session, self.id, rules, actor=ENGINE)

    def new_board(self) -> Change:
        """The register names others, and access is aligned with that."""
        members = tuple(map(joint, (self.first, self.third)))
        said = state(*members, groups=(members,), of=self.firm, minute=1)

        def change(session: Session) -> object:
            (firm,) = upsert.company_ids(session, [self.firm]).values()
            register_states.lock(session, [firm])
            register_states.record_states(session, {firm: said}, actor=REGISTER)
            return align_grants.align(session, [firm], actor=REGISTER)

        return change

    def close_account(self) -> Change:
        closed = replace(self.office, status=AccountStatus.CLOSED)
        return lambda session: put_accounts(session, [closed], actor=BILLING)

    def freeze(self, who: PersonKey) -> Change:
        subject, why = Subject(person_id=self._id(who)), next(iter(FreezeReason))
        return lambda session: suspensions.freeze(session, subject, why, actor=ANN, note="a test")


MEETING: dict[str, Callable[[Meeting], Change]] = {
    "the third confirms": lambda of: of.confirm(of.third),
    "the first takes back": lambda of: of.take_back(of.first),
    "the second takes back": lambda of: of.take_back(of.second),
    "the second declines": lambda of: of.decline(of.second),
    "the first withdraws": lambda of: of.withdraw(),
    "the workflow looks": lambda of: of.proceed(),
    "the register has answered": lambda of: of.conclude(),
    "another board": lambda of: of.new_board(),
    "the account closes": lambda of: of.close_account(),
    "the second is frozen": lambda of: of.freeze(of.second),
    "the first is frozen": lambda of: of.freeze(of.first),
}
