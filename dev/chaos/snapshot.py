"""Evidence of a campaign: our rows, the states of workflows, the simulators' logs."""

import asyncio
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from dev.chaos import signing_evidence
from dev.chaos.billed_evidence import Billed, gather_billed
from dev.chaos.environment import Stage
from dev.chaos.evidence_rows import (
    ContractRow,
    DelegatedGrantRow,
    DelegationRow,
    EventRow,
    NoticeRow,
    ProcessRow,
    StepRow,
    StuckRow,
)
from dev.chaos.signing_evidence import PhoneRow, SignedRow, SigningRow
from dev.chaos.workload import SIGNED_SUBSCRIPTION, SUBSCRIPTION
from domain.numbers.verifications import DeliveryStatus
from storage.audit import hash_chain as chain

_REPORTS = re.compile(r"/v1/sms/([0-9a-f-]{36})/reports")
_PROCESSES = """
SELECT p.id, p.type AS process, p.workflow_id, o.state, o.subject_id,
    o.state NOT IN ('pending', 'running') AS ended, NULL AS reason,
    CAST(NULL AS timestamptz) AS code_accepted_at
FROM process p JOIN operation o USING (id)
WHERE o.kind IN ('resend', 'contract_sign', 'usage_extract', 'bank_statement')
UNION ALL
SELECT p.id, p.type, p.workflow_id, COALESCE(y.state, 'another one follows'), y.id,
    p.ended_at IS NOT NULL, NULL, NULL
FROM process p LEFT JOIN payment y ON y.id = p.id AND y.origin = 'person' WHERE p.type = 'payment'
UNION ALL
SELECT p.id, p.type, p.workflow_id, v.state, NULL, v.state <> 'sent',
    v.reason ->> 'code', v.code_accepted_at
FROM process p JOIN verification v USING (id)
UNION ALL
SELECT p.id, p.type, p.workflow_id, v.state, v.delegation_id, v.state <> 'offered', NULL, NULL
FROM process p JOIN delegation_version v USING (id)
UNION ALL
SELECT p.id, p.type, p.workflow_id, CASE WHEN p.ended_at IS NULL THEN 'open' ELSE 'ended' END,
    NULL, p.ended_at IS NOT NULL, NULL, NULL
FROM process p WHERE p.type = 'notice_sms'
UNION ALL
SELECT p.id, p.type, p.workflow_id, o.state, NULL, p.ended_at IS NOT NULL, NULL, NULL
FROM process p JOIN service_order o USING (id)
UNION ALL
SELECT p.id, p.type, p.workflow_id, c.state, NULL, p.ended_at IS NOT NULL, NULL, NULL
FROM process p JOIN contract c ON p.id IN (c.id, c.end_process_id)
"""
_CONTRACTS = """
SELECT c.id, c.state, c.terms ->> 'number', CAST(c.terms ->> 'service_id' AS uuid),
    array_remove(ARRAY[c.start_order_id, c.end_order_id], NULL), s.status,
    COALESCE(s.access_until <= clock_timestamp(), FALSE)
FROM contract c LEFT JOIN service s ON s.id = CAST(c.terms ->> 'service_id' AS uuid)
"""
_DELEGATIONS = """
SELECT id, state, ended_reason ->> 'code', parent_id, giver_id, receiver_id,
    accepted_at IS NOT NULL
FROM delegation
"""
_DELEGATED = """
SELECT id, delegation_id, COALESCE(upper(validity) > clock_timestamp(), FALSE)
FROM access_grant WHERE origin = 'delegation'
"""
_NOTICES = "SELECT id, person_id, kind, subject_id FROM notice WHERE kind LIKE 'delegation%'"
_STEPS = f"SELECT {', '.join(StepRow._fields)} FROM step ORDER BY place, created_at"  # noqa: S608 # constants
_STUCK = f"SELECT {', '.join(StuckRow._fields)} FROM stuck"  # noqa: S608 # constants
_EVENTS = f"SELECT {', '.join(EventRow._fields)} FROM event ORDER BY id"  # noqa: S608 # constants
_ITEMS = "SELECT order_id, number, state FROM service_order_item"
_PROOFS = "SELECT proof FROM access_grant WHERE origin = 'number_verification'"


_LIMIT = "spendingLimit"
_SUBSCRIPTIONS = {SUBSCRIPTION, SIGNED_SUBSCRIPTION}


@dataclass(frozen=True)
class Evidence:
    """Evidence at one time; rows of the database unless stated otherwise."""

    processes: Mapping[UUID, ProcessRow]
    open: set[UUID]
    """Processes that should have a workflow, as the table of processes says."""
    steps: Sequence[StepRow]
    """Steps in the order of their places."""
    stuck: Sequence[StuckRow]
    events: Sequence[EventRow]
    sms: Mapping[UUID, DeliveryStatus]
    """The delivery status of each SMS."""
    grants: Sequence[UUID]
    """The verification that proves each grant for a number."""
    delegations: Mapping[UUID, DelegationRow]
    delegated: Sequence[DelegatedGrantRow]
    notices: Sequence[NoticeRow]
    targets: Mapping[str, str]
    applied: Sequence[Mapping[str, Any]]
    """Changes that the network applied, in order."""
    booked: Sequence[Mapping[str, Any]]
    """Changes that billing booked, in order."""
    items: Mapping[tuple[UUID, int], str]
    """State of each item of an order."""
    limits_at_network: Mapping[UUID, int]
    """Spending limits, in cents, by service."""
    limits: Mapping[UUID, int]
    """The same in billing."""
    contracts: Mapping[UUID, ContractRow]
    signings: Sequence[SigningRow]
    signed: Sequence[SignedRow]
    phones: Sequence[PhoneRow]
    billed: Billed
    at_network: Mapping[UUID, Mapping[str, Any]]
    """What the network has of each service that was set or changed."""
    subscribed: set[UUID]
    """Services that billing has a subscription of."""
    outbox: Mapping[UUID, int]
    """Number of SMS that the gateway accepted, by id."""
    workflows: Mapping[UUID, str]
    """Temporal's status of each process's workflow: RUNNING, COMPLETED, … or MISSING."""
    chain: str | None
    """First defect of the chain of events; None if it is intact."""

    def process_of(self, id_: UUID) -> UUID:
        """Return the process of what was asked for: its own, or the ceremony of a delegation."""
        ceremonies = (row for row in self.processes.values() if row.process == "delegation")
        return next((row.id for row in ceremonies if row.subject_id == id_), id_)

    def steps_of(self, process_id: UUID) -> list[StepRow]:
        """Return the steps of a process, in order."""
        return [step for step in self.steps if step.process_id == process_id]


def gather(stage: Stage) -> Evidence:
    """Gather all evidence as of now."""
    processes = {row.id: row for row in stage.rows(ProcessRow, _PROCESSES)}
    chain.seal_all(stage.database)
    at_network = _at_network(stage)
    return Evidence(
        processes=processes,
        open=set(stage.rows(_id, "SELECT id FROM process WHERE ended_at IS NULL")),
        steps=stage.rows(StepRow, _STEPS),
        stuck=stage.rows(StuckRow, _STUCK),
        events=stage.rows(EventRow, _EVENTS),
        sms=dict(stage.rows(_delivery, "SELECT id, delivery FROM sms")),
        grants=stage.rows(_id, _PROOFS),
        delegations={row.id: row for row in stage.rows(DelegationRow, _DELEGATIONS)},
        delegated=stage.rows(DelegatedGrantRow, _DELEGATED),
        notices=stage.rows(NoticeRow, _NOTICES),
        targets=dict(stage.rows(_target, "SELECT name, state FROM target")),
        applied=stage.control("network", "GET", "applied"),
        booked=[each for each in stage.control("billing", "GET", "booked") if each["is_change"]],
        items=dict(stage.rows(_item, _ITEMS)),
        limits_at_network=_limits(at_network),
        contracts={row.id: row for row in stage.rows(ContractRow, _CONTRACTS)},
        signings=signing_evidence.signings(stage),
        signed=signing_evidence.signed(stage),
        phones=signing_evidence.phones(stage),
        billed=gather_billed(stage),
        at_network=at_network,
        subscribed=_subscribed(stage),
        limits=_in_billing(stage),
        outbox=_outbox(stage),
        workflows=asyncio.run(_workflows(stage, processes)),
        chain=chain.verify(stage.database).fault,
    )


def _id(value: UUID) -> UUID:
    return value


def _delivery(id_: UUID, delivery: str) -> tuple[UUID, DeliveryStatus]:
    return id_, DeliveryStatus(delivery)


def _target(name: str, state: str) -> tuple[str, str]:
    return name, state


def _item(order_id: UUID, number: int, state: str) -> tuple[tuple[UUID, int], str]:
    return (order_id, number), state


def _at_network(stage: Stage) -> dict[UUID, Mapping[str, Any]]:
    return {UUID(each["id"]): each for each in stage.control("network", "GET", "services")}


def _limits(at_network: Mapping[UUID, Mapping[str, Any]]) -> dict[UUID, int]:
    return {
        id_: each["characteristics"][_LIMIT]
        for id_, each in at_network.items()
        if _LIMIT in each["characteristics"]
    }


def _subscribed(stage: Stage) -> set[UUID]:
    found = stage.control("billing", "GET", "services")
    return {UUID(each["service"]) for each in found if each["what"] in _SUBSCRIPTIONS}


def _in_billing(stage: Stage) -> dict[UUID, int]:
    return {
        UUID(each["service"]): each["values"][_LIMIT]
        for each in stage.control("billing", "GET", "services")
        if each["what"] == "limit" and each["values"]
    }


def _outbox(stage: Stage) -> Mapping[UUID, int]:
    taken: dict[UUID, int] = defaultdict(int)
    for message in stage.control("sms", "GET", "outbox"):
        found = _REPORTS.search(message["dlr_url"] or "")
        taken[UUID(found[1]) if found else UUID(int=0)] += 1
    return taken


async def _workflows(stage: Stage, processes: Mapping[UUID, ProcessRow]) -> dict[UUID, str]:
    client = await Client.connect(stage.stack.environment["VOLITUS_TEMPORAL_ADDRESS"])
    at_once = asyncio.Semaphore(20)

    async def how(row: ProcessRow) -> str:
        async with at_once:
            try:
                description = await client.get_workflow_handle(row.workflow_id).describe()
            except RPCError as error:
                if error.status is not RPCStatusCode.NOT_FOUND:
                    raise
                return "MISSING"
        return description.status.name if description.status is not None else "UNKNOWN"

    states = await asyncio.gather(*(how(row) for row in processes.values()))
    return dict(zip(processes, states, strict=True))
