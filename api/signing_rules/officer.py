"""The mandate officer who acts in a request about signing rules, and what carries it out."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request, Response
from starlette.concurrency import run_in_threadpool

from api.auth.authorization import Allow, Authorized
from api.auth.principals import StaffRole
from api.http.idempotency import Done, Once
from api.http.schemas import ResponseModel
from api.parts import Parts, parts_of
from api.signing_rules.refusals import as_problems
from domain.audit import Actor
from storage.database import Database

WHO_MAY_READ = Allow(roles=(StaffRole.SUPPORT, StaffRole.OPS, StaffRole.MANDATE_OFFICER))
Reader = Annotated[Authorized, Depends(WHO_MAY_READ)]
OFFICERS = Allow(roles=(StaffRole.MANDATE_OFFICER,))


@dataclass(frozen=True, slots=True)
class ActingOfficer:
    """A member of staff who reads signing rules."""

    admitted: Authorized
    parts: Parts

    @property
    def actor(self) -> Actor:
        """The actor of events."""
        return self.admitted.actor

    @property
    def database(self) -> Database:
        return self.parts.engine.database

    async def once(
        self, once: Once, work: Callable[[], ResponseModel], *, status: int = 200
    ) -> Response:
        """Do the work once, on a thread, and answer what it returns."""

        async def carry_out(_: object) -> Done:
            with as_problems():
                done = await run_in_threadpool(work)
            return Done(status, done.to_keep())

        return await once(self.admitted, carry_out)


async def _officer(
    request: Request, admitted: Annotated[Authorized, Depends(OFFICERS)]
) -> ActingOfficer:
    return ActingOfficer(admitted, parts_of(request))


Officer = Annotated[ActingOfficer, Depends(_officer)]
