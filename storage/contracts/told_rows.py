"""Rows of contracts that are told, a part of a file or one at a time: each step one statement."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, text

from domain.contracts.reasons import EndSource, SuspendReason
from domain.contracts.states import IN_FORCE, ContractState
from domain.contracts.suspensions import LOSSES
from domain.contracts.told import Standing, ToldContract
from storage.contracts import resting
from storage.database import Session

Row = dict[str, Any]
"""Columns of a contract, as JSON takes them."""

_LOCK_ACCOUNTS = text("SELECT id FROM account WHERE id = ANY(:ids) ORDER BY id FOR SHARE")
_END = (
    "state, ends_at, end_reason, end_source, end_by, end_cost, is_end_cost_known, ended_at,"
    " closed_at"
)
_KNOWN = text(f"""
SELECT id, started_by IS NOT NULL AS is_ours, end_process_id IS NOT NULL AS is_end_begun,
    port_out_id IS NOT NULL AS is_leaving,
    end_is_from_outside AND COALESCE(end_beside ->> 'end_source', 'told') = 'told'
        AS is_port_outs_alone, suspend_reason, suspension_is_told, {_END}
FROM contract WHERE id = ANY(:ids) ORDER BY id FOR NO KEY UPDATE
""")
_FACTS = """
SELECT * FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS f(id uuid, account_id uuid,
    product text, product_version text, state text, agreement text, party text, person_id uuid,
    host_service_id uuid, sim text, signed_at timestamptz, starts_on date, committed_until date,
    billed_until date, number_kept_until timestamptz, ends_at timestamptz, end_reason text,
    end_source text, end_by jsonb, end_cost jsonb, is_end_cost_known boolean, suspend_reason text,
    suspension_is_told boolean,
    ended_at timestamptz, closed_at timestamptz, device_value_left_cents int,
    device_instalments_left_cents int, terms_changed_on date, expires_on date, services uuid[])
"""
_INCOMPLETE = text(f"""
SELECT f.id FROM ({_FACTS}) f LEFT JOIN account a ON a.id = f.account_id
WHERE a.id IS NULL OR cardinality(f.services) <> (
        SELECT count(*) FROM service s WHERE s.id = ANY(f.services) AND s.account_id = a.id)
    OR f.host_service_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM service s WHERE s.id = f.host_service_id)
""")
# Told again, it keeps the account and owner that its host had when it was told first.
_HOST = ", ".join(
    f"{name} = CASE WHEN c.host_service_id IS NOT DISTINCT FROM EXCLUDED.host_service_id"
    f" THEN c.{name} ELSE EXCLUDED.{name} END"
    for name in ("host_account_id", "host_owner_id")
)
# What has left rests nowhere, whatever a record says of it afterwards.
_GONE = resting.LEAVES_NONE.format(services="f.services")
_RESTS = f"CASE WHEN f.number_kept_until IS NOT NULL AND NOT ({_GONE}) THEN f.number_kept_until END"
# Where its end was carried out here, a record that says nothing of it frees no number.
_KEPT = """CASE WHEN c.end_process_id IS NULL THEN EXCLUDED.number_kept_until
        ELSE COALESCE(EXCLUDED.number_kept_until, c.number_kept_until) END"""
_OF_END = (
    "{0}device_value_left_cents, {0}device_instalments_left_cents, {0}terms_changed_on,"
    " {0}expires_on"
)
_PUT = text(f"""
INSERT INTO contract AS c (id, account_id, owner_id, product, product_version, state, agreement,
    party, person_id, host_service_id, host_account_id, host_owner_id, sim, signed_at, starts_on,
    committed_until, billed_until, number_kept_until, ends_at, end_reason, end_source, end_by,
    end_cost, is_end_cost_known, suspend_reason, suspension_is_told, ended_at, closed_at,
    is_history, {_OF_END.format("")})
SELECT f.id, f.account_id, COALESCE(a.company_id, a.person_id), f.product, f.product_version,
    f.state, f.agreement, f.party, f.person_id, f.host_service_id, h.id,
    COALESCE(h.company_id, h.person_id), f.sim, f.signed_at, f.starts_on, f.committed_until,
    f.billed_until, {_RESTS}, f.ends_at, f.end_reason, f.end_source, f.end_by,
    f.end_cost, f.is_end_cost_known, f.suspend_reason, f.suspension_is_told, f.ended_at,
    f.closed_at, f.state = 'ended' AND f.ends_at <= clock_timestamp(), {_OF_END.format("f.")}
FROM ({_FACTS}) f JOIN account a ON a.id = f.account_id
    LEFT JOIN service s ON s.id = f.host_service_id LEFT JOIN account h ON h.id = s.account_id
ORDER BY f.id
ON CONFLICT (id) DO UPDATE SET account_id = EXCLUDED.account_id, owner_id = EXCLUDED.owner_id,
    product = EXCLUDED.product, product_version = EXCLUDED.product_version,
    state = EXCLUDED.state, person_id = EXCLUDED.person_id, party = EXCLUDED.party,
    host_service_id = EXCLUDED.host_service_id, {_HOST}, sim = EXCLUDED.sim,
    signed_at = EXCLUDED.signed_at, starts_on = EXCLUDED.starts_on,
    committed_until = EXCLUDED.committed_until, billed_until = EXCLUDED.billed_until,
    number_kept_until = {_KEPT}, ends_at = EXCLUDED.ends_at,
    end_reason = EXCLUDED.end_reason, end_source = EXCLUDED.end_source,
    end_by = EXCLUDED.end_by, end_cost = EXCLUDED.end_cost,
    is_end_cost_known = EXCLUDED.is_end_cost_known,
    suspend_reason = EXCLUDED.suspend_reason,
    suspension_is_told = EXCLUDED.suspension_is_told, ended_at = EXCLUDED.ended_at,
    closed_at = EXCLUDED.closed_at, is_history = c.is_history AND EXCLUDED.state = 'ended',
    warned_days = CASE WHEN c.expires_on = EXCLUDED.expires_on THEN c.warned_days END,
    ({_OF_END.format("")}) = ROW({_OF_END.format("EXCLUDED.")}),
    version = c.version + 1, changed_at = clock_timestamp()
WHERE c.started_by IS NULL AND (c.account_id, c.product, c.product_version, c.state, c.person_id,
        c.host_service_id, c.sim, c.signed_at, c.starts_on, c.committed_until, c.billed_until,
        c.number_kept_until, c.ends_at, c.suspension_is_told, {_OF_END.format("c.")})
    IS DISTINCT FROM (EXCLUDED.account_id, EXCLUDED.product, EXCLUDED.product_version,
        EXCLUDED.state, EXCLUDED.person_id, EXCLUDED.host_service_id, EXCLUDED.sim,
        EXCLUDED.signed_at, EXCLUDED.starts_on, EXCLUDED.committed_until, EXCLUDED.billed_until,
        {_KEPT}, EXCLUDED.ends_at, EXCLUDED.suspension_is_told,
        {_OF_END.format("EXCLUDED.")})
RETURNING id
""")
_SERVICES = text(f"""
WITH facts AS MATERIALIZED ({_FACTS}), gone AS (
    DELETE FROM contract_service x USING facts f
    WHERE x.contract_id = f.id AND NOT x.service_id = ANY(f.services)
    RETURNING x.contract_id, x.service_id
), new AS (
    INSERT INTO contract_service (contract_id, service_id)
    SELECT f.id, each FROM facts f, unnest(f.services) each ORDER BY f.id, each
    ON CONFLICT DO NOTHING RETURNING contract_id, service_id
)
SELECT contract_id, service_id FROM gone UNION ALL SELECT contract_id, service_id FROM new
""")
# A version has one set of services: ids of orders and notices are made of it.
_TOUCH = text("""
UPDATE contract SET version = version + 1, changed_at = clock_timestamp() WHERE id = ANY(:ids)
""")


@dataclass(frozen=True, slots=True)
class KnownContract:
    """A contract of the same id that is there already, and how it ends or is suspended."""

    is_ours: bool
    """It was started here."""
    standing: Standing
    end: Row
    """Its state and its end, as columns."""
    is_leaving: bool
    """Its number is to leave: that is an end beside its own."""

    def left_by(self, told: ToldContract, moved: Collection[UUID]) -> frozenset[UUID]:
        """Return the services that it held while it was reported lost, and leaves by this record.

        ``moved``: services that came or went with the record.
        """
        is_lost = self.standing.suspend_reason in LOSSES
        if not is_lost or ContractState(self.end["state"]) not in IN_FORCE:
            return frozenset()
        services, moved = frozenset(told.services), frozenset(moved)
        is_over = told.state is ContractState.ENDED and not self.standing.keeps_end
        return (services ^ moved if is_over else frozenset()) | moved - services

    @property
    def ends_at(self) -> datetime | None:
        """The moment of its end; None: it does not end."""
        moment: str | None = self.end["ends_at"]
        return None if moment is None else datetime.fromisoformat(moment)


def lock_known(session: Session, told: Collection[ToldContract]) -> Mapping[UUID, KnownContract]:
    """Lock the accounts of these contracts, then those of them that are there already."""
    accounts = sorted({each.account_id for each in told})
    session.execute(_LOCK_ACCOUNTS, {"ids": accounts})
    found = session.execute(_KNOWN, {"ids": sorted(each.id for each in told)}).mappings()
    return {row["id"]: _known(row) for row in found}


def _known(row: RowMapping) -> KnownContract:
    source, reason = row["end_source"], row["suspend_reason"]
    standing = Standing(
        None if source is None else EndSource(source),
        row["is_end_begun"],
        row["is_port_outs_alone"],
        None if reason is None else SuspendReason(reason),
        row["suspension_is_told"],
    )
    end = {name: _json(row[name]) for name in _END.split(", ")}
    return KnownContract(row["is_ours"], standing, end, row["is_leaving"])


def incomplete(session: Session, told: Sequence[ToldContract]) -> set[UUID]:
    """Return those that name an account or a service that is not there, or is on another one."""
    return set(session.execute(_INCOMPLETE, {"rows": _rows(map(as_row, told))}).scalars())


def put(session: Session, rows: Sequence[Row]) -> Mapping[UUID, set[UUID]]:
    """Write contracts; return those that changed, each with the services that came or went."""
    about = {"rows": _rows(rows)}
    changed: dict[UUID, set[UUID]] = {id_: set() for id_ in session.execute(_PUT, about).scalars()}
    as_told = frozenset(changed)
    for row in session.execute(_SERVICES, about):
        changed.setdefault(row.contract_id, set()).add(row.service_id)
    if only_services := changed.keys() - as_told:
        session.execute(_TOUCH, {"ids": sorted(only_services)})
    return changed


def as_row(told: ToldContract) -> Row:
    """Return the columns that a record says by itself."""
    row = {each.name: _json(getattr(told, each.name)) for each in fields(told)}
    del row["user"]
    return row | {"services": sorted({str(each) for each in told.services})}


def _json(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    return value if value is None or isinstance(value, str | list | dict | bool) else str(value)


def _rows(rows: Any) -> str:
    return json.dumps(list(rows))
