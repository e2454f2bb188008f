"""Approvals among people who represent a company only together."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import UUID, uuid4

from domain.approvals import act_data
from domain.approvals.act_data import Given as GivenAct
from domain.approvals.confirmations import Confirming
from domain.approvals.ids import approval_of
from domain.approvals.rules import ApprovalRules, JointApproval
from domain.approvals.states import ApprovalState, DeclineReason
from domain.delegations.terms import Terms
from domain.identifiers import PersonKey
from domain.identity import Acr, Login
from domain.numbers.sms_texts import Language
from services.parties.people import ensure_person
from storage.accounts.accounts import AccountFacts
from storage.approvals import answering, concluding, proposing
from storage.approvals import rows as approval_rows
from storage.approvals.approvals import Decline
from storage.approvals.concluding import Due, Rules
from storage.approvals.proposing import Proposed, Proposer
from storage.approvals.rows import StoredApproval
from storage.database import Database, Session
from storage.delegations import proposals
from storage.delegations import rows as delegation_rows
from storage.delegations.offering import Offer
from tests.builders.days import ZONE
from tests.builders.delegations import RULES as OFFERS
from tests.builders.delegations import actor, terms
from tests.builders.people import JAAN, MARI, TIIU
from tests.builders.register_states import joint, state
from tests.builders.rows import ENGINE, carry_out, store_states

ON = ApprovalRules(JointApproval.ON, zone=ZONE)
FOUR_EYES = ApprovalRules(JointApproval.FOUR_EYES, zone=ZONE)
OFF = ApprovalRules(JointApproval.OFF, zone=ZONE)
LOGIN = Login("https://issuer.test", "jti", Acr.HIGH, ("mid",), datetime(2026, 8, 1, tzinfo=UTC))
PAIR = (MARI, JAAN)


def board(
    database: Database, *groups: Sequence[PersonKey], minute: int = 0, **said: object
) -> None:
    """Record that the board members act together, in these groups."""
    members = {person: joint(person) for group in groups for person in group}
    together = tuple(tuple(members[person] for person in group) for group in groups)
    told = state(*members.values(), groups=together, minute=minute, **said)  # type: ignore[arg-type]
    store_states(database, told)


def proposed(
    database: Database,
    on: AccountFacts,
    *,
    proposer: PersonKey = MARI,
    receiver: PersonKey = TIIU,
    wanted: Terms | None = None,
    rules: ApprovalRules = ON,
) -> UUID:
    """Propose to give somebody access; returns the approval."""
    proposer_id = ensure_person(database, proposer)
    offer = Offer(uuid4(), uuid4(), on.id, proposer_id, receiver, wanted or terms())
    by, id_ = actor(database, proposer), approval_of(offer.version_id)

    def prepare(session: Session, company_id: UUID, lapses_at: datetime) -> Proposed:
        until = proposals.propose(session, offer, OFFERS, lapses_at=lapses_at, actor=by)
        found = delegation_rows.read(session.connection(), offer.id)
        assert found is not None
        assert found.receiver_id is not None
        given = GivenAct(offer.id, 1, found.receiver_id, offer.terms)
        act = act_data.give(company_id, on.id, given)
        return Proposed(act, offer.version_id, until)

    with database.transaction() as session:
        company_id = proposing.lock_company(session, on.id)
        assert company_id is not None
        who = Proposer(id_, proposer_id, LOGIN, Language.ESTONIAN, 1)
        ready = partial(prepare, session, company_id)
        proposing.propose(session, company_id, who, ready, rules, actor=by)
    return id_


def read(database: Database, approval_id: UUID) -> StoredApproval:
    with database.reading() as connection:
        found = approval_rows.read(connection, approval_id)
    assert found is not None
    return found


def state_of(database: Database, approval_id: UUID) -> ApprovalState:
    return read(database, approval_id).state


def confirm(
    database: Database,
    approval_id: UUID,
    who: PersonKey,
    *,
    digest: str = "",
    rules: ApprovalRules = ON,
) -> None:
    """Confirm as this person, who was shown the act."""
    person_id = ensure_person(database, who)
    shown = digest or read(database, approval_id).digest
    given = Confirming(person_id, shown, 1, Language.ESTONIAN, LOGIN)
    with database.transaction() as session:
        answering.confirm(session, approval_id, given, rules, actor=actor(database, who))


def take_back(
    database: Database, approval_id: UUID, who: PersonKey, rules: ApprovalRules = ON
) -> None:
    person_id = ensure_person(database, who)
    with database.transaction() as session:
        answering.take_back(session, approval_id, person_id, rules, actor=actor(database, who))


def decline(
    database: Database, approval_id: UUID, who: PersonKey, message: str = "not this one"
) -> None:
    declined = Decline(ensure_person(database, who), DeclineReason.WRONG_TERMS, message)
    with database.transaction() as session:
        answering.decline(session, approval_id, declined, actor=actor(database, who))


def withdraw(database: Database, approval_id: UUID, who: PersonKey) -> None:
    person_id = ensure_person(database, who)
    with database.transaction() as session:
        answering.withdraw(session, approval_id, person_id, actor=actor(database, who))


def proceed(database: Database, approval_id: UUID, rules: ApprovalRules = ON) -> Due | None:
    """Do what its process does when it looks."""
    with database.transaction() as session:
        return concluding.proceed(session, approval_id, rules, actor=ENGINE)


def conclude(database: Database, approval_id: UUID, rules: ApprovalRules = ON) -> None:
    """Do what follows when the register has answered as it is stored."""
    with database.transaction() as session:
        concluding.conclude(session, approval_id, Rules(rules, OFFERS), actor=ENGINE)


def in_time(database: Database, approval_id: UUID, left: timedelta) -> None:
    """Move the clock: so much time is left until it lapses."""
    carry_out(
        database,
        "UPDATE approval SET lapses_at = clock_timestamp() + CAST(:left AS interval),"
        " created_at = created_at - interval '14 days' WHERE id = :id",
        id=approval_id,
        left=left,
    )
