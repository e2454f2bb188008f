"""The API's process: settings, then clients, then the public and the internal server."""

import asyncio
import hmac
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import structlog
import uvloop
from prometheus_client import REGISTRY

from activities.adapters.banks.banks import Banks, make_bank
from api.app import create_app
from api.auth.client_limits import CallerLimit, CallerLimits
from api.auth.tokens import TokenVerifier
from api.internal.codec import codec_route
from api.internal.metrics import DatabaseMetrics
from domain.delegations.offer_rules import OfferRules
from domain.rates import Rate
from runtime.connection_limits import ConnectionLimits
from runtime.health_server import Readiness, internal_app
from runtime.http_server import serving
from runtime.payload_codec import PayloadCipher
from runtime.process import run_process, use_threads
from runtime.secret_cipher import SecretCipher
from runtime.temporal_client import connect_to
from services.access.uses import AccessUses, flushing
from services.billing.connecting import reading_billing
from services.billing.reader import BillingReader
from services.catalogue.publishing import publishing
from services.database_role import warn_of_power
from services.engine import Engine
from services.numbers.policy import NumberPolicy
from services.payments.paying import Paying
from settings.listening import ApiListenSettings
from settings.processes import ApiSettings
from storage.database import open_pool

log = structlog.get_logger(__name__)


async def run(settings: ApiSettings, stop: asyncio.Event) -> None:
    """Serve until ``stop`` is set; requests in progress are answered first.

    The Temporal client is lazy: reads work without Temporal, and each start tries to reach it.
    """
    pool_size = settings.database.pool_size
    cipher = PayloadCipher.of(settings.payload)
    with open_pool(settings.database, "volitus-api", pool_size=pool_size) as database:
        use_threads(database.connections)
        client = await connect_to(settings.temporal, cipher, lazy=True)
        engine = Engine(database, client, settings.task_queue)
        await warn_of_power(database)
        async with (
            publishing(database, settings.catalogue, stop),
            _verifier(settings) as verifier,
            reading_billing(database, settings.billing, settings.zone) as billing,
        ):
            await _serve(settings, engine, verifier, billing, cipher, stop=stop)


async def _serve(
    settings: ApiSettings,
    engine: Engine,
    verifier: TokenVerifier,
    billing: BillingReader,
    cipher: PayloadCipher,
    *,
    stop: asyncio.Event,
) -> None:
    readiness = Readiness(engine.checks(), optional=frozenset({"temporal"}))
    uses = AccessUses(settings.zone)
    app = create_app(
        engine=engine,
        verifier=verifier,
        readiness=readiness,
        numbers=NumberPolicy.of(settings),
        refreshes=settings.refresh.limit.rules(),
        offers=_offer_rules(settings),
        access_requests=settings.access_request.rules(),
        departures=settings.departure.rules(),
        approvals=settings.approval_rules(),
        signing_methods=settings.signatures.methods(),
        fresh_for=settings.confirmation.max_age,
        staff_key=settings.staff.id_key(),
        secrets=SecretCipher.of(settings.payload),
        limits=_caller_limits(settings.api),
        uses=uses,
        billing=billing,
        paying=_paying(settings),
        registry=REGISTRY,
    )
    REGISTRY.register(DatabaseMetrics(engine.database))
    codec = codec_route(cipher, None if settings.codec.open else verifier, settings.codec.origins)
    internal = internal_app(readiness, REGISTRY, [codec])
    async with (
        flushing(uses, engine.database),
        serving(internal, settings.internal.host, settings.internal.port),
        serving(app, settings.api.host, settings.api.port, _connections(settings.api), refused=app),
    ):
        log.info("api_started", host=settings.api.host, port=settings.api.port)
        await stop.wait()
        log.info("api_stopping")


def _connections(api: ApiListenSettings) -> ConnectionLimits:
    return ConnectionLimits(
        api.connections,
        head=api.head_timeout.total_seconds(),
        body=api.body_timeout.total_seconds(),
        keep_alive=api.keep_alive.total_seconds(),
    )


def _paying(settings: ApiSettings) -> Paying:
    api_url, portal_url = settings.payment.api_url, settings.payment.portal_url
    return Paying(
        Banks(make_bank(each) for each in settings.banks),
        {each.name: each.title for each in settings.banks},
        settings.payment.rules(),
        "" if api_url is None else str(api_url),
        "" if portal_url is None else str(portal_url),
    )


def _offer_rules(settings: ApiSettings) -> OfferRules:
    given = settings.delegation
    return OfferRules(
        settings.zone, checks=Rate.of(given.check_rate), imported_years=given.imported_years
    )


def _caller_limits(api: ApiListenSettings) -> CallerLimits:
    return CallerLimits(
        program=CallerLimit(Rate.of(api.program_rate), api.program_concurrency),
        person=CallerLimit(Rate.of(api.person_rate), api.person_concurrency),
    )


@asynccontextmanager
async def _verifier(settings: ApiSettings) -> AsyncIterator[TokenVerifier]:
    # Derived from the payload key, so that all APIs log the same digest of a person.
    payload_key = settings.payload.ring()[settings.payload.key_current]
    log_key = hmac.digest(payload_key, b"subjects in logs", "sha256")
    async with httpx.AsyncClient(timeout=5) as http:
        verifier = TokenVerifier(settings.issuers, http, log_key=log_key)
        yield verifier
        await verifier.aclose()


def main() -> None:
    """Entry of `python -m api` and `volitus api`."""
    run_process(ApiSettings, run, uvloop.run)


if __name__ == "__main__":
    main()
