"""POST /v1/access/explain: why a person may do something, or why not and what would change it."""

from typing import Annotated

from fastapi import APIRouter, Depends

from api.access.schemas import ExplainAccessRequest, Explanation
from api.auth.authorization import Allow, Authorized
from api.auth.principals import StaffRole
from api.http import problems
from api.http.dependencies import Store
from api.http.routes import GuardedRoute
from api.http.sentences import AskedSentences
from domain.people.look_ups import LookUp
from services.access.explain import Question, explain
from services.people import look_up

router = APIRouter(prefix="/v1/access", tags=["access"], route_class=GuardedRoute)

STAFF = Allow(roles=(StaffRole.SUPPORT, StaffRole.OPS), acts=True)


@router.post("/explain", operation_id="explainAccess", responses=problems.documented("not_found"))
def explain_access(
    request: ExplainAccessRequest,
    admitted: Annotated[Authorized, Depends(STAFF)],
    database: Store,
    sentences: AskedSentences,
) -> Explanation:
    """Explain a decision: the grants and register statement behind it, and what is missing.

    The event `person:looked_up`, with whoever looked.
    """
    look_up.by_id(database, request.person_id, LookUp.EXPLANATION, actor=admitted.actor)
    question = Question(
        request.person_id, request.account_id, request.permission, request.service_id, request.at
    )
    return Explanation.of(explain(database, question), sentences)
