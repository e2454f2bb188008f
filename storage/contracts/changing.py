"""Change a locked contract: its state and what goes with it, each with its event."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import text

from domain.audit import Actor, EventKind
from domain.contracts.states import ContractState, require_edge
from domain.reasons import Reason
from storage.audit import event_notes
from storage.audit.events import NewEvent
from storage.contracts.rows import StoredContract
from storage.database import Session
from storage.documents import keeping

_JSON = frozenset({"terms", "end_beside", "end_by", "end_cost"})
_CHANGEABLE = frozenset(
    {
        "agree_by",
        "billed_until",
        "closed_at",
        "committed_until",
        "device_instalments_left_cents",
        "device_value_left_cents",
        "end_beside",
        "end_by",
        "end_cost",
        "end_is_from_outside",
        "end_order_id",
        "end_process_id",
        "end_reason",
        "end_source",
        "ended_at",
        "ends_at",
        "expires_on",
        "is_end_cost_known",
        "number_kept_until",
        "port_out_id",
        "refusal",
        "signed_at",
        "start_order_id",
        "starts_on",
        "suspend_order_id",
        "suspend_reason",
        "terms",
        "document_replaced_on",
        "terms_changed_on",
        "warned_days",
    }
)


def move(
    session: Session,
    contract: StoredContract,
    state: ContractState,
    *,
    actor: Actor,
    why: Reason | None = None,
    facts: Mapping[str, Any] | None = None,
    **values: Any,
) -> StoredContract:
    """Move a locked contract to another state; returns it as it is then.

    Of one that is over, the documents are kept for their time after it. ``values``: other columns
    that change with it. ``facts``: codes and dates for the event. Raises IllegalStateChange where
    the chain has no such edge.
    """
    require_edge(contract.state, state)
    if state.is_final:
        values.setdefault("ended_at", contract.now)
    moved = change(session, contract, state, actor=actor, why=why, facts=facts, **values)
    if state.is_final:
        keeping.keep_from(session, contract.id, values["ended_at"])
    return moved


def change(
    session: Session,
    contract: StoredContract,
    state: ContractState,
    *,
    actor: Actor,
    why: Reason | None = None,
    before: Mapping[str, Any] | None = None,
    facts: Mapping[str, Any] | None = None,
    note: str = "",
    **values: Any,
) -> StoredContract:
    """Change columns of a locked contract, with its event; returns it as it is then.

    ``state``: its own, or one that follows. ``before``, ``facts``: codes and dates for the event.
    ``note``: what a member of staff wrote. Raises IllegalStateChange where the chain has no such
    edge.
    """
    if state is not contract.state:
        require_edge(contract.state, state)
    update(session, contract, state=state, **values)
    event = NewEvent(
        EventKind.CONTRACT_CHANGED,
        subject_id=contract.id,
        account_id=contract.account_id,
        person_id=contract.person_id,
        reason=why,
        before={"state": contract.state.value, **(before or {})},
        after={"state": state.value, **(facts or {})},
    )
    event_notes.append(session, event, note, actor=actor)
    return replace(contract, state=state, version=contract.version + 1, **values)


def update(session: Session, contract: StoredContract, **values: Any) -> None:
    """Write columns of a locked contract, and let its workflow look at it."""
    unknown = values.keys() - _CHANGEABLE - {"state"}
    if unknown:
        raise ValueError(f"no such columns of a contract can change: {', '.join(sorted(unknown))}")
    sets = ", ".join(
        f"{name} = CAST(:{name} AS jsonb)" if name in _JSON else f"{name} = :{name}"
        for name in values
    )
    written = {
        name: json.dumps(value) if name in _JSON and value is not None else value
        for name, value in values.items()
    }
    statement = text(f"""
    UPDATE contract SET {sets}, version = version + 1, changed_at = clock_timestamp(),
        seen_at = NULL, woken_at = NULL
    WHERE id = :id
    """)
    session.execute(statement, {"id": contract.id, **written})
