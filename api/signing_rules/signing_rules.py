"""/v1/ops/signing-rules: what officers read, and look at, before a group's word counts."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from api.http import idempotency, pagination, problems
from api.http.dependencies import Store
from api.http.idempotency import OnceOnly
from api.http.routes import GuardedRoute
from api.signing_rules.inputs import SigningRuleLookInput
from api.signing_rules.officer import Officer, Reader
from api.signing_rules.schemas import SigningRuleDetails, SigningRuleLine, SigningRulePage
from domain.signing_rules.looks import LookResult
from services.signing_rules import looks, rules
from storage.signing_rules import rule_queries
from storage.signing_rules.rule_queries import RuleWaitsFor

router = APIRouter(prefix="/v1/ops/signing-rules", tags=["signing rules"], route_class=GuardedRoute)

_LOOKED = problems.together(
    idempotency.RESPONSES, problems.documented("not_found", "reading_refused")
)


@router.get("", operation_id="listSigningRules", responses=pagination.RESPONSES)
def list_signing_rules(
    _admitted: Reader,
    database: Store,
    page: pagination.Asked,
    waits_for: Annotated[
        RuleWaitsFor | None, Query(description="Only those that wait for this. Left out: all.")
    ] = None,
) -> SigningRulePage:
    """List signing rules that stand in words or wait for an officer's look, by company id.

    Of companies with an active account.
    """
    after = page.place("signing-rules", UUID)
    with database.reading() as connection:
        found = rule_queries.rules(
            connection, waits_for=waits_for, after=after, limit=page.limit + 1
        )
    shown, following = page.cut("signing-rules", found, lambda line: line.company_id)
    return SigningRulePage(items=[SigningRuleLine.of(each) for each in shown], next=following)


@router.get(
    "/{company_id:uuid}",
    operation_id="getSigningRule",
    responses=problems.documented("not_found"),
)
def get_signing_rule(company_id: UUID, _admitted: Reader, database: Store) -> SigningRuleDetails:
    """Return what the register says of who may act for a company, and what officers made of it."""
    return SigningRuleDetails.of(rules.signing_rule(database, company_id))


@router.post(
    "/{company_id:uuid}/look",
    operation_id="lookAtSigningRule",
    response_model=SigningRuleDetails,
    responses=_LOOKED,
)
async def look_at_signing_rule(
    company_id: UUID, said: SigningRuleLookInput, officer: Officer, once: OnceOnly
) -> Response:
    """Say whether the groups that the register states are read rightly.

    Holds for what the register says now. Saying it again takes the place of what was said before.
    """

    def work() -> SigningRuleDetails:
        ok, database = said.result is LookResult.CONFIRMED, officer.database
        looks.look(database, company_id, said.digest, ok=ok, actor=officer.actor, note=said.reason)
        return SigningRuleDetails.of(rules.signing_rule(database, company_id))

    return await officer.once(once, work)
