"""Ids of things, and the codes and references by which others know them."""

from api.document.vocabulary.word import Word

WORDS = {
    "id": Word("Id of the {thing}."),
    "account_id": Word("Id of the account.", "Null: it is about no account."),
    "account_reference": Word("Customer number of the account.", "Null: it is about no account."),
    "company_id": Word("Id of the company.", "Null: it is about no company."),
    "company_code": Word("Registry code of the company.", "Null: none is known."),
    "contract_id": Word("Id of the contract."),
    "delegation_id": Word("Id of the delegation."),
    "external_id": Word("Id that the client gave it.", "Null: it gave none."),
    "grant": Word("The grant."),
    "host_service_id": Word("Id of the service that it rests on.", "Null: it rests on none."),
    "invoice_id": Word("Id of the invoice."),
    "invoice_number": Word("Number of the invoice, by which people know it."),
    "payment_id": Word("Id of the payment.", "Null: it is no payment's."),
    "person_id": Word("Id of the person.", "Null: it is about no person."),
    "process_id": Word("Id of the process.", "Null: there is no process."),
    "reference": Word("Customer number: the operator's own id of the account."),
    "registry_code": Word("Code of the company in its country's register."),
    "service_id": Word("Id of the service.", "Null: there is none yet."),
    "stuck_id": Word("Id of the stuck item."),
    "subject_id": Word("Id of what the event is about.", "Null: nothing in particular."),
    "workflow_id": Word("Id of the workflow in Temporal.", "Null: there is none."),
}
