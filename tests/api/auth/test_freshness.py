"""Fresh logins: which tokens may confirm something, and the challenge that the others get."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any
from uuid import UUID, uuid4

import pytest
from fastapi import APIRouter, Depends, Response

from api.auth.authorization import Allow, Authorized
from api.auth.claims import ClaimsCheck
from api.auth.errors import StepUpNeeded, Unauthenticated
from api.auth.freshness import Fresh
from api.auth.principals import Caller, PersonCaller, StaffRole
from api.http.idempotency import Done, OnceOnly
from api.http.routes import GuardedRoute
from domain.identity import Acr, Login
from settings.issuers import IssuerProfile
from tests.builders.people import MARI
from tests.clients.api_client import OFFICER, OPS, PORTAL, Front, client_token, person_token
from tests.clients.token_issuer import ISSUER, JWKS, NOW, Claims, Clock, person_claims

MINUTES = timedelta(minutes=5)


def profile(**changes: Any) -> IssuerProfile:
    whole = {
        "issuer": ISSUER,
        "jwks_uri": JWKS,
        "audience": "volitus",
        "kind": "person",
        "allowed_clients": ["portal-login"],
    }
    return IssuerProfile.model_validate(whole | changes)


def caller_of(claims: Claims, clock: Clock | None = None, **changes: Any) -> Caller:
    return ClaimsCheck(profile(**changes), clock or Clock()).caller(claims)


def refusal(claims: Claims, clock: Clock | None = None, **changes: Any) -> StepUpNeeded:
    caller = caller_of(claims, clock, **changes)
    with pytest.raises(StepUpNeeded) as refused:
        Fresh(MINUTES, clock or Clock()).require(caller)
    return refused.value


FRESH = [
    pytest.param({"auth_time": NOW}, {}, id="just-now"),
    pytest.param({"auth_time": NOW - 300}, {"leeway": 0}, id="oldest-without-leeway"),
    pytest.param({"auth_time": NOW - 310}, {}, id="oldest-by-the-issuers-clock"),
    pytest.param({"auth_time": NOW - 330}, {"leeway": 30}, id="another-issuers-leeway"),
    pytest.param({"auth_time": NOW + 10}, {}, id="issuers-clock-ahead"),
    pytest.param({"auth_time": NOW - 60.5}, {}, id="part-of-a-second"),
    pytest.param({"auth_time": NOW - 200, "iat": NOW}, {}, id="refreshed-token"),
    pytest.param({"auth_time": NOW, "acr": "HIGH"}, {}, id="capitals"),
]


@pytest.mark.parametrize(("claims", "issuer"), FRESH)
def test_joint_4_a_fresh_login_confirms(claims: Claims, issuer: dict[str, Any]) -> None:
    caller = caller_of(person_claims(**claims), **issuer)

    login = Fresh(MINUTES, Clock()).require(caller)

    moment = datetime.fromtimestamp(claims["auth_time"], UTC)
    assert login == Login(ISSUER, "token-1", Acr.HIGH, ("mid",), moment)


OLD = "A more recent login is required"
FUTURE = "The login lies in the future"
WEAK = "A stronger login is required"
UNKNOWN = "The token does not say when the person logged in"
STALE = [
    pytest.param({"auth_time": NOW - 301}, {"leeway": 0}, OLD, id="a-second-too-old"),
    pytest.param({"auth_time": NOW - 311}, {}, OLD, id="a-second-beyond-the-leeway"),
    pytest.param({"auth_time": NOW - 310.5}, {}, OLD, id="half-a-second-beyond"),
    pytest.param({"auth_time": NOW - 320}, {"leeway": 10}, OLD, id="within-anothers-leeway"),
    pytest.param({"auth_time": NOW - 86_400, "iat": NOW}, {}, OLD, id="refreshed-for-a-day"),
    pytest.param({"auth_time": 0}, {}, OLD, id="1970"),
    pytest.param({"auth_time": True}, {}, OLD, id="true"),
    pytest.param({"auth_time": -(10**10)}, {}, OLD, id="before-1970"),
    pytest.param({"auth_time": NOW + 11}, {}, FUTURE, id="a-second-too-early"),
    pytest.param({"auth_time": NOW + 1}, {"leeway": 0}, FUTURE, id="too-early-without-leeway"),
    pytest.param({"auth_time": NOW + 10**8}, {}, FUTURE, id="far-in-the-future"),
    pytest.param({"auth_time": NOW * 100}, {}, FUTURE, id="year-7000"),
    pytest.param({"auth_time": None}, {}, UNKNOWN, id="no-auth-time"),
    pytest.param({"auth_time": None, "iat": NOW, "nbf": NOW}, {}, UNKNOWN, id="only-a-new-iat"),
    pytest.param({"auth_time": None, "authTime": NOW}, {}, UNKNOWN, id="another-name"),
    pytest.param({"auth_time": NOW, "acr": "substantial"}, {}, WEAK, id="substantial"),
    pytest.param({"auth_time": NOW, "acr": "low"}, {"minimum_acr": None}, WEAK, id="low"),
    pytest.param({"auth_time": NOW, "acr": None}, {"minimum_acr": None}, WEAK, id="no-acr"),
    pytest.param({"auth_time": NOW, "acr": "3"}, {"minimum_acr": None}, WEAK, id="acr-a-number"),
    pytest.param(
        {"auth_time": NOW, "acr": ["high"]}, {"minimum_acr": None}, WEAK, id="acr-in-a-list"
    ),
    pytest.param({"auth_time": NOW - 900, "acr": "substantial"}, {}, WEAK, id="weak-and-old"),
]


@pytest.mark.parametrize(("claims", "issuer", "why"), STALE)
def test_joint_4_any_other_login_gets_the_challenge(
    claims: Claims, issuer: dict[str, Any], why: str
) -> None:
    refused = refusal(person_claims(**claims), **issuer)

    assert refused.code == "step_up_needed"
    assert refused.challenge == (
        'Bearer error="insufficient_user_authentication",'
        f' error_description="{why}", acr_values="high", max_age=300'
    )


@pytest.mark.parametrize(
    "auth_time",
    ["", str(NOW), "now", float("nan"), float("inf"), 10**300, [NOW], {"at": NOW}],
    ids=repr,
)
def test_joint_4_a_login_time_that_is_none_makes_the_token_invalid(auth_time: object) -> None:
    with pytest.raises(Unauthenticated) as refused:
        caller_of(person_claims(auth_time=auth_time))

    assert refused.value.code == "claim_malformed"


def test_joint_4_the_challenge_names_the_operators_own_age() -> None:
    with pytest.raises(StepUpNeeded, match="step_up_needed") as refused:
        Fresh(timedelta(hours=1), Clock()).require(caller_of(person_claims(auth_time=NOW - 3700)))

    assert refused.value.challenge.endswith('acr_values="high", max_age=3600')


def test_joint_4_a_login_grows_old_though_its_token_lives() -> None:
    clock = Clock()
    caller = caller_of(person_claims(auth_time=NOW - 60), clock)
    fresh = Fresh(MINUTES, clock)
    fresh.require(caller)

    clock.pass_(251)

    with pytest.raises(StepUpNeeded):
        fresh.require(caller)


@pytest.mark.parametrize("kind", ["client", "staff"])
def test_joint_4_nobody_confirms_but_a_person(kind: str) -> None:
    of_login = {} if kind == "staff" else {"amr": None, "auth_time": None}
    claims = person_claims(roles=["mandate_officer"], **of_login)

    refused = refusal(claims, kind=kind)

    assert "not of a person" in refused.challenge


def test_joint_4_a_login_is_kept_without_the_person() -> None:
    caller = caller_of(person_claims(auth_time=NOW, amr=["smartid", "mID"]))

    login = Fresh(MINUTES, Clock()).require(caller)

    assert login.amr == ("mid", "smartid")
    assert isinstance(caller, PersonCaller)
    assert caller.person.code not in repr(login)


CONFIRMERS = Allow(person=True, fresh=True)
LATER = Allow(person=True, portal=True, roles=(StaffRole.MANDATE_OFFICER,))
router = APIRouter(route_class=GuardedRoute)


@router.post("/test/at-once")
async def at_once(_admitted: Annotated[Authorized, Depends(CONFIRMERS)]) -> str:
    """Needs a fresh login of whoever calls."""
    return "done"


@router.post("/test/later")
def later(admitted: Annotated[Authorized, Depends(LATER)]) -> str:
    """Finds out only then that it needs a fresh login."""
    return admitted.fresh_login().acr.claim


@router.post("/test/once")
async def once(admitted: Annotated[Authorized, Depends(LATER)], only_once: OnceOnly) -> Response:
    """Finds out while it works that it needs a fresh login."""

    async def work(_: UUID) -> Done:
        return Done(201, {"acr": admitted.fresh_login().acr.claim})

    return await only_once(admitted, work)


@pytest.fixture
def with_routes(front: Front) -> Front:
    front.app.router.routes[:0] = router.routes
    return front


CHALLENGE = (
    'Bearer error="insufficient_user_authentication",'
    ' error_description="A more recent login is required", acr_values="high", max_age=300'
)


@pytest.mark.parametrize("path", ["/test/at-once", "/test/later"])
async def test_joint_4_a_route_asks_for_a_fresh_login(with_routes: Front, path: str) -> None:
    old = person_token(MARI, auth_time=NOW - 400)

    assert (await with_routes.post(path, person_token(MARI))).status_code == 200
    answer = await with_routes.post(path, old)

    assert (answer.status_code, answer.json()["code"]) == (401, "step_up_needed")
    assert answer.headers["WWW-Authenticate"] == CHALLENGE


async def test_joint_4_the_same_request_goes_through_with_a_fresh_token(with_routes: Front) -> None:
    key = str(uuid4())
    old = person_token(MARI, auth_time=NOW - 400)

    refused = await with_routes.post("/test/once", old, idempotency_key=key)
    done = await with_routes.post("/test/once", person_token(MARI), idempotency_key=key)

    assert (refused.status_code, refused.headers["WWW-Authenticate"]) == (401, CHALLENGE)
    assert (done.status_code, done.json()) == (201, {"acr": "high"})


async def test_joint_4_a_portal_does_not_confirm_for_a_person(with_routes: Front) -> None:
    mari = str(with_routes.id_of(MARI))

    at_once = await with_routes.post("/test/at-once", PORTAL, on_behalf_of=mari)
    later = await with_routes.post("/test/later", PORTAL, on_behalf_of=mari)

    assert (at_once.status_code, at_once.json()["code"]) == (403, "insufficient_scope")
    assert (later.status_code, later.json()["code"]) == (401, "step_up_needed")


@pytest.mark.parametrize(
    "token", [OPS, OFFICER, client_token("portal")], ids=["ops", "officer", "-"]
)
async def test_joint_4_staff_and_programs_do_not_confirm(with_routes: Front, token: str) -> None:
    assert (await with_routes.post("/test/at-once", token)).status_code == 403


async def test_joint_7_only_routes_that_name_it_take_a_mandate_officer(with_routes: Front) -> None:
    named = await with_routes.post("/test/later", OFFICER)
    others = [await with_routes.post("/test/later", OPS), await with_routes.get("/v1/me", OFFICER)]

    assert named.status_code == 401  # let in, and then asked for a login that staff cannot have
    assert [each.status_code for each in others] == [403, 403]


@pytest.mark.parametrize(
    "wrong", [{"portal": True, "person": True}, {"roles": (StaffRole.OPS,)}, {}], ids=repr
)
def test_joint_4_only_a_persons_own_login_can_be_required(wrong: dict[str, Any]) -> None:
    with pytest.raises(TypeError, match="only a person's own login"):
        Allow(fresh=True, **wrong)


def test_joint_4_openapi_says_that_a_login_must_be_fresh() -> None:
    assert CONFIRMERS.description() == (
        "**Who may call:** a person, for themselves, with a fresh login of high assurance."
    )
