"""Why a reading of a signing rule, or a look at one, is refused."""

from collections.abc import Sequence
from enum import StrEnum


class ReadingRefusal(StrEnum):
    """Codes of the API's problems."""

    SIGNING_RULE_READABLE = "signing_rule_readable"
    """The register states the rule in a form that a machine reads: there is nothing to record."""
    SIGNING_RULE_CHANGED = "signing_rule_changed"
    """The register does not say any more what was seen or read."""
    MEMBER_NOT_COUNTED = "member_not_counted"
    """A member does not represent the company at this stage of its life, says the register."""
    THROUGH_IN_PAST = "through_in_past"
    LONGER_THAN_FIVE_YEARS = "longer_than_five_years"
    READING_PROPOSED = "reading_proposed"
    """Another reading of the company's rule waits for its second officer."""
    SECOND_PERSON_NEEDED = "second_person_needed"
    """Whoever recorded a reading neither confirms nor rejects it."""
    NOT_THE_PROPOSER = "not_the_proposer"
    """Only whoever recorded a reading withdraws it."""
    NOT_OPEN = "not_open"
    """The reading is over, or not yet confirmed: this cannot be done with it."""


class ReadingRefused(Exception):
    """Refused, for all of these reasons. Nothing was changed."""

    def __init__(self, *refusals: ReadingRefusal) -> None:
        super().__init__(", ".join(refusals))
        self.refusals: Sequence[ReadingRefusal] = refusals
