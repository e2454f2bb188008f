"""Deciding about what is stuck: written down at once, carried out by its process."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from pydantic import Field, StringConstraints
from sqlalchemy import Row
from starlette.concurrency import run_in_threadpool
from temporalio.client import Client

from api.http import idempotency, problems
from api.http.dependencies import Store, Temporal
from api.http.idempotency import Done, Once, OnceOnly
from api.http.problems import Problem
from api.http.routes import GuardedRoute
from api.http.schemas import ReasonInput
from api.ops.schemas import StuckShape
from api.ops.stuck import Operator
from domain.ops import resolutions
from domain.ops.stuck_reasons import StuckKind
from domain.provisioning.steps import Decision
from services.ops.wake import wake
from services.temporal import TemporalUnavailable, reaching_temporal
from storage.database import Database, Session
from storage.ops import decisions, stuck_queries
from storage.ops.decisions import Decided, NotAllowed, NotStuck, Outdated

router = APIRouter(prefix="/v1/ops/stuck", tags=["operations"], route_class=GuardedRoute)

Corrected = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._:-]{1,100}$")]


class Judgement(ReasonInput):
    """Which version it is about, and why it is decided so."""

    version: int = Field(ge=1, le=2**31 - 1, description="As it was when it was looked at.")


class RetryJudgement(Judgement):
    """To try it again, perhaps with other input."""

    correction: dict[str, Corrected] = Field(
        default={}, max_length=10, description="By name; the names are in `correctable_inputs`."
    )


class Desk:
    """Takes one operator's decision: in the database first, then its process is told."""

    def __init__(self, admitted: Operator, database: Store, temporal: Temporal, once: OnceOnly):
        self._admitted = admitted
        self._database: Database = database
        self._temporal: Client = temporal
        self._once: Once = once

    async def __call__(
        self,
        id_: UUID,
        decision: Decision,
        judged: Judgement,
        correction: Mapping[str, str] | None = None,
    ) -> Response:
        """The row as it is after the decision. Raises Problem where it cannot be decided."""

        async def decide(request: UUID) -> Done:
            decided = Decided(
                decision,
                judged.version,
                self._admitted.actor,
                judged.reason,
                correction or {},
                request,
            )
            row = await run_in_threadpool(self._decide, id_, decided)
            # Where Temporal is away the decision stands, and the caretaker tells of it later.
            with suppress(TemporalUnavailable):
                async with reaching_temporal():
                    await wake(self._temporal, row.workflow_id)
            return Done(200, StuckShape.of(row).model_dump(mode="json"))

        return await self._once(self._admitted, decide)

    def _decide(self, id_: UUID, decided: Decided) -> Row[Any]:
        with self._database.transaction() as session:
            try:
                return decisions.decide(session, id_, decided)
            except NotStuck as error:
                raise Problem(
                    "stuck_no_more", f"{error.resolution}: {resolutions.TEXTS[error.resolution]}"
                ) from None
            except Outdated:
                raise Problem("stuck_changed", _how_it_is(_locked(session, id_))) from None
            except NotAllowed:
                raise Problem("stuck_decision_refused", _what_may(_locked(session, id_))) from None
            except LookupError:
                raise Problem("not_found") from None


def _locked(session: Session, id_: UUID) -> Row[Any]:
    """The row that this transaction looked at, and that nobody else can change meanwhile."""
    row = stuck_queries.read(session.connection(), id_)
    assert row is not None  # noqa: S101 # it was locked by the same transaction
    return row


def _how_it_is(row: Row[Any]) -> str:
    told = f"Its version is {row.version}"
    if row.state == "stuck":
        return told
    decided = row.decision
    return f"{told}: {decided['by']['id']} has decided to {decided['decision']} it"


def _what_may(row: Row[Any]) -> str:
    match row.kind:
        case StuckKind.PAUSED:
            return f"Resume the target: POST /v1/ops/targets/{row.target}/resume"
        case StuckKind.BROKEN:
            return f"Its workflow is to be fixed: POST /v1/ops/stuck/{row.id}/fix"
    told = f"It can be decided to {', '.join(row.allowed_decisions)} it"
    if "retry" in row.allowed_decisions:
        told += f"; a retry may correct: {', '.join(row.correctable_inputs) or 'nothing'}"
    return told


Decide = Annotated[Desk, Depends()]

_RESPONSES = problems.together(
    idempotency.RESPONSES,
    problems.documented("not_found", "stuck_changed", "stuck_decision_refused", "stuck_no_more"),
)


@router.post(
    "/{stuck_id:uuid}/retry",
    operation_id="retryStuck",
    response_model=StuckShape,
    responses=_RESPONSES,
)
async def retry_stuck(stuck_id: UUID, judged: RetryJudgement, decide: Decide) -> Response:
    """Try it again. What may have been done is asked about first, where the target can tell."""
    return await decide(stuck_id, Decision.RETRY, judged, judged.correction)


@router.post(
    "/{stuck_id:uuid}/skip",
    operation_id="skipStuck",
    response_model=StuckShape,
    responses=_RESPONSES,
)
async def skip_stuck(stuck_id: UUID, judged: Judgement, decide: Decide) -> Response:
    """Go on without it."""
    return await decide(stuck_id, Decision.SKIP, judged)


@router.post(
    "/{stuck_id:uuid}/abort",
    operation_id="abortStuck",
    response_model=StuckShape,
    responses=_RESPONSES,
)
async def abort_stuck(stuck_id: UUID, judged: Judgement, decide: Decide) -> Response:
    """End its process, and undo what it did, the newest first."""
    return await decide(stuck_id, Decision.ABORT, judged)
