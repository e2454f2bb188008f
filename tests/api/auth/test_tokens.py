"""The hostile caller: one row per thing that a token must not get away with, and who gets in."""

import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st
from joserfc.jwk import RSAKey
from pydantic import ValidationError

from api.auth.claims import ClaimsCheck
from api.auth.errors import (
    InvalidToken,
    KeysUnavailable,
    StepUpNeeded,
    TokenMissing,
    Unauthenticated,
)
from api.auth.principals import Caller, ClientCaller, PersonCaller, StaffCaller, StaffRole
from api.auth.tokens import IssuerProfile, TokenVerifier
from domain.identifiers import PersonKey
from domain.identity import Acr
from tests.clients.token_issuer import (
    ISSUER,
    JWKS,
    KEY,
    NOW,
    OTHER_KEY,
    PERSON,
    Clock,
    KeyEndpoint,
    client_of,
    forger,
    key_endpoint,
    person_claims,
    signed,
)

PERSONS = IssuerProfile(
    issuer=ISSUER,
    jwks_uri=JWKS,
    audience="volitus",
    kind="person",
    allowed_clients=frozenset({"portal-login"}),
)
PROGRAMS = PERSONS.model_copy(update={"kind": "client", "allowed_clients": frozenset({"portal"})})
STAFF = PERSONS.model_copy(update={"kind": "staff", "allowed_clients": frozenset({"console"})})


@pytest.fixture
def endpoint() -> KeyEndpoint:
    return key_endpoint()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def verifier(endpoint: KeyEndpoint, clock: Clock) -> AsyncIterator[TokenVerifier]:
    async with client_of(endpoint) as http:
        verifier = TokenVerifier([PERSONS, PROGRAMS, STAFF], http, now=clock, clock=clock)
        yield verifier
        await verifier.aclose()


def raw(header: object, claims: object, signature: bytes = b"") -> str:
    parts = (json.dumps(header).encode(), json.dumps(claims).encode(), signature)
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)


def hs256_with_the_public_key() -> str:
    unsigned = raw({"alg": "HS256", "kid": "first", "typ": "at+jwt"}, person_claims())[:-1]
    digest = hmac.new(KEY.as_pem(private=False), unsigned.encode(), hashlib.sha256).digest()
    return f"{unsigned}.{base64.urlsafe_b64encode(digest).rstrip(b'=').decode()}"


def spliced() -> str:
    """Someone else's claims under a good signature."""
    header, _, signature = signed(person_claims()).split(".")
    return f"{header}.{signed(person_claims(sub='EE37605030299')).split('.')[1]}.{signature}"


def with_own_key() -> str:
    """A forger's token that brings the forger's key."""
    return signed(person_claims(), forger(), jwk={"kty": "RSA", "e": "AQAB", "n": "AQAB"})


def deep() -> str:
    return (
        raw({"alg": "RS256"}, None).split(".")[0]
        + "."
        + base64.urlsafe_b64encode(b"[" * 5000).rstrip(b"=").decode()
        + ".AAAA"
    )


HOSTILE = [
    # 1: what it is
    pytest.param("x" * 8193, "token_too_large", id="longer-than-8-KiB"),
    pytest.param("garbage", "token_malformed", id="not-a-token"),
    pytest.param("a.b.c.d.e", "token_malformed", id="encrypted-token"),
    pytest.param("õ.õ.õ", "token_malformed", id="not-ascii"),
    pytest.param(deep(), "token_malformed", id="nested-5000-deep"),
    pytest.param(raw({"alg": "RS256"}, ["x"]), "token_malformed", id="claims-are-a-list"),
    pytest.param(raw(["alg"], person_claims()), "token_malformed", id="header-is-a-list"),
    pytest.param(raw({}, person_claims()), "token_malformed", id="no-algorithm"),
    # 2: how it is signed
    pytest.param(
        raw({"alg": "none", "kid": "first"}, person_claims()), "algorithm_not_allowed", id="none"
    ),
    pytest.param(hs256_with_the_public_key(), "algorithm_not_allowed", id="hs256-with-public-key"),
    pytest.param(
        signed(person_claims(), alg="PS256"), "algorithm_not_allowed", id="alg-not-of-this-issuer"
    ),
    pytest.param(
        signed(person_claims(), crit=["exp"], exp=1), "header_not_allowed", id="crit-unknown"
    ),
    pytest.param(
        signed(person_claims(), crit=["b64"], b64=True), "header_not_allowed", id="crit-known"
    ),
    pytest.param(
        signed(person_claims(), jku="https://evil.example"), "header_not_allowed", id="jku"
    ),
    pytest.param(
        signed(person_claims(), x5u="https://evil.example"), "header_not_allowed", id="x5u"
    ),
    pytest.param(with_own_key(), "header_not_allowed", id="jwk"),
    pytest.param(signed(person_claims(), x5c=["MII"]), "header_not_allowed", id="x5c"),
    pytest.param(signed(person_claims(), zip="DEF"), "header_not_allowed", id="unknown-header"),
    pytest.param(signed(person_claims(), typ=7), "header_not_allowed", id="typ-not-a-text"),
    # 3: whose it is, and by which key
    pytest.param(
        signed(person_claims(iss="https://evil.example")), "issuer_unknown", id="issuer-unknown"
    ),
    pytest.param(
        signed(person_claims(iss=f"{ISSUER}/")), "issuer_unknown", id="issuer-with-a-slash"
    ),
    pytest.param(signed(person_claims(iss=[ISSUER])), "issuer_unknown", id="issuer-in-a-list"),
    pytest.param(signed(person_claims(iss=None)), "issuer_unknown", id="iss-missing"),
    pytest.param(signed(person_claims(), OTHER_KEY), "key_unknown", id="key-unknown"),
    pytest.param(signed(person_claims(), kid=None), "key_unknown", id="kid-missing"),
    pytest.param(
        signed(person_claims(), forger()), "signature_invalid", id="forged-under-known-kid"
    ),
    pytest.param(spliced(), "signature_invalid", id="claims-exchanged"),
    pytest.param(
        signed(person_claims()).rpartition(".")[0] + ".", "signature_invalid", id="not-signed"
    ),
    # 5: its life, and for whom it is
    pytest.param(signed(person_claims(exp=None)), "claim_missing", id="exp-missing"),
    pytest.param(signed(person_claims(iat=None)), "claim_missing", id="iat-missing"),
    pytest.param(signed(person_claims(sub=None)), "claim_missing", id="sub-missing"),
    pytest.param(signed(person_claims(aud=None)), "claim_missing", id="aud-missing"),
    pytest.param(signed(person_claims(iat=NOW - 900, exp=NOW - 10)), "token_expired", id="expired"),
    pytest.param(signed(person_claims(exp=float("nan"))), "claim_malformed", id="exp-not-a-number"),
    pytest.param(signed(person_claims(exp=float("inf"))), "claim_malformed", id="exp-never"),
    pytest.param(signed(person_claims(exp="never")), "claim_malformed", id="exp-a-text"),
    pytest.param(signed(person_claims(iat=NOW + 11)), "token_not_yet_valid", id="iat-in-future"),
    pytest.param(signed(person_claims(nbf=NOW + 11)), "token_not_yet_valid", id="nbf-in-future"),
    pytest.param(
        signed(person_claims(exp=NOW + 891)), "token_lives_too_long", id="lives-over-15-minutes"
    ),
    pytest.param(signed(person_claims(aud="portal")), "audience_wrong", id="aud-another"),
    pytest.param(signed(person_claims(aud=["a", "b"])), "audience_wrong", id="aud-others"),
    pytest.param(signed(person_claims(aud=["volitus", 7])), "audience_wrong", id="aud-mixed"),
    # 6: access tokens only
    pytest.param(signed(person_claims(), typ="JWT"), "token_type_not_allowed", id="typ-jwt"),
    pytest.param(signed(person_claims(), typ=None), "token_type_not_allowed", id="typ-missing"),
    pytest.param(
        signed(person_claims(), typ="logout+jwt"), "token_type_not_allowed", id="logout-token"
    ),
    pytest.param(signed(person_claims(nonce="")), "id_token", id="id-token-by-nonce"),
    pytest.param(signed(person_claims(at_hash="x")), "id_token", id="id-token-by-at-hash"),
    # 7: got by whom
    pytest.param(signed(person_claims(client_id=None)), "client_unknown", id="client-missing"),
    pytest.param(signed(person_claims(client_id="evil")), "client_unknown", id="client-unknown"),
    pytest.param(signed(person_claims(azp="portal")), "client_unknown", id="two-clients"),
    pytest.param(
        signed(person_claims(client_id="portal")), "kind_mismatch", id="person-as-program"
    ),
    # 8: logged in how
    pytest.param(signed(person_claims(amr=None)), "claim_malformed", id="amr-missing"),
    pytest.param(signed(person_claims(amr=[])), "login_method_not_allowed", id="amr-empty"),
    pytest.param(signed(person_claims(amr="mID")), "claim_malformed", id="amr-a-text"),
    pytest.param(
        signed(person_claims(amr=["webauthn"])), "login_method_not_allowed", id="amr-passkey"
    ),
    pytest.param(
        signed(person_claims(amr=["mID", "webauthn"])), "login_method_not_allowed", id="amr-mixed"
    ),
    pytest.param(signed(person_claims(acr="low")), "step_up_needed", id="acr-low"),
    pytest.param(signed(person_claims(acr="gold")), "step_up_needed", id="acr-unheard-of"),
    pytest.param(signed(person_claims(acr=None)), "step_up_needed", id="acr-missing"),
    pytest.param(signed(person_claims(auth_time="x")), "claim_malformed", id="auth-time-a-text"),
    # 9: who it is
    pytest.param(signed(person_claims(sub="EE60001019907")), "subject_invalid", id="bad-checksum"),
    pytest.param(signed(person_claims(sub="60001019906")), "subject_invalid", id="no-country"),
    pytest.param(signed(person_claims(sub="EE 60001019906")), "subject_invalid", id="with-space"),
    pytest.param(signed(person_claims(sub="EE62701010004")), "subject_invalid", id="born-later"),
    pytest.param(signed(person_claims(sub=60001019906)), "claim_malformed", id="sub-a-number"),
    # fault.24: what is not understood, and whom nobody can name
    pytest.param(
        signed(person_claims(act={"sub": "EE37605030299"})), "claim_not_supported", id="act"
    ),
    pytest.param(signed(person_claims(may_act={})), "claim_not_supported", id="may-act"),
    pytest.param(
        signed(person_claims(cnf={"jkt": "0ZcOCORZNYy"})), "claim_not_supported", id="cnf"
    ),
    pytest.param(
        signed(person_claims(client_id="portal", amr=None, auth_time=None, cnf=1)),
        "claim_not_supported",
        id="cnf-of-a-program",
    ),
    *(
        pytest.param(
            signed(person_claims(client_id="console", sub=subject)), code, id=f"staff-{what}"
        )
        for what, subject, code in (
            ("sub-a-number", 7, "claim_malformed"),
            ("sub-a-list", ["anna"], "claim_malformed"),
            ("sub-blank", " ", "subject_invalid"),
            ("sub-with-spaces-around", "anna ", "subject_invalid"),
            ("sub-of-two-lines", "anna\nbob", "subject_invalid"),
            ("sub-read-backwards", "anna\u202e", "subject_invalid"),
            ("sub-too-long", "a" * 256, "subject_invalid"),
        )
    ),
]


@pytest.mark.parametrize(("token", "code"), HOSTILE)
async def test_invalid_tokens_are_refused(verifier: TokenVerifier, token: str, code: str) -> None:
    with (
        structlog.testing.capture_logs() as logs,
        pytest.raises(Unauthenticated) as refusal,
    ):
        await verifier.verify(token)

    everything = f"{refusal.value} {refusal.value.challenge} {logs}"
    assert refusal.value.code == code
    assert "60001019906" not in everything
    assert token not in everything


async def logged_subjects(log_key: bytes | None, *tokens: str) -> list[str]:
    async with client_of(key_endpoint()) as http:
        verifier = TokenVerifier([PERSONS], http, now=Clock(), clock=Clock(), log_key=log_key)
        with structlog.testing.capture_logs() as logs:
            for token in tokens:
                await verifier.verify(token)
        await verifier.aclose()
    return [line["sub"] for line in logs if line["event"] == "token_verified"]


async def test_logs_name_a_person_by_a_digest_that_only_the_key_makes() -> None:
    first, again = signed(person_claims()), signed(person_claims(jti="token-2"))
    other = signed(person_claims(sub="EE37605030299"))

    one, two, three = await logged_subjects(b"key", first, again, other)

    assert one == two != three
    assert await logged_subjects(b"key", first) == [one]
    assert await logged_subjects(b"another", first) != [one]
    assert await logged_subjects(None, first) != await logged_subjects(None, first)
    assert hashlib.sha256(PERSON.encode()).hexdigest()[: len(one)] != one


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=5,
)


@pytest.mark.parametrize("profile", [PERSONS, PROGRAMS, STAFF], ids=lambda each: each.kind)
@given(changes=st.dictionaries(st.sampled_from(sorted(person_claims())) | st.text(), ANYTHING))
def test_whatever_the_claims_hold_the_answer_is_a_refusal(
    profile: IssuerProfile, changes: dict[str, Any]
) -> None:
    with suppress(Unauthenticated):
        ClaimsCheck(profile, Clock()).caller(person_claims(**changes))


@pytest.mark.parametrize(
    "authorization",
    [
        pytest.param(None, id="no-header"),
        pytest.param("", id="empty"),
        pytest.param("Bearer", id="no-token"),
        pytest.param("Bearer  ", id="only-spaces"),
        pytest.param("Basic dXNlcjpwYXNz", id="another-scheme"),
        pytest.param(signed(person_claims()), id="no-scheme"),
    ],
)
async def test_without_a_bearer_token(verifier: TokenVerifier, authorization: str | None) -> None:
    with pytest.raises(TokenMissing) as missing:
        await verifier.authenticate(authorization)

    assert missing.value.challenge == "Bearer"


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
async def test_a_person_gets_in(verifier: TokenVerifier, scheme: str) -> None:
    caller = await verifier.authenticate(f"{scheme} {signed(person_claims())}")

    assert caller == PersonCaller(
        issuer=ISSUER,
        client_id="portal-login",
        token_id="token-1",
        person=PersonKey("EE", "60001019906"),
        amr=frozenset({"mid"}),
        acr=Acr.HIGH,
        auth_time=datetime.fromtimestamp(NOW - 60, UTC),
        leeway=timedelta(seconds=10),
    )


async def test_a_caller_does_not_show_the_personal_code(verifier: TokenVerifier) -> None:
    caller = await verifier.verify(signed(person_claims()))

    assert "60001019906" not in repr(caller)


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"aud": ["other", "volitus"]}, id="aud-among-others"),
        pytest.param({"client_id": None, "azp": "portal-login"}, id="azp"),
        pytest.param({"azp": "portal-login"}, id="azp-and-client-id-agree"),
        pytest.param({"iat": NOW - 880, "exp": NOW - 9}, id="expired-within-leeway"),
        pytest.param({"iat": NOW + 10}, id="clock-ahead-within-leeway"),
        pytest.param({"exp": NOW + 890}, id="exactly-15-minutes"),
        pytest.param({"acr": "substantial"}, id="acr-just-enough"),
        pytest.param({"amr": ["SmartID"]}, id="amr-in-other-letters"),
        pytest.param({"auth_time": None}, id="auth-time-missing"),
        pytest.param({"jti": None}, id="jti-missing"),
        pytest.param({"sub": "LV010180-12345"}, id="person-of-another-country"),
    ],
)
async def test_valid_tokens_are_accepted(verifier: TokenVerifier, changes: dict[str, Any]) -> None:
    assert isinstance(await verifier.verify(signed(person_claims(**changes))), PersonCaller)


def program_claims(**changes: Any) -> dict[str, Any]:
    of_login = {"amr": None, "acr": None, "auth_time": None}
    return person_claims(**of_login, client_id="portal", sub="service-account-1", **changes)


@pytest.mark.parametrize(
    ("scope", "scopes"),
    [
        pytest.param(
            "volitus:check volitus:events", {"volitus:check", "volitus:events"}, id="text"
        ),
        pytest.param(["volitus:check"], {"volitus:check"}, id="list"),
        pytest.param(None, set(), id="none"),
    ],
)
async def test_a_program_gets_in(verifier: TokenVerifier, scope: object, scopes: set[str]) -> None:
    caller = await verifier.verify(signed(program_claims(scope=scope)))

    assert caller == ClientCaller(ISSUER, "portal", "token-1", frozenset(scopes))


@pytest.mark.parametrize(
    ("roles", "known"),
    [
        pytest.param(["support"], {StaffRole.SUPPORT}, id="support"),
        pytest.param(["mandate_officer"], {StaffRole.MANDATE_OFFICER}, id="mandate-officer"),
        pytest.param(["ops", "admin", "offline_access"], {StaffRole.OPS}, id="others-are-dropped"),
        pytest.param(None, set(), id="no-role"),
    ],
)
async def test_staff_get_in(
    verifier: TokenVerifier, roles: list[str] | None, known: set[StaffRole]
) -> None:
    claims = person_claims(client_id="console", sub="anna", roles=roles)

    caller = await verifier.verify(signed(claims))

    assert caller == StaffCaller(ISSUER, "console", "token-1", "anna", "anna", frozenset(known))


@pytest.mark.parametrize(
    ("claims", "name"),
    [
        ({"name": "Ann Tamm", "preferred_username": "ann"}, "Ann Tamm"),
        ({"name": " ", "preferred_username": "ann"}, "ann"),
        ({"name": 7}, "0b5a"),
        ({"name": "Ann\u202emmaT"}, "Ann\ufffdmmaT"),
        ({"name": "x" * 300}, "x" * 255),
        ({}, "0b5a"),
    ],
)
async def test_fault_21_staff_have_a_name_for_other_staff(
    verifier: TokenVerifier, claims: dict[str, object], name: str
) -> None:
    token = signed(person_claims(client_id="console", sub="0b5a", roles=["ops"], **claims))

    caller = await verifier.verify(token)

    assert isinstance(caller, StaffCaller)
    assert (caller.subject, caller.name) == ("0b5a", name)
    assert name not in repr(caller)


async def test_where_the_issuer_does_not_set_the_type_it_is_not_asked_for(
    endpoint: KeyEndpoint, clock: Clock
) -> None:
    govsso = PERSONS.model_copy(update={"at_jwt_required": False})
    async with client_of(endpoint) as http:
        verifier = TokenVerifier([govsso], http, now=clock, clock=clock)

        for typ in (None, "JWT", "at+jwt", "application/at+jwt"):
            assert await verifier.verify(signed(person_claims(), typ=typ))
        with pytest.raises(InvalidToken, match="token_type_not_allowed"):
            await verifier.verify(signed(person_claims(), typ="logout+jwt"))


async def test_a_remembered_token_ends_when_it_expires(
    verifier: TokenVerifier, clock: Clock
) -> None:
    token = signed(person_claims(exp=NOW + 100))
    first = await verifier.verify(token)
    assert await verifier.verify(token) is first
    clock.pass_(110)

    with pytest.raises(InvalidToken, match="token_expired"):
        await verifier.verify(token)


async def test_a_remembered_token_ends_soon_after_its_key_is_withdrawn(
    verifier: TokenVerifier, endpoint: KeyEndpoint, clock: Clock
) -> None:
    token = signed(person_claims(exp=NOW + 800))
    await verifier.verify(token)
    endpoint.serve(OTHER_KEY)
    clock.pass_(300)

    with pytest.raises(InvalidToken, match="key_unknown"):
        await verifier.verify(token)


async def test_tokens_are_verified_through_an_outage_and_a_rotation(
    verifier: TokenVerifier, endpoint: KeyEndpoint, clock: Clock
) -> None:
    def later(seconds: float, key: RSAKey) -> str:
        clock.pass_(seconds)
        at = int(clock())
        return signed(person_claims(iat=at, exp=at + 600), key)

    await verifier.verify(later(0, KEY))
    endpoint.fail()
    await verifier.verify(later(400, KEY))
    with pytest.raises(KeysUnavailable):
        await verifier.verify(later(30, OTHER_KEY))
    endpoint.serve(OTHER_KEY, KEY)

    assert await verifier.verify(later(30, OTHER_KEY))
    assert await verifier.verify(later(0, KEY))


async def test_memory_is_bounded(verifier: TokenVerifier, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.auth.tokens._CACHE_SIZE", 2)

    for number in range(4):
        await verifier.verify(signed(person_claims(jti=str(number))))

    assert [each.token_id for each, _ in verifier._cache.values()] == ["2", "3"]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        pytest.param({"algorithms": ["none"]}, "algorithms", id="algorithm-none"),
        pytest.param({"algorithms": ["HS256"]}, "algorithms", id="algorithm-with-shared-secret"),
        pytest.param({"algorithms": []}, "algorithms", id="no-algorithm"),
        pytest.param({"leeway": 31}, "leeway", id="leeway-over-30-seconds"),
        pytest.param({"allowed_clients": []}, "allowed_clients", id="no-client"),
        pytest.param({"minimum_acr": "gold"}, "minimum_acr", id="acr-unheard-of"),
        pytest.param({"issuer": "http://login.example"}, "https", id="keys-over-plain-http"),
        pytest.param({"jwks_uri": "file:///etc/keys"}, "https", id="keys-from-a-file"),
        pytest.param({"alowed_amr": ["mID"]}, "alowed_amr", id="misspelt"),
    ],
)
def test_a_wrong_profile_stops_the_start(wrong: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        IssuerProfile.model_validate(PERSONS.model_dump(mode="json") | wrong)


@pytest.mark.parametrize(
    "address",
    [
        pytest.param({"issuer": "http://127.0.0.1:8020", "jwks_uri": None}, id="this-machine"),
        pytest.param(
            {"issuer": "http://idp:80", "jwks_uri": None, "plain_http": True}, id="everything"
        ),
    ],
)
def test_plain_http_only_where_nobody_listens(address: dict[str, Any]) -> None:
    profile = IssuerProfile.model_validate(PERSONS.model_dump(mode="json") | address)

    assert profile.minimum_acr is Acr.SUBSTANTIAL


def test_one_client_is_of_one_kind() -> None:
    both = PROGRAMS.model_copy(update={"allowed_clients": frozenset({"portal-login"})})

    with pytest.raises(ValueError, match="portal-login"):
        TokenVerifier([PERSONS, both], client_of(key_endpoint()))


LOGIN = PersonCaller(
    issuer=ISSUER,
    client_id="portal-login",
    token_id="",
    person=PersonKey.from_subject(PERSON, today=datetime.fromtimestamp(NOW, UTC).date()),
    amr=frozenset({"mid"}),
    acr=Acr.SUBSTANTIAL,
    auth_time=datetime.fromtimestamp(NOW, UTC),
)


def test_a_stronger_login_is_asked_for_by_its_level() -> None:
    assert StepUpNeeded(Acr.HIGH).challenge == (
        'Bearer error="insufficient_user_authentication", acr_values="high"'
    )


def test_every_caller_is_frozen() -> None:
    caller: Caller = LOGIN

    with pytest.raises(AttributeError):
        caller.client_id = "other"  # type: ignore[misc] # that is what must fail
