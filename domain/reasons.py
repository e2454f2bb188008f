"""Why: every yes and every no carries at least one of these, stored when it was decided."""

from dataclasses import dataclass, field
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Reason:
    """A stable code for programs, a sentence for people, and what the sentence is about.

    ``facts`` holds ids, codes and dates, never a personal code or a name.
    """

    code: str
    text: str
    facts: dict[str, Any] = field(default_factory=dict, hash=False)

    def as_json(self) -> dict[str, Any]:
        """The shape in which reasons are stored and answered."""
        facts = {"facts": self.facts} if self.facts else {}
        return {"code": self.code, "text": self.text} | facts

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Self:
        """The reverse of ``as_json``."""
        return cls(value["code"], value["text"], value.get("facts", {}))
