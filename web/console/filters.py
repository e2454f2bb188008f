"""Filters of what is stuck, in the address of pages."""

from dataclasses import asdict, dataclass

from web.queries import Words


@dataclass(frozen=True, slots=True)
class Filters:
    """Filters in the address; the API says which values there are."""

    target: Words = ""
    reason: Words = ""
    kind: Words = ""
    process: Words = ""
    account_id: Words = ""
    older_than: Words = ""

    def given(self) -> dict[str, str]:
        """Return those that were given."""
        return {name: value for name, value in asdict(self).items() if value}
