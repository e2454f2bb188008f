"""Explain a decision: everything it rests on and, for a no, what would make it a yes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.access.decisions import Decision
from domain.access.grants import Grant
from domain.access.permissions import Permission
from domain.accounts import ServiceLabel
from domain.delegations.chains import Reader, is_delegated
from domain.registry.authority import Authority
from runtime.sentences import Holder
from services.access import missing
from services.access.check import check
from services.access.missing import MissingRequirement, Situation
from services.delegations.chains import Chain, chains
from services.errors import NotFound
from storage.access import bar_queries, grant_queries, suspension_queries
from storage.accounts import account_queries, service_queries
from storage.accounts.account_queries import AccountRead
from storage.audit import event_queries
from storage.audit.event_queries import SubjectEvent
from storage.database import Connection, Database
from storage.parties import people
from storage.parties.people import Person
from storage.registry import register_state_queries
from storage.registry.register_state_queries import PastState
from storage.signing_rules import reading_queries

_PAST = 5
"""Number of ended grants that an explanation names."""


@dataclass(frozen=True, slots=True)
class Question:
    """Person, subject and moment (None: now) whose access is to be explained."""

    person_id: UUID
    account_id: UUID
    permission: Permission
    service_id: UUID | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class GrantExplanation:
    """A grant in force, and what proves it."""

    grant: Grant
    allows: bool
    """The grant is one of those that allow it."""
    proof: UUID | None
    """The row that proves it."""
    events: Sequence[SubjectEvent]
    holder: Holder
    chain: Chain
    """Of a delegated grant: from it up to the owner's name. Of another: empty."""


@dataclass(frozen=True, slots=True)
class NamedPerson:
    """A person whom the register names."""

    id: UUID | None
    """None: unknown here."""
    name: str


@dataclass(frozen=True, slots=True)
class RegisterStatement:
    """The register's statement about a company, and about a person in it."""

    stated: PastState
    roles: Sequence[str]
    """The register's labels for this person."""
    authority: Authority
    together_with: Sequence[NamedPerson]


@dataclass(frozen=True, slots=True)
class Explanation:
    """A decision with everything it rests on."""

    permission: Permission
    decision: Decision
    person_id: UUID
    person: Person
    account: AccountRead
    grants: Sequence[GrantExplanation]
    """Every grant in force at that moment."""
    services: Mapping[UUID, ServiceLabel]
    """The services that these grants are about, by id, unless they left the account."""
    register: RegisterStatement | None
    """None: a private account, or the register was never queried."""
    missing: Sequence[MissingRequirement]
    """Empty for a yes. The nearest to a yes first."""


def explain(database: Database, question: Question) -> Explanation:
    """Explain one decision. Raises NotFound where the person or the account is unknown."""
    with database.reading() as connection:
        person = people.find(connection, question.person_id)
        account = account_queries.account(connection, question.account_id)
        if person is None or account is None:
            raise NotFound
        situation = _situation(connection, question, person, account)
        about = [grant.service_id for grant in situation.held if grant.service_id]
        services = service_queries.labels(connection, [account.id], about)
        return Explanation(
            permission=question.permission,
            decision=situation.decision,
            person_id=question.person_id,
            person=person,
            account=account,
            grants=_grants(connection, situation, person.name),
            services={id_: service.label() for id_, service in services.items()},
            register=_register(connection, situation),
            missing=missing.missing(situation),
        )


def _situation(
    connection: Connection, question: Question, person: Person, account: AccountRead
) -> Situation:
    who, at, company_id = question.person_id, question.at, account.company_id
    stated = register_state_queries.state_at(connection, company_id, at) if company_id else None
    return Situation(
        permission=question.permission,
        decision=check(
            connection,
            who,
            question.permission,
            account.id,
            service_id=question.service_id,
            at=at,
        ),
        held=grant_queries.held(connection, who, account.id, at),
        past=grant_queries.ended(connection, who, account.id, at, limit=_PAST),
        suspended=suspension_queries.over(connection, who, account.id, at),
        barred_since=bar_queries.since(connection, who, account.id, at),
        account=account,
        person=person.key,
        own=account.person_id == who,
        stated=stated,
        reading=reading_queries.applied_at(connection, stated.id, at) if stated else None,
    )


def _grants(connection: Connection, situation: Situation, name: str) -> list[GrantExplanation]:
    ids = [grant.id for grant in situation.held]
    proofs = grant_queries.proofs(connection, ids)
    events = event_queries.about(connection, ids)
    holder = Holder(name, missing.capacity(situation))
    delegated = [grant for grant in situation.held if is_delegated(grant.reason)]
    facts = [grant.reason.facts for grant in delegated]
    found = chains(connection, facts, Reader(sees_all=True))
    behind = {grant.id: chain for grant, chain in zip(delegated, found, strict=True)}
    return [
        GrantExplanation(
            grant=grant,
            allows=grant.id in situation.decision.grants,
            proof=proofs[grant.id],
            events=[event for event in events if event.subject_id == grant.id],
            holder=holder,
            chain=behind.get(grant.id, ()),
        )
        for grant in situation.held
    ]


def _register(connection: Connection, situation: Situation) -> RegisterStatement | None:
    stated, authority = situation.stated, missing.authority(situation)
    if stated is None or authority is None:
        return None
    names = missing.names_in(stated.state)
    ids = people.ids_of(connection, authority.together_with)
    return RegisterStatement(
        stated=stated,
        roles=missing.roles_of(situation.person, stated.state),
        authority=authority,
        together_with=[
            NamedPerson(ids.get(key), names.get(key, "")) for key in authority.together_with
        ],
    )
