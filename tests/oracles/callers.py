"""Allowed callers of every operation of the API."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from tests.builders.people import JAAN, MARI
from tests.clients.api_client import (
    BILLING,
    CHECKER,
    NO_ROLE,
    NO_SCOPE,
    OFFICER,
    OPS,
    PORTAL,
    SUPPORT,
    WATCHER,
    person_token,
)
from tests.oracles.api_description import api_description

ID = UUID(int=7)
CALLERS: dict[str, str | None] = {
    "nobody": None,
    "person": person_token(MARI),
    "portal": PORTAL,
    "billing": BILLING,
    "checker": CHECKER,
    "watcher": WATCHER,
    "program without scope": NO_SCOPE,
    "support": SUPPORT,
    "ops": OPS,
    "mandate officer": OFFICER,
    "staff without role": NO_ROLE,
}
UNKNOWN = {"nobody", "program without scope", "staff without role"}
PERSON_CODE = {"country": "EE", "code": JAAN.code}
ACCOUNT = {"reference": "K7", "owner": {"kind": "company", "country": "EE", "code": "10000024"}}
QUESTION = {"account_id": str(ID), "permission": "usage:view", "person_id": str(ID)}
SERVICE = {"account_id": str(ID), "kind": "router"}
CONTACT = {"language": "et", "sms": False}
WHY = {"reason": "looked at it"}
JUDGED = {"version": 1, **WHY}

TERMS = {"role": "accountant", "from_day": "2099-01-01"}
ASKED = TERMS | {"company": {"country": "EE", "code": "10000024"}}
GIVEN = TERMS | {"receiver": PERSON_CODE}
PAPER = {"kind": "power_of_attorney", "description": "what it says", "reference": "file 7"}
MANDATE = TERMS | {
    "through_day": "2099-02-01",
    "account_id": str(ID),
    "person": PERSON_CODE,
    "document": PAPER,
}
IMPORTED = GIVEN | {"account_id": str(ID)}

READING = {
    "digest": "0" * 64,
    "groups": [[PERSON_CODE]],
    "through_day": "2099-01-01",
    "document": {"kind": "articles", "description": "page 3", "reference": "file 7"},
}

# Operation: who may call it, and a body that it takes. "portal" always names a person.
ROUTES: dict[str, tuple[set[str], dict[str, Any] | None]] = {
    "confirmApproval": (
        {"person"},
        {"digest": 64 * "0", "template_version": 1, "language": "et"},
    ),
    "declineApproval": ({"person", "portal"}, {"reason": "not_agreed"}),
    "getApproval": ({"person", "portal", "support", "ops", "mandate officer"}, None),
    "listMyConfirmations": ({"person", "portal"}, None),
    "cancelOrder": ({"person", "portal"}, {}),
    "cancelOrderAsOperator": ({"ops"}, WHY),
    "listOrders": ({"support", "ops"}, None),
    "confirmOrder": (
        {"person"},
        {"digest": 64 * "0", "template_version": 1, "language": "et"},
    ),
    "confirmContract": ({"person"}, {"digest": 64 * "0", "template_version": 1, "language": "et"}),
    "signContract": (
        {"person"},
        {
            "digest": 64 * "0",
            "template_version": 1,
            "language": "et",
            "method": "smart_id",
        },
    ),
    "putContractEndFacts": ({"billing"}, {}),
    "declineContract": ({"person"}, None),
    "getBalance": ({"person", "portal", "support", "ops"}, None),
    "getInvoice": ({"person", "portal", "support", "ops"}, None),
    "getInvoiceDocument": ({"person", "portal", "support", "ops"}, None),
    "listInvoiceLines": ({"person", "portal", "support", "ops"}, None),
    "listInvoices": ({"person", "portal", "support", "ops"}, None),
    "getContract": ({"person", "portal", "support", "ops"}, None),
    "getContractDocument": ({"person", "portal", "support", "ops"}, None),
    "listContractDocuments": ({"person", "portal", "support", "ops"}, None),
    "listContracts": ({"person", "portal", "support", "ops"}, None),
    "startContract": ({"person", "portal"}, {"product": "internet-subscription"}),
    "putContract": (
        {"billing"},
        {"account_id": str(ID), "product": "mobile", "state": "active", "services": []},
    ),
    "putCustomerSize": (
        {"billing"},
        {"size_class": "larger", "source": "declared", "as_of": "2026-01-01"},
    ),
    "getCustomerSize": ({"billing", "support", "ops"}, None),
    "withdrawContract": ({"person", "portal"}, None),
    "getOrder": ({"person", "portal", "support", "ops"}, None),
    "listAccountOrders": ({"person", "portal", "support", "ops"}, None),
    "confirmNumberRequest": (
        {"person"},
        {"digest": 64 * "0", "template_version": 1, "language": "et"},
    ),
    "declineNumberRequest": ({"person", "portal"}, None),
    "getNumberRequest": ({"person", "portal"}, None),
    "listNumberRequests": ({"person", "portal"}, None),
    "previewContractEnd": ({"person", "portal", "support", "ops"}, None),
    "endContract": ({"person"}, {"preview": 64 * "0", "reason": "customer"}),
    "cancelContractEnd": ({"person"}, None),
    "cancelContractEndByOperations": ({"ops"}, {"reason": "It does not leave"}),
    "listContractProposals": ({"support", "ops"}, None),
    "previewContractProposal": ({"support", "ops"}, None),
    "acceptContractProposal": ({"ops"}, {"preview": 64 * "0", "reason": "Trustee agrees"}),
    "rejectContractProposal": ({"ops"}, {"reason": "The trustee pays on"}),
    "suspendContract": ({"person", "portal"}, {"reason": "lost"}),
    "resumeContract": ({"person"}, None),
    "suspendContractForCaller": ({"support", "ops"}, {"code": "lost", "reason": "They called"}),
    "resumeContractForCaller": ({"ops"}, {"reason": "They came by"}),
    "checkOrder": (
        {"person", "portal"},
        {"items": [{"product": "spending-limit", "service_id": str(ID)}]},
    ),
    "placeOrder": (
        {"person", "portal"},
        {"items": [{"product": "spending-limit", "service_id": str(ID)}]},
    ),
    "proposeKeeping": ({"person"}, {"delegation_ids": [str(ID)]}),
    "takeBackConfirmation": ({"person", "portal"}, None),
    "withdrawApproval": ({"person", "portal"}, None),
    "approveAccessRequest": ({"person"}, {"account_id": str(ID)}),
    "askForAccess": ({"person"}, ASKED),
    "declineAccessRequest": ({"person", "portal"}, None),
    "getAccessRequest": ({"person", "portal"}, None),
    "listAccountAccessRequests": ({"person", "portal"}, None),
    "listMyAccessRequests": ({"person", "portal"}, None),
    "withdrawAccessRequest": ({"person", "portal"}, None),
    "acceptDelegation": ({"person"}, {"version": 1}),
    "changeDelegation": ({"person", "portal"}, TERMS),
    "checkDelegation": ({"person"}, GIVEN),
    "checkDelegationChange": ({"person"}, TERMS),
    "declineDelegation": ({"person", "portal"}, None),
    "getDelegation": ({"person", "portal", "support", "ops"}, None),
    "getDelegationCascade": ({"person", "portal", "support", "ops"}, None),
    "listAccountDelegations": ({"person", "portal", "support", "ops"}, None),
    "listMyDelegations": ({"person", "portal"}, None),
    "offerDelegation": ({"person"}, GIVEN),
    "passOnDelegation": ({"person"}, GIVEN),
    "renewDelegation": ({"person"}, TERMS),
    "revokeDelegation": ({"person", "portal"}, None),
    "waiveDelegation": ({"person", "portal"}, None),
    "withdrawDelegation": ({"person", "portal"}, None),
    "decideAccountReview": (
        {"person", "portal"},
        {"decisions": [{"grant_id": str(ID), "decision": "confirm"}]},
    ),
    "liftAccountBar": ({"person"}, None),
    "listAccountBars": ({"person", "portal", "support", "ops"}, None),
    "reviewAccountAccess": ({"person", "portal", "support", "ops"}, None),
    "abortStuckItem": ({"ops"}, JUDGED),
    "failStuckItem": ({"ops"}, JUDGED),
    "cancelMyVerification": ({"person", "portal"}, None),
    "cancelOperation": ({"ops"}, WHY),
    "checkAccess": (
        {"person", "portal", "checker", "support", "ops"},
        {"account_id": str(ID), "permission": "usage:view"},
    ),
    "countDrift": ({"ops"}, None),
    "countStuckItems": ({"ops"}, None),
    "decideDrift": ({"ops"}, {"decision": "repair", "ids": [str(ID)], **WHY}),
    "erasePerson": ({"ops"}, {"ground": "no_longer_needed"}),
    "explainAccess": ({"support", "ops"}, QUESTION),
    "exportEvents": ({"ops"}, None),
    "exportPerson": ({"ops"}, None),
    "repairStuckItem": ({"ops"}, {"repair": "close", **JUDGED}),
    "getAccountCatalogue": ({"person", "portal"}, None),
    "listContractProducts": ({"person", "portal"}, None),
    "getAccount": ({"person", "portal", "support", "ops"}, None),
    "getDriftCheck": ({"ops"}, None),
    "getDrift": ({"ops"}, None),
    "getEvent": ({"person", "portal", "watcher", "support", "ops"}, None),
    "getHeldLogins": ({"ops"}, None),
    "getMe": ({"person", "portal"}, None),
    "getMySettings": ({"person", "portal"}, None),
    "getMyVerification": ({"person", "portal"}, None),
    "getOperation": ({"person", "portal", "support", "ops"}, None),
    "getActivationCode": ({"person"}, None),
    "getService": ({"person", "portal", "support", "ops"}, None),
    "getStuckItem": ({"ops"}, None),
    "getSyncRun": ({"ops"}, None),
    "getTarget": ({"ops"}, None),
    "confirmSigningRuleReading": ({"mandate officer"}, WHY),
    "endSigningRuleReading": ({"mandate officer"}, WHY),
    "getSigningRule": ({"support", "ops", "mandate officer"}, None),
    "getSigningRuleReading": ({"support", "ops", "mandate officer"}, None),
    "listSigningRules": ({"support", "ops", "mandate officer"}, None),
    "lookAtSigningRule": ({"mandate officer"}, WHY | {"digest": "0" * 64, "result": "refused"}),
    "recordSigningRuleReading": ({"mandate officer"}, READING),
    "rejectSigningRuleReading": ({"mandate officer"}, WHY),
    "withdrawSigningRuleReading": ({"mandate officer"}, WHY),
    "freeze": ({"ops"}, WHY | {"person_id": str(ID), "code": "dispute"}),
    "getFreeze": ({"support", "ops"}, None),
    "isAlive": (set(CALLERS), None),
    "isReady": (set(CALLERS), None),
    "listAccountHistory": ({"person", "portal", "support", "ops"}, None),
    "listPermissions": (set(CALLERS) - UNKNOWN, None),
    "listReasons": (set(CALLERS) - UNKNOWN, None),
    "listStates": (set(CALLERS) - UNKNOWN, None),
    "listRoles": (set(CALLERS) - UNKNOWN, None),
    "listAccountPeople": ({"person", "portal", "support", "ops"}, None),
    "searchAccountPeople": ({"person", "portal", "support", "ops"}, {"name": "tamm"}),
    "searchAccountServices": ({"person", "portal", "support", "ops"}, {"words": "12345"}),
    "countMyWaiting": ({"person", "portal"}, None),
    "getStaffMember": ({"support", "ops", "mandate officer"}, None),
    "listPersonAccounts": ({"support", "ops"}, None),
    "searchAccounts": ({"support", "ops", "mandate officer"}, {"reference": "K7"}),
    "searchEvents": ({"support", "ops"}, None),
    "listStaff": ({"support", "ops"}, None),
    "searchPeople": ({"support", "ops"}, {"person": PERSON_CODE}),
    "verifyEvents": ({"ops"}, None),
    "blockNumber": ({"ops"}, WHY | {"number": "+37251234567"}),
    "getNumberBlock": ({"support", "ops"}, None),
    "compareEventHeads": ({"ops"}, {"lines": ["{}"], "public_keys": "x"}),
    "liftNumberBlock": ({"ops"}, WHY),
    "listNumberBlocks": ({"support", "ops"}, None),
    "searchSyncPreview": ({"ops"}, {"effect": "ending"}),
    "listAccountServices": ({"person", "portal", "support", "ops"}, None),
    "listBulkRetryItems": ({"ops"}, None),
    "listDrift": ({"ops"}, None),
    "listDriftChecks": ({"ops"}, None),
    "listEvents": ({"watcher", "ops"}, None),
    "lift": ({"ops"}, WHY),
    "listFreezes": ({"support", "ops"}, None),
    "listMyContracts": ({"person", "portal"}, None),
    "listMyAccounts": ({"person", "portal"}, None),
    "listMyHistory": ({"person", "portal"}, None),
    "listMyNotices": ({"person", "portal"}, None),
    "listMyVerifications": ({"person", "portal"}, None),
    "listRejectedRecords": ({"ops"}, None),
    "countRejectedRecords": ({"ops"}, None),
    "getRejectedRecord": ({"ops"}, None),
    "retryRejectedRecord": ({"ops"}, None),
    "listStuckItems": ({"ops"}, None),
    "listSyncRuns": ({"ops"}, None),
    "listTargets": ({"ops"}, None),
    "lookUpPerson": ({"portal", "billing"}, PERSON_CODE),
    "pauseTarget": ({"ops"}, WHY),
    "checkMyCode": ({"person", "portal"}, {"code": "123456"}),
    "putAccount": ({"billing"}, ACCOUNT),
    "putDelegation": ({"billing"}, IMPORTED),
    "putMySettings": ({"person", "portal"}, CONTACT),
    "putPersonContact": ({"billing"}, CONTACT),
    "putPortOut": (
        {"billing"},
        {"number": "+37255512345", "ported_at": "2026-01-01T00:00:00Z"},
    ),
    "putService": ({"billing"}, SERVICE),
    "readMyNotice": ({"person", "portal"}, None),
    "readMyNotices": ({"person", "portal"}, {"through": str(ID)}),
    "refreshMe": ({"person", "portal"}, None),
    "rejectSyncRun": ({"ops"}, WHY),
    "releaseHeldLogins": ({"ops"}, WHY | {"max_endings": 0}),
    "releaseSyncRun": ({"ops"}, WHY),
    "reportDelivery": (set(), {"status": "DELIVRD", "err": 0, "message_id": "m"}),
    "requestLift": ({"ops"}, WHY),
    "resendMyCode": ({"person", "portal"}, None),
    "resumeTarget": ({"ops"}, WHY),
    "resendServiceSettings": ({"billing", "ops"}, WHY),
    "retryStuckItem": ({"ops"}, JUDGED),
    "createBulkRetry": ({"ops"}, WHY),
    "skipStuckItem": ({"ops"}, JUDGED),
    "startDriftCheck": ({"ops"}, None),
    "startSyncRun": ({"ops"}, {"source": "check"}),
    "withdrawLiftRequest": ({"ops"}, WHY),
    "verifyMyNumber": ({"person", "portal"}, {"number": "+37251234567"}),
    "confirmMandate": ({"mandate officer"}, WHY),
    "endMandate": ({"mandate officer"}, WHY),
    "getMandate": ({"mandate officer", "support", "ops"}, None),
    "listMandateServices": ({"mandate officer"}, None),
    "listMandates": ({"mandate officer", "support", "ops"}, None),
    "recordMandate": ({"mandate officer"}, MANDATE),
    "rejectMandate": ({"mandate officer"}, WHY),
    "withdrawMandate": ({"mandate officer"}, WHY),
}
NOT_FOR_A_PERSON = {"lookUpPerson", "isAlive", "isReady"}
BY_SIGNATURE = {"reportDelivery"}
"""No token opens these."""


def operations() -> Iterator[tuple[str, str, str]]:
    for path, methods in api_description()["paths"].items():
        for method, operation in methods.items():
            yield operation["operationId"], method.upper(), path


OPERATIONS = list(operations())
