"""Faults on demand, for any simulator: what goes wrong next, how often, and how it is done."""

from collections.abc import Awaitable, Callable, Collection, Mapping
from http import HTTPStatus

import anyio
from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import PlainTextResponse, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.types import Message, Receive, Scope, Send

EVERYWHERE = "all"
_ERRORS = {f"http_{status}": status for status in (429, 500, 503)}
TRANSPORT = frozenset({*_ERRORS, "delay", "delay_after", "timeout", "cut"})
"""Kinds that ``disturbed`` carries out for every simulator.

``delay``, ``http_…`` and ``timeout`` come before the work; ``delay_after`` and ``cut`` when it is
done, so that the client cannot know whether it was.
"""


class Fault(BaseModel):
    """Something that goes wrong at ``source``, ``times`` times or until it is taken back."""

    model_config = ConfigDict(extra="forbid")

    source: str = Field(EVERYWHERE, description="One source of this simulator, or all")
    kind: str
    times: int | None = Field(None, ge=1, description="How often; null: until taken back")
    seconds: float = Field(1.0, ge=0, le=600, description="Of a delay, before or after the work")
    code: str | None = Field(None, description="Of a refusal, where the simulator has codes")


class Faults:
    """The faults that are on. ``kinds`` says which kinds each source can show."""

    def __init__(self, kinds: Mapping[str, Collection[str]]) -> None:
        self.kinds = {source: frozenset(each) for source, each in kinds.items()}
        self.on: list[Fault] = []

    def replace(self, faults: list[Fault]) -> None:
        """Have these and no others. Raises ValueError for a fault that nothing here can show."""
        for fault in faults:
            if not any(self._shows(source, fault) for source in self.kinds):
                raise ValueError(f"no {fault.kind} at {fault.source}; there are {self.described()}")
        self.on = [fault.model_copy() for fault in faults]

    def take(self, source: str, *, sparing: Collection[str] = ()) -> Fault | None:
        """The first fault that fits an answer of ``source``, counted; never a ``sparing`` kind."""
        for fault in self.on:
            if self._shows(source, fault) and fault.kind not in sparing:
                self._count(fault)
                return fault
        return None

    def described(self) -> str:
        return "; ".join(f"{source}: {', '.join(sorted(k))}" for source, k in self.kinds.items())

    def _shows(self, source: str, fault: Fault) -> bool:
        return fault.source in {source, EVERYWHERE} and fault.kind in self.kinds[source]

    def _count(self, fault: Fault) -> None:
        if fault.times is None:
            return
        fault.times -= 1
        if fault.times == 0:
            self.on.remove(fault)


async def disturbed(
    request: Request, fault: Fault | None, answer: Callable[[], Awaitable[Response]]
) -> Response:
    """``answer``, or what a fault of the TRANSPORT kinds makes of it."""
    match fault and fault.kind:
        case kind if kind in _ERRORS:
            return _error(_ERRORS[kind])
        case "timeout":
            await _until_given_up(request)
            return PlainTextResponse("nobody is listening", 503)
        case "cut":
            return Cut(await answer())
        case "delay" if fault is not None:
            await anyio.sleep(fault.seconds)
        case "delay_after" if fault is not None:
            done = await answer()
            await anyio.sleep(fault.seconds)
            return done
    return await answer()


def _error(status: int) -> Response:
    headers = {"retry-after": "1"} if status == HTTPStatus.TOO_MANY_REQUESTS else None
    return PlainTextResponse(HTTPStatus(status).phrase, status, headers)


async def _until_given_up(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


class Cut(Response):
    """A response whose connection is closed after half of the body."""

    def __init__(self, whole: Response) -> None:
        super().__init__()
        self._whole = whole

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        left = 0

        async def send_half(message: Message) -> None:
            nonlocal left
            if message["type"] == "http.response.start":
                left = _announced(message) // 2
            elif left > 0:
                body = message.get("body", b"")[:left]
                left -= len(body)
                await send({**message, "body": body, "more_body": True})
                return
            else:
                return
            await send(message)

        # The server closes a connection whose answer was never finished: that is the cut.
        await self._whole(scope, receive, send_half)


def _announced(start: Message) -> int:
    headers = dict(start["headers"])
    return int(headers.get(b"content-length", b"2"))


def faults_control(faults: Faults) -> APIRouter:
    """``/faults``: see, set and take back. To be mounted under ``/_control``."""
    router = APIRouter(tags=["faults"])

    @router.get("/faults")
    def faults_that_are_on() -> list[Fault]:
        return faults.on

    @router.put(
        "/faults",
        description=f"Replaces all; of several that fit the first is shown. {faults.described()}.",
    )
    def set_faults(wanted: Fault | list[Fault]) -> list[Fault]:
        try:
            faults.replace(wanted if isinstance(wanted, list) else [wanted])
        except ValueError as error:
            raise HTTPException(422, str(error)) from error
        return faults.on

    @router.delete("/faults", status_code=204)
    def take_back_all_faults() -> None:
        faults.replace([])

    return router
