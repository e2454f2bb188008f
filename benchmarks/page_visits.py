"""Visits to pages in this process, and the calls of the API that they make, made again alone."""

import asyncio
import os
import time
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import httpx
import uvloop

from settings.web import Acr, Audience, WebProcessSettings
from web.app import TEMPLATES, create_app
from web.login import cookies
from web.login.setup import opened_gates
from web.login.vault import Kept, Vault
from web.parts import Parts
from web.sessions import SessionRow, Sessions
from web.theme.brand import folder_of, load
from web.theme.environment import Theme
from web.theme.static_files import StaticFiles

_FOR_EVER = datetime(2100, 1, 1, tzinfo=UTC).timestamp()
_WARM_UP = 5


@dataclass(frozen=True)
class AskedPage:
    """A page, and who looks at it."""

    name: str
    path: str
    subject: str
    token: str

    @property
    def audience(self) -> Audience:
        """Whose page it is."""
        return Audience.CONSOLE if "/console" in self.path else Audience.SELFSERVICE


@dataclass(frozen=True)
class Visits:
    """Seconds of each visit, of the same calls alone after it, and how many calls they are."""

    pages: Sequence[float]
    calls: Sequence[float]
    count: int


def measure(environment: Mapping[str, str], asked: Sequence[AskedPage], times: int) -> list[Visits]:
    """Visit each page so many times, in turns with its calls alone."""
    os.environ.update(environment)
    return uvloop.run(_measure(WebProcessSettings.from_environment(), asked, times))


async def _measure(
    settings: WebProcessSettings, asked: Sequence[AskedPage], times: int
) -> list[Visits]:
    web = settings.web
    brand = load(folder_of(web.brand))
    files = StaticFiles.of(brand)
    theme = Theme(brand, files, settings.zone, TEMPLATES)
    with Sessions.opened(web) as sessions, opened_gates(web, sessions) as gates:
        async with httpx.AsyncClient(base_url=str(web.api_url), trust_env=False) as api:
            parts = Parts(web, settings.zone, theme, files, gates, api)
            transport = httpx.ASGITransport(create_app(parts))
            found = []
            for page in asked:
                async with httpx.AsyncClient(
                    transport=transport,
                    base_url=web.public_url,
                    cookies={gates[page.audience].cookies.session: _logged_in(parts, page)},
                    headers={"Host": httpx.URL(web.public_url).netloc.decode()},
                ) as browser:
                    # The session is no part of what is compared: it has to be there before.
                    found.append(await _in_turns(browser, api, page.path, times))
            return found


def _logged_in(parts: Parts, page: AskedPage) -> str:
    """Store a session; return the value of its cookie."""
    value = cookies.new_value()
    id_, vault = cookies.digest(value), Vault.of(parts.settings.session)
    issuer = parts.settings.openid(page.audience).issuer
    kept = Kept(page.token, None, _FOR_EVER, _FOR_EVER, page.subject, "Mari Maasikas")
    row = SessionRow(
        id=id_,
        audience=page.audience,
        issuer=issuer,
        person=vault.persons(issuer, page.subject)[0],
        sid=None,
        acr=Acr.HIGH.claim,
        amr=("mID",),
        auth_time=datetime.now(UTC),
        sealed=vault.seal_session(id_, kept),
        expires_at=datetime.now(UTC),
    )
    with Sessions.opened(parts.settings) as sessions:
        sessions.create(row, "Chrome")
    return value


async def _in_turns(
    browser: httpx.AsyncClient, api: httpx.AsyncClient, path: str, times: int
) -> Visits:
    calls = await _recorded(browser, api, path)
    pages, alone = [], []
    for _ in range(_WARM_UP + times):
        pages.append(await _timed(browser.get(path)))
        alone.append(await _timed(_repeated(api, calls)))
    return Visits(pages[_WARM_UP:], alone[_WARM_UP:], sum(map(len, calls)))


async def _timed(work: Awaitable[httpx.Response | None]) -> float:
    begun = time.perf_counter()
    answer = await work
    seconds = time.perf_counter() - begun
    if answer is not None and answer.status_code != httpx.codes.OK:
        raise RuntimeError(f"{answer.url} answered {answer.status_code}: {answer.text[:300]}")
    return seconds


async def _repeated(api: httpx.AsyncClient, calls: Sequence[Sequence[httpx.Request]]) -> None:
    """Make the calls again: those that the page makes together, together."""
    for together in calls:
        for answer in await asyncio.gather(*(_again(api, call) for call in together)):
            answer.raise_for_status().json()


async def _again(api: httpx.AsyncClient, call: httpx.Request) -> httpx.Response:
    again = (call.method, call.url)
    return await api.request(*again, headers=call.headers, content=call.content)


@dataclass
class _Recorder:
    """Calls in the order in which they wait for each other."""

    rounds: dict[int, list[httpx.Request]] = field(default_factory=dict)
    _ended: int = 0
    _begun: dict[int, int] = field(default_factory=dict)

    async def begin(self, call: httpx.Request) -> None:
        self._begun[id(call)] = self._ended + 1
        self.rounds.setdefault(self._ended + 1, []).append(call)

    async def end(self, answer: httpx.Response) -> None:
        self._ended = max(self._ended, self._begun[id(answer.request)])


async def _recorded(
    browser: httpx.AsyncClient, api: httpx.AsyncClient, path: str
) -> list[list[httpx.Request]]:
    recorder = _Recorder()
    api.event_hooks = {"request": [recorder.begin], "response": [recorder.end]}
    await _timed(browser.get(path))
    api.event_hooks = {}
    return [recorder.rounds[number] for number in sorted(recorder.rounds)]
