"""What each model is about, in the word of the glossary, for sentences about its properties."""

import re

_THINGS = {
    "bar": ["AccessBar"],
    "block": ["BlockedNumber", "LiftedBlock", "NumberBlock"],
    "check": ["DriftCheck"],
    "cost": ["KindCost", "ServiceCost"],
    "company": ["RunCompany", "SigningRuleDetails", "SigningRuleLine"],
    "contract": ["ContractAlsoEnding"],
    "delegation": ["ChainLink"],
    "departure": ["Departure"],
    "difference": ["Drift"],
    "document": ["AuthorityDocument", "AuthorityDocumentInput", "ContractDocumentShown"],
    "event": ["GrantEvent", "StuckItemEvent"],
    "invoice": ["InvoiceHead"],
    "item": ["StuckGroup"],
    "line": ["InvoiceLine"],
    "network": ["NetworkRead"],
    "owner": ["AccountOwner"],
    "person": [
        *("Applicant", "ApprovalParty", "ChainGiver", "DelegationParty", "ExtractMaker"),
        *("GivenBy", "MandatePerson", "Me", "OrderParty", "PersonId", "ReadingMember"),
        *("RegisterHolder", "ReviewedAccess", "PersonAccess"),
    ],
    "port-out": ["PortOut", "PortOutInput"],
    "product": ["ContractProduct", "OrderedProduct"],
    "proposal": ["ContractProposal"],
    "reading": ["SigningRuleReading"],
    "record": ["RejectedRecord"],
    "run": ["SyncRun"],
    "usage": ["UsageAllowance", "UsageDay", "UsageTotal"],
}
_OF_MODEL = {model: thing for thing, models in _THINGS.items() for model in models}
_BEFORE = "Blocked|Cancelled|Chained|Ended|Feed|Found|History|Listed|Named|Offered|Open|Ops"
_BEFORE += "|Process(?=Step)|Received|Service(?=Contract)|Stored|Stuck(?=Item)|Subject|Visible"
_AFTER = "Access|Details|Found|Input|Label|Search|Shown|Summary"
_EDGES = re.compile(rf"^(?:{_BEFORE})(?=[A-Z])|(?<=[a-z])(?:{_AFTER})$")
_WORDS = re.compile(r"(?<=[a-z])(?=[A-Z])")


def thing_of(model: str) -> str:
    """Return what a model is about: ``grant`` for ``ListedGrant``."""
    bare = model
    while model not in _OF_MODEL and (shorter := _EDGES.sub("", model)) != model:
        model = shorter
    named = _OF_MODEL.get(bare) or _OF_MODEL.get(model)
    return named or _WORDS.sub(" ", model).lower()
