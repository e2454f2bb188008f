"""Whom a request is about, read without minding whether the request is sound."""

import json

from fastapi import Request


async def said(request: Request, name: str) -> list[str]:
    """The text under this name in a JSON body; none where there is none."""
    try:
        body = json.loads(await request.body())
    except ValueError:
        return []
    value = body.get(name) if isinstance(body, dict) else None
    return [value] if isinstance(value, str) else []
