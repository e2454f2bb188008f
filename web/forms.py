"""Forms that people send: their fields, and what the API finds wrong with them.

A form carries an id made when it was shown. The API gets it as Idempotency-Key, so a double click,
or a form that is sent again, is one act.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID, uuid4

from starlette.datastructures import FormData

from web.api_client import ApiProblem, Json

KEY = "key"
"""Name of the hidden field."""
TICKED = "yes"
"""Value of a box that is ticked."""
_DAY = "%d.%m.%Y"


@dataclass
class Form:
    """A form as it is shown: fields by name, errors by the name of a field."""

    fields: Mapping[str, str] = field(default_factory=dict)
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Every value of each field, for boxes of which several can be ticked."""
    errors: dict[str, str] = field(default_factory=dict)
    """Empty name: of the form as a whole."""
    id: UUID = field(default_factory=uuid4)

    @classmethod
    def sent(cls, data: FormData) -> "Form":
        """Return a form that was sent. Files are no fields of any page's."""
        values: dict[str, list[str]] = {}
        for name, value in data.multi_items():
            if isinstance(value, str):
                values.setdefault(name, []).append(value.strip())
        return cls.kept(values)

    @classmethod
    def kept(cls, values: Mapping[str, Sequence[str]]) -> "Form":
        """Return a form with these values, each field's in a list."""
        chosen = {name: tuple(each) for name, each in values.items()}
        fields = {name: each[-1] for name, each in chosen.items()}
        return cls(fields, chosen, id=_id(fields.get(KEY, "")))

    @property
    def summary(self) -> list[tuple[str, str]]:
        """What is wrong, for the summary above the form: (name of the field or empty, text)."""
        return list(self.errors.items())

    def __getitem__(self, name: str) -> str:
        """Return what is in a field; empty where nothing is."""
        return self.fields.get(name, "")

    def is_ticked(self, name: str) -> bool:
        """Return whether a box is ticked."""
        return self[name] == TICKED

    def seen(self) -> Json:
        """Return the text that was shown, by digest and version: no other one is agreed to."""
        version = self["version"]
        return {
            "digest": self["digest"],
            "template_version": int(version) if version.isdecimal() else 0,
            "language": self["language"],
        }

    def error(self, name: str) -> str:
        """Return what is wrong with a field; empty where nothing is."""
        return self.errors.get(name, "")

    def all(self, name: str) -> tuple[str, ...]:
        """Return every value of a field."""
        return self.chosen.get(name, ())

    def day(self, name: str, wrong: str) -> date | None:
        """Return the day in a field, typed as ``30.06.2027``; None where it is empty or wrong.

        ``wrong``: the error of a day that is none.
        """
        if not self[name]:
            return None
        try:
            return datetime.strptime(self[name], _DAY).date()  # noqa: DTZ007 # a day has no zone
        except ValueError:
            self.errors[name] = wrong
            return None

    def refused(self, problem: ApiProblem, names: Mapping[str, str] | None = None) -> "Form":
        """Add what the API found wrong; return the form with a new id, for it was answered.

        ``names``: fields of the page by JSON pointers of the body, where the two differ.
        """
        for issue in problem.errors:
            pointer = issue["pointer"]
            name = (names or {}).get(pointer, pointer.strip("/").partition("/")[0])
            self.errors.setdefault(name if name in self.fields else "", issue["message"])
        if not problem.errors:
            self.errors[""] = problem.text
        self.id = uuid4()
        return self

    def required(self, name: str, message: str) -> str:
        """Return what is in a field; adds the error where nothing is."""
        if not self[name]:
            self.errors[name] = message
        return self[name]


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:  # of no page of ours; what it asks for is done once all the same
        return uuid4()
