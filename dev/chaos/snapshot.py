"""Evidence of a campaign: our rows, the states of workflows, the simulators' logs."""

import asyncio
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from dev.chaos.environment import Stage
from storage.audit import hash_chain as chain

_REPORTS = re.compile(r"/v1/sms/([0-9a-f-]{36})/reports")
_PROCESSES = """
SELECT p.id, p.type AS process, p.workflow_id, o.state, o.subject_id,
    o.state NOT IN ('pending', 'running') AS ended, o.created_at, NULL AS reason,
    NULL AS code_accepted_at, NULL AS number
FROM process p JOIN operation o USING (id) WHERE o.kind = 'resend'
UNION ALL
SELECT p.id, p.type, p.workflow_id, v.state, NULL, v.state <> 'sent', v.created_at,
    v.reason ->> 'code', CAST(v.code_accepted_at AS text), v.number
FROM process p JOIN verification v USING (id)
"""


@dataclass(frozen=True)
class Evidence:
    """Evidence at one time; rows of the database unless stated otherwise."""

    processes: Mapping[UUID, Row[Any]]
    open: set[UUID]
    """Processes that should have a workflow, as the table of processes says."""
    steps: Sequence[Row[Any]]
    """Steps in the order of their places."""
    stuck: Sequence[Row[Any]]
    events: Sequence[Row[Any]]
    sms: Mapping[UUID, Row[Any]]
    grants: Sequence[Row[Any]]
    targets: Mapping[str, str]
    applied: Sequence[Mapping[str, Any]]
    """Changes that the network applied, in order."""
    outbox: Mapping[UUID, int]
    """Number of SMS that the gateway accepted, by id."""
    workflows: Mapping[UUID, str]
    """Temporal's status of each process's workflow: RUNNING, COMPLETED, … or MISSING."""
    chain: str | None
    """First defect of the chain of events; None if it is intact."""

    def steps_of(self, process_id: UUID) -> list[Row[Any]]:
        """Return the steps of a process, in order."""
        return [step for step in self.steps if step.process_id == process_id]


def gather(stage: Stage) -> Evidence:
    """Gather all evidence as of now."""
    processes = {row.id: row for row in stage.rows(_PROCESSES)}
    chain.seal_all(stage.database)
    return Evidence(
        processes=processes,
        open={row.id for row in stage.rows("SELECT id FROM process WHERE ended_at IS NULL")},
        steps=stage.rows("SELECT * FROM step ORDER BY place, created_at"),
        stuck=stage.rows("SELECT * FROM stuck"),
        events=stage.rows(
            "SELECT id, at, kind, subject_id, reason, before, after FROM event ORDER BY id"
        ),
        sms={row.id: row for row in stage.rows("SELECT * FROM sms")},
        grants=stage.rows("SELECT * FROM access_grant WHERE origin = 'number_verification'"),
        targets={row.name: row.state for row in stage.rows("SELECT name, state FROM target")},
        applied=stage.control("network", "GET", "applied"),
        outbox=_outbox(stage),
        workflows=asyncio.run(_workflows(stage, processes)),
        chain=chain.verify(stage.database).fault,
    )


def _outbox(stage: Stage) -> Mapping[UUID, int]:
    taken: dict[UUID, int] = defaultdict(int)
    for message in stage.control("sms", "GET", "outbox"):
        found = _REPORTS.search(message["dlr_url"] or "")
        taken[UUID(found[1]) if found else UUID(int=0)] += 1
    return taken


async def _workflows(stage: Stage, processes: Mapping[UUID, Row[Any]]) -> dict[UUID, str]:
    client = await Client.connect(stage.stack.environment["VOLITUS_TEMPORAL_ADDRESS"])
    at_once = asyncio.Semaphore(20)

    async def how(row: Row[Any]) -> str:
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
