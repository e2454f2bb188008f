"""Serves the open-data file as a web server does: conditional, in ranges, or faulty."""

from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime

import anyio.to_thread
from fastapi import Request
from fastapi.responses import FileResponse, HTMLResponse, Response

from simulators.faults import TRANSPORT, Fault
from simulators.register.shelf import Published, Shelf

FAULTS = TRANSPORT | {"truncated_file", "short_file", "empty_answer", "page"}
_SHARES = {"short_file": 0.5, "empty_answer": 0.0}


async def serve(request: Request, shelf: Shelf, fault: Fault | None) -> Response:
    """Return the file, 304 if the client has this version, or the answer that a fault makes of it.

    ``truncated_file`` is the first half of the bytes with a matching length; ``short_file`` a valid
    zip of half the companies; ``empty_answer`` one of none. Each has an ETag of its own.
    ``page`` is a maintenance page, with status 200.
    """
    kind = fault.kind if fault else ""
    if kind == "page":
        return HTMLResponse("<!DOCTYPE html><html><body><h1>Hooldus</h1></body></html>")
    file = await anyio.to_thread.run_sync(shelf.current, _SHARES.get(kind, 1.0))
    if kind == "truncated_file":
        return await _truncated(file)
    headers = _headers(file, file.etag)
    if _is_known(request, file):
        return Response(status_code=304, headers=headers)
    return FileResponse(file.path, headers=headers, media_type="application/zip")


async def _truncated(file: Published) -> Response:
    content = await anyio.Path(file.path).read_bytes()
    headers = _headers(file, file.etag.rstrip('"') + '-truncated"')
    return Response(content[: len(content) // 2], headers=headers, media_type="application/zip")


def _headers(file: Published, etag: str) -> dict[str, str]:
    return {"etag": etag, "last-modified": format_datetime(file.modified, usegmt=True)}


def _is_known(request: Request, file: Published) -> bool:
    """RFC 9110, 13.2.2: If-Modified-Since counts only without If-None-Match."""
    etags = request.headers.get("if-none-match")
    if etags is not None:
        known = {etag.strip().removeprefix("W/") for etag in etags.split(",")}
        return bool(known & {file.etag, "*"})
    since = _date(request.headers.get("if-modified-since", ""))
    return since is not None and file.modified <= since


def _date(text: str) -> datetime | None:
    try:
        return parsedate_to_datetime(text)
    except ValueError:
        return None
