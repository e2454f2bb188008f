"""What the routes of number verification are handed."""

from typing import Annotated

from fastapi import Depends, Request

from services.numbers.verification import NumberProcess


async def _process(request: Request) -> NumberProcess:
    process: NumberProcess = request.app.state.numbers
    return process


Numbers = Annotated[NumberProcess, Depends(_process)]
