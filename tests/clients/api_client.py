"""The API's front door for tests: the whole app in this process, and a token for everyone."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
from fastapi import FastAPI
from prometheus_client import CollectorRegistry
from temporalio.client import Client

from api.app import create_app
from api.auth.client_limits import CallerLimit, CallerLimits
from api.auth.principals import Scope, StaffRole
from api.auth.tokens import IssuerProfile, TokenVerifier
from domain.access_requests.request_rules import RequestRules
from domain.approvals.rules import ApprovalRules
from domain.delegations.offer_rules import OfferRules
from domain.identifiers import PersonKey
from domain.numbers.conversion_watch import ConversionWatch
from domain.numbers.phone_numbers import NumberRules
from domain.numbers.verifications import VerificationRules
from domain.rates import Rate
from domain.registry.refresh_limits import RefreshLimit, RefreshLimits
from domain.signatures.methods import PHONE_METHODS, SignatureMethod
from domain.staff import staff_id
from runtime.health_server import Readiness
from runtime.temporal_client import connect
from services.access.uses import AccessUses
from services.billing.reader import BillingReader
from services.engine import Engine
from services.numbers.policy import NumberPolicy
from services.parties.people import ensure_person
from services.payments.paying import Paying
from storage.database import Database
from tests.builders.days import ZONE
from tests.builders.number_limits import GENEROUS
from tests.clients.token_issuer import (
    ISSUER,
    JWKS,
    NOW,
    client_of,
    key_endpoint,
    person_claims,
    signed,
)
from tests.fixtures import payload_keys

NOBODY_LISTENS = "127.0.0.1:1"
NUMBERS = NumberPolicy(
    rules=VerificationRules(),
    numbers=NumberRules(frozenset({"EE", "LV"})),
    watch=ConversionWatch(),
    limits=GENEROUS,
    key=payload_keys.CODE_KEY,
    gateway_password=payload_keys.SMS_PASSWORD,
)
_UNREACHED = CallerLimit(Rate(1_000_000, timedelta(seconds=1)), concurrency=1000)
WIDE = CallerLimits(program=_UNREACHED, person=_UNREACHED)
"""Limits of callers that no test reaches by accident."""
OFFERS = OfferRules(ZONE)
APPROVALS = ApprovalRules(zone=ZONE)
REQUESTS = RequestRules(open_per_applicant=5, per_applicant=Rate(1000, timedelta(days=1)))
Answer = httpx.Response

REFRESHES = RefreshLimits({limit: Rate(1000, timedelta(hours=1)) for limit in RefreshLimit})
"""Limits that no test reaches by accident."""


def profiles() -> list[IssuerProfile]:
    def profile(kind: Any, *clients: str) -> IssuerProfile:
        return IssuerProfile(
            issuer=ISSUER,
            jwks_uri=JWKS,
            audience="volitus",
            kind=kind,
            allowed_clients=frozenset(clients),
        )

    return [
        profile("person", "portal-login"),
        profile(
            "client",
            *("portal", "billing", "watcher", "checker", "otp-program", "otp-other"),
            *("orders", "orders-other", "order-portal"),
        ),
        profile("staff", "console"),
    ]


def person_token(person: PersonKey, **claims: Any) -> str:
    return signed(person_claims(sub=person.country + person.code, **claims))


def client_token(client_id: str, *scopes: Scope) -> str:
    return signed(
        person_claims(
            client_id=client_id,
            sub=client_id,
            scope=" ".join(scopes),
            amr=None,
            acr=None,
            auth_time=None,
        )
    )


def staff_token(*roles: StaffRole, subject: str = "ann", **claims: Any) -> str:
    return signed(
        person_claims(
            client_id="console",
            sub=subject,
            roles=list(roles),
            amr=None,
            acr=None,
            auth_time=None,
            **claims,
        )
    )


def known_as(subject: str) -> str:
    """Return the id under which the history knows the one with this staff token."""
    return staff_id(payload_keys.STAFF_KEY, ISSUER, subject)


ANN = known_as("ann")
PORTAL = client_token("portal", Scope.ACT_FOR_PERSON)
BILLING = client_token("billing", Scope.ACCOUNTS)
CHECKER = client_token("checker", Scope.CHECK)
WATCHER = client_token("watcher", Scope.EVENTS)
OTP = client_token("otp-program", Scope.OTP)
OTHER_OTP = client_token("otp-other", Scope.OTP)
ORDERS = client_token("orders", Scope.ORDERS)
OTHER_ORDERS = client_token("orders-other", Scope.ORDERS)
ORDER_PORTAL = client_token("order-portal", Scope.ORDERS, Scope.ACT_FOR_PERSON)
NO_SCOPE = client_token("watcher")
SUPPORT = staff_token(StaffRole.SUPPORT)
OPS = staff_token(StaffRole.OPS)
OFFICER = staff_token(StaffRole.MANDATE_OFFICER)
NO_ROLE = staff_token()


class Front:
    """Calls the API as any caller."""

    def __init__(self, http: httpx.AsyncClient, app: FastAPI, database: Database) -> None:
        self.http = http
        self.app = app
        self.database = database

    async def ask(
        self,
        method: str,
        path: str,
        token: str | None = None,
        body: object = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        bearer = {"Authorization": f"Bearer {token}"} if token else {}
        return await self.http.request(
            method, path, json=body, headers={**bearer, **dict(headers or {})}
        )

    async def get(self, path: str, token: str | None = None, **headers: str) -> Answer:
        return await self.ask("GET", path, token, headers=_named(headers))

    async def post(
        self, path: str, token: str | None = None, body: object = None, **headers: str
    ) -> Answer:
        return await self.ask("POST", path, token, body, _named(headers))

    async def put(self, path: str, token: str | None, body: object, **headers: str) -> Answer:
        return await self.ask("PUT", path, token, body, _named(headers))

    def id_of(self, person: PersonKey) -> UUID:
        return ensure_person(self.database, person)


def _named(headers: Mapping[str, str]) -> dict[str, str]:
    """``idempotency_key`` is the header Idempotency-Key."""
    return {name.replace("_", "-"): value for name, value in headers.items()}


def app_over(
    engine: Engine, billing: BillingReader | None = None, paying: Paying | None = None
) -> FastAPI:
    """The API over this engine, with limits that nobody reaches, for whatever calls it."""
    return create_app(
        engine=engine,
        verifier=TokenVerifier(profiles(), client_of(key_endpoint()), now=lambda: NOW),
        readiness=Readiness({}),
        numbers=NUMBERS,
        refreshes=REFRESHES,
        offers=OFFERS,
        access_requests=REQUESTS,
        staff_key=payload_keys.STAFF_KEY,
        secrets=payload_keys.secrets(),
        limits=WIDE,
        uses=AccessUses(OFFERS.zone),
        billing=billing,
        paying=paying,
        registry=CollectorRegistry(),
    )


@asynccontextmanager
async def open_front(
    database: Database,
    temporal: Client | None = None,
    *,
    task_queue: str = "nobody",
    registry: CollectorRegistry | None = None,
    numbers: NumberPolicy = NUMBERS,
    refreshes: RefreshLimits = REFRESHES,
    requests: RequestRules = REQUESTS,
    limits: CallerLimits = WIDE,
    approvals: ApprovalRules = APPROVALS,
    signing_methods: frozenset[SignatureMethod] = PHONE_METHODS,
    billing: BillingReader | None = None,
    paying: Paying | None = None,
) -> AsyncIterator[Front]:
    """The API over this database; without ``temporal``, Temporal is down."""
    reached = temporal or await connect(
        NOBODY_LISTENS, namespace="default", cipher=payload_keys.cipher(), lazy=True
    )
    engine = Engine(database, reached, task_queue)
    async with client_of(key_endpoint()) as issuer:
        app = create_app(
            engine=engine,
            verifier=TokenVerifier(profiles(), issuer, now=lambda: NOW),
            readiness=Readiness(engine.checks(), optional=frozenset({"temporal"})),
            numbers=numbers,
            refreshes=refreshes,
            offers=OFFERS,
            access_requests=requests,
            approvals=approvals,
            signing_methods=signing_methods,
            staff_key=payload_keys.STAFF_KEY,
            secrets=payload_keys.secrets(),
            limits=limits,
            uses=AccessUses(OFFERS.zone),
            billing=billing,
            paying=paying,
            registry=registry,
        )
        async with front_of(app, database) as front:
            yield front


@asynccontextmanager
async def front_of(app: FastAPI, database: Database) -> AsyncIterator[Front]:
    """The front door of this app, which stays its owner's."""
    transport = httpx.ASGITransport(app, raise_app_exceptions=True)
    async with httpx.AsyncClient(transport=transport, base_url="http://api") as http:
        yield Front(http, app, database)
