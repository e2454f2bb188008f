"""Authorization of every route of the API for every kind of caller."""

import re
from uuid import uuid4

import httpx
import pytest
from fastapi import APIRouter

from api.http.routes import GuardedRoute
from api.routers import ROUTERS
from tests.builders.people import MARI
from tests.clients.api_client import (
    PORTAL,
    Front,
    person_token,
)
from tests.clients.token_issuer import NOW, forger, person_claims, signed
from tests.oracles.api_description import api_description
from tests.oracles.callers import (
    BY_SIGNATURE,
    CALLERS,
    ID,
    NOT_FOR_A_PERSON,
    OPERATIONS,
    ROUTES,
)


async def knock(
    front: Front, operation: tuple[str, str, str], token: str | None, **headers: str
) -> httpx.Response:
    name, method, path = operation
    filled = re.sub(r"\{\w+\}", str(ID), path)
    extra = {"Idempotency-Key": str(uuid4())} | headers
    return await front.ask(method, filled, token, ROUTES[name][1], extra)


def test_the_table_has_every_route() -> None:
    assert {name for name, _, _ in OPERATIONS} == set(ROUTES)


@pytest.mark.parametrize("operation", OPERATIONS, ids=[name for name, _, _ in OPERATIONS])
async def test_only_allowed_callers_get_in(front: Front, operation: tuple[str, str, str]) -> None:
    name = operation[0]
    behalf = {} if name in NOT_FOR_A_PERSON else {"On-Behalf-Of": str(front.id_of(MARI))}
    let_in = set()
    for caller, token in CALLERS.items():
        answer = await knock(front, operation, token, **(behalf if caller == "portal" else {}))
        if answer.status_code == 401 and name in BY_SIGNATURE:
            assert answer.json()["code"] == "signature_refused"
        elif caller == "nobody" and answer.status_code == 401:
            assert answer.headers["WWW-Authenticate"] == "Bearer"
        elif answer.status_code == 403:
            assert answer.json()["code"] == "insufficient_scope"
            assert 'error="insufficient_scope"' in answer.headers["WWW-Authenticate"]
        else:
            let_in.add(caller)

    assert let_in == ROUTES[name][0]


@pytest.mark.parametrize(
    "operation",
    [each for each in OPERATIONS if each[0] not in {"isAlive", "isReady"} | BY_SIGNATURE],
    ids=lambda operation: operation[0],
)
async def test_a_forged_token_opens_nothing(front: Front, operation: tuple[str, str, str]) -> None:
    forged = signed(person_claims(), forger())

    answer = await knock(front, operation, forged)

    assert answer.status_code == 401
    assert answer.json()["code"] == "token_refused"
    assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]


@pytest.mark.parametrize("caller", ["person", "checker", "support"])
async def test_nobody_but_the_portal_may_name_a_person(front: Front, caller: str) -> None:
    mari = str(front.id_of(MARI))

    answer = await front.get("/v1/me", CALLERS[caller], on_behalf_of=mari)

    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("caller", "path", "detail"),
    [
        ("support", "/v1/sync/runs", "Requires staff with the role `ops`."),
        ("staff without role", "/v1/sync/runs", "Requires staff with the role `ops`."),
        (
            "checker",
            "/v1/events",
            "Requires a client with the scope `volitus:events`, or staff with the role `ops`.",
        ),
        ("person", "/v1/sync/runs", None),
    ],
)
async def test_staff_and_programs_learn_which_role_or_scope_is_required(
    front: Front, caller: str, path: str, detail: str | None
) -> None:
    answer = await front.get(path, CALLERS[caller])

    assert (answer.status_code, answer.json()["code"]) == (403, "insufficient_scope")
    assert answer.json().get("detail") == detail


@pytest.mark.parametrize(
    ("named", "status", "code"),
    [
        pytest.param({}, 400, "on_behalf_of_missing", id="no-person"),
        pytest.param({"on_behalf_of": "EE60001019906"}, 400, "on_behalf_of_missing", id="a-code"),
        pytest.param({"on_behalf_of": str(uuid4())}, 404, "not_found", id="unknown-person"),
    ],
)
async def test_the_portal_must_name_a_person_who_is_known(
    front: Front, named: dict[str, str], status: int, code: str
) -> None:
    answer = await front.get("/v1/me", PORTAL, **named)

    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_a_weak_login_learns_the_required_level(front: Front) -> None:
    weak = person_token(MARI, acr="low")

    answer = await front.get("/v1/me", weak)

    assert (answer.status_code, answer.json()["code"]) == (401, "step_up_needed")
    assert answer.headers["WWW-Authenticate"] == (
        'Bearer error="insufficient_user_authentication", acr_values="substantial"'
    )


async def test_an_old_token_opens_nothing(front: Front) -> None:
    old = person_token(MARI, iat=NOW - 900, exp=NOW - 300)

    assert (await front.get("/v1/me", old)).status_code == 401


def test_openapi_lists_the_callers_of_every_route() -> None:
    document = api_description()
    schemes = document["components"]["securitySchemes"]

    for _, method, path in OPERATIONS:
        operation = document["paths"][path][method.lower()]
        assert "**Who may call:**" in operation["description"]
        if operation["operationId"] not in {"isAlive", "isReady"}:
            assert {name for each in operation["security"] for name in each} <= set(schemes)
            assert operation["security"]


def test_a_route_without_allowed_callers_is_refused_at_start() -> None:
    router = APIRouter(route_class=GuardedRoute)

    with pytest.raises(TypeError, match="/open does not say who may call it"):
        router.get("/open")(lambda: None)


def test_only_health_is_open_to_all() -> None:
    guarded = {
        isinstance(route, GuardedRoute) for router in ROUTERS[:-1] for route in router.routes
    }

    assert guarded == {True}


@pytest.mark.parametrize(
    ("token", "code", "description"),
    [
        pytest.param(
            signed(person_claims(exp=NOW - 3600, iat=NOW - 3700)),
            "token_expired",
            "The token has expired",
            id="expired",
        ),
        pytest.param(
            signed(person_claims(aud="another")),
            "token_audience_wrong",
            "The token is for another audience",
            id="audience",
        ),
        pytest.param(
            signed(person_claims(nonce="n")),
            "token_type_wrong",
            "The token is no access token",
            id="id-token",
        ),
    ],
)
async def test_api_2_what_its_sender_can_mend_of_a_token_is_said(
    front: Front, token: str, code: str, description: str
) -> None:
    answer = await front.get("/v1/me", token)

    assert (answer.status_code, answer.json()["code"]) == (401, code)
    challenge = f'Bearer error="invalid_token", error_description="{description}"'
    assert answer.headers["WWW-Authenticate"] == challenge


@pytest.mark.parametrize(
    "token",
    [
        pytest.param(signed(person_claims(sub="EE00000000000")), id="subject"),
        pytest.param(signed(person_claims(exp=NOW - 3600, iat=NOW - 3700), forger()), id="forged"),
        pytest.param(signed(person_claims(aud="another"), forger()), id="forged-audience"),
        pytest.param(signed(person_claims(client_id="nobody")), id="client"),
        pytest.param("a.b.c", id="no-token"),
    ],
)
async def test_api_2_of_any_other_fault_nothing_is_said(front: Front, token: str) -> None:
    answer = await front.get("/v1/me", token)

    assert (answer.status_code, answer.json()["code"]) == (401, "token_refused")
    assert answer.headers["WWW-Authenticate"] == 'Bearer error="invalid_token"'
