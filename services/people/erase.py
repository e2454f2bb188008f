"""Erase a person's data (GDPR Article 17), or show what that would change."""

from dataclasses import replace
from uuid import UUID

from domain.audit import Actor
from domain.people.erasure import OBSTACLES, Erasure, ErasureGround
from services.errors import NotFound, Refused
from storage.database import Database, unless_deadlocked
from storage.people import erasure


class ErasureBlocked(Refused):
    """The person's data is needed still. Nothing was changed."""

    def __init__(self, result: Erasure) -> None:
        super().__init__("erasure_blocked", "; ".join(OBSTACLES[each] for each in result.obstacles))


def erase_person(
    database: Database, person_id: UUID, ground: ErasureGround, *, actor: Actor
) -> Erasure:
    """Erase what is held about a person, and pseudonymise what must stay. Idempotent.

    Raises NotFound, or ErasureBlocked where the person has access or something concerns them still.
    """

    def carry_out() -> Erasure | None:
        with database.transaction() as session:
            return erasure.erase(session, person_id, ground, actor=actor)

    result = _known(unless_deadlocked(carry_out))
    if result.obstacles:
        raise ErasureBlocked(result)
    return result


def try_erasing(
    database: Database, person_id: UUID, ground: ErasureGround, *, actor: Actor
) -> Erasure:
    """Return what ``erase_person`` would do now, its obstacles included, and do nothing of it.

    Raises NotFound.
    """

    def try_out() -> Erasure | None:
        with database.trial() as session:
            return erasure.erase(session, person_id, ground, actor=actor)

    result = _known(unless_deadlocked(try_out))
    first = any(change.table == "person" for change in result.changes)
    return replace(result, erased_at=None) if first else result


def _known(result: Erasure | None) -> Erasure:
    if result is None:
        raise NotFound
    return result
