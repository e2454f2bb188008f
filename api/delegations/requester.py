"""The person for whom a request about delegations is made, and what carries it out."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request, Response
from starlette.concurrency import run_in_threadpool

from api.auth.authorization import Allow, Authorized
from api.delegations.refusals import as_problems
from api.delegations.schemas import Delegation
from api.http.dependencies import acting
from api.http.idempotency import Done, Once
from api.http.languages import negotiated
from api.parts import parts_of
from domain.approvals.rules import ApprovalRules
from domain.audit import Actor
from domain.delegations.offer_rules import OfferRules
from domain.delegations.viewers import DelegationViewer
from domain.numbers.sms_texts import Language
from services.approvals.propose import Jointly
from services.delegations import authority
from services.engine import Engine
from storage.delegations.delegation_views import DelegationView


@dataclass(frozen=True, slots=True)
class Requester:
    """A person who acts, by their own login or through the portal."""

    admitted: Authorized
    person_id: UUID
    actor: Actor
    engine: Engine
    rules: OfferRules
    approvals: ApprovalRules
    language: Language

    def jointly(self) -> Jointly:
        """How they act together with others, where the register lets them act only so."""
        login = self.admitted.fresh_login
        return Jointly(self.rules, self.approvals, login, self.language)

    async def once(
        self, once: Once, work: Callable[[UUID], Awaitable[DelegationView]], status: int = 200
    ) -> Response:
        """Do the work once; it gets an id of the request. Answers the delegation."""

        async def carry_out(id_: UUID) -> Done:
            with as_problems():
                view = await work(id_)
            return await self.done(view, status)

        return await once(self.admitted, carry_out, self.person_id)

    async def done(self, view: DelegationView, status: int = 200) -> Done:
        """Return the answer that shows this person a delegation."""
        viewer = await self.viewer_of(view)
        headers = {"Location": f"/v1/delegations/{view.id}"} if status == 201 else {}
        return Done(status, Delegation.of(view, viewer).to_keep(), headers)

    async def viewer_of(self, view: DelegationView) -> DelegationViewer:
        """Return the person as a viewer of a delegation."""
        accounts = [view.account_id]
        return await self.engine.read(lambda c: authority.viewer_of(c, self.person_id, accounts))


def requester(allowed: Allow) -> Callable[..., Awaitable[Requester]]:
    async def resolve(
        request: Request, admitted: Annotated[Authorized, Depends(allowed)]
    ) -> Requester:
        parts = parts_of(request)
        who = await run_in_threadpool(acting, parts.engine.database, admitted)
        return Requester(
            admitted,
            who.id,
            who.actor,
            parts.engine,
            parts.offers,
            parts.approvals,
            negotiated(request.headers.get("accept-language")),
        )

    return resolve


Giver = Annotated[Requester, Depends(requester(Allow(person=True)))]
"""By their own login only: what gives access, or accepts it."""
Acting = Annotated[Requester, Depends(requester(Allow(person=True, portal=True)))]
"""Also through the portal: what takes access away."""
