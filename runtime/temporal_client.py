"""Temporal clients: every process uses the same data converter, encryption and limits."""

import asyncio
from contextlib import suppress

import structlog
from temporalio.client import Client
from temporalio.converter import (
    DataConverter,
    DefaultFailureConverterWithEncodedAttributes,
    PayloadCodec,
)
from temporalio.runtime import Runtime
from temporalio.service import RPCError

from runtime import tracing
from runtime.checks import Check
from runtime.payload_refusals import StrictPayloadConverter
from settings.temporal import TemporalSettings

_RETRY_SECONDS = 2

log = structlog.get_logger(__name__)


def data_converter(cipher: PayloadCodec) -> DataConverter:
    """Pydantic models; everything is encrypted, failure messages included."""
    return DataConverter(
        payload_converter_class=StrictPayloadConverter,
        payload_codec=cipher,
        failure_converter_class=DefaultFailureConverterWithEncodedAttributes,
    )


async def connect(
    address: str,
    *,
    namespace: str,
    cipher: PayloadCodec,
    tls: bool = False,
    api_key: str | None = None,
    runtime: Runtime | None = None,
    lazy: bool = False,
) -> Client:
    """Create a client bound to the running loop.

    A ``lazy`` client connects on first use; a worker cannot use one.

    Raises RuntimeError when Temporal cannot be reached.
    """
    return await Client.connect(
        address,
        namespace=namespace,
        data_converter=data_converter(cipher),
        tls=tls,
        api_key=api_key,
        runtime=runtime,
        lazy=lazy,
        plugins=tracing.temporal_plugins(),
    )


async def connect_to(
    settings: TemporalSettings, cipher: PayloadCodec, *, lazy: bool = False
) -> Client:
    """Create the client that these settings describe. Raises as ``connect`` does."""
    return await connect(
        settings.address,
        namespace=settings.namespace,
        cipher=cipher,
        tls=settings.tls,
        api_key=settings.key(),
        lazy=lazy,
    )


async def connect_when_up(
    settings: TemporalSettings, cipher: PayloadCodec, stop: asyncio.Event
) -> Client | None:
    """Connect, retrying every 2 s while Temporal is away. None if ``stop`` was set before that."""
    while not stop.is_set():
        try:
            return await connect_to(settings, cipher)
        except RuntimeError:
            log.warning("temporal_unreachable", address=settings.address)
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), _RETRY_SECONDS)
    return None


def temporal_check(client: Client) -> Check:
    """Readiness check: Temporal answers."""

    async def ask() -> str | None:
        try:
            await asyncio.wait_for(client.service_client.check_health(), 2)
        except (RPCError, RuntimeError, TimeoutError):
            return "Temporal does not answer"
        return None

    return ask
