"""Evidence of signatures: our rows, and what phones were asked."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from dev.chaos.environment import Stage


class SigningRow(NamedTuple):
    """A person who was to be asked for a signature."""

    id: UUID
    contract_id: UUID
    contract_state: str
    method: str
    state: str
    person: str
    """Personal code."""
    requested_at: datetime
    ended_at: datetime | None
    kept: int
    """Signatures that are kept of it."""
    proven: int
    """Those that count, are time-stamped and of level LT."""
    told_signed: int
    """Events that it was signed."""
    told_failed: int


class PhoneRow(NamedTuple):
    """What a phone was asked."""

    method: str
    kind: str
    person: str
    """Names the personal code."""
    asked_at: datetime


class SignedRow(NamedTuple):
    """A contract that is agreed to by signing it."""

    id: UUID
    state: str
    is_signed: bool
    """Everybody needed has agreed."""
    counting: int
    """Signatures of people that count."""
    containers: int


_SIGNINGS = """
SELECT g.id, g.contract_id, c.state, g.method, g.state, p.code, g.requested_at, g.ended_at,
    (SELECT count(*) FROM contract_signature s WHERE s.id = g.id),
    (SELECT count(*) FROM contract_signature s
        WHERE s.id = g.id AND s.counts AND s.level = 'LT' AND s.timestamped_at IS NOT NULL),
    (SELECT count(*) FROM event e WHERE e.kind = 'contract:signed'
        AND e.after ->> 'signing_id' = CAST(g.id AS text)),
    (SELECT count(*) FROM event e WHERE e.kind = 'contract:signing_failed'
        AND e.after ->> 'signing_id' = CAST(g.id AS text))
FROM contract_signing g JOIN contract c ON c.id = g.contract_id JOIN person p ON p.id = g.person_id
"""
_SIGNED = """
SELECT c.id, c.state, c.signed_at IS NOT NULL,
    (SELECT count(*) FROM contract_signature s
        WHERE s.contract_id = c.id AND s.person_id IS NOT NULL AND s.counts),
    (SELECT count(*) FROM stored_document d WHERE d.subject_id = c.id AND d.kind = 'container')
FROM contract c WHERE c.agreement = 'sign'
"""


def signings(stage: Stage) -> list[SigningRow]:
    """Return everybody who was to be asked."""
    return stage.rows(SigningRow, _SIGNINGS)


def signed(stage: Stage) -> list[SignedRow]:
    """Return the contracts that are signed, or would have been."""
    return stage.rows(SignedRow, _SIGNED)


def phones(stage: Stage) -> list[PhoneRow]:
    """Return what phones were asked, by both services."""
    return [
        PhoneRow(method, each["kind"], each["person"], datetime.fromisoformat(each["started_at"]))
        for method in ("mobile_id", "smart_id")
        for each in stage.control(method, "GET", "sessions")
    ]
