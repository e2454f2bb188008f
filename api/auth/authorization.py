"""Authorization of routes: each names its callers with one ``Allow``, also in OpenAPI."""

from dataclasses import dataclass, field
from uuid import UUID

from fastapi import Request

from api.auth.errors import InsufficientScope, OnBehalfOfMissing
from api.auth.freshness import Fresh
from api.auth.principals import (
    Caller,
    ClientCaller,
    PersonCaller,
    Scope,
    StaffCaller,
    StaffRole,
)
from api.parts import parts_of
from domain.audit import Actor, ActorKind
from domain.identifiers import PersonKey
from domain.identity import Login
from domain.staff import StaffMember, staff_id
from runtime.threads import on_thread
from services.audit.staff import acting

_READING = frozenset({"GET", "HEAD"})
ON_BEHALF_OF = "On-Behalf-Of"


@dataclass(frozen=True, slots=True)
class Authorized:
    """An authorized caller, and the person it acts for."""

    caller: Caller
    actor: Actor
    """The caller as the actor of events. Whom it acts for is looked up later, where something is
    written: see ``api.http.dependencies.acting``."""
    fresh: Fresh = field(repr=False)
    person: PersonKey | UUID | None = field(default=None, repr=False)
    """The person who logged in, or whom the portal names; None: it acts for itself."""

    @property
    def client(self) -> str:
        """The program of the token, whoever it acts for: issuer and client id."""
        return f"{self.caller.issuer} {self.caller.client_id}"

    def fresh_login(self) -> Login:
        """Return the login of the person who calls. Raises StepUpNeeded if it is not fresh.

        A use case that may find out that it needs one gets this method itself.
        """
        return self.fresh.require(self.caller)


@dataclass(frozen=True)
class Allow:
    """Allows the kinds of caller that it names, and no other. A FastAPI dependency."""

    person: bool = False
    """A person who logged in, acting for themselves."""
    portal: bool = False
    """A client that may act for a person and names one in ``On-Behalf-Of``."""
    scopes: tuple[Scope, ...] = ()
    """Clients with any of these."""
    with_scope: bool = False
    """A client that names a person needs one of ``scopes`` as well: ``portal`` widens them."""
    roles: tuple[StaffRole, ...] = ()
    """Staff with any of these."""
    acts: bool | None = None
    """Whether staff act here, and so are recorded by name; None: unless the method is GET."""
    fresh: bool = False
    """Persons need a fresh login. Not for a portal, whose token says nothing of one."""

    def __post_init__(self) -> None:
        if self.fresh and (self.portal or not self.person):
            raise TypeError("only a person's own login can be fresh")

    async def __call__(self, request: Request) -> Authorized:
        headers, parts = request.headers, parts_of(request)
        caller = await parts.verifier.authenticate(headers.get("authorization"))
        parts.limits.enter(caller, request.scope["state"])
        named = headers.get(ON_BEHALF_OF)
        match caller:
            case PersonCaller() if self.person and named is None:
                admitted = Authorized(caller, Actor(ActorKind.PERSON), parts.fresh, caller.person)
                if self.fresh:
                    admitted.fresh_login()
                return admitted
            case StaffCaller() if named is None and not caller.roles.isdisjoint(self.roles):
                return Authorized(caller, await self._staff(request, caller), parts.fresh)
            case ClientCaller():
                return self._client(caller, named, parts.fresh)
        raise self._insufficient(caller)

    async def _staff(self, request: Request, caller: StaffCaller) -> Actor:
        """Return the actor, known by a pseudonymous id; whoever acts is recorded by name."""
        parts = parts_of(request)
        id_ = staff_id(parts.staff_key, caller.issuer, caller.subject)
        member = StaffMember(id_, caller.name)
        acts = request.method not in _READING if self.acts is None else self.acts
        if not acts:
            return member.actor
        return await on_thread(lambda: acting(parts.engine.database, member))

    def _client(self, caller: ClientCaller, named: str | None, fresh: Fresh) -> Authorized:
        has_scope = not caller.scopes.isdisjoint(self.scopes)
        if self.with_scope and not has_scope:
            raise self._insufficient(caller)
        if named is not None:
            if not self.portal or Scope.ACT_FOR_PERSON not in caller.scopes:
                raise self._insufficient(caller)
            portal = Actor(ActorKind.PORTAL, caller.client_id)
            return Authorized(caller, portal, fresh, _person_id(named))
        if has_scope:
            return Authorized(caller, Actor(ActorKind.SYSTEM, caller.client_id), fresh)
        if self.portal and Scope.ACT_FOR_PERSON in caller.scopes:
            raise OnBehalfOfMissing
        raise self._insufficient(caller)

    def _insufficient(self, caller: Caller) -> InsufficientScope:
        wanted = [*self.scopes, *([Scope.ACT_FOR_PERSON] if self.portal else [])]
        # Staff and programs may know which roles there are; a customer need not.
        known = not isinstance(caller, PersonCaller)
        detail = f"Requires {', or '.join(self._callers())}." if known else ""
        return InsufficientScope(wanted, detail)

    def description(self) -> str:
        """Describe in Markdown who may call."""
        return f"**Who may call:** {'; '.join(self._callers())}."

    def _callers(self) -> list[str]:
        kinds = []
        if self.person:
            login = ", with a fresh login of high assurance" if self.fresh else ""
            kinds.append(f"a person, for themselves{login}")
        if self.portal:
            scopes = " and ".join(
                f"`{scope}`"
                for scope in (Scope.ACT_FOR_PERSON, *(self.scopes if self.with_scope else ()))
            )
            kinds.append(f"a client with {scopes}, for the person in `{ON_BEHALF_OF}`")
        kinds += [f"a client with the scope `{scope}`" for scope in self.scopes]
        kinds += [f"staff with the role `{role}`" for role in self.roles]
        return kinds

    def security(self) -> list[dict[str, list[str]]]:
        """Return OpenAPI's security requirements: any one of them is enough."""
        clients = [
            *([Scope.ACT_FOR_PERSON] if self.portal and not self.with_scope else []),
            *self.scopes,
        ]
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
        raise OnBehalfOfMissing from None
