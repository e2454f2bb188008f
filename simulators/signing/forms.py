"""Parts of request bodies that both services have."""

import base64
from typing import Annotated

from pydantic import AfterValidator, Field


def _decodes(text: str) -> str:
    decoded(text)
    return text


def decoded(text: str) -> bytes:
    """Return the bytes of base64. Raises ValueError."""
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        raise ValueError("must be Base64 encoded") from None


Base64 = Annotated[str, Field(min_length=4), AfterValidator(_decodes)]
