"""Who agreed to a contract and who is to, by name, for those who may see who acts for its owner."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from domain.approvals.quorum import Filled, Missing, Unfillable
from domain.contracts.states import ContractState
from services.contracts.sight import ContractSight
from storage.approvals import judging
from storage.approvals import rows as approvals
from storage.approvals.approval_queries import Party
from storage.approvals.judging import StateUnknown
from storage.contracts.rows import StoredContract
from storage.database import Connection
from storage.parties import people


@dataclass(frozen=True, slots=True)
class Signers:
    """Names of those who agreed, and those who are to. Empty: not for this reader."""

    names: Mapping[UUID, str] = field(default_factory=dict)
    """Of persons who agreed or signed, by id."""
    missing: Sequence[Sequence[Party]] = ()
    """Each: those whose agreements would be enough, fewest first, as the register is now."""


NOBODY = Signers()


def read_signers(
    connection: Connection,
    contract: StoredContract,
    sight: ContractSight,
    ids: Collection[UUID],
    approval_id: UUID | None,
) -> Signers:
    """Return the signers of a contract. ``approval_id``: of those who agree to it together now."""
    if not sight.names_signers(contract):
        return NOBODY
    names = {id_: each.name for id_, each in people.find_all(connection, ids).items()}
    if contract.state is not ContractState.OFFERED:
        return Signers(names)
    return Signers(names, _missing(connection, contract, approval_id))


def _missing(
    connection: Connection, contract: StoredContract, approval_id: UUID | None
) -> Sequence[Sequence[Party]]:
    user_id = contract.person_id
    alone = people.find_all(connection, {user_id or contract.owner_id})
    if alone:  # a user's own contract, or a private person's
        return [[Party(id_, each.name) for id_, each in alone.items()]]
    found = _judged(connection, contract, approval_id)
    options = found.options if isinstance(found, Missing) else ()
    known = people.known_among(connection, {key for option in options for key in option})
    return [
        [Party(known[key].id, known[key].name) for key in sorted(option) if key in known]
        for option in options
    ]


def _judged(
    connection: Connection, contract: StoredContract, approval_id: UUID | None
) -> Filled | Missing | Unfillable | None:
    approval = None if approval_id is None else approvals.read(connection, approval_id)
    if approval is not None:
        return judging.quorums(connection, [approval]).get(approval.id)
    try:
        return judging.judge_unconfirmed(connection, contract.owner_id).judgement.quorum
    except StateUnknown:
        return None
