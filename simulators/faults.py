"""Faults on demand, for any simulator: what goes wrong next, how often, and how it is done."""

from collections.abc import Awaitable, Callable, Collection, Mapping
from http import HTTPStatus
from random import Random

import anyio
from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import PlainTextResponse, Response
from pydantic import BaseModel, ConfigDict, Field, PrivateAttr

from simulators.cut import Cut

EVERYWHERE = "all"
_SEED = 1
_ERRORS = {f"http_{status}": status for status in (429, 500, 503)}
TRANSPORT = frozenset({*_ERRORS, "delay", "delay_after", "timeout", "cut"})
"""Kinds that ``disturbed`` carries out for every simulator.

``delay``, ``http_…`` and ``timeout`` come before the work; ``delay_after`` and ``cut`` when it is
done, so that the client cannot know whether it was.
"""


class Fault(BaseModel):
    """A fault at ``source``: it occurs ``times`` times, or until it is removed."""

    model_config = ConfigDict(extra="forbid")

    source: str = Field(EVERYWHERE, description="One source of this simulator, or all")
    kind: str
    times: int | None = Field(None, ge=1, description="Number of occurrences; null: until removed")
    seconds: float = Field(1.0, ge=0, le=600, description="Of a delay, before or after the work")
    code: str | None = Field(None, description="Of a refusal, where the simulator has codes")
    subject: str | None = Field(None, description="Only in answers about this one; null: any")
    rate: float | None = Field(
        None, ge=0, le=1, description="Share of the answers it fits that show it; null: all"
    )
    _removed: anyio.Event = PrivateAttr(default_factory=anyio.Event)

    def until(self, removed: anyio.Event) -> "Fault":
        """End its delays when ``removed`` is set."""
        self._removed = removed
        return self

    async def delay(self) -> None:
        """Wait for ``seconds``, or until all faults are removed."""
        with anyio.move_on_after(self.seconds):
            await self._removed.wait()


class SeedForm(BaseModel):
    model_config = ConfigDict(extra="forbid")

    seed: int = Field(description="Equal seeds make a rate hit the same answers")


class Faults:
    """The active faults. ``kinds`` lists the kinds that each source supports.

    ``subjects`` says of each source whose answers are about somebody what names them.
    """

    def __init__(
        self, kinds: Mapping[str, Collection[str]], subjects: Mapping[str, str] | None = None
    ) -> None:
        self.kinds = {source: frozenset(each) for source, each in kinds.items()}
        self.subjects = dict(subjects or {})
        self.on: list[Fault] = []
        self._removed = anyio.Event()
        self._chance = Random(_SEED)

    def replace(self, faults: list[Fault]) -> None:
        """Replace all active faults. Raises ValueError for a fault that no source here supports."""
        for fault in faults:
            if not any(self._shows(source, fault) for source in self.kinds):
                of_one = "" if fault.subject is None else " of one subject"
                raise ValueError(
                    f"no {fault.kind}{of_one} at {fault.source}; there are {self.described()}"
                )
        self.on = [fault.model_copy().until(self._removed) for fault in faults]

    def remove_all(self) -> None:
        """Remove all active faults, and end the delays that are under way."""
        self.on = []
        self._removed.set()
        self._removed = anyio.Event()

    def seed(self, seed: int = _SEED) -> None:
        """Restart the random draws for rates."""
        self._chance = Random(seed)

    def take(
        self, source: str, *, about: Collection[str] = (), sparing: Collection[str] = ()
    ) -> Fault | None:
        """The first fault that fits an answer of ``source``, counted; never a ``sparing`` kind.

        ``about`` are the names of the subject of the answer.
        """
        for fault in self.on:
            if fault.kind in sparing or not self._shows(source, fault):
                continue
            if fault.subject in {None, *about} and self._drawn(fault):
                self._count(fault)
                return fault
        return None

    def described(self) -> str:
        kinds = "; ".join(f"{source}: {', '.join(sorted(k))}" for source, k in self.kinds.items())
        named = "; ".join(f"{source}: {name}" for source, name in self.subjects.items())
        return f"{kinds}. Subjects: {named or 'none'}"

    def _shows(self, source: str, fault: Fault) -> bool:
        return (
            fault.source in {source, EVERYWHERE}
            and fault.kind in self.kinds[source]
            and (fault.subject is None or source in self.subjects)
        )

    def _drawn(self, fault: Fault) -> bool:
        return fault.rate is None or self._chance.random() < fault.rate

    def _count(self, fault: Fault) -> None:
        if fault.times is None:
            return
        fault.times -= 1
        if fault.times == 0:
            self.on.remove(fault)


def _error(status: int) -> Response:
    headers = {"retry-after": "1"} if status == HTTPStatus.TOO_MANY_REQUESTS else None
    return PlainTextResponse(HTTPStatus(status).phrase, status, headers)


async def disturbed(
    request: Request,
    fault: Fault | None,
    answer: Callable[[], Awaitable[Response]],
    *,
    error: Callable[[int], Response] = _error,
) -> Response:
    """``answer``, or what a fault of the TRANSPORT kinds makes of it; ``error`` words a status."""
    match fault and fault.kind:
        case kind if kind in _ERRORS:
            return error(_ERRORS[kind])
        case "timeout":
            await _until_given_up(request)
            return PlainTextResponse("nobody is listening", 503)
        case "cut":
            return Cut(await answer())
        case "delay" if fault is not None:
            await fault.delay()
        case "delay_after" if fault is not None:
            done = await answer()
            await fault.delay()
            return done
    return await answer()


async def _until_given_up(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


def faults_control(faults: Faults, changed: Callable[[], None] = lambda: None) -> APIRouter:
    """Return ``/faults`` and ``/seed`` of ``/_control``; ``changed`` is called after a change."""
    # Async although nothing waits: the routes run in the thread that takes faults.
    router = APIRouter(tags=["faults"])

    @router.get("/faults")
    async def faults_that_are_on() -> list[Fault]:
        return faults.on

    @router.put(
        "/faults",
        description=f"Replaces all; of several that fit the first is shown. {faults.described()}.",
    )
    async def set_faults(wanted: Fault | list[Fault]) -> list[Fault]:
        try:
            faults.replace(wanted if isinstance(wanted, list) else [wanted])
        except ValueError as error:
            raise HTTPException(422, str(error)) from error
        changed()
        return faults.on

    @router.delete("/faults", status_code=204)
    async def take_back_all_faults() -> None:
        faults.remove_all()
        changed()

    router.include_router(_seed_control(faults))
    return router


def _seed_control(faults: Faults) -> APIRouter:
    router = APIRouter()

    @router.put("/seed", description="Of the draws for the rates of faults, from now on")
    async def set_seed(form: SeedForm) -> SeedForm:
        faults.seed(form.seed)
        return form

    @router.delete("/seed", status_code=204, description="As at the start")
    async def forget_seed() -> None:
        faults.seed()

    return router
