"""Invariants of delegations: as their people were answered, each grant once, each notice once."""

from collections import Counter
from collections.abc import Iterator
from uuid import UUID

from dev.chaos.evidence_rows import DelegationRow
from dev.chaos.outcome import Outcome
from dev.chaos.snapshot import Evidence
from dev.chaos.workload import GivingRequest
from domain.audit import EventKind
from domain.messages.notices import NoticeKind

_About = tuple[UUID | None, str, UUID]
"""Who is told what about which delegation."""
_CLOSINGS = {
    "declined": EventKind.DELEGATION_DECLINED,
    "withdrawn": EventKind.DELEGATION_WITHDRAWN,
    "lapsed": EventKind.DELEGATION_LAPSED,
    "ended": EventKind.DELEGATION_ENDED,
}
_ENDS = {
    "delegation_revoked": ("receiver_id", NoticeKind.DELEGATION_REVOKED),
    "delegation_parent_ended": ("receiver_id", NoticeKind.DELEGATION_ENDED),
    "delegation_waived": ("giver_id", NoticeKind.DELEGATION_ENDED),
}
"""Whom the end of an accepted delegation is told, and how."""


def as_answered(evidence: Evidence, asked: list[Outcome]) -> Iterator[str]:
    """Find delegations in another state than their people were told, or with other events."""
    for each in asked:
        if not isinstance(each.request, GivingRequest) or each.id is None:
            continue
        row = evidence.delegations.get(each.id)
        found = row.ends if row else "not there"
        if found != each.ends:
            yield f"{each.id} of {each.request} is {found}, and was answered as {each.ends}"
    counts = Counter((event.kind, event.subject_id) for event in evidence.events)
    for row in evidence.delegations.values():
        wanted = {
            EventKind.DELEGATION_OFFERED: 1,
            EventKind.DELEGATION_ACCEPTED: int(row.accepted),
            **{kind: int(row.state == state) for state, kind in _CLOSINGS.items()},
        }
        for kind, times in wanted.items():
            if counts[kind, row.id] != times:
                yield f"{row.id} is {row.ends}, and has {counts[kind, row.id]} of {kind}"


def granted_once(evidence: Evidence) -> Iterator[str]:
    """Find accepted delegations without exactly one grant, and grants without a living chain."""
    events = Counter((event.kind, event.subject_id) for event in evidence.events)
    given = Counter(grant.delegation_id for grant in evidence.delegated)
    for row in evidence.delegations.values():
        if given[row.id] != row.accepted:
            yield f"{row.id} is {row.ends}, and gave {given[row.id]} grants"
    for grant in evidence.delegated:
        row = evidence.delegations[grant.delegation_id]
        if grant.lasts != _is_alive(evidence, row):
            yield f"the grant {grant.id} {'lasts' if grant.lasts else 'is over'}, as {row.ends}"
        for kind, times in {"grant:started": 1, "grant:ended": int(not grant.lasts)}.items():
            if events[kind, grant.id] != times:
                yield f"the grant {grant.id} has {events[kind, grant.id]} of {kind}"


def _is_alive(evidence: Evidence, row: DelegationRow) -> bool:
    parent = evidence.delegations[row.parent_id] if row.parent_id else None
    return row.state == "active" and (parent is None or _is_alive(evidence, parent))


def told_once(evidence: Evidence) -> Iterator[str]:
    """Find notices that are missing, doubled, or not recorded exactly once."""
    found = Counter[_About](
        (each.person_id, each.kind, each.subject_id) for each in evidence.notices
    )
    wanted = Counter[_About](
        (person_id, kind, row.id)
        for row in evidence.delegations.values()
        for person_id, kind in _told(row)
    )
    for about in found.keys() | wanted.keys():
        if found[about] != wanted[about]:
            yield f"{found[about]} instead of {wanted[about]} notices {about[1]} of {about[2]}"
    recorded = Counter(
        event.subject_id for event in evidence.events if event.kind == EventKind.NOTICE_CREATED
    )
    for notice in evidence.notices:
        if recorded[notice.id] != 1:
            yield f"the notice {notice.id} has {recorded[notice.id]} events"


def _told(row: DelegationRow) -> Iterator[tuple[UUID | None, str]]:
    """Return who is told what; an offer that is closed is taken out of the inbox again."""
    if row.accepted:
        yield row.receiver_id, NoticeKind.DELEGATION_OFFERED
        yield row.giver_id, NoticeKind.DELEGATION_ACCEPTED
    if row.state == "declined":
        yield row.giver_id, NoticeKind.DELEGATION_DECLINED
    if row.accepted and row.state == "ended":
        side, kind = _ENDS[row.ends]
        yield getattr(row, side), kind
