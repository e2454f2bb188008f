"""CAMARA SIM Swap v2, the operation ``check``, and errors in CAMARA's shape."""

from fastapi import Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, Field, ValidationError

from simulators.bearer import Bearer
from simulators.network.sims import Number, Sims

_OUT_OF_RANGE = {"greater_than_equal", "less_than_equal"}


class CheckForm(BaseModel):
    phone_number: Number | None = Field(None, alias="phoneNumber")
    max_age: int = Field(240, ge=1, le=2400, alias="maxAge", description="Hours")


class SimSwap:
    """SIM Swap for ``client``."""

    def __init__(self, sims: Sims, client: Bearer) -> None:
        self._sims = sims
        self._client = client

    async def check(self, request: Request) -> Response:
        """Return whether the SIM of a number was changed within ``maxAge`` hours."""
        if not self._client.sent(request):
            return _error(401, "UNAUTHENTICATED", "A new authentication is required.")
        try:
            asked = CheckForm.model_validate_json(await request.body())
        except ValidationError as error:
            return _bad_body(error)
        if asked.phone_number is None:
            return _error(422, "MISSING_IDENTIFIER", "The device cannot be identified.")
        if not self._sims.knows(asked.phone_number):
            return _error(404, "IDENTIFIER_NOT_FOUND", "Device identifier not found.")
        return JSONResponse({"swapped": self._sims.swapped(asked.phone_number, asked.max_age)})


def _bad_body(error: ValidationError) -> Response:
    kinds = {each["type"] for each in error.errors(include_url=False, include_input=False)}
    if kinds <= _OUT_OF_RANGE:
        return _error(400, "OUT_OF_RANGE", "Client specified an invalid range.")
    return _error(
        400,
        "INVALID_ARGUMENT",
        "Client specified an invalid argument, request body or query param.",
    )


def _error(status: int, code: str, message: str) -> Response:
    return JSONResponse({"status": status, "code": code, "message": message}, status)
