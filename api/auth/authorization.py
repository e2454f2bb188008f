"""Who may call: every route has one admission, and says in the API's description which."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from fastapi import Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from api.auth.principals import (
    Caller,
    ClientCaller,
    PersonCaller,
    Scope,
    StaffCaller,
    StaffRole,
)
from api.http import problems
from api.http.problems import Problem
from domain.audit import Actor
from domain.identifiers import PersonKey

ON_BEHALF_OF = "On-Behalf-Of"


@dataclass(frozen=True, slots=True)
class Admitted:
    """A caller who was let in, and the person it speaks for."""

    caller: Caller
    person: PersonKey | UUID | None = field(default=None, repr=False)
    """Who logged in, or whom the portal names; None: it speaks for itself."""

    @property
    def actor(self) -> Actor:
        """Who this is in the history."""
        match self.caller:
            case StaffCaller(subject=subject):
                return Actor("ops", subject)
            case ClientCaller(client_id=client_id):
                return Actor("portal" if self.person else "system", client_id)
            case PersonCaller():
                return Actor("person")


@dataclass(frozen=True)
class Admission:
    """Lets in the kinds of caller that it names, and nobody else. A FastAPI dependency."""

    person: bool = False
    """A person who logged in, for themselves."""
    portal: bool = False
    """A client that may act for a person and names one in ``On-Behalf-Of``."""
    scopes: tuple[Scope, ...] = ()
    """Clients with any of these."""
    roles: tuple[StaffRole, ...] = ()
    """Staff with any of these."""

    async def __call__(self, request: Request) -> Admitted:
        headers = request.headers
        caller = await request.app.state.verifier.authenticate(headers.get("authorization"))
        named = headers.get(ON_BEHALF_OF)
        match caller:
            case PersonCaller() if self.person and named is None:
                return Admitted(caller, caller.person)
            case StaffCaller() if named is None and not caller.roles.isdisjoint(self.roles):
                return Admitted(caller)
            case ClientCaller():
                return self._client(caller, named)
        raise self._refusal()

    def _client(self, caller: ClientCaller, named: str | None) -> Admitted:
        if named is not None:
            if not self.portal or Scope.ACT_FOR_PERSON not in caller.scopes:
                raise self._refusal()
            return Admitted(caller, _person_id(named))
        if not caller.scopes.isdisjoint(self.scopes):
            return Admitted(caller)
        if self.portal and Scope.ACT_FOR_PERSON in caller.scopes:
            raise Problem("on_behalf_of_missing")
        raise self._refusal()

    def _refusal(self) -> Problem:
        wanted = [*self.scopes, *([Scope.ACT_FOR_PERSON] if self.portal else [])]
        challenge = 'Bearer error="insufficient_scope"'
        if wanted:
            challenge += f', scope="{" ".join(wanted)}"'
        return Problem("insufficient_scope", headers={"WWW-Authenticate": challenge})

    def words(self) -> str:
        """Who may call, for people."""
        kinds = []
        if self.person:
            kinds.append("a person, for themselves")
        if self.portal:
            scope = Scope.ACT_FOR_PERSON
            kinds.append(f"a client with `{scope}`, for the person in `{ON_BEHALF_OF}`")
        kinds += [f"a client with `{scope}`" for scope in self.scopes]
        kinds += [f"staff with the role `{role}`" for role in self.roles]
        return f"**Who may call:** {'; '.join(kinds)}."

    def security(self) -> list[dict[str, list[str]]]:
        """The same as OpenAPI's security requirements: any one of them is enough."""
        clients = [*([Scope.ACT_FOR_PERSON] if self.portal else []), *self.scopes]
        person: list[dict[str, list[str]]] = [{"person": []}] if self.person else []
        return [
            *person,
            *({"client": [str(scope)]} for scope in clients),
            *({"staff": [str(role)]} for role in self.roles),
        ]


def _person_id(named: str) -> UUID:
    try:
        return UUID(named)
    except ValueError:
        raise Problem("on_behalf_of_missing") from None


_ALWAYS = problems.documented(
    *("database_unavailable", "insufficient_scope", "invalid", "keys_unavailable", "malformed"),
    *("on_behalf_of_missing", "step_up_needed", "token_missing", "token_refused"),
)


class GuardedRoute(APIRoute):
    """A route that has an admission and tells of it; a route without one is refused at start."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        options["responses"] = problems.together(_ALWAYS, options.get("responses") or {})
        super().__init__(path, endpoint, **options)
        admission = next(_admissions(self.dependant), None)
        if admission is None:
            raise TypeError(f"{path} does not say who may call it")
        self.description = f"{self.description}\n\n{admission.words()}"
        extra = self.openapi_extra or {}
        if admission.portal:
            extra["parameters"] = [*extra.get("parameters", []), _ON_BEHALF_OF]
        self.openapi_extra = extra | {"security": admission.security()}


def _admissions(dependant: Dependant) -> Iterator[Admission]:
    for dependency in dependant.dependencies:
        if isinstance(dependency.call, Admission):
            yield dependency.call
        yield from _admissions(dependency)


_ON_BEHALF_OF = {
    "name": ON_BEHALF_OF,
    "in": "header",
    "required": False,
    "description": "Id of the person for whom a client acts (from `POST /v1/people/lookup`).",
    "schema": {"type": "string", "format": "uuid"},
}
