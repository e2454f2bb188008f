"""Routes that name who may call them; one that does not stops the start."""

from collections.abc import Callable, Collection, Coroutine, Iterable, Iterator
from typing import Any

from fastapi import Depends, Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.dependencies.utils import get_parameterless_sub_dependant
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute

from api.auth.authorization import ON_BEHALF_OF, Allow
from api.auth.principals import StaffRole
from api.http import json_bodies, problems
from api.http.problems import Problem
from api.http.validation_errors import ValidationIssue

_UNKNOWN = ValidationIssue("query", "Has an unknown parameter")
_ALWAYS = problems.documented(
    *("database_unavailable", "header_too_large", "insufficient_scope", "invalid"),
    *("keys_unavailable", "malformed", "on_behalf_of_missing", "request_timeout", "server_busy"),
    *("step_up_needed", "token_audience_wrong", "token_expired", "token_missing"),
    *("token_refused", "token_type_wrong", "too_many_requests"),
)


class GuardedRoute(APIRoute):
    """A route with an ``Allow``, documented in OpenAPI; one without stops the start."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        options["responses"] = problems.together(_ALWAYS, options.get("responses") or {})
        super().__init__(path, endpoint, **options)
        if self._takes_json():
            self.responses = problems.together(self.responses, json_bodies.RESPONSES)
        admission = next(_admissions(self.dependant), None)
        if admission is None:
            raise TypeError(f"{path} does not say who may call it")
        self.description = f"{self.description}\n\n{admission.description()}"
        extra = self.openapi_extra or {}
        if admission.portal:
            extra["parameters"] = [*extra.get("parameters", []), _ON_BEHALF_OF]
        self.openapi_extra = extra | {"security": admission.security()}
        self.admission = admission
        self._known = frozenset(_query_names(self.dependant))
        # Last, so that a caller who may not call it learns nothing else.
        checked = get_parameterless_sub_dependant(depends=Depends(self._require_known), path=path)
        self.dependant.dependencies.append(checked)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the framework's handler, behind the checks of a body where there is one."""
        handle = super().get_route_handler()
        if not self._takes_json():
            return handle

        async def handle_json(request: Request) -> Response:
            await json_bodies.require_json(request)
            try:
                return await handle(request)
            except HTTPException as error:
                raise json_bodies.of_unreadable(error) from None

        return handle_json

    def _takes_json(self) -> bool:
        """Also where the endpoint reads the body itself, and its document says what it is."""
        stated = (self.openapi_extra or {}).get("requestBody", {}).get("content", {})
        return self.body_field is not None or "application/json" in stated

    async def _require_known(self, request: Request) -> None:
        """Refuse a parameter that there is not: a filter that is misspelt would filter nothing."""
        if not self._known.issuperset(request.query_params):
            raise Problem("invalid", errors=[_UNKNOWN])


def allowed_to(routes: Iterable[BaseRoute], roles: Collection[StaffRole]) -> Iterator[str]:
    """Ids of the operations among these routes that staff with any of these roles may call."""
    for route in routes:
        if isinstance(route, GuardedRoute) and not set(roles).isdisjoint(route.admission.roles):
            yield route.operation_id or route.name


def _query_names(dependant: Dependant) -> Iterator[str]:
    for field in dependant.query_params:
        yield field.alias
    for dependency in dependant.dependencies:
        yield from _query_names(dependency)


def _admissions(dependant: Dependant) -> Iterator[Allow]:
    for dependency in dependant.dependencies:
        if isinstance(dependency.call, Allow):
            yield dependency.call
        yield from _admissions(dependency)


_ON_BEHALF_OF = {
    "name": ON_BEHALF_OF,
    "in": "header",
    "required": False,
    "description": "Id of the person for whom a client acts (from `POST /v1/people/lookup`).",
    "schema": {"type": "string", "format": "uuid"},
}
