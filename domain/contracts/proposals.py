"""Ends of contracts that the register gives cause for, and a person decides about. Pure."""

from collections.abc import Mapping
from enum import StrEnum

from domain.contracts.reasons import EndReason
from domain.registry.register import CompanyStatus

CAUSES: Mapping[CompanyStatus, EndReason] = {
    CompanyStatus.DELETED: EndReason.COMPANY_DELETED,
    CompanyStatus.BANKRUPT: EndReason.COMPANY_BANKRUPT,
    CompanyStatus.LIQUIDATION: EndReason.COMPANY_LIQUIDATED,
}
"""Why the end of its contracts is proposed, by what the register says of a company."""


class ProposalState(StrEnum):
    """State of a proposal to end a contract."""

    OPEN = "open"
    """A person decides."""
    ACCEPTED = "accepted"
    """The contract's end is set."""
    REJECTED = "rejected"
    """The contract is kept, for as long as the register says the same."""
    WITHDRAWN = "withdrawn"
    """The register says otherwise, or the contract ended by itself."""
