"""Warnings about access that is taken away."""

from collections.abc import Sequence

from pydantic import Field

from api.http.schemas import ResponseModel
from domain.delegations import last_manager
from domain.numbers.sms_texts import Language
from runtime import texts

WARNINGS = "What whoever takes it away should know; it is not refused for it. Mostly empty."


class AccessWarning(ResponseModel):
    """Something that a caller should know who takes access away."""

    code: last_manager.WarningCode = Field(description="Stable, for programs. More may be added.")
    text: str


def warned(warnings: Sequence[last_manager.WarningCode]) -> list[AccessWarning]:
    """Return the warnings, each with what it means."""
    return [
        AccessWarning(code=each, text=texts.text(f"warning.{each}", Language.ENGLISH))
        for each in warnings
    ]
