"""What the routes of number verification are handed."""

from typing import Annotated

from fastapi import Depends, Request

from api.parts import parts_of
from services.numbers.verification import NumberProcess


async def _process(request: Request) -> NumberProcess:
    parts = parts_of(request)
    engine = parts.engine
    return NumberProcess(engine.database, engine.temporal, engine.task_queue, parts.numbers)


Numbers = Annotated[NumberProcess, Depends(_process)]
