"""Data about a person, for operations: everything held in one document, and its erasure."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from pydantic import Field
from starlette.concurrency import run_in_threadpool

from api.auth.authorization import Allow, Authorized
from api.auth.principals import StaffRole
from api.http import idempotency, problems
from api.http.dependencies import Store
from api.http.idempotency import Done, OnceOnly
from api.http.routes import GuardedRoute
from api.http.schemas import RequestModel, ResponseModel
from api.ops.stuck import Operator
from domain.people.erasure import Erasure, ErasureGround, Obstacle
from services.people.erase import erase_person, try_erasing
from services.people.export import FORMAT, VERSION, export_person

router = APIRouter(prefix="/v1/people", tags=["people"], route_class=GuardedRoute)


Exporter = Annotated[Authorized, Depends(Allow(roles=(StaffRole.OPS,), acts=True))]


class TableRows(ResponseModel):
    """The person's rows in one table, with purpose and retention."""

    holds: str = Field(description="What the table holds.")
    why: str = Field(description="What it is held for.")
    kept: str = Field(description="How long it is kept.")
    rows: list[dict[str, Any]] = Field(description="The rows as stored. Columns may be added.")


class PersonExport(ResponseModel):
    """Everything held about a person at a moment."""

    format: Literal["volitus/person"] = Field(
        FORMAT,
        description="What this document is.",
    )
    version: Literal[1] = Field(
        VERSION,
        description="Version of its form.",
    )
    person_id: UUID
    exported_at: datetime
    data: dict[str, TableRows] = Field(
        description="What each table holds, by its name. Tables may be added."
    )


class ErasureInput(RequestModel):
    """Ground of an erasure. A code: a text could name the person again."""

    ground: ErasureGround = Field(
        description="Paragraph of GDPR Article 17(1). Recorded in the history."
    )
    dry_run: bool = Field(False, description="Only show what would change, or what blocks it.")


class ErasedTable(ResponseModel):
    """Numbers of rows of one table that were removed and pseudonymised."""

    table: str = Field(description="Name of the table.")
    removed: int = Field(description="Number of rows that were removed.")
    pseudonymised: int = Field(
        description="Number of rows that stay, with a pseudonym for the person."
    )


class PersonErasure(ResponseModel):
    """Result of erasing a person's data."""

    person_id: UUID
    dry_run: bool = Field(description="Nothing was changed: this is what would be.")
    erased_at: datetime | None = Field(
        description="When the data was first erased. Null: it is not erased."
    )
    obstacles: list[Obstacle] = Field(
        description="What blocks the erasure: only a dry run answers with any."
    )
    changes: list[ErasedTable] = Field(description="Empty: nothing was left to erase.")

    @classmethod
    def of(cls, result: Erasure, *, dry_run: bool) -> Self:
        return cls(
            person_id=result.person_id,
            dry_run=dry_run,
            erased_at=result.erased_at,
            obstacles=list(result.obstacles),
            changes=[
                ErasedTable(
                    table=each.table, removed=each.removed, pseudonymised=each.pseudonymised
                )
                for each in result.changes
            ],
        )


@router.get(
    "/{person_id:uuid}/export",
    operation_id="exportPerson",
    responses=problems.documented("not_found"),
)
def export_person_data(person_id: UUID, admitted: Exporter, database: Store) -> PersonExport:
    """Return everything held about a person, for a request of theirs (GDPR Articles 15 and 20).

    What is about other people is left out. The export is recorded as an event. It reads whole
    tables, which may take seconds.
    """
    document = export_person(database, person_id, actor=admitted.actor).as_json()
    return PersonExport.model_validate(document)


@router.post(
    "/{person_id:uuid}/erase",
    operation_id="erasePerson",
    response_model=PersonErasure,
    responses=problems.together(
        idempotency.RESPONSES, problems.documented("erasure_blocked", "not_found")
    ),
)
async def erase_person_data(
    person_id: UUID, asked: ErasureInput, admitted: Operator, database: Store, once: OnceOnly
) -> Response:
    """Erase what is held about a person (GDPR Article 17): pseudonymise what must stay.

    Refused while the person has access, an account, a service, an open process, or an entry in the
    Commercial Register for a company that is a customer. Repeating it changes nothing. Someone
    who logs in again afterwards is a new person, with another id.
    """
    carry_out = try_erasing if asked.dry_run else erase_person

    async def erase(_: UUID) -> Done:
        result = await run_in_threadpool(
            carry_out, database, person_id, asked.ground, actor=admitted.actor
        )
        shown = PersonErasure.of(result, dry_run=asked.dry_run)
        return Done(200, shown.to_keep())

    return await once(admitted, erase)
