"""Read approvals for those who take part in them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from domain.approvals.act_data import without_receiver
from domain.approvals.quorum import Filled, Missing, Unfillable
from domain.identifiers import PersonKey
from domain.reasons import Reason
from runtime.act_texts import Facts
from services.approvals import act_facts
from services.approvals.act_facts import ReadAct
from services.engine import Engine
from services.errors import NotFound
from storage.approvals import approval_queries, judging
from storage.approvals.approval_queries import ApprovalView, Party
from storage.database import Connection
from storage.parties import people


class Viewer(StrEnum):
    """Who looks at an approval."""

    MEMBER = "member"
    """Represents the company: alone, or together with others."""
    PROPOSER = "proposer"
    """Proposed it, and does not represent the company any more."""
    STAFF = "staff"


@dataclass(frozen=True, slots=True)
class Shown:
    """An approval as a viewer may see it, and by the current register state who is missing."""

    view: ApprovalView
    act: Mapping[str, Any]
    missing: Sequence[Sequence[Party]]
    """Each: those whose confirmations would be enough, fewest first. Empty: nobody is missing, or
    it is over, or the viewer represents the company no more."""
    cannot_be_filled: Reason | None
    """Why, as the register is now, no group can confirm it here."""
    facts: Facts | None
    """What the text of the act says; None: staff, who see no personal codes, or the receiver is
    forgotten."""


async def read_approval(
    engine: Engine, approval_id: UUID, person_id: UUID | None, zone: ZoneInfo
) -> Shown:
    """Read an approval that this person proposed, or may confirm; None: a member of staff.

    ``zone``: of the days that its text says. Raises NotFound for anybody else.
    """

    def read(connection: Connection) -> Shown:
        view = approval_queries.one(connection, approval_id)
        viewer = _viewer(connection, view, person_id) if view else None
        if view is None or viewer is None:
            raise NotFound
        (found,) = _shown(connection, [(view, viewer)], zone)
        return found

    return await engine.read(read)


async def list_approvals(
    engine: Engine,
    person_id: UUID,
    *,
    only_open: bool,
    before: tuple[datetime, UUID] | None,
    limit: int,
    zone: ZoneInfo,
) -> Sequence[Shown]:
    """Return approvals that this person proposed or may confirm, the newest first."""

    def read(connection: Connection) -> Sequence[Shown]:
        views = approval_queries.of_person(
            connection, person_id, only_open=only_open, before=before, limit=limit
        )
        ids = [view.stored.id for view in views]
        theirs = approval_queries.represented(connection, person_id, ids)
        return _shown(
            connection,
            [
                (view, Viewer.MEMBER if view.stored.id in theirs else Viewer.PROPOSER)
                for view in views
            ],
            zone,
        )

    return await engine.read(read)


def _viewer(connection: Connection, view: ApprovalView, person_id: UUID | None) -> Viewer | None:
    if person_id is None:
        return Viewer.STAFF
    if approval_queries.represented(connection, person_id, [view.stored.id]):
        return Viewer.MEMBER
    return Viewer.PROPOSER if person_id == view.stored.proposer_id else None


def _shown(
    connection: Connection, views: Sequence[tuple[ApprovalView, Viewer]], zone: ZoneInfo
) -> Sequence[Shown]:
    found = judging.quorums(connection, [view.stored for view, _ in views if view.stored.is_open])
    missing = [each for each in found.values() if isinstance(each, Missing)]
    known = _known(
        connection, {key for each in missing for option in each.options for key in option}
    )
    acts = act_facts.read_acts(
        connection, [view.stored for view, viewer in views if viewer is not Viewer.STAFF], zone
    )
    return [
        _as_seen(view, viewer, found.get(view.stored.id), known, acts.get(view.stored.id))
        for view, viewer in views
    ]


def _as_seen(
    view: ApprovalView,
    viewer: Viewer,
    found: Filled | Missing | Unfillable | None,
    known: Mapping[PersonKey, Party],
    read: ReadAct | None,
) -> Shown:
    """``read``: what those who confirm read of the act; None: a member of staff, who does not."""
    options = found.options if isinstance(found, Missing) and viewer is not Viewer.PROPOSER else ()
    act = view.stored.act
    if read is None and view.declined is not None:
        view = replace(view, declined=replace(view.declined, message=""))
    if read is not None and not read.named:
        act = without_receiver(act)
    return Shown(
        view,
        act.as_json(),
        [_parties(option, known) for option in options],
        found.reason if isinstance(found, Unfillable) else None,
        read.facts if read is not None else None,
    )


def _known(connection: Connection, keys: Collection[PersonKey]) -> dict[PersonKey, Party]:
    found = people.known_among(connection, keys)
    return {key: Party(person.id, person.name) for key, person in found.items()}


def _parties(option: frozenset[PersonKey], known: Mapping[PersonKey, Party]) -> Sequence[Party]:
    return [known[key] for key in sorted(option) if key in known]
