"""The identity provider's HTTP application."""

from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response

from simulators.faults import TRANSPORT, Faults, disturbed, faults_control
from simulators.identity.clients import ClientSecrets
from simulators.identity.control import control
from simulators.identity.keys import SigningKeys
from simulators.identity.login import METHODS, Codes, authorization
from simulators.identity.oauth import TokenEndpoint
from simulators.identity.tokens import Mint

JWKS_PATH = "/.well-known/jwks.json"


def create_app(issuer: str, data_dir: Path | None = None) -> FastAPI:
    """Create the simulator whose tokens name ``issuer``.

    ``data_dir`` keeps keys.json and clients.json (the clients' secrets, which may be put there
    beforehand); without it both last as long as the app.
    """
    mint = Mint(issuer, SigningKeys(data_dir and data_dir / "keys.json"))
    secrets = ClientSecrets(data_dir and data_dir / "clients.json")
    codes = Codes()
    faults = Faults(dict.fromkeys(("discovery", "jwks", "token"), TRANSPORT))
    app = FastAPI(
        title="Identity-provider simulator",
        openapi_url="/_control/openapi.json",
        docs_url="/_control/docs",
        redoc_url=None,
    )
    _publish(app, mint, faults)
    _give_tokens(app, TokenEndpoint(mint, codes, secrets), faults)
    app.include_router(authorization(codes))
    app.include_router(control(mint), prefix="/_control")
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
        "token_endpoint": f"{base}/oauth2/token",
        "jwks_uri": f"{base}{JWKS_PATH}",
        "scopes_supported": ["openid", "phone"],
        "response_types_supported": ["code"],
        "grant_types_supported": ["authorization_code", "client_credentials"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "token_endpoint_auth_methods_supported": [
            "client_secret_basic",
            "client_secret_post",
            "none",
        ],
        "code_challenge_methods_supported": ["S256"],
        "acr_values_supported": ["high"],
        "amr_values_supported": list(METHODS),
    }
