"""Look up what the texts of acts say: names, codes and labels, of now. Nothing is stored."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID
from zoneinfo import ZoneInfo

from domain.approvals import act_data
from domain.approvals.acts import ABOUT_CONTRACTS, ABOUT_ORDERS, ActKind
from domain.delegations.terms import Terms
from runtime.act_texts import ActFacts, Facts, GivenAccess
from services.contracts import contract_facts
from services.orders import number_facts, order_facts
from storage.accounts import account_queries, service_queries
from storage.accounts.service_queries import ServiceRead
from storage.approvals.rows import StoredApproval
from storage.database import Connection
from storage.delegations import rows
from storage.delegations.rows import StoredDelegation, StoredVersion
from storage.parties import people
from storage.parties.people import Person

_GOES_ON = frozenset({ActKind.CONTRACT_END_CANCEL, ActKind.CONTRACT_RESUME})


@dataclass(frozen=True, slots=True)
class ReadAct:
    """What those who confirm an act read of it."""

    facts: Facts | None
    """What its text says. None: the receiver is forgotten, or the terms are."""
    named: bool
    """False: they may not know who is given something, only the code that the proposer typed."""


@dataclass(frozen=True, slots=True)
class _Known:
    """Everything that several texts say, by the ids in their acts."""

    accounts: Mapping[UUID, str]
    delegations: Mapping[UUID, StoredDelegation]
    in_force: Mapping[UUID, StoredVersion]
    """By delegation."""
    people: Mapping[UUID, Person]
    services: Mapping[UUID, ServiceRead]


def read_acts(
    connection: Connection, approvals: Sequence[StoredApproval], zone: ZoneInfo
) -> Mapping[UUID, ReadAct]:
    """Return what those who confirm read, by approval. A few statements for however many.

    Who has not accepted yet is shown by the code that the proposer typed: a name would tell whose
    code it is. Everybody else by name, and never by code.
    """
    orders = [each for each in approvals if each.kind is ActKind.ORDER_PLACE]
    numbers = [each for each in approvals if each.kind is ActKind.NUMBER_GIVE]
    starts = [each for each in approvals if each.kind is ActKind.CONTRACT_START]
    ends = [each for each in approvals if each.kind is ActKind.CONTRACT_END]
    goes_on = [each for each in approvals if each.kind in _GOES_ON]
    access = [each for each in approvals if each.kind not in ABOUT_ORDERS | ABOUT_CONTRACTS]
    of_orders = order_facts.read_facts(connection, [each.act for each in orders], zone)
    of_numbers = number_facts.read_facts(connection, [each.act for each in numbers])
    known = _looked_up(connection, access)
    of_starts = contract_facts.read_facts(connection, [each.act for each in starts])
    of_ends = contract_facts.read_end_facts(connection, [each.act for each in ends])
    of_going_on = contract_facts.read_goes_on_facts(connection, [e.act for e in goes_on], zone)
    said: list[Facts | None] = [*of_orders, *of_numbers, *of_starts, *of_ends, *of_going_on]
    return {
        each.id: ReadAct(facts, named=True)
        for each, facts in zip([*orders, *numbers, *starts, *ends, *goes_on], said, strict=True)
    } | {
        each.id: ReadAct(_facts(each, known), _is_named(each, known.delegations)) for each in access
    }


def _looked_up(connection: Connection, approvals: Sequence[StoredApproval]) -> _Known:
    accounts = {approval.account_id for approval in approvals}
    delegations = rows.read_all(connection, {i for each in approvals for i in _about(each)})
    in_force = rows.in_force(connection, {i for each in approvals for i in _continued(each)})
    given = [act_data.given_by(each.act) for each in approvals if _gives(each)]
    receivers = {each.receiver_id for each in given}
    receivers |= {each.receiver_id for each in delegations.values() if each.receiver_id}
    terms = [each.terms for each in given] + [each.terms for each in in_force.values()]
    services = {id_ for each in terms for id_ in each.service_ids}
    return _Known(
        account_queries.names(connection, accounts),
        delegations,
        in_force,
        people.find_all(connection, receivers),
        service_queries.labels(connection, accounts, services),
    )


def _gives(approval: StoredApproval) -> bool:
    return approval.kind is not ActKind.DELEGATIONS_KEEP


def _about(approval: StoredApproval) -> Sequence[UUID]:
    """Return the delegations that an act names, sorted: that to be given, or those in force."""
    if _gives(approval):
        return [act_data.given_by(approval.act).delegation_id]
    return sorted(act_data.kept_by(approval.act))


def _continued(approval: StoredApproval) -> Sequence[UUID]:
    """Return those of them of which the text says what is in force."""
    continues = approval.kind in {ActKind.DELEGATIONS_KEEP, ActKind.DELEGATION_RENEW}
    return _about(approval) if continues else ()


def _facts(approval: StoredApproval, known: _Known) -> ActFacts | None:
    label = known.accounts.get(approval.account_id, "")
    before = tuple(
        GivenAccess(
            _name(known, known.delegations[id_].accepted_by) or "",
            known.in_force[id_].terms,
            _services(approval, known.in_force[id_].terms, known),
        )
        for id_ in _continued(approval)
        if id_ in known.in_force
    )
    if not _gives(approval):
        return ActFacts(label, before)
    receiver = _receiver(approval, known)
    if receiver is None:
        return None
    terms = act_data.given_by(approval.act).terms
    shown = GivenAccess(receiver, terms, _services(approval, terms, known))
    return ActFacts(label, (shown,), before[0] if before else None)


def _is_named(approval: StoredApproval, delegations: Mapping[UUID, StoredDelegation]) -> bool:
    """Return whether those who confirm may know who is given something: they asked or accepted."""
    if approval.kind is not ActKind.DELEGATION_GIVE:
        return True
    found = delegations.get(act_data.given_by(approval.act).delegation_id)
    return found is not None and found.accepted_at is not None


def _receiver(approval: StoredApproval, known: _Known) -> str | None:
    given = act_data.given_by(approval.act)
    if _is_named(approval, known.delegations):
        return _name(known, given.receiver_id)
    delegation = known.delegations.get(given.delegation_id)
    if delegation is None or delegation.receiver_id is None:
        return None
    person = known.people.get(delegation.receiver_id)
    return f"{person.key.country} {person.key.code}" if person else None


def _name(known: _Known, person_id: UUID) -> str | None:
    """Return a person's name, or the id of somebody whom nobody named; None: erased."""
    person = known.people.get(person_id)
    if person is None or person.erased:
        return None
    return person.name or str(person_id)


def _services(approval: StoredApproval, terms: Terms, known: _Known) -> tuple[str, ...]:
    found = (known.services.get(id_) for id_ in sorted(terms.service_ids))
    return tuple(
        each.name or each.number or each.kind
        for each in found
        if each is not None and each.account_id == approval.account_id
    )
