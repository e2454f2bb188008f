"""Companies whose two board members act only together, and what one of each proposes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from benchmarks.customers import Access, estonians, joint_board, settle
from benchmarks.place import vacuum
from domain.access.permissions import Role, permissions_of
from domain.approvals import act_data, templates
from domain.approvals.act_data import Given
from domain.approvals.confirmations import Confirming
from domain.approvals.ids import approval_of
from domain.approvals.rules import ApprovalRules, JointApproval
from domain.audit import Actor, ActorKind
from domain.delegations.offer_rules import OfferRules
from domain.delegations.terms import Terms
from domain.identifiers import PersonKey
from domain.identity import Acr, Login
from domain.numbers.sms_texts import Language
from services.approvals import propose as use_cases
from storage.approvals import rows
from storage.approvals.proposing import Proposed, Proposer
from storage.database import Database, Session
from storage.delegations import proposals
from storage.delegations import rows as delegation_rows
from storage.delegations.offering import Offer

RULES = ApprovalRules(JointApproval.ON)
OFFERS = OfferRules(ZoneInfo("Europe/Tallinn"))
_NOW = datetime.now(UTC)
LOGIN = Login("https://issuer.benchmarks", "jti", Acr.HIGH, ("mid",), _NOW)
TERMS = Terms(
    Role.USER,
    permissions_of(Role.USER),
    frozenset(),
    _NOW.astimezone(OFFERS.zone).date(),
    (_NOW + timedelta(days=300)).date(),
)


@dataclass(frozen=True)
class Asked:
    """An approval, and the other board member's word that it waits for."""

    id: UUID
    confirming: Confirming

    @property
    def actor(self) -> Actor:
        """The other board member."""
        return Actor(ActorKind.PERSON, str(self.confirming.person_id))


def boards(database: Database, number: int) -> list[Sequence[Access]]:
    """Create so many companies with one account each; returns the two members of each."""
    found: dict[UUID, list[Access]] = {}
    for access in settle(database, number, joint_board):
        found.setdefault(access.account_id, []).append(access)
    return [*found.values()]


def propose(database: Database, members: Sequence[Sequence[Access]]) -> list[Asked]:
    """Let the first member of each board propose to let a person of its own in."""
    already = sum(map(len, members))
    strangers = islice(estonians(), already, already + len(members))
    with database.transaction() as session:
        asked = [
            _propose(session, first, second, stranger)
            for (first, second), stranger in zip(members, strangers, strict=True)
        ]
    vacuum(database)
    return asked


def _propose(session: Session, first: Access, second: Access, receiver: PersonKey) -> Asked:
    offer = Offer(uuid4(), uuid4(), first.account_id, first.person_id, receiver, TERMS)
    actor = Actor(ActorKind.PERSON, str(first.person_id))
    by = Proposer(approval_of(offer.version_id), first.person_id, LOGIN, Language.ESTONIAN, 1)

    def prepare(session: Session, company_id: UUID, lapses_at: datetime) -> Proposed:
        until = proposals.propose(session, offer, OFFERS, lapses_at=lapses_at, actor=actor)
        found = delegation_rows.read(session.connection(), offer.id)
        if found is None or found.receiver_id is None:
            raise LookupError(offer.id)
        given = Given(offer.id, 1, found.receiver_id, TERMS)
        return Proposed(act_data.give(company_id, first.account_id, given), offer.version_id, until)

    use_cases.propose(session, first.account_id, by, prepare, RULES, actor=actor)
    opened = rows.read(session, by.approval_id)
    if opened is None:
        raise LookupError(by.approval_id)
    version = templates.CURRENT[opened.kind]
    confirming = Confirming(second.person_id, opened.digest, version, Language.ESTONIAN, LOGIN)
    return Asked(opened.id, confirming)
