"""The files of every page: hashed addresses that browsers keep for ever, compressed once."""

import gzip
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Self

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from web.theme.brand import FILES, Brand

PREFIX = "/static"
_THEME = Path(__file__).parent
OWN = {
    "designsystemet.css": _THEME / "vendor/designsystemet/designsystemet.css",
    "designsystemet.js": _THEME / "vendor/designsystemet/designsystemet.js",
    "htmx.js": _THEME / "vendor/htmx/htmx.js",
    "app.css": _THEME / "static/app.css",
    "app.js": _THEME / "static/app.js",
}
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
_YEAR = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class StaticFile:
    """One file, in memory."""

    name: str
    type: str
    body: bytes
    compressed: bytes
    digest: str
    """First eight hexadecimal digits of the SHA-256 of its content."""

    @classmethod
    def read(cls, name: str, path: Path) -> Self:
        body = path.read_bytes()
        digest = sha256(body).hexdigest()[:8]
        compressed = gzip.compress(body, compresslevel=9, mtime=0)
        return cls(name, _TYPES[path.suffix], body, compressed, digest)

    @property
    def url(self) -> str:
        """Path below the origin."""
        return f"{PREFIX}/{self.digest}/{self.name}"


class StaticFiles:
    """The files by their names: ``app.css``, ``brand/logo.svg``."""

    def __init__(self, files: Iterable[StaticFile]) -> None:
        self._files: Mapping[str, StaticFile] = {each.name: each for each in files}

    @classmethod
    def of(cls, brand: Brand) -> Self:
        """Read the theme's own files and the brand's."""
        paths = OWN | {f"brand/{name}": brand.path(name) for name in FILES}
        return cls(StaticFile.read(name, path) for name, path in paths.items())

    def url(self, name: str) -> str:
        """Return the address of a file. Raises KeyError for a name that there is not."""
        return self._files[name].url

    def route(self) -> Route:
        """Return the route that serves them."""
        return Route(f"{PREFIX}/{{digest}}/{{name:path}}", self._serve, methods=["GET"])

    async def _serve(self, request: Request) -> Response:
        file = self._files.get(request.path_params["name"])
        if file is None:
            raise HTTPException(404)
        # While releases change, a page of the other one asks: it gets a file, and does not keep it.
        known = request.path_params["digest"] == file.digest
        headers = {
            "Cache-Control": _YEAR if known else "no-cache",
            "Vary": "Accept-Encoding",
        }
        if not _takes_gzip(request.headers.get("accept-encoding", "")):
            return Response(file.body, media_type=file.type, headers=headers)
        headers["Content-Encoding"] = "gzip"
        return Response(file.compressed, media_type=file.type, headers=headers)


def _takes_gzip(accepted: str) -> bool:
    for each in accepted.lower().split(","):
        coding, _, weight = each.partition(";")
        if coding.strip() in {"gzip", "*"}:
            return weight.replace(" ", "") not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}
    return False
