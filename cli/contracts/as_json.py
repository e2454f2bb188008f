"""Contracts as JSON, of the API's shapes and names (docs/decisions/0079-terminal.md)."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from api.contracts.schemas import Contract
from api.http.schemas import NamedActor
from api.ops.step_schemas import ProcessStep as StepModel
from domain.numbers.sms_texts import Language
from domain.ops.process_steps import ProcessStep
from services.contracts.reads import ShownContract
from storage.audit.event_queries import SubjectEvent
from storage.documents.documents import StoredDocument
from storage.documents.holds import LegalHold

_OF_DOCUMENT = (
    *("id", "kind", "sha256", "size", "language", "created_at"),
    *("keep_until", "legal_hold", "erased_at"),
)


def contract(shown: ShownContract) -> dict[str, Any]:
    """A contract as the API answers it to staff."""
    return Contract.of(shown, Language.ENGLISH).model_dump()


def story(
    shown: ShownContract,
    reference: str | None,
    documents: Sequence[StoredDocument],
    steps: Sequence[ProcessStep],
    events: Sequence[SubjectEvent],
) -> dict[str, Any]:
    """A contract as the API answers it, with what the API has elsewhere, and the reference."""
    return contract(shown) | {
        "account": reference,
        "documents": [{name: getattr(each, name) for name in _OF_DOCUMENT} for each in documents],
        "steps": [StepModel.of(each).model_dump() for each in steps],
        "events": [asdict(each) for each in events],
    }


def held(hold: LegalHold) -> dict[str, Any]:
    """A legal hold, with the names that a freeze has: the API shows none."""
    return {
        "contract_id": hold.contract_id,
        "account_id": hold.account_id,
        "documents": hold.documents,
        "keep_until": hold.keep_until,
        "since": hold.since,
        "held_by": NamedActor.of(hold.by).model_dump(),
        "note": hold.note,
    }
