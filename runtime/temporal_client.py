"""How every process speaks to Temporal: same data shapes, same encryption, same limits."""

import asyncio
import dataclasses

from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.converter import (
    DataConverter,
    DefaultFailureConverterWithEncodedAttributes,
    PayloadCodec,
)
from temporalio.runtime import Runtime
from temporalio.service import RPCError

from runtime.health_server import Check


def data_converter(cipher: PayloadCodec) -> DataConverter:
    """Pydantic shapes, everything encrypted, messages of failures included."""
    return dataclasses.replace(
        pydantic_data_converter,
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
    """A client bound to the running loop. ``lazy`` ones connect on first use; workers need others.

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
    )


def temporal_check(client: Client) -> Check:
    """Temporal answers."""

    async def ask() -> str | None:
        try:
            await asyncio.wait_for(client.service_client.check_health(), 2)
        except (RPCError, RuntimeError, TimeoutError):
            return "Temporal does not answer"
        return None

    return ask
