"""The identity provider's HTTP application."""

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response

from simulators.faults import TRANSPORT, Faults, disturbed, faults_control
from simulators.identity.backchannel import Backchannel
from simulators.identity.clients import ClientSecrets
from simulators.identity.codes import Codes
from simulators.identity.control import control
from simulators.identity.device_login import device_authorization
from simulators.identity.devices import GRANT, INTERVAL, Devices
from simulators.identity.keys import SigningKeys
from simulators.identity.login import METHODS, Authorization
from simulators.identity.login_control import login_control
from simulators.identity.logout import end_session
from simulators.identity.oauth import TokenEndpoint
from simulators.identity.refreshing import SignIns
from simulators.identity.sso import SsoSessions
from simulators.identity.tokens import Mint

JWKS_PATH = "/.well-known/jwks.json"


def create_app(
    issuer: str,
    data_dir: Path | None = None,
    *,
    now: Callable[[], float] = time.time,
    interval: float = INTERVAL,
    backchannels: Mapping[str, str] | None = None,
) -> FastAPI:
    """Create the simulator whose tokens name ``issuer``.

    ``data_dir`` keeps keys.json, sign_ins.json (refresh tokens) and clients.json (the clients'
    secrets, which may be put there beforehand); without it they last as long as the app.
    ``interval``: seconds that a device has to wait before it asks again. ``backchannels``: where
    clients are told that a session has ended.
    """
    mint = Mint(issuer, SigningKeys(data_dir and data_dir / "keys.json"), now)
    secrets = ClientSecrets(data_dir and data_dir / "clients.json")
    sign_ins = SignIns(data_dir and data_dir / "sign_ins.json", now)
    codes, devices = Codes(now), Devices(now, interval=interval)
    sso, backchannel = SsoSessions(now), Backchannel(mint)
    for client_id, address in (backchannels or {}).items():
        backchannel.register(client_id, address)
    faults = Faults(dict.fromkeys(("discovery", "jwks", "token"), TRANSPORT))
    app = FastAPI(
        title="Identity-provider simulator",
        openapi_url="/_control/openapi.json",
        docs_url="/_control/docs",
        redoc_url=None,
    )
    _publish(app, mint, faults)
    endpoint = TokenEndpoint(mint, secrets, codes=codes, devices=devices, sign_ins=sign_ins)
    _give_tokens(app, endpoint, faults)
    app.include_router(Authorization(issuer, codes, sso).router())
    app.include_router(end_session(sso, sign_ins, backchannel))
    app.include_router(device_authorization(issuer.rstrip("/"), devices, sign_ins))
    app.include_router(control(mint, devices), prefix="/_control")
    app.include_router(login_control(mint, sso, sign_ins, backchannel), prefix="/_control")
    app.include_router(faults_control(faults), prefix="/_control")
    return app


def _publish(app: FastAPI, mint: Mint, faults: Faults) -> None:
    @app.get("/.well-known/openid-configuration", tags=["discovery"])
    async def discovery(request: Request) -> Response:
        async def answer() -> Response:
            return JSONResponse(_metadata(mint.url))

        return await disturbed(request, faults.take("discovery"), answer)

    @app.get(JWKS_PATH, tags=["discovery"])
    async def jwks(request: Request) -> Response:
        async def answer() -> Response:
            return JSONResponse(mint.keys.published())

        return await disturbed(request, faults.take("jwks"), answer)

    @app.get("/livez", tags=["health"])
    async def livez() -> dict[str, str]:
        return {"status": "ok"}


def _give_tokens(app: FastAPI, endpoint: TokenEndpoint, faults: Faults) -> None:
    @app.post("/oauth2/token", tags=["login"])
    async def token(request: Request) -> Response:
        async def answer() -> Response:
            return await endpoint.answer(request)

        return await disturbed(request, faults.take("token"), answer)


def _metadata(issuer: str) -> dict[str, Any]:
    base = issuer.rstrip("/")
    return {
        "issuer": issuer,
        "authorization_endpoint": f"{base}/oauth2/auth",
        "device_authorization_endpoint": f"{base}/oauth2/device/auth",
        "revocation_endpoint": f"{base}/oauth2/revoke",
        "token_endpoint": f"{base}/oauth2/token",
        "end_session_endpoint": f"{base}/oauth2/logout",
        "backchannel_logout_supported": True,
        "backchannel_logout_session_supported": True,
        "authorization_response_iss_parameter_supported": True,
        "prompt_values_supported": ["none", "login"],
        "ui_locales_supported": ["et", "ru", "en"],
        "jwks_uri": f"{base}{JWKS_PATH}",
        "scopes_supported": ["openid", "phone", "offline_access"],
        "response_types_supported": ["code"],
        "grant_types_supported": [
            "authorization_code",
            "client_credentials",
            "refresh_token",
            GRANT,
        ],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "token_endpoint_auth_methods_supported": [
            "client_secret_basic",
            "client_secret_post",
            "none",
        ],
        "code_challenge_methods_supported": ["S256"],
        "acr_values_supported": ["low", "substantial", "high"],
        "amr_values_supported": list(METHODS),
    }
