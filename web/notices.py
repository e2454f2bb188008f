"""What has just been done, said once on the page that follows a form.

A short-lived cookie holds the id of the text and, where there is one, the path that takes it back.
Neither names anybody; what does not look like ours is not shown.
"""

import json
import re
from dataclasses import dataclass

from fastapi import Request
from fastapi.responses import Response

from web.http.redirects import is_own_path

_COOKIE = "volitus-notice"
_ID = re.compile(r"page\.done\.[a-z_]{1,60}")
_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Done:
    """Something that was done."""

    text: str
    """Id of its text: ``page.done.NAME``."""
    undo: str = ""
    """Path, without language, of the page that takes it back: access that ended is given again."""


def put_notice(response: Response, done: Done | None) -> None:
    """Let the next page say it; None: it was said."""
    if done is None:
        response.delete_cookie(_COOKIE, path="/")
        return
    value = json.dumps([done.text, done.undo])
    response.set_cookie(
        _COOKIE, value, max_age=_SECONDS, path="/", httponly=True, samesite="strict"
    )


def notice_of(request: Request) -> Done | None:
    """Return what is to be said on this page."""
    try:
        text, undo = json.loads(request.cookies.get(_COOKIE, ""))
    except (ValueError, TypeError):
        return None
    if not (isinstance(text, str) and isinstance(undo, str) and _ID.fullmatch(text)):
        return None
    return Done(text, undo if is_own_path(undo) else "")
