"""The test members of staff who may sign in to the command line, and what each may do."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who works for the telecom operator."""

    subject: str
    name: str
    roles: tuple[str, ...]


MEMBERS = {
    member.subject: member
    for member in (
        Member("staff-kati", "Kati Kask", ("support", "ops", "mandate_officer")),
        Member("staff-mart", "Mart Mänd", ("support", "ops", "mandate_officer")),
        Member("staff-support", "Sirje Saar", ("support",)),
        Member("staff-ops", "Olev Oja", ("ops",)),
        Member("staff-mandate_officer", "Maret Mets", ("mandate_officer",)),
    )
}
"""By subject. The last three are who the minted tokens of each role belong to."""
