"""The product's side of a world of approvals: what its functions do, and what is written then."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import count
from typing import NamedTuple
from uuid import UUID

from domain.accounts import ServiceStatus
from domain.approvals.acts import ActKind
from domain.approvals.needs import Group
from domain.approvals.refusals import ApprovalRefused
from domain.approvals.rules import ApprovalRules, JointApproval
from domain.delegations.refusals import DelegationRefused
from domain.identifiers import PersonKey
from domain.registry.register import Holder, RegisterState
from services.approvals.needs import need
from services.parties.people import ensure_person
from services.signing_rules import looks
from storage.access import representatives
from storage.approvals import concluding
from storage.approvals import rows as approval_rows
from storage.database import Database
from storage.registry import register_state_queries
from tests.builders import approvals, freezes
from tests.builders.delegations import terms
from tests.builders.people import person
from tests.builders.register_states import company, entry, joint, sole, state
from tests.builders.rows import (
    ENGINE,
    account,
    carry_out,
    company_id,
    put,
    put_service,
    rows,
    service,
    store_states,
)
from tests.oracles.joint_approvals import NOT_HERE, Rule

_NUMBERS = count(1)
_RECEIVERS = 800
_WRITTEN = """
SELECT a.id, v.state AS version, p.ended_at IS NOT NULL AS is_over, (
    SELECT count(*) FROM event e
    WHERE e.subject_id = a.id AND e.kind = 'approval:carried_out'
) AS carried_out, (
    SELECT count(*) FROM event e
    WHERE e.subject_id = v.delegation_id AND e.kind = 'delegation:offered'
) AS offered
FROM approval a JOIN delegation_version v ON v.id = a.subject_id JOIN process p ON p.id = a.id
WHERE a.account_id = :account
"""


class Written(NamedTuple):
    """What there is of an approval in the database."""

    shown: str
    is_over: bool
    """Its process is closed."""
    version: str
    """State of the version that it is about."""
    carried_out: int
    """How often the history says that it was."""
    offered: int
    """How often the history says that what it is about was offered."""


class JointWorld:
    """A company's account with two services, new for each example."""

    def __init__(self, database: Database, rule: Rule) -> None:
        self.database = database
        self.firm = company(next(_NUMBERS))
        self._minutes = count()
        self.office = account(self.firm, next(_NUMBERS))
        put(database, self.office)
        self.services = [service(next(_NUMBERS), self.office, kind="router") for _ in range(2)]
        put_service(database, *self.services)
        carry_out(database, "DELETE FROM rate_limit")
        self.hear(rule)

    def hear(self, rule: Rule) -> None:
        """Record that the register says this, and align access with it."""
        store_states(self.database, self._state(rule))

    def _state(self, rule: Rule) -> RegisterState:
        entries: dict[object, Holder] = {
            who: sole(who) if who in rule.alone else joint(who) for who in rule.people
        }
        entries[NOT_HERE] = entry(None, alone=False, name="Vara OÜ")
        groups = tuple(tuple(entries[who] for who in group) for group in rule.groups)
        return state(*entries.values(), of=self.firm, groups=groups, minute=next(self._minutes))

    def end_service(self, number: int) -> None:
        """Let a service end."""
        put_service(self.database, replace(self.services[number], status=ServiceStatus.ENDED))

    def represents(self, who: PersonKey) -> bool:
        """Return whether somebody represents the company here, as every route asks."""
        with self.database.reading() as connection:
            found = representatives.of_account(connection, self.office.id)
        return ensure_person(self.database, who) in found

    def propose(self, who: PersonKey, service: int | None, mode: str) -> UUID | None:
        """Propose access for somebody else; None: there is nothing to propose, or it is refused."""
        if not self._is_joint(who) or mode == JointApproval.OFF:
            return None
        on = [] if service is None else [self.services[service].id]
        receiver, wanted = person(next(_NUMBERS) % _RECEIVERS + 100), terms(on=on, last=60)
        try:
            return approvals.proposed(
                self.database,
                self.office,
                proposer=who,
                receiver=receiver,
                wanted=wanted,
                rules=rules(mode),
            )
        except (ApprovalRefused, DelegationRefused):
            return None

    def _is_joint(self, who: PersonKey) -> bool:
        about = (ActKind.DELEGATION_GIVE, self.office.id, ensure_person(self.database, who))
        with self.database.reading() as connection:
            return isinstance(need(connection, *about), Group)

    def answer(
        self, how: Callable[..., None], who: PersonKey, one: UUID, mode: str | None = None
    ) -> bool:
        """Confirm, take back, decline or withdraw, as the use cases do; False: refused."""
        proposer = approvals.read(self.database, one).proposer_id
        own = how is not approvals.decline and proposer == ensure_person(self.database, who)
        if not own and not self.represents(who):
            return False
        more = {"rules": rules(mode)} if mode else {}
        try:
            how(self.database, one, who, **more)
        except ApprovalRefused:
            return False
        return True

    def proceed(self, one: UUID, mode: str) -> bool:
        """Do what is due; returns whether the register is to be asked."""
        due = approvals.proceed(self.database, one, rules(mode))
        return due is not None and due.check_register

    def conclude(self, one: UUID, mode: str) -> None:
        """Do what follows the register's answer, as the activity does."""
        try:
            approvals.conclude(self.database, one, rules(mode))
        except DelegationRefused as error:
            with self.database.transaction() as session:
                found = approval_rows.lock(session, one)
                if found is not None and found.is_open:
                    concluding.refuse(session, found, concluding.refused(error), actor=ENGINE)

    def look(self, *, ok: bool) -> None:
        """Record an officer's word on the register state that was heard last."""
        firm = company_id(self.database, self.firm)
        with self.database.reading() as connection:
            stored = register_state_queries.current(connection, [firm])[firm]
        looks.look(self.database, firm, stored.digest, ok=ok, actor=freezes.ANN, note="seen")

    def written(self) -> Mapping[UUID, Written]:
        """Return what there is of each approval."""
        found = rows(self.database, _WRITTEN, account=self.office.id)
        return {
            row.id: Written(
                approvals.state_of(self.database, row.id).value,
                row.is_over,
                row.version,
                row.carried_out,
                row.offered,
            )
            for row in found
        }


def rules(mode: str) -> ApprovalRules:
    return ApprovalRules(JointApproval(mode))
