"""Tells people of ends that the operator's own records say: those to come, each moment once.

What is over already is history that is taken in, and told to nobody.
"""

from domain.audit import Actor
from domain.contracts.told import ToldContract
from storage.audit import events
from storage.contracts import end_notices, rows
from storage.contracts.told_rows import KnownContract
from storage.database import Session


def create(
    session: Session, told: ToldContract, known: KnownContract | None, *, actor: Actor
) -> None:
    """Tell those concerned that a contract ends, or goes on, which was stored as it was told.

    ``known``: as it was before. Only a user's own contract concerns others than its owner.
    """
    if told.user is None or (known is not None and known.standing.keeps_end):
        return
    if known is not None and known.is_leaving:  # told where the earlier of two ends is chosen
        return
    before = None if known is None else known.ends_at
    if before == told.ends_at:
        return
    moment, now = told.ends_at or before, events.now(session)
    contract = rows.read(session, told.id) if moment is not None and moment > now else None
    if contract is None:
        return
    if contract.end_reason is not None:
        end_notices.ends(session, contract, contract.end_reason, actor=actor)
    else:
        end_notices.goes_on(session, contract, actor=actor)
