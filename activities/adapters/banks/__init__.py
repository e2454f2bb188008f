"""Banks: how they are asked for payments, what they tell, and their statements.

port.py              the port to a bank
banks.py             the configured banks by name
pangalink.py         the Estonian bank link (iPizza)
pangalink_mac.py     its signature
pangalink_forms.py   what the payer's browser posts to the bank
pangalink_notices.py what the browser or the bank's server posts back
camt053.py           statements: camt.053.001.02 and .08
camt053_entries.py   their lines
statements.py        where statements are fetched
"""
