"""What an application learns from the server about its connection."""

import asyncio

import pytest
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from runtime.http_server import serving
from tests.clients.raw_http import RawConnection, get
from tests.fixtures.patience import PATIENCE
from tests.fixtures.ports import free_port

pytestmark = pytest.mark.usefixtures("http_servers")


async def test_fault_14_who_is_being_answered_is_known_to_be_gone_whatever_else_was_sent() -> None:
    # uvicorn told it to the last request alone: the one before wrote to a closed connection, which
    # was an error and counted as 500.
    asked, told = asyncio.Event(), asyncio.Event()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        while (await receive())["type"] != "http.disconnect":
            asked.set()
        told.set()
        await PlainTextResponse("nobody reads it")(scope, receive, send)

    port = free_port()
    async with serving(app, "127.0.0.1", port), asyncio.timeout(PATIENCE):
        connection = await RawConnection.open(port, get("/first") + get("/second"))
        await asked.wait()
        await connection.close()
        await told.wait()
