"""A network whose list of services is made before it is asked: ``python -m benchmarks.bare_list``.

Arguments: PORT SERVICES PAGE DIFFERING. Every ``100 / DIFFERING``-th service has another package.
It answers with bytes, so that what is measured is who reads it.
"""

import json
import sys
from uuid import UUID

import uvloop
from fastapi import FastAPI, Request, Response

from runtime.http_server import serving
from runtime.process import stop_event

SHOULD_HAVE = {"package": "M", "spendingLimit": 5000, "roamingBarred": False, "premiumBarred": True}


def network_id(number: int) -> str:
    """Id of the service with this number: ours and the network's."""
    return str(UUID(int=number + 1))


def mobile(number: int) -> str:
    """Number of the telephone with this number."""
    return f"+3725{number:07}"


def bare_list(services: int, page: int, differing: float) -> FastAPI:
    """Create the application."""
    app = FastAPI(openapi_url=None)
    every = round(100 / differing)
    pages = [
        json.dumps([_service(n, every) for n in range(first, min(first + page, services))]).encode()
        for first in range(0, services, page)
    ]
    headers = {"x-total-count": str(services)}

    @app.get("/service")
    async def listed(request: Request) -> Response:
        number = int(request.query_params["offset"]) // page
        body = pages[number] if number < len(pages) else b"[]"
        return Response(body, media_type="application/json", headers=headers)

    @app.get("/livez")
    async def livez() -> dict[str, bool]:
        return {"alive": True}

    return app


def _service(number: int, every: int) -> dict[str, object]:
    has = {"msisdn": mobile(number), **SHOULD_HAVE}
    if number % every == 0:
        has["package"] = "XL"
    listed = [{"name": name, "value": value} for name, value in has.items()]
    id_ = network_id(number)
    return {
        "id": id_,
        "href": f"/service/{id_}",
        "state": "active",
        "serviceCharacteristic": listed,
    }


async def _serve(port: int, services: int, page: int, differing: float) -> None:
    app, stop = bare_list(services, page, differing), stop_event()
    async with serving(app, "127.0.0.1", port):
        await stop.wait()


if __name__ == "__main__":
    of_port, of_services, of_page = map(int, sys.argv[1:4])
    uvloop.run(_serve(of_port, of_services, of_page, float(sys.argv[4])))
