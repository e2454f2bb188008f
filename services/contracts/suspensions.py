"""Use cases after a loss or a theft: suspend a contract at once, and open it again."""

from dataclasses import dataclass
from functools import partial
from uuid import UUID

from domain.access.permissions import Permission
from domain.approvals import contract_goes_on_acts
from domain.approvals.acts import ActKind
from domain.approvals.contract_goes_on_acts import ContractResumed
from domain.audit import Actor
from domain.catalogue.contract_terms import Party
from domain.contracts.reasons import EndSide, SuspendReason
from domain.contracts.suspensions import OWN_REASONS, TOLD_REASONS
from domain.processes import order_id
from services import launcher
from services.approvals.refusals import as_refused
from services.contracts import together
from services.contracts.locking import lock_with_authority
from services.contracts.sight import ContractSight, sight_of
from services.contracts.together import Locked, Together
from services.engine import Engine
from services.errors import NotFound, Refused
from services.ops.wake import wake_if_reached
from storage.approvals import open_about
from storage.contract_orders import suspension
from storage.contract_orders.suspension import Orders
from storage.contracts import rows
from storage.contracts.rows import StoredContract
from storage.database import Session

NOT_IN_FORCE = "contract_not_in_force"
OTHER_SERVICES = "contract_has_other_services"


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks for it: a person, or a member of staff on somebody's word."""

    actor: Actor
    person_id: UUID | None = None
    """None: a member of staff."""
    note: str = ""
    """What a member of staff wrote."""


@dataclass(frozen=True, slots=True)
class Resumed:
    """What became of a request to end a suspension."""

    contract: StoredContract
    approval_id: UUID | None
    """In which others are to confirm it; None: nobody else is needed, and it is done."""


async def suspend(
    engine: Engine, contract_id: UUID, reason: SuspendReason, asker: Asker
) -> StoredContract:
    """Suspend a contract; the network is told by an order that goes ahead of others. Repeatable.

    One that is reported already stays as it is; one that the operator's record suspended, or that
    is with its host, is so for this reason then. Who may restrict its services may do it, who uses
    all of them, and each who represents the owner, also together with others only. It waits for no
    change of access: who had it just now reports a loss. Raises NotFound, or Refused:
    ``not_permitted``, ``contract_has_other_services``, ``contract_not_in_force``.
    """

    def write(session: Session) -> Orders:
        contract, sight = _seen(session, rows.lock(session, contract_id), asker)
        if not may_suspend(sight, contract):
            raise Refused(OTHER_SERVICES if _uses_some(sight, contract) else "not_permitted")
        _require_in_force(contract)
        if contract.suspend_reason in OWN_REASONS:
            return Orders()
        suspended = partial(suspension.suspend, session, contract, reason)
        return suspended(actor=asker.actor, note=asker.note)

    return await _carried_out(engine, contract_id, await engine.write(write))


async def resume(
    engine: Engine, contract_id: UUID, asker: Asker, *, jointly: Together | None = None
) -> Resumed:
    """End the suspension of a contract: its services work again. Repeatable.

    A service that another contract shuts off stays so; so do all of one that the operator's record
    suspends as well: it is ``told`` then, which that record alone ends. What rests on them, a
    Mobiil-ID, stays suspended until its own user says so. Who only uses the service may not:
    whoever has the telephone may be the one who found it. ``jointly``: how who represents the owner
    only together with others proposes it to them.

    Raises NotFound, LimitReached, or Refused: ``not_permitted``, ``needs_joint_approval``,
    ``contract_not_in_force``, ``suspended_by_operator``, ``host_suspended``, or as approvals are
    refused.
    """

    def write(session: Session) -> tuple[Orders, UUID | None]:
        locked = together.lock_open(session, contract_id, ActKind.CONTRACT_RESUME)
        about = (contract_id, asker.person_id)
        contract = lock_with_authority(session, *about, rows.lock_with_others)
        contract, sight = _seen(session, contract, asker)
        is_alone = _may_resume(sight, contract)
        if not is_alone:
            _require_together(sight, contract, jointly)
        _require_in_force(contract)
        if contract.suspend_reason is None:
            return Orders(), None
        if contract.suspend_reason in TOLD_REASONS:
            raise Refused("suspended_by_operator")
        if suspension.is_host_suspended(session, contract):
            raise Refused("host_suspended")
        if not is_alone and jointly is not None:
            return Orders(), _propose(session, contract, locked, asker, jointly)
        orders = suspension.resume(session, contract, actor=asker.actor, note=asker.note)
        open_about.end_impossible(session, locked.open, asker.actor)
        return orders, None

    with as_refused():
        orders, approval_id = await engine.write(write)
    if approval_id is not None:
        await launcher.start(engine, approval_id)
    return Resumed(await _carried_out(engine, contract_id, orders), approval_id)


def _require_together(
    sight: ContractSight, contract: StoredContract, jointly: Together | None
) -> None:
    """Raise Refused unless they may propose to open what is their company's own."""
    if contract.party is Party.USER:
        raise Refused("not_permitted")
    side = together.require_side(sight, contract, None if jointly is None else jointly.how)
    if side is not EndSide.OWNER:
        raise Refused("not_permitted")


def _propose(
    session: Session, contract: StoredContract, locked: Locked, asker: Asker, jointly: Together
) -> UUID:
    if contract.suspend_reason is None or asker.person_id is None:
        raise Refused("not_permitted")
    group = together.group_of(contract, EndSide.OWNER, locked)
    resumed = ContractResumed(contract.id, contract.suspend_reason, contract.suspend_order_id)
    act = contract_goes_on_acts.resume(group.company_id, group.account_id, resumed)
    how, open_ = jointly.how, open_about.end_impossible(session, locked.open, asker.actor)
    by = jointly.proposer(ActKind.CONTRACT_RESUME, asker.person_id)
    about = (act, contract.id, contract.ends_at)
    return together.propose(session, *about, open_=open_, by=by, how=how, actor=asker.actor)


async def _carried_out(engine: Engine, contract_id: UUID, orders: Orders) -> StoredContract:
    for id_ in orders.cancelled:
        await wake_if_reached(engine, order_id(id_))
    for id_ in orders.placed:
        await launcher.start(engine, id_)
    found = await engine.read(lambda connection: rows.read(connection, contract_id))
    if found is None:
        raise NotFound
    return found


def _seen(
    session: Session, contract: StoredContract | None, asker: Asker
) -> tuple[StoredContract, ContractSight]:
    """Return a contract that the asker sees, or of a service that they use. Raises NotFound."""
    if contract is None:
        raise NotFound
    sight = sight_of(session.connection(), contract.account_id, asker.person_id)
    is_theirs = may_suspend(sight, contract) or _uses_some(sight, contract)
    if not (is_theirs or sight.sees(contract)):
        raise NotFound
    return contract, sight


def _require_in_force(contract: StoredContract) -> None:
    """Raise Refused where it is not in force, or its end has come and only its steps are left."""
    if not contract.state.is_in_force or contract.is_end_reached:
        raise Refused(NOT_IN_FORCE)


def may_suspend(sight: ContractSight, contract: StoredContract) -> bool:
    """Whether they may report a loss: of what is their own even while they are frozen."""
    is_theirs = sight.person_id is not None and sight.person_id == contract.person_id
    acts_jointly = sight.joint_side(contract) is EndSide.OWNER
    return is_theirs or acts_jointly or _may_restrict(sight, contract) or _uses_all(sight, contract)


def _may_resume(sight: ContractSight, contract: StoredContract) -> bool:
    if contract.party is Party.USER:  # whose identity it is
        return sight.person_id is None or sight.is_own(contract)
    return _may_restrict(sight, contract)


def _may_restrict(sight: ContractSight, contract: StoredContract) -> bool:
    """Whether they may bar every service of the contract, which is their own or the owner's."""
    if sight.person_id is None or sight.is_own(contract):
        return True
    needed = Permission.RESTRICTION_SET
    if contract.owner_id != sight.owner_id:
        return False
    if not contract.service_ids:  # it has none yet: the account's
        return sight.sight.sees(needed)
    return all(sight.sight.sees(needed, each) for each in contract.service_ids)


def _uses_all(sight: ContractSight, contract: StoredContract) -> bool:
    """Whether they have access to each service of the contract itself: it is their telephone.

    Who uses one of several shuts off nobody else's.
    """
    return bool(contract.service_ids) and _used(sight, contract) == set(contract.service_ids)


def _uses_some(sight: ContractSight, contract: StoredContract) -> bool:
    return bool(_used(sight, contract))


def _used(sight: ContractSight, contract: StoredContract) -> set[UUID]:
    if contract.owner_id != sight.owner_id:
        return set()
    on = {grant.service_id for grant in sight.sight.held or ()}
    return {each for each in contract.service_ids if each in on}
