"""Use cases of those who are asked: agree to a contract, decline it, or withdraw it."""

from uuid import UUID

from domain.approvals.acts import ABOUT_CONTRACTS
from domain.approvals.confirmations import Confirming
from domain.approvals.rules import ApprovalRules
from domain.approvals.states import DeclineReason
from domain.audit import Actor
from domain.contracts.agreeing import AgreeRefusal
from domain.contracts.states import ContractState
from services import launcher
from services.contracts.locking import locked_contract
from services.contracts.refusals import as_refused
from services.contracts.sight import seen_contract
from services.engine import Engine
from services.errors import Refused
from storage.approvals import answering, open_about
from storage.approvals.approvals import Decline
from storage.contract_agreements import agreeing
from storage.contracts import starting
from storage.database import Session


async def confirm(
    engine: Engine, contract_id: UUID, given: Confirming, rules: ApprovalRules, *, actor: Actor
) -> UUID | None:
    """Agree to a contract whose product asks for a confirmation. Repeatable.

    Returns the approval in which others are to agree as well; None: nobody else is needed.

    Raises:
        NotFound: this person does not see the contract.
        Refused: with an AgreeRefusal, or an ApprovalRefusal.
        LimitReached: they have proposed too much lately.
    """
    await engine.read(lambda c: seen_contract(c, contract_id, given.person_id))

    def write(session: Session) -> UUID | None:
        return agreeing.agree(session, contract_id, given, rules, by_signature=False, actor=actor)

    with as_refused():
        approval_id = await engine.write(write)
    if approval_id is not None:
        await launcher.start(engine, approval_id)
    return approval_id


async def decline(engine: Engine, contract_id: UUID, person_id: UUID, *, actor: Actor) -> None:
    """Decline to agree: the contract ends, whoever else has agreed. Repeatable.

    Raises NotFound, or Refused: ``representative_needed``, ``contract_not_waiting``.
    """

    def write(session: Session) -> None:
        open_ = open_about.lock(session, ABOUT_CONTRACTS, contract_id)
        contract, sight = locked_contract(session, contract_id, person_id)
        if not sight.may_agree(contract):
            raise Refused(AgreeRefusal.REPRESENTATIVE_NEEDED)
        if contract.state is ContractState.DECLINED:
            return
        if contract.state is not ContractState.OFFERED:
            raise Refused(AgreeRefusal.CONTRACT_NOT_WAITING)
        declined = Decline(person_id, DeclineReason.NOT_AGREED)
        for approval in open_:
            if approval.is_open:  # its end is the contract's
                answering.decline(session, approval.id, declined, actor=actor)
                return
        state, why = ContractState.DECLINED, starting.DECLINED
        starting.end_unstarted(session, contract, state, why, actor=actor)

    await engine.write(write)


async def withdraw(engine: Engine, contract_id: UUID, person_id: UUID, *, actor: Actor) -> None:
    """Withdraw a contract before those who must agree have agreed. Repeatable.

    Raises NotFound, or Refused: ``not_permitted``, ``contract_not_waiting``.
    """

    def write(session: Session) -> None:
        open_ = open_about.lock(session, ABOUT_CONTRACTS, contract_id)
        contract, sight = locked_contract(session, contract_id, person_id)
        if not sight.may_end(contract):
            raise Refused("not_permitted")
        if contract.state is ContractState.CANCELLED:
            return
        if contract.state not in {ContractState.DRAFT, ContractState.OFFERED}:
            raise Refused(AgreeRefusal.CONTRACT_NOT_WAITING)
        state, why = ContractState.CANCELLED, starting.WITHDRAWN
        starting.end_unstarted(session, contract, state, why, actor=actor)
        open_about.end_impossible(session, open_, actor)

    await engine.write(write)
