"""Problem details (RFC 9457): the answer to an error, which repeats nothing of the request."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import msgspec
from fastapi import Response
from pydantic import BaseModel, Field, WithJsonSchema

from api.http.problem_kinds import KINDS, type_of
from api.http.validation_errors import ValidationIssue
from services.errors import Refused

Responses = dict[int | str, dict[str, Any]]
"""Responses of a route in OpenAPI, by status."""

MEDIA_TYPE = "application/problem+json"

_CONTENT = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemDetails"}}}


class Problem(Exception):
    """Raised where a request cannot be carried out; answered as problem details."""

    def __init__(
        self,
        code: str,
        detail: str = "",
        *,
        errors: Sequence[ValidationIssue] = (),
        headers: Mapping[str, str] | None = None,
        verification: Mapping[str, Any] | None = None,
        refusals: Sequence[str] = (),
        preview: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail
        self.errors = errors
        self.headers = headers
        self.verification = verification
        self.refusals = refusals
        self.preview = preview


# The models stand above this module: api.numbers.schemas, api.contracts.end_schemas.
_VERIFICATION = {"anyOf": [{"$ref": "#/components/schemas/Verification"}, {"type": "null"}]}
_PREVIEW = {"anyOf": [{"$ref": "#/components/schemas/ContractEndPreview"}, {"type": "null"}]}


class ProblemDetails(BaseModel):
    """Problem details (RFC 9457)."""

    type: str = Field(description="`urn:volitus:problem:` and the code with hyphens.")
    title: str = Field(description="The kind of problem in words, in the language of the answer.")
    status: int = Field(description="Status code of the answer.")
    code: str = Field(description="Stable, for programs. More codes may be added.")
    detail: str | None = Field(
        None,
        description="What exactly is wrong, for developers.",
    )
    instance: str = Field(description="Id of the request: the same as in the header X-Request-Id.")
    trace_id: str | None = Field(
        None, description="Id of the trace (W3C Trace Context), where the engine keeps traces."
    )
    errors: list[ValidationIssue] | None = Field(
        None,
        description="Of `invalid` and others: what is wrong in which part of the request.",
    )
    verification: Annotated[dict[str, Any] | None, WithJsonSchema(_VERIFICATION)] = Field(
        None, description="The number verification of the request, in its present state."
    )
    preview: Annotated[dict[str, Any] | None, WithJsonSchema(_PREVIEW)] = Field(
        None, description="Of `preview_changed`: the end of the contract as it is now."
    )
    refusals: list[str] | None = Field(
        None,
        description="Of `contract_refused`: why. Of `delegation_refused`: the code of every"
        " reason against it. Of"
        " `reading_refused`: the code of every reason against it. Of `review_refused`: the code of"
        " each of the `errors`.",
    )


def documented(*codes: str) -> Responses:
    """Document answers with these problems in OpenAPI."""
    responses: Responses = {}
    for code in sorted(codes):
        status, title = KINDS[code]
        response = responses.setdefault(status, {"description": "", "content": _CONTENT})
        response["description"] += f"{'; ' if response['description'] else ''}`{code}`: {title}"
    return responses


def together(first: Responses, second: Responses) -> Responses:
    """Merge the two; a status of both gets both descriptions, each problem once."""
    both = first | second
    for status in first.keys() & second.keys():
        texts = "; ".join(each[status]["description"] for each in (second, first))
        once = "; ".join(dict.fromkeys(texts.split("; ")))
        both[status] = both[status] | {"description": once}
    return both


def answer(scope: Mapping[str, Any], problem: Problem) -> Response:
    """Return the response of this problem."""
    status, title = KINDS[problem.code]
    body: dict[str, Any] = {
        "type": type_of(problem.code),
        "title": title,
        "status": status,
        "code": problem.code,
        "instance": f"urn:uuid:{scope['state']['request_id']}",
    }
    if trace_id := scope["state"].get("trace_id"):
        body["trace_id"] = trace_id
    if problem.detail:
        body["detail"] = problem.detail
    if problem.errors:
        body["errors"] = problem.errors
    if problem.verification:
        body["verification"] = problem.verification
    if problem.preview:
        body["preview"] = problem.preview
    if problem.refusals:
        body["refusals"] = list(problem.refusals)
    return Response(
        msgspec.json.encode(body),
        status_code=status,
        media_type=MEDIA_TYPE,
        headers=dict(problem.headers or {}),
    )


def of_refused(error: Refused) -> Problem:
    """Return the problem of a use case that was refused."""
    return Problem(error.code, error.detail)
