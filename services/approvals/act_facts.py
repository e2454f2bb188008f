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


def facts_of(connection: Connection, approval: StoredApproval) -> ActFacts:
    """Return what the text of an approval's act says to those who confirm it.

    Who has not accepted yet is shown by the code that the proposer typed: a name would tell whose
    code it is.
    """
    account = account_queries.account(connection, approval.account_id)
    label = (account.name or account.reference) if account else ""
    if approval.kind is ActKind.DELEGATIONS_KEEP:
        kept = act_data.kept_by(approval.act)
        return ActFacts(label, tuple(_in_force(connection, approval, sorted(kept))))
    given = act_data.given_by(approval.act)
    named = approval.kind is not ActKind.DELEGATION_GIVE
    shown = _given(connection, approval, given.receiver_id, given.terms, named=named)
    if approval.kind is not ActKind.DELEGATION_RENEW:
        return ActFacts(label, (shown,))
    before = _in_force(connection, approval, [given.delegation_id])
    return ActFacts(label, (shown,), before[0] if before else None)


def _in_force(
    connection: Connection, approval: StoredApproval, delegation_ids: list[UUID]
) -> list[GivenAccess]:
    versions = rows.in_force(connection, delegation_ids)
    found = ((rows.read(connection, id_), versions.get(id_)) for id_ in delegation_ids)
    return [
        _given(connection, approval, delegation.receiver_id, version.terms, named=True)
        for delegation, version in found
        if delegation is not None and version is not None and delegation.receiver_id is not None
    ]


def _given(
    connection: Connection,
    approval: StoredApproval,
    receiver_id: UUID,
    terms: Terms,
    *,
    named: bool,
) -> GivenAccess:
    services = service_queries.labels(connection, [approval.account_id], terms.service_ids)
    labels = tuple(each.name or each.number or each.kind for _, each in sorted(services.items()))
    return GivenAccess(_receiver(connection, receiver_id, named=named), terms, labels)


def _receiver(connection: Connection, receiver_id: UUID, *, named: bool) -> str:
    person = people.find(connection, receiver_id)
    if person is None:
        return ""
    if named and person.name:
        return person.name
    return f"{person.key.country} {person.key.code}"
