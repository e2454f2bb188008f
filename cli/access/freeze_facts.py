"""A freeze as the command line shows it."""

from collections.abc import Mapping
from typing import Any

from domain.access.suspensions import Freeze
from domain.audit import Actor


def facts(found: Freeze) -> Mapping[str, Any]:
    """Return what is shown of a freeze, by name."""
    return {
        "id": found.id,
        "frozen": found.subject.frozen,
        "subject": found.subject.id,
        "code": found.reason.code,
        "since": found.begun_at,
        "frozen_by": found.begun_by.shown,
        "note": found.note,
        "lift_requested_by": _shown(found.lift_requested_by),
        "lift_requested_at": found.lift_requested_at,
        "lift_note": found.lift_note,
        "lifted_by": _shown(found.lifted_by),
        "lifted_at": found.lifted_at,
    }


def _shown(by: Actor | None) -> str | None:
    return by.shown if by else None
