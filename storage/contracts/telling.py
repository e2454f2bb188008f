"""Contracts as the operator's systems tell them: taken in, and kept as told."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from domain.audit import Actor, EventKind
from domain.catalogue.contract_terms import Agreement, Party
from domain.contracts.reasons import EndReason, SuspendReason
from domain.contracts.states import ContractState
from storage.audit import events
from storage.audit.events import NewEvent
from storage.contracts import ending
from storage.database import Session


class StartedHere(Exception):
    """The contract was started here: the operator's systems do not tell it."""


class NotTellable(Exception):
    """An account or a service that the contract names does not exist, or is on another account."""


@dataclass(frozen=True, slots=True)
class ToldContract:
    """A contract as the operator's record has it."""

    id: UUID
    account_id: UUID
    product: str
    state: ContractState
    """One of ``domain.contracts.states.TOLD``."""
    services: tuple[UUID, ...]
    product_version: str | None = None
    person_id: UUID | None = None
    """The user whose contract it is, where that is not the account's owner."""
    host_service_id: UUID | None = None
    sim: str | None = None
    signed_at: datetime | None = None
    starts_on: date | None = None
    committed_until: date | None = None
    billed_until: date | None = None
    number_kept_until: datetime | None = None
    ends_at: datetime | None = None


_KNOWN = text("""
SELECT started_by IS NOT NULL AS is_ours FROM contract WHERE id = :id FOR NO KEY UPDATE
""")
_THERE = text("""
SELECT (SELECT count(*) FROM service WHERE id = ANY(:services) AND account_id = a.id) AS services,
    CAST(:host AS uuid) IS NULL OR EXISTS (SELECT FROM service WHERE id = :host) AS has_host
FROM account a WHERE a.id = :account FOR SHARE OF a
""")
_PUT = text("""
INSERT INTO contract AS c (id, account_id, owner_id, product, product_version, state, agreement,
    party, person_id, host_service_id, sim, signed_at, starts_on, committed_until, billed_until,
    number_kept_until, ends_at, end_reason, end_by, suspend_reason, ended_at, closed_at)
SELECT :id, a.id, COALESCE(a.company_id, a.person_id), :product, :version, :state, :agreement,
    :party, CAST(:person AS uuid), CAST(:host AS uuid), :sim, CAST(:signed_at AS timestamptz),
    CAST(:starts_on AS date), CAST(:committed_until AS date), CAST(:billed_until AS date),
    CAST(:number_kept_until AS timestamptz), CAST(:ends_at AS timestamptz), :end_reason,
    CAST(:end_by AS jsonb), :suspend_reason, CAST(:ended_at AS timestamptz),
    CAST(:ended_at AS timestamptz)
FROM account a WHERE a.id = :account
ON CONFLICT (id) DO UPDATE SET account_id = EXCLUDED.account_id, owner_id = EXCLUDED.owner_id,
    product = EXCLUDED.product, product_version = EXCLUDED.product_version,
    state = EXCLUDED.state, person_id = EXCLUDED.person_id, party = EXCLUDED.party,
    host_service_id = EXCLUDED.host_service_id, sim = EXCLUDED.sim,
    signed_at = EXCLUDED.signed_at, starts_on = EXCLUDED.starts_on,
    committed_until = EXCLUDED.committed_until, billed_until = EXCLUDED.billed_until,
    number_kept_until = EXCLUDED.number_kept_until, ends_at = EXCLUDED.ends_at,
    end_reason = EXCLUDED.end_reason, end_by = EXCLUDED.end_by,
    suspend_reason = EXCLUDED.suspend_reason, ended_at = EXCLUDED.ended_at,
    closed_at = EXCLUDED.closed_at, version = c.version + 1, changed_at = clock_timestamp()
WHERE (c.account_id, c.product, c.product_version, c.state, c.person_id, c.host_service_id, c.sim,
        c.signed_at, c.starts_on, c.committed_until, c.billed_until, c.number_kept_until, c.ends_at)
    IS DISTINCT FROM (EXCLUDED.account_id, EXCLUDED.product, EXCLUDED.product_version,
        EXCLUDED.state, EXCLUDED.person_id, EXCLUDED.host_service_id, EXCLUDED.sim,
        EXCLUDED.signed_at, EXCLUDED.starts_on, EXCLUDED.committed_until, EXCLUDED.billed_until,
        EXCLUDED.number_kept_until, EXCLUDED.ends_at)
RETURNING id
""")
_SERVICES = text("""
WITH gone AS (
    DELETE FROM contract_service WHERE contract_id = :id AND NOT service_id = ANY(:services)
    RETURNING service_id
), new AS (
    INSERT INTO contract_service (contract_id, service_id)
    SELECT :id, each FROM unnest(CAST(:services AS uuid[])) each
    ON CONFLICT DO NOTHING RETURNING service_id
)
SELECT (SELECT count(*) FROM gone) + (SELECT count(*) FROM new) AS changed
""")


def put(session: Session, told: ToldContract, *, actor: Actor) -> bool:
    """Create or replace a contract as it was told; returns whether it is new. Idempotent.

    Access to its services ends with it, from the moment that is told. Raises StartedHere, and
    NotTellable.
    """
    known = session.execute(_KNOWN, {"id": told.id}).one_or_none()
    if known is not None and known.is_ours:
        raise StartedHere
    services = sorted(set(told.services))
    asked = {"account": told.account_id, "services": services, "host": told.host_service_id}
    there = session.execute(_THERE, asked).one_or_none()
    if there is None or there.services != len(services) or not there.has_host:
        raise NotTellable
    is_changed = session.execute(_PUT, _row(told, actor)).one_or_none() is not None
    about = {"id": told.id, "services": services}
    is_changed |= session.execute(_SERVICES, about).scalar_one() > 0
    if is_changed:
        ending.end_access(session, services, told.ends_at)
        events.append(session, [_event(told)], actor=actor)
    return known is None


def _row(told: ToldContract, actor: Actor) -> Mapping[str, Any]:
    ends = told.state in {ContractState.ENDING, ContractState.ENDED}
    is_suspended = told.state is ContractState.SUSPENDED
    return {
        "id": told.id,
        "account": told.account_id,
        "product": told.product,
        "version": told.product_version,
        "state": told.state,
        "agreement": Agreement.SIGN,
        "party": Party.OWNER if told.person_id is None else Party.USER,
        "person": told.person_id,
        "host": told.host_service_id,
        "sim": told.sim,
        "signed_at": told.signed_at,
        "starts_on": told.starts_on,
        "committed_until": told.committed_until,
        "billed_until": told.billed_until,
        "number_kept_until": told.number_kept_until,
        "ends_at": told.ends_at if ends else None,
        "end_reason": EndReason.CUSTOMER if ends else None,
        "end_by": json.dumps(actor.as_json()) if ends else None,
        "suspend_reason": SuspendReason.TOLD if is_suspended else None,
        "ended_at": told.ends_at if told.state is ContractState.ENDED else None,
    }


def _event(told: ToldContract) -> NewEvent:
    return NewEvent(
        EventKind.CONTRACT_TOLD,
        subject_id=told.id,
        account_id=told.account_id,
        person_id=told.person_id,
        after={"state": told.state.value, "product": told.product},
    )
