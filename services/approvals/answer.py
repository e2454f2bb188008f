"""Use cases of those who are asked: confirm, take back, decline; and of the proposer: withdraw.

The database decides, in one transaction each. A worker then wakes the approval's workflow.
"""

from collections.abc import Callable
from uuid import UUID

from domain.approvals.confirmations import Confirming
from domain.approvals.rules import ApprovalRules
from domain.audit import Actor
from services.approvals.refusals import as_refused
from services.engine import Engine
from services.errors import NotFound
from storage.approvals import answering, approval_queries, rows
from storage.approvals.approvals import Decline
from storage.database import Session


async def confirm(
    engine: Engine, approval_id: UUID, given: Confirming, rules: ApprovalRules, *, actor: Actor
) -> None:
    """Confirm an act by one's own fresh login. Repeatable.

    Raises NotFound where this person does not represent the company, or Refused.
    """

    def write(session: Session) -> None:
        answering.confirm(session, approval_id, given, rules, actor=actor)

    await _answer(engine, approval_id, given.person_id, write)


async def take_back(
    engine: Engine, approval_id: UUID, person_id: UUID, rules: ApprovalRules, *, actor: Actor
) -> None:
    """Take one's own confirmation back. Repeatable. Raises NotFound, or Refused."""

    def write(session: Session) -> None:
        answering.take_back(session, approval_id, person_id, rules, actor=actor)

    await _answer(engine, approval_id, person_id, write)


async def decline(engine: Engine, approval_id: UUID, declined: Decline, *, actor: Actor) -> None:
    """Decline to confirm: the approval ends. Repeatable. Raises NotFound, or Refused."""

    def write(session: Session) -> None:
        answering.decline(session, approval_id, declined, actor=actor)

    await _answer(engine, approval_id, declined.person_id, write, proposer=False)


async def withdraw(engine: Engine, approval_id: UUID, person_id: UUID, *, actor: Actor) -> None:
    """Withdraw what one proposed. Repeatable. Raises NotFound, or Refused."""

    def write(session: Session) -> None:
        answering.withdraw(session, approval_id, person_id, actor=actor)

    await _answer(engine, approval_id, person_id, write)


async def _answer(
    engine: Engine,
    approval_id: UUID,
    person_id: UUID,
    write: Callable[[Session], None],
    *,
    proposer: bool = True,
) -> None:
    """Answer as a representative of the company, or ``proposer``: who proposed it and left."""

    def work(session: Session) -> None:
        approval = rows.read(session, approval_id)
        if approval is None:
            raise NotFound
        theirs = proposer and person_id == approval.proposer_id
        if not theirs and not approval_queries.represented(session, person_id, [approval_id]):
            raise NotFound
        write(session)

    with as_refused():
        await engine.write(work)
