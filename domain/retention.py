"""Retention periods: every period after which rows are deleted. ``storage.retention`` deletes them.

History, grants, register states and verified numbers are kept without limit. What each table holds,
and why: ``domain.people.held_data``.
"""

from datetime import timedelta

PROCESS = timedelta(days=90)
"""A process after its end, with its steps, its operation, and its SMS, which a bill may be about.

A type of process with a period of its own says so in ``workflows.catalog``.
"""
ORDER = timedelta(days=7 * 366)
"""An order after it ended: a source document of accounts is kept for seven years (Estonian
Accounting Act, section 12)."""
CONTRACT_DOCUMENT = timedelta(days=7 * 366)
"""A document of a contract, and its signatures, after the contract ended: a source document of
accounts (Estonian Accounting Act, section 12). Claims from contracts lapse in three years."""
PAYMENT = timedelta(days=7 * 366)
"""A payment, and an entry of a bank's statement, after it was over: source documents of accounts
(Estonian Accounting Act, section 12)."""
BILLING_SNAPSHOT = timedelta(days=30)
"""What billing said last about an account, after it was read: what nobody looks at is not kept."""
INVOICE = timedelta(days=7 * 366)
"""The head of an invoice, after billing last told it: payments refer to it."""
STUCK_ITEM = timedelta(days=90)
"""A stuck item after it was closed. Its process is kept as long as the item is."""
REJECTED_RECORD = timedelta(days=90)
"""A rejected record after it was resolved."""
IDEMPOTENCY_KEY = timedelta(days=7)
"""An answer that is repeated to requests with the same idempotency key."""
ACCESS_REQUEST = timedelta(days=30)
"""An access request after it was answered, withdrawn or lapsed: the applicant reads the answer."""
DRIFT = timedelta(days=90)
"""A difference between a service and its network after it ended."""
SERVICE_SECRET = timedelta(days=30)
"""A secret of an item of an order, where nothing has used or replaced it before."""
NOTICE = timedelta(days=400)
"""A notice after it was created: longer than a delegation lasts unless said otherwise."""
ACCESS_USE = timedelta(days=400)
"""The day on which a person last used their access to an account: longer than a year of reviews."""
NUMBER_BLOCK = timedelta(days=90)
"""A block of a number or prefix after it ended."""
FEED_MARK = timedelta(days=60)
"""A change that a register's feed listed. Longer than any feed is read back."""
REGISTER_ENDING = timedelta(days=60)
"""Numbers of grants that register answers ended. Longer than any window of the hold limits."""
EXTRACT = timedelta(days=7)
"""The files of an extract of call details after they were made: who needs them has them by then."""
REGISTER_BUDGET = timedelta(days=400)
"""The number of queries that a register was sent on a day."""
