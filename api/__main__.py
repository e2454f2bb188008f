"""The API's process: settings, then clients, then the two servers, public and internal."""

import asyncio
import hmac
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import structlog
import uvloop
from prometheus_client import REGISTRY
from temporalio.client import Client

from api.app import create_app
from api.auth.tokens import TokenVerifier
from api.internal.codec import codec_route
from api.internal.metrics import VitalSigns
from runtime import logs
from runtime.health_server import Readiness, internal_app, serving
from runtime.payload_codec import PayloadCipher
from runtime.temporal_client import connect, temporal_check
from services.numbers.policy import NumberPolicy
from settings import Settings
from storage.database import Database
from storage.health import database_check, migrations_check

log = structlog.get_logger(__name__)


async def run(settings: Settings) -> None:
    """Serve until told to stop; requests in hand are answered first."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with _database(settings) as database, _verifier(settings) as verifier:
        cipher = PayloadCipher(settings.payload_key_ring(), settings.payload_key_current)
        temporal = await _temporal(settings, cipher)
        readiness = _readiness(database, temporal)
        app = create_app(
            database=database,
            temporal=temporal,
            task_queue=settings.task_queue,
            verifier=verifier,
            readiness=readiness,
            numbers=NumberPolicy.of(settings),
            registry=REGISTRY,
        )
        REGISTRY.register(VitalSigns(database))
        asked_by = None if settings.codec_open else verifier
        codec = codec_route(cipher, asked_by, settings.codec_origins)
        internal = internal_app(readiness, REGISTRY, [codec])
        async with (
            serving(internal, settings.internal_host, settings.internal_port),
            serving(app, settings.api_host, settings.api_port),
        ):
            log.info("api_started", host=settings.api_host, port=settings.api_port)
            await stop.wait()
            log.info("api_stopping")


@asynccontextmanager
async def _database(settings: Settings) -> AsyncIterator[Database]:
    database = Database(
        settings.database_url.get_secret_value(),
        pool_size=settings.database_pool_size,
        name="volitus-api",
    )
    yield database
    database.close()


@asynccontextmanager
async def _verifier(settings: Settings) -> AsyncIterator[TokenVerifier]:
    # Of the payload key, so that all APIs name a person alike in their logs.
    payload_key = settings.payload_key_ring()[settings.payload_key_current]
    log_key = hmac.digest(payload_key, b"subjects in logs", "sha256")
    async with httpx.AsyncClient(timeout=5) as http:
        verifier = TokenVerifier(settings.issuers, http, log_key=log_key)
        yield verifier
        await verifier.aclose()


async def _temporal(settings: Settings, cipher: PayloadCipher) -> Client:
    # Lazy: what can be read can be read without Temporal; each start tries to reach it anew.
    return await connect(
        settings.temporal_address,
        namespace=settings.temporal_namespace,
        cipher=cipher,
        tls=settings.temporal_tls,
        api_key=settings.temporal_key(),
        lazy=True,
    )


def _readiness(database: Database, temporal: Client) -> Readiness:
    checks = {
        "database": database_check(database),
        "migrations": migrations_check(database),
        "temporal": temporal_check(temporal),
    }
    return Readiness(checks, spare=frozenset({"temporal"}))


def main() -> None:
    """Entry of `python -m api` and `volitus api`."""
    settings = Settings.for_process()
    logs.configure(settings.log_level, settings.log_format, "api")
    uvloop.run(run(settings))


if __name__ == "__main__":
    main()
