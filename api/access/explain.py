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
from services.access.explain import Question, explain

router = APIRouter(prefix="/v1/access", tags=["access"], route_class=GuardedRoute)

STAFF = Allow(roles=(StaffRole.SUPPORT, StaffRole.OPS))


@router.post("/explain", operation_id="explainAccess", responses=problems.documented("not_found"))
def explain_access(
    request: ExplainAccessRequest,
    _admitted: Annotated[Authorized, Depends(STAFF)],
    database: Store,
    sentences: AskedSentences,
) -> Explanation:
    """Explain a decision: the grants and register statement behind it, and what is missing."""
    question = Question(
        request.person_id, request.account_id, request.permission, request.service_id, request.at
    )
    return Explanation.of(explain(database, question), sentences)
