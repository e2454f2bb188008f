"""End a signing: its row, its operation and its event, in one transaction."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from domain.audit import Actor, EventKind
from domain.reasons import Reason
from domain.signatures.signings import SigningState
from storage.audit import events
from storage.audit.events import NewEvent
from storage.contract_signing import signing_steps, signings
from storage.contract_signing.signings import StoredSigning
from storage.database import Session
from storage.requests import operations


def fail(session: Session, signing_id: UUID, why: Reason, *, actor: Actor) -> None:
    """End a signing that gave no signature that counts. Repeating changes nothing."""
    if not signings.is_there(session, signing_id):
        return
    signing = signings.lock(session, signing_id)
    if not signing_steps.end(session, signing_id, SigningState.FAILED, why.code):
        return
    operations.failed(session, signing_id, why)
    kind = EventKind.CONTRACT_SIGNING_FAILED
    _record(session, signing, kind, {"method": signing.method.value}, why, actor=actor)


def succeed(
    session: Session, signing: StoredSigning, approval_id: UUID | None, *, actor: Actor
) -> None:
    """End a locked signing whose signature is kept, and counts.

    ``approval_id``: the approval in which others are to sign as well; None: nobody else is needed.
    """
    signing_steps.end(session, signing.id, SigningState.SIGNED, None)
    approval = None if approval_id is None else str(approval_id)
    result = {"contract_id": str(signing.contract_id), "approval_id": approval}
    operations.succeeded(session, signing.id, result)
    level = None if signing.level is None else signing.level.value
    facts = {"method": signing.method.value, "level": level}
    _record(session, signing, EventKind.CONTRACT_SIGNED, facts, None, actor=actor)


def _record(
    session: Session,
    signing: StoredSigning,
    kind: EventKind,
    facts: Mapping[str, Any],
    why: Reason | None,
    *,
    actor: Actor,
) -> None:
    event = NewEvent(
        kind,
        subject_id=signing.contract_id,
        account_id=signing.account_id,
        person_id=signing.given.person_id,
        reason=why,
        after={"signing_id": str(signing.id), **facts},
    )
    events.append(session, [event], actor=actor)
