"""Dependencies of the routes of number verification."""

from typing import Annotated

from fastapi import Depends, Request
from starlette.concurrency import run_in_threadpool

from api.accounts.me import Acting
from api.http.dependencies import ActingPerson, Store, acting
from api.http.problems import Problem
from api.http.validation_errors import ValidationIssue
from api.parts import parts_of
from domain.numbers.phone_numbers import NumberRefused, PhoneNumber
from domain.numbers.verifications import Requester
from services.numbers.policy import NumberPolicy


async def _policy(request: Request) -> NumberPolicy:
    return parts_of(request).numbers


async def _speaker(admitted: Acting, database: Store) -> ActingPerson:
    return await run_in_threadpool(acting, database, admitted)


Speaker = Annotated[ActingPerson, Depends(_speaker)]
"""The person for whom the caller speaks, and the actor of what they do."""


async def _requester(speaker: Speaker) -> Requester:
    return Requester(speaker.id)


def parse_number(policy: NumberPolicy, text: str) -> PhoneNumber:
    """Parse the number in a body's field ``number``. Raises Problem, which points at it."""
    try:
        return policy.parse(text)
    except NumberRefused as error:
        issue = ValidationIssue("/number", str(error))
        code = "invalid" if error.code == "number_invalid" else "number_not_allowed"
        raise Problem(code, errors=[issue]) from None


Policy = Annotated[NumberPolicy, Depends(_policy)]
Mine = Annotated[Requester, Depends(_requester)]
"""The person for whom the caller speaks, as the requester of verifications."""
