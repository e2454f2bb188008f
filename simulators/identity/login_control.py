"""``/_control``: wrong ID tokens, and logouts that no browser asked for. For tests only."""

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from simulators.identity.backchannel import LOGOUT_TOKEN, Backchannel
from simulators.identity.refreshing import SignIns
from simulators.identity.sso import SsoSession, SsoSessions
from simulators.identity.staff import Member
from simulators.identity.tokens import Mint


class IdTokenForm(BaseModel):
    """What is wrong with the ID tokens of logins from now on; empty: nothing."""

    model_config = ConfigDict(extra="forbid")

    claims: dict[str, Any] = Field({}, description="Replace these claims; null removes one")
    header: dict[str, Any] = Field({}, description="Replace these headers; null removes one")


class BackchannelForm(BaseModel):
    model_config = ConfigDict(extra="forbid")

    client: str
    address: str


class LogoutForm(BaseModel):
    """Whose sessions end: one, or all of a person."""

    model_config = ConfigDict(extra="forbid")

    sid: str | None = None
    subject: str | None = Field(None, description="EE… or a member of staff")


class LogoutTokenForm(IdTokenForm):
    """A logout token, right or wrong on purpose."""

    client: str
    sid: str
    subject: str


class LogoutTokenView(BaseModel):
    token: str


class ToldView(BaseModel):
    """Statuses with which clients answered; 0: not reached."""

    told: dict[str, int]


def login_control(
    mint: Mint, sso: SsoSessions, sign_ins: SignIns, backchannel: Backchannel
) -> APIRouter:
    """The routes."""
    router = APIRouter()

    @router.put("/id-tokens", tags=["tokens"], status_code=204)
    async def spoil(form: IdTokenForm) -> None:
        """Replace claims and headers of the ID tokens of every login from now on."""
        mint.id_token_claims, mint.id_token_header = form.claims, form.header

    @router.put("/backchannel", tags=["logout"], status_code=204)
    async def register(form: BackchannelForm) -> None:
        """Tell a client there that a session has ended."""
        backchannel.register(form.client, form.address)

    @router.post("/logouts", tags=["logout"])
    async def end(form: LogoutForm) -> ToldView:
        """End sessions as an administrator of the provider does, and tell the clients."""
        ended = sso.end(sid=form.sid, subject=form.subject)
        for session in ended:
            sign_ins.end_of(session.sid)
        return ToldView(told=await backchannel.tell(ended))

    @router.post("/logout-tokens", tags=["logout"])
    async def logout_token(form: LogoutTokenForm) -> LogoutTokenView:
        """A logout token for a client, which is told to nobody."""
        session = SsoSession(Member(form.subject, "", ()), 0, form.sid)
        claims = backchannel.claims(form.client, session) | form.claims
        header = LOGOUT_TOKEN | form.header
        kept = {name: value for name, value in claims.items() if value is not None}
        return LogoutTokenView(token=mint.signed(kept, header))

    return router
