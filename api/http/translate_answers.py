"""Middleware: an answer in the language that its caller asks for.

Outside of routes, so that what is kept for repetitions is in one language; whoever asks for none
pays for one look at the headers.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http import problems
from api.http.languages import negotiated
from api.http.translation import translated
from domain.numbers.sms_texts import Language

_TRANSLATED = {"application/json": False, problems.MEDIA_TYPE: True}
"""Media types of answers that have texts; True: problem details."""


class TranslateAnswers:
    """Pure ASGI middleware. ``leave``: paths whose texts are not ours to word."""

    def __init__(self, app: ASGIApp, leave: Callable[[str], bool]) -> None:
        self._app = app
        self._leave = leave

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        language = Language.ENGLISH
        if scope["type"] == "http":
            asked = [v for n, v in scope["headers"] if n == b"accept-language"]
            if asked and not self._leave(scope["path"]):
                language = negotiated(b",".join(asked).decode("latin-1"))
        if language is not Language.ENGLISH:
            send = _Answer(send, language).send
        await self._app(scope, receive, send)


@dataclass
class _Answer:
    """An answer that is held back until its body is complete."""

    forward: Send
    language: Language
    start: Message | None = None
    body: bytearray = field(default_factory=bytearray)

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start" and _problem(message) is not None:
            self.start = message
        elif self.start is None:
            await self.forward(message)
        else:
            self.body += message.get("body", b"")
            if not message.get("more_body"):
                await self._finish(self.start)

    async def _finish(self, start: Message) -> None:
        body = bytes(self.body)
        # An answer to HEAD has no body, whatever its headers say.
        said = translated(body, self.language, problem=bool(_problem(start))) if body else None
        if said is not None:
            headers = MutableHeaders(raw=start["headers"])
            headers["Content-Length"] = str(len(said))
            headers["Content-Language"] = self.language.value
            headers.add_vary_header("Accept-Language")
        await self.forward(start)
        await self.forward({"type": "http.response.body", "body": said or body})


def _problem(start: Message) -> bool | None:
    """Return whether an answer is problem details; None: its texts are not to be translated."""
    headers = {name.lower(): value for name, value in start["headers"]}
    if b"content-language" in headers:  # a catalogue, which is in its language already
        return None
    type_ = headers.get(b"content-type", b"")
    return _TRANSLATED.get(type_.decode("latin-1").partition(";")[0])
