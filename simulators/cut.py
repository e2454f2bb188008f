"""A connection that breaks in the middle of an answer."""

from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send


class Cut(Response):
    """A response whose connection is closed after half of the body."""

    def __init__(self, whole: Response) -> None:
        super().__init__()
        self._whole = whole

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        left = 0

        async def send_half(message: Message) -> None:
            nonlocal left
            if message["type"] == "http.response.start":
                left = _announced(message) // 2
            elif left > 0:
                body = message.get("body", b"")[:left]
                left -= len(body)
                await send({**message, "body": body, "more_body": True})
                return
            else:
                return
            await send(message)

        # The server closes a connection whose answer was never finished: that is the cut.
        await self._whole(scope, receive, send_half)


def _announced(start: Message) -> int:
    headers = dict(start["headers"])
    return int(headers.get(b"content-length", b"2"))
