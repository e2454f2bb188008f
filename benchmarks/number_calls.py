"""The time of each of the two calls that prove a number, on the whole stack."""

import time
from collections.abc import Mapping
from contextlib import ExitStack
from statistics import median
from uuid import uuid4

import httpx

from benchmarks import mobiles
from benchmarks.measuring import Line, Size, alone
from benchmarks.place import Place, named, running
from dev.stack.services import here
from domain.identifiers import PersonKey
from simulators.identity.client import person_token
from storage.database import Database

_MOST_P95 = 300
_WARMING = 5
_PAUSE = 0.005
"""Seconds."""
_SERVERS = ("temporal", "identity", "sms", "network")
_CALLS = {
    "asked": "…one at a time over HTTP, POST /v1/me/numbers",
    "proved": "…one at a time over HTTP, POST …/code",
}


def lines(place: Place, size: Size) -> list[Line]:
    """Measure on the development stack without the register, which is not queried here."""
    programs, settings, _ = place.programs()
    with place.database() as url, ExitStack() as stack:
        database = Database(url)
        holders = mobiles.settle(database, _WARMING + 2 * size.workflows * size.rounds)
        database.close()
        environment = programs.environment(url) | mobiles.WIDE
        servers = programs.servers()
        stack.enter_context(running(*(named(servers, name) for name in _SERVERS)))
        product = programs.product(environment)
        stack.enter_context(running(named(product, "worker"), named(product, "api")))
        tokens = _tokens(here(settings.identity_port), holders)
        addresses = here(settings.api_port), here(settings.sms_port)
        times = alone(calls, *addresses, tokens).result
    return [_told(what, times[name]) for name, what in _CALLS.items()]


def _tokens(identity_url: str, holders: Mapping[str, PersonKey]) -> dict[str, str]:
    return {number: person_token(identity_url, each.code) for number, each in holders.items()}


def calls(api_url: str, sms_url: str, tokens: Mapping[str, str]) -> dict[str, list[float]]:
    """Prove each of these numbers; returns the time of each call in milliseconds."""
    times: dict[str, list[float]] = {name: [] for name in _CALLS}
    with httpx.Client(timeout=30, trust_env=False) as http:
        for number, token in tokens.items():
            http.headers["Authorization"] = f"Bearer {token}"
            http.headers["Idempotency-Key"] = str(uuid4())
            begun = time.perf_counter()
            asked = http.post(f"{api_url}/v1/me/numbers", json={"number": number})
            times["asked"].append(1000 * (time.perf_counter() - begun))
            where = api_url + asked.raise_for_status().headers["Location"]
            outbox = f"{sms_url}/_control/outbox"
            while not (sent := http.get(outbox, params={"to": number}).json()):
                time.sleep(_PAUSE)
            code = mobiles.code_in(sent[-1]["text"])
            begun = time.perf_counter()
            proved = http.post(f"{where}/code", json={"code": code})
            times["proved"].append(1000 * (time.perf_counter() - begun))
            if not proved.raise_for_status().json()["access_in_force"]:
                raise RuntimeError(f"no access came of it: {proved.text}")
    return {name: of_call[_WARMING:] for name, of_call in times.items()}


def _told(what: str, times: list[float]) -> Line:
    p95 = sorted(times)[len(times) * 95 // 100]
    return Line(
        f"{what}: 95th percentile of {len(times)}",
        f"{p95:.0f} ms",
        f"median {median(times):.0f} ms",
        reach=f"< {_MOST_P95} ms",
        reached=p95 < _MOST_P95,
    )
