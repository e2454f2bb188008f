"""What the app shows: Base64 of a JSON list, of which it takes the first that it can do."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from simulators.signing.forms import decoded

WITH_CHOICE = "confirmationMessageAndVerificationCodeChoice"


class Interaction(BaseModel):
    """One way to ask."""

    model_config = ConfigDict(extra="forbid")

    type: Literal["displayTextAndPIN", "confirmationMessage", WITH_CHOICE]  # type: ignore[valid-type]
    short: str | None = Field(None, alias="displayText60", min_length=1, max_length=60)
    long: str | None = Field(None, alias="displayText200", min_length=1, max_length=200)

    @property
    def text(self) -> str:
        return self.short or self.long or ""


_LIST: TypeAdapter[list[Interaction]] = TypeAdapter(
    Annotated[list[Interaction], Field(min_length=1)]
)


def read(text: str) -> list[Interaction]:
    """Parse ``interactions``. Raises ValueError."""
    try:
        found = _LIST.validate_json(decoded(text))
    except ValidationError:
        raise ValueError("no Base64 of a JSON list of interactions") from None
    for each in found:
        right = each.short if each.type == "displayTextAndPIN" else each.long
        if right is None or (each.short and each.long):
            raise ValueError(f"{each.type} has another text")
    return found


def _check(text: str) -> str:
    read(text)
    return text


Interactions = Annotated[str, AfterValidator(_check)]
