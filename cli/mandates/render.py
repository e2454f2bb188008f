"""A paper mandate as the command line shows it."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from api.mandates.schemas import Mandate
from cli.printing.as_json import print_json
from cli.printing.facts import print_facts
from cli.printing.tables import Columns
from domain.audit import Actor
from services.mandates.reads import PaperMandate

_WHO = ("recorded by", "answered by")
COLUMNS = Columns(
    ("id", "state", "account", "person", "role", "from", "through", *_WHO),
    spare=("answered by", "role", "from"),
)


def line(found: PaperMandate, references: Mapping[UUID, str]) -> Sequence[object]:
    """Return the cells of ``COLUMNS``."""
    view = found.mandate
    terms, account = view.terms, references.get(view.account_id, view.account_id)
    by = (view.recorded_by.shown, _shown(view.answered_by))
    days = (terms.from_day, terms.through_day)
    return view.id, view.state, account, view.person_name, terms.role, *days, *by


def show(found: PaperMandate, by: Actor, *, with_code: bool = False, as_json: bool) -> None:
    """Print one mandate; ``with_code``: to an officer, who compares the code with the paper."""
    if as_json:
        print_json(Mandate.of(found, by, with_code=with_code))
        return
    named = facts(found)
    if with_code:
        key = found.mandate.person
        named = {**named, "person_code": key and f"{key.country}{key.code}"}
    print_facts({name.replace("_", " "): value for name, value in named.items()})


def facts(found: PaperMandate) -> Mapping[str, Any]:
    """Return what is shown of a mandate, by name."""
    view, paper = found.mandate, found.document
    return {
        "id": view.id,
        "state": view.state,
        "account_id": view.account_id,
        "person_id": view.person_id,
        "person_name": view.person_name or None,
        "role": view.terms.role,
        "permissions": sorted(view.terms.permissions),
        "service_ids": sorted(view.terms.service_ids),
        "from": view.terms.from_day,
        "through": view.terms.through_day,
        "document_id": paper.id,
        "document_kind": paper.kind,
        "document": paper.description or None,
        "reference": paper.reference or None,
        "issued_on": paper.issued_on,
        "recorded_by": view.recorded_by.shown,
        "recorded_at": view.recorded_at,
        "lapses_at": view.lapses_at,
        "answered_by": _shown(view.answered_by),
        "answered_at": view.answered_at,
        "ended_at": view.ended_at,
        "ended_because": view.ended_reason.code if view.ended_reason else None,
    }


def _shown(by: Actor | None) -> str | None:
    return by.shown if by else None
