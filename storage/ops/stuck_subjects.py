"""Reads what stuck items and steps are about: any number of them in one statement."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, text

from domain.accounts import ServiceKind, ServiceLabel
from domain.audit import REQUESTS, Actor
from domain.ops.stuck_subjects import ProcessRequest, StepPosition, StuckSubject, SubjectService
from domain.provisioning.steps import Stage
from domain.provisioning.undoing import UndoReason
from storage.audit import event_notes
from storage.audit.staff import name_of

SERVICE = "v.id AS service_id, v.kind AS service_kind, v.number, v.name AS service_name"
NETWORK_ID = "COALESCE(s.correction ->> 'network_id', v.network_id, CAST(v.id AS text))"
"""SQL: the id by which the target of the step ``s`` is asked for the service ``v``."""
ON_RESOURCE = """CASE WHEN s.resource ~ '^service/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
    THEN CAST(substr(s.resource, 9) AS uuid) END"""
"""SQL: the id of the service that is the resource of the step ``s``; NULL: it is none."""
POSITION = """s.item, s.stage, COALESCE(s.undo_reason,
        (SELECT u.undo_reason FROM step u WHERE u.id = s.undoes)) AS undo_reason,
    CASE WHEN s.state = 'doubt' THEN s.troubled_since END AS in_doubt_since"""
_REQUESTS = ", ".join(f"'{kind}'" for kind in sorted(REQUESTS))

# With a limit each is looked up by its key: a join could read all of a table that grows for ever.
_SUBJECTS = text(f"""
SELECT k.id, {SERVICE}, {NETWORK_ID} AS network_id, {POSITION},
    e.at AS requested_at, e.actor, {event_notes.text_of("e.id")} AS note,
    {name_of("e.actor ->> 'id'")} AS actor_name
FROM stuck k
LEFT JOIN LATERAL (SELECT * FROM step WHERE id = k.step_id LIMIT 1) s ON TRUE
LEFT JOIN LATERAL (SELECT * FROM operation WHERE id = k.process_id LIMIT 1) o ON TRUE
LEFT JOIN LATERAL (SELECT * FROM process WHERE id = k.process_id LIMIT 1) p ON TRUE
LEFT JOIN LATERAL (
    SELECT * FROM service WHERE id = COALESCE({ON_RESOURCE}, o.subject_id) LIMIT 1) v ON TRUE
LEFT JOIN LATERAL (
    SELECT * FROM event WHERE id = COALESCE(p.request_event_id, (
        SELECT first.id FROM event first
        WHERE first.subject_id = k.process_id AND first.kind IN ({_REQUESTS})
        ORDER BY first.id LIMIT 1)) LIMIT 1) e ON TRUE
WHERE k.id = ANY(:ids)
""")


def subjects(connection: Connection, ids: Iterable[UUID]) -> Mapping[UUID, StuckSubject]:
    """Return what each of these items is about, by id, in one statement."""
    wanted = {"ids": list(ids)}
    if not wanted["ids"]:
        return {}
    return {row.id: _subject(row) for row in connection.execute(_SUBJECTS, wanted)}


def subject(connection: Connection, id_: UUID) -> StuckSubject:
    """Return what this item is about."""
    return subjects(connection, [id_]).get(id_, StuckSubject())


def _subject(row: Row[Any]) -> StuckSubject:
    request = None
    if row.requested_at is not None:
        by = Actor.from_json(row.actor, row.actor_name)
        request = ProcessRequest(row.requested_at, by, row.note)
    return StuckSubject(service_of(row), request, position_of(row) if row.stage else None)


def service_of(row: Row[Any]) -> SubjectService | None:
    """The service in a row that has the columns ``SERVICE`` and ``network_id``; None: none."""
    if row.service_id is None:
        return None
    kind = ServiceKind(row.service_kind)
    label = ServiceLabel(row.service_id, kind, row.number, row.service_name)
    return SubjectService(label, row.network_id)


def position_of(row: Row[Any]) -> StepPosition:
    """The position of the step in a row that has the columns ``POSITION``."""
    reason = row.undo_reason and UndoReason(row.undo_reason)
    return StepPosition(row.item, Stage(row.stage), reason, row.in_doubt_since)
