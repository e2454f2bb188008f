"""Notices about delegations: which change tells whom. Written with the change, by what writes it.

A giver learns of the receiver's answer and nothing before it; a receiver who is forgotten, of
nothing. Facts are days; who it was is read from the delegation.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text

from domain.audit import Actor
from domain.delegations import reasons
from domain.delegations.states import DelegationEnd
from domain.messages.notices import FACTS, NewNotice, NoticeKind
from domain.reasons import Reason
from storage.access.grant_rows import in_force
from storage.database import Session
from storage.messages import notices


class _Side(Enum):
    GIVER = auto()
    RECEIVER = auto()


_VERSION_TELLS: Mapping[NoticeKind, _Side] = {
    NoticeKind.DELEGATION_OFFERED: _Side.RECEIVER,
    NoticeKind.DELEGATION_CHANGED: _Side.RECEIVER,
    NoticeKind.DELEGATION_IMPORTED: _Side.RECEIVER,
    NoticeKind.DELEGATION_ACCEPTED: _Side.GIVER,
    NoticeKind.DELEGATION_DECLINED: _Side.GIVER,
}
"""Whom each notice about a version of the terms is for."""
_END_TELLS: Mapping[DelegationEnd, tuple[_Side, NoticeKind]] = {
    **dict.fromkeys(DelegationEnd, (_Side.RECEIVER, NoticeKind.DELEGATION_ENDED)),
    DelegationEnd.REVOKED: (_Side.RECEIVER, NoticeKind.DELEGATION_REVOKED),
    DelegationEnd.WAIVED: (_Side.GIVER, NoticeKind.DELEGATION_ENDED),
}
"""Whom the end of an accepted delegation is told, and how; the others know, who ended it."""


@dataclass(frozen=True, slots=True)
class ClosedDelegation:
    """A delegation that this transaction closed."""

    id: UUID
    account_id: UUID
    receiver_id: UUID | None
    giver_id: UUID | None
    was_accepted: bool


_VERSIONS = text("""
SELECT d.id, d.account_id, d.receiver_id, CAST(v.basis->>'given_by' AS uuid) AS giver_id,
       v.number, v.from_day, v.through_day
FROM delegation_version v JOIN delegation d ON d.id = v.delegation_id WHERE v.id = ANY(:ids)
""")


def of_versions(
    session: Session, version_ids: Iterable[UUID], kind: NoticeKind, *, actor: Actor
) -> None:
    """Tell what became of these versions: once for each, however often it is repeated."""
    found = session.execute(_VERSIONS, {"ids": list(version_ids)})
    told = []
    for row in found:
        to_giver = _VERSION_TELLS[kind] is _Side.GIVER
        person_id = row.giver_id if to_giver else row.receiver_id
        days = {"from": row.from_day, "through": row.through_day} if kind in FACTS else {}
        if person_id is not None:
            told.append(NewNotice(person_id, kind, row.id, str(row.number), row.account_id, days))
    notices.create(session, told, actor=actor)


def of_ends(
    session: Session,
    closed: Sequence[ClosedDelegation],
    why: Mapping[UUID, Reason],
    *,
    actor: Actor,
) -> None:
    """Tell that these delegations ended, those that were accepted. One statement for all."""
    notices.create(session, _of_ends(closed, why), actor=actor)


def _of_ends(closed: Sequence[ClosedDelegation], why: Mapping[UUID, Reason]) -> Iterator[NewNotice]:
    hows = {reasons.code_of_end(how): how for how in DelegationEnd}
    # The account has its new owner already, whose name is none of theirs.
    moved = reasons.code_of_end(DelegationEnd.OWNER_CHANGED)
    unnamed = any(reason.code == moved for reason in why.values())
    for each in closed:
        if not each.was_accepted:
            continue
        side, kind = _END_TELLS[hows[why[each.id].code]]
        person_id = each.giver_id if side is _Side.GIVER else each.receiver_id
        if person_id is not None:
            account_id = None if unnamed else each.account_id
            yield NewNotice(person_id, kind, each.id, account_id=account_id)


# What was given last counts: its giver learns of it, while they have access to the account.
_RUNNING_OUT = text(f"""
SELECT d.id, d.account_id, d.receiver_id, v.through_day, (
    SELECT g.person_id FROM access_grant g
    WHERE g.person_id = CAST(v.basis->>'given_by' AS uuid) AND g.account_id = d.account_id
      AND {in_force("g", "clock_timestamp()")} LIMIT 1) AS giver_id
FROM delegation d JOIN delegation_version v ON v.delegation_id = d.id AND v.number = d.version
WHERE d.id = ANY(:ids)
""")


def of_expired(session: Session, ids: Sequence[UUID], *, actor: Actor) -> None:
    """Tell receivers, and givers who are still there, that these are over."""
    kind = NoticeKind.DELEGATION_ENDED
    told = [
        NewNotice(person_id, kind, row.id, account_id=row.account_id)
        for row in _running_out(session, ids)
        for person_id in _both(row)
    ]
    notices.create(session, told, actor=actor)


def of_ends_to_come(session: Session, days: Mapping[UUID, int], *, actor: Actor) -> None:
    """Tell receivers, and givers who are still there, in how many days the last day of these is."""
    told = []
    for row in _running_out(session, list(days)):
        facts = {"through": row.through_day, "days": days[row.id]}
        occasion = f"{row.through_day} {days[row.id]}"
        about = (NoticeKind.DELEGATION_ENDS_SOON, row.id, occasion, row.account_id, facts)
        told += [NewNotice(person_id, *about) for person_id in _both(row)]
    notices.create(session, told, actor=actor)


def _running_out(session: Session, ids: Sequence[UUID]) -> Sequence[Row[Any]]:
    return session.execute(_RUNNING_OUT, {"ids": list(ids)}).all() if ids else []


def _both(row: Row[Any]) -> Iterator[UUID]:
    yield row.receiver_id
    if row.giver_id is not None:
        yield row.giver_id


def take_back(session: Session, unaccepted: Iterable[ClosedDelegation]) -> None:
    """Take the notices of offers out of the inboxes of receivers who are to be forgotten."""
    of = {each.id: each.receiver_id for each in unaccepted if each.receiver_id is not None}
    notices.remove(session, NoticeKind.DELEGATION_OFFERED, of)
