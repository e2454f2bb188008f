"""Every router of the API itself; those of standards are mounted beside them."""

from api.access import account_access, account_people, check, checks, explain
from api.access_requests import access_requests as requests
from api.access_requests import account_access_requests, my_access_requests
from api.accounts import (
    accounts,
    customer_size,
    me,
    my_history,
    my_waiting,
    people,
    people_batches,
    port_outs,
    reads,
    service_details,
    service_search,
    services,
)
from api.approvals import approvals as approvals_of_groups
from api.approvals import keeping, my_confirmations
from api.audit import event, events, verification
from api.audit import export as event_export
from api.audit import search as event_search
from api.audit import staff as acting_staff
from api.billing import balance as billing_balance
from api.billing import costs as billing_costs
from api.billing import credit_limit as billing_credit_limit
from api.billing import invoices as billing_invoices
from api.billing import usage as billing_usage
from api.catalogue import account_catalogue, contract_products
from api.contracts import account_contracts, contracts, my_contracts, put_contract, sign
from api.contracts import documents as contract_documents
from api.contracts import end_facts as contract_end_facts
from api.contracts import ends as contract_ends
from api.contracts import suspensions as contract_suspensions
from api.delegations import (
    account_delegations,
    delegations,
    import_delegation,
    my_delegations,
    new_terms,
)
from api.extracts import account_extracts, extracts
from api.internal import health
from api.inventory import activation_code, drift, drift_checks
from api.mandates import mandates
from api.mandates import services as mandate_services
from api.messages import contact, my_notices
from api.numbers import delivery_reports, my_number, my_numbers
from api.ops import (
    account_batches,
    bulk_retries,
    contract_proposals,
    decisions,
    freezes,
    number_blocks,
    repairs,
    searches,
    stuck,
    targets,
)
from api.ops import contract_ends as ops_contract_ends
from api.ops import contract_suspensions as ops_suspensions
from api.ops import me as staff_me
from api.ops import orders as ops_orders
from api.orders import account_orders, number_requests, orders
from api.orders import check as order_check
from api.payments import bank_returns, payments, staff_entries
from api.payments import staff as staff_payments
from api.people import data as people_data
from api.provisioning import resend
from api.registry import (
    held_logins,
    rejected_records,
    sync_previews,
    sync_run_actions,
    sync_runs,
)
from api.requests import operations
from api.reviews import review
from api.signing_rules import readings as signing_rule_readings
from api.signing_rules import signing_rules
from api.texts import catalogues

# Routes are tried in this order: the busiest comes first.
ROUTERS = (
    check.router,
    checks.router,
    me.router,
    my_history.router,
    my_waiting.router,
    my_numbers.router,
    my_number.router,
    my_notices.router,
    contact.router,
    operations.router,
    people.router,
    people_batches.router,
    account_access.router,
    account_people.router,
    reads.router,
    service_search.router,
    service_details.router,
    account_catalogue.router,
    contract_products.router,
    accounts.router,
    customer_size.router,
    account_delegations.router,
    delegations.router,
    import_delegation.router,
    new_terms.router,
    my_delegations.router,
    approvals_of_groups.router,
    my_confirmations.router,
    keeping.router,
    account_contracts.router,
    my_contracts.router,
    account_orders.router,
    order_check.router,
    number_requests.router,
    billing_invoices.router,
    billing_balance.router,
    billing_credit_limit.router,
    billing_usage.router,
    billing_costs.router,
    contracts.router,
    sign.router,
    put_contract.router,
    contract_documents.router,
    contract_ends.router,
    contract_end_facts.router,
    contract_suspensions.router,
    ops_contract_ends.router,
    ops_suspensions.router,
    contract_proposals.router,
    orders.router,
    account_extracts.router,
    extracts.router,
    review.router,
    requests.router,
    my_access_requests.router,
    account_access_requests.router,
    services.router,
    port_outs.router,
    resend.router,
    activation_code.router,
    events.router,
    event.router,
    explain.router,
    event_search.router,
    event_export.router,
    verification.router,
    account_batches.router,
    searches.router,
    staff_me.router,
    acting_staff.router,
    sync_runs.router,
    sync_run_actions.router,
    sync_previews.router,
    held_logins.router,
    rejected_records.router,
    bulk_retries.router,
    stuck.router,
    decisions.router,
    repairs.router,
    targets.router,
    number_blocks.router,
    drift_checks.router,
    drift.router,
    freezes.router,
    ops_orders.router,
    mandates.router,
    mandate_services.router,
    signing_rules.router,
    signing_rule_readings.router,
    people_data.router,
    catalogues.router,
    delivery_reports.router,
    payments.router,
    bank_returns.router,
    bank_returns.by_address,
    staff_payments.router,
    staff_entries.router,
    health.router,
)
