"""Finds what must not be where others can read it: in logs, and in Temporal's histories."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Iterator, Mapping
from typing import NamedTuple

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message
from temporalio.api.common.v1 import Payload
from temporalio.client import Client, WorkflowExecution
from temporalio.converter import PayloadCodec

from tests.people import NAMES

_SHAPES = {
    # Not in the middle of a hexadecimal id or of a number's decimals.
    "personal code": re.compile(r"(?<![0-9a-z.])[1-8]\d{10}(?![0-9A-Za-z])"),
    "phone number": re.compile(r"\+[1-9]\d{7,14}\b"),
    "token": re.compile(r"\beyJ[\w-]{10,}\.[\w-]{10,}"),
    "password": re.compile(r"salajane|salasõna|not-it"),
}
_NAME = re.compile(rf"\b(?:{'|'.join(sorted(map(re.escape, NAMES)))})\b")
_PLAIN_BY_NATURE = ("search_attributes", "marker_recorded_event_attributes")
"""A marker holds the name of a patch, which the server must be able to read."""
_AT_ONCE = 8


class Leak(NamedTuple):
    """Something that should not be there; says what kind of thing, never the thing itself."""

    where: str
    what: str


def secrets_in(text: str) -> set[str]:
    """Which kinds of personal data and secrets this text seems to contain."""
    return {what for what, shape in _SHAPES.items() if shape.search(text)}


def personal_in(text: str) -> set[str]:
    """The same, and names."""
    return secrets_in(text) | ({"name"} if _NAME.search(text) else set())


async def in_histories(client: Client, codec: PayloadCodec) -> list[Leak]:
    """What leaked into any workflow of this server. Everything is fetched and decrypted."""
    turns = asyncio.Semaphore(_AT_ONCE)

    async def of(execution: WorkflowExecution) -> list[Leak]:
        async with turns:
            handle = client.get_workflow_handle(execution.id, run_id=execution.run_id)
            events = (await handle.fetch_history()).events
            path = f"{execution.workflow_type}: "
            return [leak for event in events async for leak in in_message(event, codec, path)]

    found = [of(execution) async for execution in client.list_workflows(page_size=1000)]
    return [leak for leaks in await asyncio.gather(*found) for leak in leaks]


async def in_message(message: Message, codec: PayloadCodec, path: str = "") -> AsyncIterator[Leak]:
    """What leaked into a message that Temporal keeps, in its plain words and its payloads."""
    for place, value in _parts(message, path):
        if isinstance(value, str):
            text = value
        elif any(part in place for part in _PLAIN_BY_NATURE):
            text = _words(value)
        elif value.metadata.get("encoding") != b"binary/encrypted":
            yield Leak(place, "a payload in the clear")
            text = _words(value)
        else:
            (opened,) = await codec.decode([value])
            text = _words(opened)
        for what in sorted(personal_in(text)):
            yield Leak(place, what)


def _parts(message: Message, path: str) -> Iterator[tuple[str, str | Payload]]:
    """Every text and every payload in a message, however deep, and where it is."""
    if isinstance(message, Payload):
        yield path, message
        return
    for field, value in message.ListFields():
        for inner in _values(field, value):
            place = f"{path}/{field.name}"
            if isinstance(inner, Message):
                yield from _parts(inner, place)
            elif isinstance(inner, str):
                yield place, inner


def _values(field: FieldDescriptor, value: object) -> Iterator[object]:
    if isinstance(value, Mapping):
        yield from (each for pair in value.items() for each in pair)
    elif field.is_repeated:
        yield from value  # type: ignore[misc] # a repeated field is iterable, says protobuf
    else:
        yield value


def _words(payload: Payload) -> str:
    text = payload.data.decode("utf-8", errors="replace")
    try:
        return json.dumps(json.loads(text), ensure_ascii=False)
    except ValueError:
        return text
