"""Looks: an officer says whether a register state's groups are read rightly (joint.7)."""

from uuid import UUID

from domain.audit import Actor
from domain.signing_rules.refusals import ReadingRefusal, ReadingRefused
from services.errors import NotFound
from storage.approvals import wakeups
from storage.database import Database
from storage.registry import register_state_queries, register_states
from storage.signing_rules import looks


def look(
    database: Database, company_id: UUID, digest: str, *, ok: bool, actor: Actor, note: str
) -> None:
    """Record an officer's word on the groups that they saw, those with this digest.

    What waits for it goes on. A later word takes the place of an earlier one. Raises NotFound where
    no register state is known, and ReadingRefused where the register says something else now.
    """
    with database.transaction() as session:
        register_states.lock(session, [company_id])
        stored = register_state_queries.current(session, [company_id]).get(company_id)
        if stored is None:
            raise NotFound
        if stored.digest != digest:
            raise ReadingRefused(ReadingRefusal.SIGNING_RULE_CHANGED)
        looks.look(session, company_id, digest, ok=ok, actor=actor, note=note)
        wakeups.touch_company(session, company_id)
