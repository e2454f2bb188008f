"""Enumerations of states and kinds that people see, with the messages ``state.NAME.CODE``."""

from collections.abc import Mapping
from enum import StrEnum

from domain.access.grants import Origin
from domain.access_requests.states import AccessRequestState
from domain.accounts import AccountKind, AccountStatus, ServiceKind, ServiceStatus
from domain.approvals.quorum import GroupDefectCode
from domain.approvals.states import ApprovalState
from domain.authority_documents import DocumentKind
from domain.billing.invoices import InvoiceCategory, InvoiceState, LineKind
from domain.call_details.extracts import ExtractState
from domain.call_details.records import Direction, UsageKind
from domain.call_details.secrecy import Level
from domain.contracts.reasons import EndReason, StartRefusal, SuspendReason
from domain.contracts.sizes import SizeClass
from domain.contracts.states import ContractState
from domain.delegations.basis import BasisKind
from domain.delegations.states import DelegationState
from domain.mandates.states import MandateState
from domain.numbers.verifications import VerificationMethod, VerificationState
from domain.operations import OperationState
from domain.orders.states import OrderState
from domain.payments.states import PaymentState
from domain.payments.words import Attention, EntryFault, EntryState
from domain.provisioning.targets import TargetState
from domain.registry.authority import AuthorityKind
from domain.registry.register import Capacity, CompanyStatus
from domain.signatures.methods import SignatureMethod
from domain.signatures.results import SigningResult
from domain.signing_rules.looks import LookResult
from domain.signing_rules.states import ReadingState

STATES: Mapping[str, type[StrEnum]] = {
    "access_request": AccessRequestState,
    "account": AccountStatus,
    "account_kind": AccountKind,
    "approval": ApprovalState,
    "authority": AuthorityKind,
    "bank_entry": EntryState,
    "bank_entry_fault": EntryFault,
    "basis": BasisKind,
    "call_details": Level,
    "capacity": Capacity,
    "company": CompanyStatus,
    "contract": ContractState,
    "contract_end": EndReason,
    "contract_refusal": StartRefusal,
    "contract_suspension": SuspendReason,
    "customer_size": SizeClass,
    "delegation": DelegationState,
    "document": DocumentKind,
    "extract": ExtractState,
    "group_defect": GroupDefectCode,
    "invoice": InvoiceState,
    "invoice_category": InvoiceCategory,
    "invoice_line": LineKind,
    "look": LookResult,
    "mandate": MandateState,
    "operation": OperationState,
    "order": OrderState,
    "origin": Origin,
    "payment": PaymentState,
    "payment_attention": Attention,
    "reading": ReadingState,
    "service": ServiceStatus,
    "service_kind": ServiceKind,
    "signature_method": SignatureMethod,
    "signing_result": SigningResult,
    "target": TargetState,
    "usage": UsageKind,
    "usage_direction": Direction,
    "verification": VerificationState,
    "verification_method": VerificationMethod,
}
"""By the name that the catalogue gives the enumeration. Alphabetical."""
