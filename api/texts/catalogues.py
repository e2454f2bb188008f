"""GET /v1/permissions, /v1/roles, /v1/reasons, /v1/states: every code with its text."""

import hashlib
from collections.abc import Callable
from functools import cache
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Depends, Header, Request, Response
from pydantic import Field

from api.auth.authorization import Allow
from api.auth.principals import Scope, StaffRole
from api.http.languages import negotiated
from api.http.problems import Responses
from api.http.routes import GuardedRoute
from api.http.schemas import ResponseModel
from api.texts.states import STATES
from domain.access.permissions import ACCESS_ROLES, Permission
from domain.delegations.terms import DELEGABLE_ROLES
from domain.numbers.sms_texts import Language
from runtime.texts import reason_codes, reason_messages, text

router = APIRouter(prefix="/v1", tags=["texts"], route_class=GuardedRoute)

ANYONE = Allow(person=True, portal=True, scopes=tuple(Scope), roles=tuple(StaffRole))
_CACHING = b"private, max-age=300"
_UNCHANGED: Responses = {304: {"description": "The caller has the catalogue: see `If-None-Match`."}}


class NamedPermission(ResponseModel):
    """A permission as people call it."""

    code: Permission = Field(description="The permission.")
    text: str


class NamedRole(ResponseModel):
    """An access role as people call it, and what it consists of."""

    code: str = Field(description="Code of the access role.")
    text: str
    description: str = Field(description="What the role is for, in the language of the answer.")
    permissions: list[Permission] = Field(description="What the role permits.")
    may_be_given: bool = Field(description="Whether a delegation can give it.")


class NamedReason(ResponseModel):
    """A reason code, and the sentences that a reason with it can have."""

    code: str = Field(description="Code of the reason.")
    texts: list[str] = Field(description="`{name}` stands for the reason's fact of that name.")


class NamedState(ResponseModel):
    """A state or kind as people call it."""

    enumeration: str = Field(description="What it is a state or kind of, such as `delegation`.")
    code: str = Field(description="The state or kind.")
    text: str


class PermissionCatalogue(ResponseModel):
    """Every permission, alphabetically."""

    items: list[NamedPermission]


class RoleCatalogue(ResponseModel):
    """Every access role."""

    items: list[NamedRole]


class ReasonCatalogue(ResponseModel):
    """Every reason code, alphabetically."""

    items: list[NamedReason]


class StateCatalogue(ResponseModel):
    """Every state and kind that people see, by enumeration."""

    items: list[NamedState]


def _permissions(language: Language) -> list[dict[str, Any]]:
    return [{"code": each, "text": text(f"permission.{each}", language)} for each in Permission]


def _roles(language: Language) -> list[dict[str, Any]]:
    return [
        {
            "code": role,
            "text": text(f"role.{role}", language),
            "description": text(f"role.{role}.description", language),
            "permissions": sorted(held.permissions),
            "may_be_given": role in DELEGABLE_ROLES,
        }
        for role, held in ACCESS_ROLES.items()
    ]


def _reasons(language: Language) -> list[dict[str, Any]]:
    return [{"code": each, "texts": reason_messages(each, language)} for each in reason_codes()]


def _states(language: Language) -> list[dict[str, Any]]:
    return [
        {"enumeration": name, "code": code, "text": text(f"state.{name}.{code}", language)}
        for name, members in STATES.items()
        for code in members
    ]


Listing = Callable[[Language], list[dict[str, Any]]]


@cache
def _encoded(listing: Listing, language: Language) -> tuple[bytes, str]:
    body = msgspec.json.encode({"items": listing(language)})
    return body, f'"{hashlib.sha256(body).hexdigest()[:32]}"'


def _answer(request: Request, listing: Listing, language: Language, known: str | None) -> Response:
    body, tag = _encoded(listing, language)
    request.state.cache_control = _CACHING
    headers = {"ETag": tag, "Vary": "Accept-Language", "Content-Language": language.value}
    if known and (known.strip() == "*" or tag in known):
        return Response(status_code=304, headers=headers)
    return Response(body, media_type="application/json", headers=headers)


async def _language(
    accept_language: Annotated[
        str | None, Header(description="`et`, `ru` or `en`, with quality values. Default: English.")
    ] = None,
) -> Language:
    return negotiated(accept_language)


Asked = Annotated[Language, Depends(_language)]
Known = Annotated[str | None, Header(alias="If-None-Match", description="ETag that is known.")]


@router.get(
    "/permissions",
    operation_id="listPermissions",
    response_model=PermissionCatalogue,
    responses=_UNCHANGED,
    dependencies=[Depends(ANYONE)],
)
async def list_permissions(request: Request, language: Asked, known: Known = None) -> Response:
    """List every permission with its text in the asked language."""
    return _answer(request, _permissions, language, known)


@router.get(
    "/roles",
    operation_id="listRoles",
    response_model=RoleCatalogue,
    responses=_UNCHANGED,
    dependencies=[Depends(ANYONE)],
)
async def list_roles(request: Request, language: Asked, known: Known = None) -> Response:
    """List every access role with its permissions and its text in the asked language."""
    return _answer(request, _roles, language, known)


@router.get(
    "/reasons",
    operation_id="listReasons",
    response_model=ReasonCatalogue,
    responses=_UNCHANGED,
    dependencies=[Depends(ANYONE)],
)
async def list_reasons(request: Request, language: Asked, known: Known = None) -> Response:
    """List every reason code with its sentences in the asked language."""
    return _answer(request, _reasons, language, known)


@router.get(
    "/states",
    operation_id="listStates",
    response_model=StateCatalogue,
    responses=_UNCHANGED,
    dependencies=[Depends(ANYONE)],
)
async def list_states(request: Request, language: Asked, known: Known = None) -> Response:
    """List every state and kind that people see, with its text in the asked language."""
    return _answer(request, _states, language, known)
