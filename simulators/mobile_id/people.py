"""Who has Mobile-ID: SK's test numbers with their results, and those that are added."""

from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field
from stdnum.ee import ik

NOT_A_CLIENT = "NOT_MID_CLIENT"
Word = Literal[
    "OK", "TIMEOUT", "NOT_MID_CLIENT", "USER_CANCELLED", "SIGNATURE_HASH_MISMATCH",
    "PHONE_ABSENT", "DELIVERY_ERROR", "SIM_ERROR",
]  # fmt: skip


class PersonForm(BaseModel):
    """Somebody with Mobile-ID on a number."""

    model_config = ConfigDict(extra="forbid")

    phone: str = Field(pattern=r"^\+37[02]\d{7,8}$")
    code: str = Field(description="Personal code")
    result: Word = Field("OK", description="How each of their sessions ends")
    active: bool = Field(default=True, description="false: the certificate is NOT_ACTIVE")


@dataclass(frozen=True, slots=True)
class Person:
    code: str
    result: str = "OK"
    active: bool = True


# SK's "Test number for automated testing in DEMO".
_TEST_PEOPLE = {
    "+37200000766": Person("60001019906"),
    "+37268000769": Person("60001017869"),
    "+37269930366": Person("51307149560"),
    "+37200000566": Person("60001018800"),
    "+37200001366": Person("61001019985"),
    "+37200000266": Person("60001019939", NOT_A_CLIENT),
    "+37201100266": Person("60001019950", "USER_CANCELLED"),
    "+37200000666": Person("60001019961", "SIGNATURE_HASH_MISMATCH"),
    "+37201200266": Person("60001019972", "SIM_ERROR"),
    "+37213100266": Person("60001019983", "PHONE_ABSENT"),
    "+37207110066": Person("60001019947", "DELIVERY_ERROR"),
    "+37266000266": Person("50001018908", "TIMEOUT"),
}


class People:
    """Numbers and whose they are. ``anybody``: each valid code is on any number of nobody."""

    def __init__(self, *, anybody: bool) -> None:
        self._anybody = anybody
        self._added: dict[str, Person] = {}

    def find(self, phone: str, code: str) -> Person | None:
        """Return who has this code and this number; None: nobody."""
        person = self._added.get(phone) or _TEST_PEOPLE.get(phone)
        if person is None and self._anybody and ik.is_valid(code):
            return Person(code)
        return person if person is not None and person.code == code else None

    def add(self, form: PersonForm) -> None:
        self._added[form.phone] = Person(form.code, form.result, form.active)

    def forget(self) -> None:
        """Leave SK's test people alone."""
        self._added.clear()
