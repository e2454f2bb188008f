"""Who has Smart-ID: SK's test people with their results, and those that are added."""

import re
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field
from stdnum.ee import ik

Word = Literal[
    "OK", "USER_REFUSED", "USER_REFUSED_INTERACTION", "TIMEOUT", "DOCUMENT_UNUSABLE", "WRONG_VC",
    "ACCOUNT_UNUSABLE", "REQUIRED_INTERACTION_NOT_SUPPORTED_BY_APP", "PROTOCOL_FAILURE",
    "EXPECTED_LINKED_SESSION", "SERVER_ERROR",
]  # fmt: skip
Level = Literal["ADVANCED", "QUALIFIED"]
# SK writes the middle part of its test accounts as MOCK, DEMO or DEM0: only the code counts.
_DOCUMENT = re.compile(r"PNOEE-(\d{11})-[A-Z0-9]{4}-N?Q")
_ETSI = re.compile(r"PNOEE-(\d{11})")


class PersonForm(BaseModel):
    """Somebody with an account."""

    model_config = ConfigDict(extra="forbid")

    code: str = Field(pattern=r"^\d{11}$", description="Estonian personal code")
    result: Word = Field("OK", description="How each signature of theirs ends")
    level: Level = "QUALIFIED"
    other_account: bool = Field(
        default=False, description="The phone asks which of two accounts is meant"
    )


@dataclass(frozen=True, slots=True)
class Person:
    code: str
    result: str = "OK"
    refused: str | None = None
    """Interaction that is refused."""
    level: str = "QUALIFIED"
    other_account: bool = False

    @property
    def document(self) -> str:
        """Number of the account."""
        return f"PNOEE-{self.code}-MOCK-{'Q' if self.level == 'QUALIFIED' else 'NQ'}"


_REFUSED = "USER_REFUSED_INTERACTION"
# SK's "Test accounts for automated testing", notification flows, those of Estonia.
_TEST_PEOPLE = {
    each.code: each
    for each in (
        Person("40504040001"),
        Person("50001029996"),
        Person("39901012239", other_account=True),
        Person("61101012257"),
        Person("30403039917", "USER_REFUSED"),
        Person("30403039928", _REFUSED, "displayTextAndPIN"),
        Person("30403039939", _REFUSED, "verificationCodeChoice"),
        Person("30403039946", _REFUSED, "confirmationMessage"),
        Person("30403039950", _REFUSED, "confirmationMessageAndVerificationCodeChoice"),
        Person("30403039972", "WRONG_VC"),
        Person("30403039983", "TIMEOUT"),
    )
}


class People:
    """Accounts by personal code. ``anybody``: every valid code has one."""

    def __init__(self, *, anybody: bool) -> None:
        self._anybody = anybody
        self._added: dict[str, Person] = {}

    def of_etsi(self, identifier: str) -> Person | None:
        """Return who is named by ``PNOEE-60001019906``."""
        found = _ETSI.fullmatch(identifier)
        return None if found is None else self.find(found[1])

    def of_document(self, number: str) -> Person | None:
        """Return whose account has this number."""
        found = _DOCUMENT.fullmatch(number)
        return None if found is None else self.find(found[1])

    def find(self, code: str) -> Person | None:
        """Return who has this code; None: somebody without an account."""
        person = self._added.get(code) or _TEST_PEOPLE.get(code)
        if person is None and self._anybody and ik.is_valid(code):
            return Person(code)
        return person

    def add(self, form: PersonForm) -> None:
        self._added[form.code] = Person(
            form.code, form.result, level=form.level, other_account=form.other_account
        )

    def forget(self) -> None:
        """Leave SK's test people alone."""
        self._added.clear()
