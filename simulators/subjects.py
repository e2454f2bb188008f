"""The subject of a request, read even from an invalid one."""

import json

from fastapi import Request


async def values_of(request: Request, name: str) -> list[str]:
    """Return the text under this name in a JSON body; empty if there is none."""
    try:
        body = json.loads(await request.body())
    except ValueError:
        return []
    value = body.get(name) if isinstance(body, dict) else None
    return [value] if isinstance(value, str) else []
