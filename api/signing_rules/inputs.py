"""Bodies of requests of mandate officers about signing rules."""

from datetime import date
from typing import Annotated

from pydantic import Field

from api.accounts.people import PersonCode
from api.http.document_schemas import AuthorityDocumentInput
from api.http.schemas import ReasonInput, RequestModel
from domain.signing_rules.looks import LookResult
from domain.signing_rules.readings import MOST_GROUPS, MOST_MEMBERS, Group
from services.signing_rules.readings import Wording

Digest = Annotated[
    str,
    Field(
        pattern="^[0-9a-f]{64}$",
        description="`digest` of the signing rule that you saw. Refused if the register says"
        " something else now.",
    ),
]


class SigningRuleReadingInput(RequestModel):
    """How the signing rule of a company is read."""

    digest: Digest
    groups: list[Annotated[list[PersonCode], Field(min_length=1, max_length=MOST_MEMBERS)]] = Field(
        min_length=1,
        max_length=MOST_GROUPS,
        description="Each: the people who act together, and only together. One person in a group"
        " acts alone. All must be holders in the register.",
    )
    through_day: date = Field(
        description="The last day on which it applies, in the time zone of the installation: five"
        " years from today at the latest."
    )
    document: AuthorityDocumentInput

    def wording(self) -> Wording:
        """Return what is to be recorded. Raises Problem, which points at a code."""
        groups = [
            frozenset(
                member.key(f"/groups/{number}/{place}/code") for place, member in enumerate(group)
            )
            for number, group in enumerate(self.groups)
        ]
        distinct: list[Group] = list(dict.fromkeys(groups))
        return Wording(self.digest, distinct, self.through_day, self.document.document())


class SigningRuleLookInput(ReasonInput):
    """What an officer says of the groups that the register states."""

    digest: Digest
    result: LookResult = Field(
        description="`confirmed`: the groups are read rightly; what they confirm is carried out."
        " `refused`: they are not, and nothing that they confirm is."
    )
