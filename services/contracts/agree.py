"""Use cases of those who are asked: agree to a contract, decline it, or withdraw it."""

from uuid import UUID

from domain.audit import Actor
from domain.catalogue.contract_terms import Agreement, Party
from domain.contracts.digests import terms_digest
from domain.contracts.states import BEFORE_ACTIVE, ContractState
from domain.delegations.basis import BasisKind
from domain.reasons import Reason
from services.contracts.sight import seen_contract
from services.engine import Engine
from services.errors import NotFound, Refused
from services.reviews.authority import require_reviewer
from storage.contracts import agreements, rows, starting
from storage.contracts.agreements import Agreed
from storage.contracts.rows import StoredContract
from storage.database import Session

NOT_WAITING = "contract_not_waiting"


async def confirm(engine: Engine, contract_id: UUID, agreed: Agreed, *, actor: Actor) -> None:
    """Agree to a contract whose product asks for a confirmation. Repeatable.

    Raises NotFound, or Refused: ``contract_not_waiting``, ``signature_needed``, ``act_changed``,
    ``representative_needed``, ``needs_joint_approval``.
    """
    contract, _ = await engine.read(lambda c: seen_contract(c, contract_id, agreed.person_id))
    if contract.agreement is Agreement.SIGN:
        raise Refused("signature_needed")
    await engine.write(lambda session: agree(session, contract_id, agreed, actor=actor))


def agree(session: Session, contract_id: UUID, agreed: Agreed, *, actor: Actor) -> None:
    """Record that a person agrees to a contract, by whatever means; that is all it needs.

    Locks the account, what lets them agree, and the contract. Repeatable. Raises Refused.
    """
    if any(g.person_id == agreed.person_id for g in agreements.of_contract(session, contract_id)):
        return
    found = rows.read(session, contract_id)
    if found is None:
        raise NotFound
    _require_party(session, found, agreed.person_id)
    contract = rows.lock(session, contract_id)
    if contract is None or not _is_waiting(contract):
        raise Refused(NOT_WAITING)
    version = contract.product_version or ""
    if terms_digest(contract.id, contract.product, version, contract.terms) != agreed.digest:
        raise Refused("act_changed")
    agreements.keep(session, contract.id, agreed)
    starting.agree(session, contract, actor=actor)


def _is_waiting(contract: StoredContract) -> bool:
    is_late = contract.agree_by is not None and contract.agree_by <= contract.now
    return contract.state is ContractState.OFFERED and not is_late


def _require_party(session: Session, contract: StoredContract, person_id: UUID) -> None:
    if contract.party is Party.USER:
        if contract.person_id != person_id:
            raise Refused("representative_needed")
        return
    try:
        basis = require_reviewer(session, contract.account_id, person_id)
    except NotFound:
        raise Refused("representative_needed") from None
    if basis is BasisKind.JOINT:
        raise Refused("needs_joint_approval")


async def decline(engine: Engine, contract_id: UUID, person_id: UUID, *, actor: Actor) -> None:
    """Decline to agree: the contract ends. Repeatable. Raises NotFound, or Refused."""
    contract, sight = await engine.read(lambda c: seen_contract(c, contract_id, person_id))
    if not sight.may_agree(contract):
        raise Refused("representative_needed")
    ended = ContractState.DECLINED
    await _end(engine, contract_id, ended, starting.DECLINED, actor=actor)


async def withdraw(engine: Engine, contract_id: UUID, person_id: UUID, *, actor: Actor) -> None:
    """Withdraw a contract before anybody has agreed. Repeatable. Raises NotFound, or Refused."""
    contract, sight = await engine.read(lambda c: seen_contract(c, contract_id, person_id))
    if not sight.may_end(contract):
        raise Refused("not_permitted")
    ended = ContractState.CANCELLED
    await _end(engine, contract_id, ended, starting.WITHDRAWN, actor=actor)


async def _end(
    engine: Engine, contract_id: UUID, state: ContractState, why: Reason, *, actor: Actor
) -> None:
    def write(session: Session) -> None:
        contract = rows.lock(session, contract_id)
        if contract is None or contract.state is state:
            return
        open_ = BEFORE_ACTIVE - {ContractState.SIGNED, ContractState.ACTIVATING}
        if contract.state not in open_ or (
            state is ContractState.DECLINED and contract.state is ContractState.DRAFT
        ):
            raise Refused(NOT_WAITING)
        starting.end_unstarted(session, contract, state, why, actor=actor)

    await engine.write(write)
