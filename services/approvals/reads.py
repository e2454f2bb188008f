"""Read approvals for those who take part in them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.approvals.quorum import Missing, Unfillable
from domain.identifiers import PersonKey
from domain.reasons import Reason
from runtime.act_texts import ActFacts
from services.approvals import act_facts
from services.engine import Engine
from services.errors import NotFound
from storage.access import representatives
from storage.approvals import approval_queries, judging
from storage.approvals.approval_queries import ApprovalView, Party
from storage.database import Connection
from storage.parties import people


@dataclass(frozen=True, slots=True)
class Shown:
    """An approval, and by the current register state who is missing."""

    view: ApprovalView
    missing: Sequence[Sequence[Party]]
    """Each: those whose confirmations would be enough, fewest first. Empty: nobody is missing, or
    it is over."""
    cannot_be_filled: Reason | None
    """Why, as the register is now, no group can confirm it here."""
    facts: ActFacts | None
    """What the text of the act says; None: staff, who see no personal codes."""


async def read_approval(engine: Engine, approval_id: UUID, person_id: UUID | None) -> Shown:
    """Read an approval that this person proposed, or may confirm; None: a member of staff.

    Raises NotFound for anybody else.
    """

    def read(connection: Connection) -> Shown:
        view = approval_queries.one(connection, approval_id)
        if view is None or not _may_see(connection, view, person_id):
            raise NotFound
        facts = act_facts.facts_of(connection, view.stored) if person_id else None
        return _shown(connection, view, facts)

    return await engine.read(read)


async def list_approvals(
    engine: Engine,
    person_id: UUID,
    *,
    only_open: bool,
    before: tuple[datetime, UUID] | None,
    limit: int,
) -> Sequence[Shown]:
    """Return approvals that this person proposed or may confirm, the newest first."""

    def read(connection: Connection) -> Sequence[Shown]:
        views = approval_queries.of_person(
            connection, person_id, only_open=only_open, before=before, limit=limit
        )
        return [
            _shown(connection, view, act_facts.facts_of(connection, view.stored)) for view in views
        ]

    return await engine.read(read)


def _may_see(connection: Connection, view: ApprovalView, person_id: UUID | None) -> bool:
    if person_id is None or person_id == view.stored.proposer_id:
        return True
    return person_id in representatives.of_account(connection, view.stored.account_id)


def _shown(connection: Connection, view: ApprovalView, facts: ActFacts | None) -> Shown:
    if not view.stored.is_open:
        return Shown(view, (), None, facts)
    quorum = judging.judge(connection, view.stored).judgement.quorum
    if isinstance(quorum, Unfillable):
        return Shown(view, (), quorum.reason, facts)
    options = quorum.options if isinstance(quorum, Missing) else ()
    known = _known(connection, {key for option in options for key in option})
    return Shown(view, [_parties(option, known) for option in options], None, facts)


def _known(connection: Connection, keys: Collection[PersonKey]) -> dict[PersonKey, Party]:
    found = ((key, people.known(connection, key)) for key in sorted(keys))
    return {key: Party(person.id, person.name) for key, person in found if person is not None}


def _parties(option: frozenset[PersonKey], known: dict[PersonKey, Party]) -> Sequence[Party]:
    return [known[key] for key in sorted(option) if key in known]
