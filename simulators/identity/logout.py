"""``/oauth2/logout``: a browser logs out (RP-Initiated Logout 1.0)."""

from urllib.parse import urlsplit

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response

from simulators.identity.backchannel import Backchannel
from simulators.identity.clients import CLIENTS
from simulators.identity.page import answered_page
from simulators.identity.refreshing import SignIns
from simulators.identity.sso import COOKIE, SsoSessions


def end_session(sso: SsoSessions, sign_ins: SignIns, backchannel: Backchannel) -> APIRouter:
    """The route: ends the browser's session and its refresh tokens, and tells the clients."""
    router = APIRouter(prefix="/oauth2", tags=["login"])

    @router.api_route("/logout", methods=["GET", "POST"])
    async def log_out(request: Request) -> Response:
        sent = dict(request.query_params)
        sent |= {name: str(value) for name, value in (await request.form()).items()}
        back = sent.get("post_logout_redirect_uri", "")
        if back and (sent.get("client_id") not in CLIENTS or not is_here(back)):
            return PlainTextResponse("post_logout_redirect_uri is not this client's", 400)
        ended = sso.end(cookie=request.cookies.get(COOKIE), sid=sent.get("logout_hint"))
        for session in ended:
            sign_ins.end_of(session.sid)
        await backchannel.tell(ended)
        if not back:
            return HTMLResponse(answered_page("Logged out."))
        sign, state = "&" if "?" in back else "?", sent.get("state")
        return RedirectResponse(f"{back}{sign}state={state}" if state else back, 303)

    return router


def is_here(address: str) -> bool:
    """Return whether an address is on this machine: the only ones that are redirected to."""
    where = urlsplit(address)
    return where.scheme in {"http", "https"} and where.hostname in {"127.0.0.1", "localhost"}
