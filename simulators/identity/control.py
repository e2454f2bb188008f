"""``/_control``: any token at once, and new keys. For tests and demonstrations only."""

import time
from typing import Any, Literal

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel, ConfigDict, Field

from domain.identifiers import InvalidIdentifier
from simulators.identity.clients import CLIENTS, STAFF
from simulators.identity.devices import Devices
from simulators.identity.login import person_of
from simulators.identity.oauth import ACCESS_TOKEN, ID_TOKEN
from simulators.identity.staff import MEMBERS, Member
from simulators.identity.tokens import ACCESS_TOKEN_LIFE, Login, Mint


class TokenForm(BaseModel):
    """Exactly one of ``person``, ``client`` and ``role`` says whose token it is."""

    model_config = ConfigDict(extra="forbid")

    person: str | None = Field(None, description="An Estonian personal code")
    client: str | None = Field(None, description=f"One of {', '.join(CLIENTS)}")
    role: Literal["support", "ops", "mandate_officer"] | None = None
    amr: str = Field("mID", description="Of a person: mID, smartid, idcard, or a wrong one")
    acr: Literal["low", "substantial", "high"] = Field("high", description="Of a person")
    login_age: int = Field(
        0, description="Of a person: seconds since the login, as in a token that was refreshed"
    )
    phone: str | None = Field(None, description="Of a person: +372…, verified by Mobiil-ID")
    id_token: bool = Field(default=False, description="An ID token instead of an access token")
    claims: dict[str, Any] = Field({}, description="Replace these claims; null removes one")
    header: dict[str, Any] = Field({}, description="Replace these headers; null removes one")


class TokenView(BaseModel):
    token: str


class DeviceForm(BaseModel):
    """Somebody answers a program that waits: a member of staff approves, or it is denied."""

    model_config = ConfigDict(extra="forbid")

    subject: str | None = Field(None, description="Who approves; null: it is denied")
    name: str | None = Field(None, description="Of somebody who is no test member of staff")
    roles: list[str] | None = Field(None, description="Instead of the member's own")

    def member(self) -> Member | None:
        """Who approves, known or invented; None: it is denied."""
        if self.subject is None:
            return None
        known = MEMBERS.get(self.subject, Member(self.subject, self.subject, ()))
        roles = known.roles if self.roles is None else tuple(self.roles)
        return Member(self.subject, self.name or known.name, roles)


class RotateForm(BaseModel):
    model_config = ConfigDict(extra="forbid")

    overlap: float = Field(
        ACCESS_TOKEN_LIFE,
        ge=0,
        description="Seconds for which the old key stays published; 0: withdrawn at once",
    )


class KeyView(BaseModel):
    kid: str


def control(mint: Mint, devices: Devices) -> APIRouter:
    """The routes."""
    router = APIRouter()

    @router.post("/tokens", tags=["tokens"])
    async def make_token(form: TokenForm) -> TokenView:
        """A token for any test person, client or role, right or wrong on purpose."""
        claims = _without_nulls(_claims(mint, form) | form.claims)
        header = _without_nulls((ID_TOKEN if form.id_token else ACCESS_TOKEN) | form.header)
        return TokenView(token=mint.signed(claims, header))

    @router.post("/devices/{user_code}", tags=["tokens"], status_code=204)
    async def answer_device(user_code: str, form: DeviceForm) -> None:
        """Approve or deny a sign-in to a program, as on the page for it."""
        if not devices.answer(user_code, form.member()):
            raise HTTPException(404, "no program waits with this code")

    @router.post("/rotate", tags=["keys"])
    async def rotate_keys(form: RotateForm) -> KeyView:
        """Sign with a new key from now on."""
        return KeyView(kid=mint.keys.rotate(form.overlap))

    return router


def _claims(mint: Mint, form: TokenForm) -> dict[str, Any]:
    if [form.person, form.client, form.role].count(None) != 2:
        raise HTTPException(422, "exactly one of person, client and role")
    if form.person is not None:
        return _of_person(mint, form, form.person)
    client = STAFF[form.role] if form.role is not None else CLIENTS.get(form.client or "")
    if client is None or client.public:
        raise HTTPException(422, "no such client")
    return mint.client(client)


def _of_person(mint: Mint, form: TokenForm, code: str) -> dict[str, Any]:
    try:
        logged_in_at = int(time.time()) - form.login_age
        login = Login(person_of(code), form.amr, form.phone, logged_in_at, form.acr)
    except InvalidIdentifier as error:
        raise HTTPException(422, str(error)) from error
    access = mint.person(login, scope="openid phone")
    if not form.id_token:
        return access
    return mint.identity(login, mint.signed(access, ACCESS_TOKEN), scope="openid phone")


def _without_nulls(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}
