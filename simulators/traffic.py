"""Counts requests to a simulator, so that tests see when none are sent."""

from collections import Counter

from starlette.types import ASGIApp, Receive, Scope, Send


class Counted:
    """Counts each request below ``paths`` (its kind by path) by method and kind."""

    def __init__(self, app: ASGIApp, paths: dict[str, str], counts: Counter[str]) -> None:
        self._app = app
        self._paths = paths
        self._counts = counts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            for path, kind in self._paths.items():
                if f"{scope['path']}/".startswith(f"{path}/"):
                    self._counts[f"{scope['method']} {kind}"] += 1
        await self._app(scope, receive, send)
