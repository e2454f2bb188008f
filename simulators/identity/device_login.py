"""``/oauth2/device``: a program asks to be signed in, and a member of staff answers on a page."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response

from simulators.identity.clients import CLI_CLIENT, CLIENTS
from simulators.identity.devices import CODE_LIFE, Devices
from simulators.identity.page import answered_page, device_page
from simulators.identity.refreshing import SignIns
from simulators.identity.staff import MEMBERS

_NOT_KEPT = {"Cache-Control": "no-store"}


def device_authorization(base: str, devices: Devices, sign_ins: SignIns) -> APIRouter:
    """The routes: the program's request, the page, and the end of a sign-in (RFC 7009)."""
    router = APIRouter(prefix="/oauth2", tags=["device"])

    @router.post("/device/auth")
    async def ask(request: Request) -> Response:
        form = await _form(request)
        scope = form.get("scope", "")
        if form.get("client_id") != CLI_CLIENT:
            return JSONResponse({"error": "unauthorized_client"}, 400, headers=_NOT_KEPT)
        if not set(scope.split()) <= set(CLIENTS[CLI_CLIENT].scopes):
            return JSONResponse({"error": "invalid_scope"}, 400, headers=_NOT_KEPT)
        code, device = devices.start(CLI_CLIENT, scope)
        page = f"{base}/oauth2/device"
        answer = {
            "device_code": code,
            "user_code": device.user_code,
            "verification_uri": page,
            "verification_uri_complete": f"{page}?user_code={device.user_code}",
            "expires_in": CODE_LIFE,
            "interval": device.interval,
        }
        return JSONResponse(answer, headers=_NOT_KEPT)

    @router.get("/device")
    async def page(user_code: str = "") -> HTMLResponse:
        return HTMLResponse(device_page(user_code, MEMBERS.values()))

    @router.post("/device")
    async def answer(request: Request) -> HTMLResponse:
        return _answered(devices, await _form(request))

    @router.post("/revoke")
    async def revoke(request: Request) -> Response:
        sign_ins.end((await _form(request)).get("token", ""))
        return Response()

    return router


def _answered(devices: Devices, form: dict[str, str]) -> HTMLResponse:
    code, member = form.get("user_code", ""), MEMBERS.get(form.get("subject", ""))
    denied = "deny" in form
    if member is None and not denied:
        return HTMLResponse(device_page(code, MEMBERS.values(), "Choose who signs in."), 422)
    if not devices.answer(code, None if denied else member):
        problem = "No program waits with this code."
        return HTMLResponse(device_page(code, MEMBERS.values(), problem), 422)
    return HTMLResponse(answered_page("Refused." if denied else "Signed in."))


async def _form(request: Request) -> dict[str, str]:
    return {name: str(value) for name, value in (await request.form()).items()}
