"""Request bodies of ``/service``. Anything else is refused."""

import json
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError, field_validator

from simulators.network.refusals import Refused

NUMBER = "msisdn"
"""Name of the characteristic that holds the number of a service."""

State = Literal["feasibilityChecked", "designed", "reserved", "inactive", "active", "terminated"]
ServiceId = Annotated[str, Field(pattern=r"^[^/?#\s]{1,200}$")]
_CODES = {"serviceCharacteristic": "invalidCharacteristic", "state": "invalidState"}


class CharacteristicForm(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(min_length=1)]
    value: JsonValue = Field(description="null removes it")
    value_type: str | None = Field(None, alias="valueType")
    kind: str | None = Field(None, alias="@type")


class ChangeForm(BaseModel):
    """A change: omitted fields stay unchanged; ``id`` is for the creation of a service."""

    model_config = ConfigDict(extra="forbid")

    id: ServiceId | None = None
    state: State | None = None
    characteristics: list[CharacteristicForm] = Field([], alias="serviceCharacteristic")
    kind: Literal["Service"] = Field("Service", alias="@type")

    @field_validator("characteristics")
    @classmethod
    def _names_differ(cls, given: list[CharacteristicForm]) -> list[CharacteristicForm]:
        if len({each.name for each in given}) < len(given):
            raise ValueError("a name is there twice")
        return given

    def number(self) -> str | None:
        """The number that the change names."""
        given = (each.value for each in self.characteristics if each.name == NUMBER)
        found = next(given, None)
        return found if isinstance(found, str) else None


def read_change(body: bytes) -> tuple[ChangeForm, dict[str, Any]]:
    """Return the change and the parsed body. Raises Refused, which never repeats what was sent."""
    try:
        form = ChangeForm.model_validate_json(body)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"])) or "body"
        code = _CODES.get(where.split(".")[0], "invalidBody")
        raise Refused(400, code, f"{where}: {first['msg']}") from error
    came: dict[str, Any] = json.loads(body)
    return form, came
