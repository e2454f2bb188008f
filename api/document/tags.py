"""The groups of routes, in the order of the document."""

TAGS = {
    "access": "Whether a person may do something, and why.",
    "me": "The person who calls: who they are, their accounts, and what waits for them.",
    "number-verification": "Proof that a person uses a phone number, by a code sent to it.",
    "notices": "What people are told of, and by what means they want to be told.",
    "operations": "What takes time: its state, its result, and cancelling it.",
    "people": "Looking a person up, and the data that are held of them.",
    "accounts": "Accounts, with their people and services.",
    "services": "Services: subscriptions and what they are set to.",
    "orders": "What can be ordered for an account, and orders.",
    "contracts": "Contracts: agreeing, signing, changing and ending them.",
    "delegations": "Access that one person gives another, on their own authority.",
    "approvals": "What several people must confirm together.",
    "billing": "Invoices, balances, limits, usage and costs, as billing tells them.",
    "extracts": "Files of an account's invoices, costs and usage, made to order.",
    "reviews": "Whether those who have access to an account still need it.",
    "access requests": "Asking for access, and answering who asked.",
    "events": "What happened, by whom and why, and the proof that nothing was changed.",
    "support": "Finding people and accounts for those who help them.",
    "staff": "The operator's staff.",
    "sync": "Bringing access in line with the Commercial Register.",
    "bulk-retries": "Retrying many stuck items at once.",
    "stuck": "What cannot go on by itself, and decisions about it.",
    "targets": "Outside systems that are written to, and pausing them.",
    "number-blocks": "Phone numbers to which no codes are sent.",
    "drift": "Differences between what services are set to and what the network has.",
    "freezes": "Stopping access at once, and lifting the stop.",
    "mandates": "Powers of attorney on paper, recorded by staff.",
    "signing rules": "How the register's rules of joint signing are read.",
    "texts": "Texts for codes that the API answers with, in each language.",
    "payments": "Paying invoices at a bank, and what banks say of payments.",
    "health": "Whether the program runs, and whether it can answer.",
}


def described() -> list[dict[str, str]]:
    """Return every tag with its description."""
    return [{"name": name, "description": text} for name, text in TAGS.items()]
