"""The person who answers an approval, and the answer that they get."""

from collections.abc import Awaitable, Callable
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Response

from api.approvals.schemas import ActText, Approval
from api.auth.authorization import Allow
from api.delegations.refusals import as_problems
from api.delegations.requester import Requester, requester
from api.http.idempotency import Done, Once
from domain.approvals import templates
from domain.approvals.states import ApprovalState
from domain.numbers.sms_texts import Language
from runtime.act_texts import act_text
from services.approvals.reads import Shown, read_approval

Confirmer = Annotated[Requester, Depends(requester(Allow(person=True, fresh=True)))]
"""By their own fresh login only: what gives access."""
Answerer = Annotated[Requester, Depends(requester(Allow(person=True, portal=True)))]
"""Also through the portal: what keeps access from being given."""


def shown(found: Shown, language: Language) -> Approval:
    """Return an approval as it is shown in this language."""
    kind = found.view.stored.kind
    version = templates.CURRENT[kind]
    text = act_text(kind, version, found.facts, language) if found.facts else None
    return Approval.of(found, ActText(text=text, language=language, template_version=version))


async def proposed(who: Requester, approval_id: UUID) -> Done:
    """Answer 202 with the approval that was opened."""
    found = await read_approval(who.engine, approval_id, who.person_id, who.approvals.zone)
    body = shown(found, who.language).to_keep()
    return Done(202, body, {"Location": f"/v1/approvals/{approval_id}"})


async def answer(
    who: Requester, once: Once, approval_id: UUID, work: Callable[[], Awaitable[None]]
) -> Response:
    """Do the work once, and answer the approval: 202 while the register is being asked."""

    async def carry_out(_: UUID) -> Done:
        with as_problems():
            await work()
        found = await read_approval(who.engine, approval_id, who.person_id, who.approvals.zone)
        body = shown(found, who.language).to_keep()
        if found.view.stored.state is not ApprovalState.CHECKING_REGISTER:
            return Done(200, body, {})
        return Done(202, body, {"Location": f"/v1/approvals/{approval_id}", "Retry-After": "2"})

    return await once(who.admitted, carry_out, who.person_id)
