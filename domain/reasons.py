"""Reasons: every decision carries at least one, stored when it was made."""

from dataclasses import dataclass, field
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something was decided: a stable code for programs, a sentence for people, and its facts.

    ``facts`` holds ids, codes and dates, never a personal code or a name.
    """

    code: str
    text: str
    facts: dict[str, Any] = field(default_factory=dict, hash=False)

    def as_json(self) -> dict[str, Any]:
        """Return the reason as it is stored and answered."""
        facts = {"facts": self.facts} if self.facts else {}
        return {"code": self.code, "text": self.text} | facts

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Self:
        """Parse what ``as_json`` returned."""
        return cls(value["code"], value["text"], value.get("facts", {}))
