"""Look up what the text of an act says: names, codes and labels, of now. Nothing is stored."""

from uuid import UUID

from domain.approvals import act_data
from domain.approvals.acts import ActKind
from domain.delegations.terms import Terms
from runtime.act_texts import ActFacts, GivenAccess
from storage.accounts import account_queries, service_queries
from storage.approvals.rows import StoredApproval
from storage.database import Connection
from storage.delegations import rows
from storage.parties import people


def facts_of(connection: Connection, approval: StoredApproval) -> ActFacts | None:
    """Return what the text of an approval's act says to those who confirm it.

    Who has not accepted yet is shown by the code that the proposer typed: a name would tell whose
    code it is. Everybody else by name, and never by code. None: the receiver is forgotten.
    """
    account = account_queries.account(connection, approval.account_id)
    label = (account.name or account.reference) if account else ""
    if approval.kind is ActKind.DELEGATIONS_KEEP:
        kept = act_data.kept_by(approval.act)
        return ActFacts(label, tuple(_in_force(connection, approval, sorted(kept))))
    receiver = _receiver(connection, approval)
    if receiver is None:
        return None
    terms = act_data.given_by(approval.act).terms
    shown = GivenAccess(receiver, terms, _services(connection, approval, terms))
    if approval.kind is not ActKind.DELEGATION_RENEW:
        return ActFacts(label, (shown,))
    before = _in_force(connection, approval, [act_data.given_by(approval.act).delegation_id])
    return ActFacts(label, (shown,), before[0] if before else None)


def is_named(connection: Connection, approval: StoredApproval) -> bool:
    """Return whether those who confirm may know who is given something: they asked or accepted."""
    if approval.kind is not ActKind.DELEGATION_GIVE:
        return True
    delegation = rows.read(connection, act_data.given_by(approval.act).delegation_id)
    return delegation is not None and delegation.accepted_at is not None


def _receiver(connection: Connection, approval: StoredApproval) -> str | None:
    given = act_data.given_by(approval.act)
    if is_named(connection, approval):
        return _name(connection, given.receiver_id)
    delegation = rows.read(connection, given.delegation_id)
    if delegation is None or delegation.receiver_id is None:
        return None
    person = people.find(connection, delegation.receiver_id)
    return f"{person.key.country} {person.key.code}" if person else None


def _name(connection: Connection, person_id: UUID) -> str | None:
    """Return a person's name, or the id of somebody whom nobody named; None: erased."""
    person = people.find(connection, person_id)
    if person is None or person.erased:
        return None
    return person.name or str(person_id)


def _in_force(
    connection: Connection, approval: StoredApproval, delegation_ids: list[UUID]
) -> list[GivenAccess]:
    versions = rows.in_force(connection, delegation_ids)
    found = ((rows.read(connection, id_), versions.get(id_)) for id_ in delegation_ids)
    return [
        GivenAccess(
            _name(connection, delegation.accepted_by) or "",
            version.terms,
            _services(connection, approval, version.terms),
        )
        for delegation, version in found
        if delegation is not None and version is not None
    ]


def _services(connection: Connection, approval: StoredApproval, terms: Terms) -> tuple[str, ...]:
    found = service_queries.labels(connection, [approval.account_id], terms.service_ids)
    return tuple(each.name or each.number or each.kind for _, each in sorted(found.items()))
