"""Bank simulator: two banks where the customers of one operator pay invoices.

``POST /kuusk/link`` and ``POST /tamm/link`` take the form of an Estonian bank link (iPizza,
services 1011 and 1012) from a payer's browser. A form that is not signed as was agreed, is older
than five minutes or longer than a bank takes is refused, as a bank does. Then the page of the
payment asks: pay, cancel, or leave it to a second signer. The result is posted to the address in
the form by the bank's server (VK_AUTO=Y), and by the browser when the payer goes back (VK_AUTO=N).
``/`` lists payments.

The two differ as banks do: Kuusk Pank has version 009, SHA-512 and UTF-8; Tamm Pank 008, SHA-1 and
ISO-8859-1, and calls VK_REC_ACC VK_ACC and VK_ENCODING VK_CHARSET.

``GET /kuusk/statements?after=ID`` lists the ids of statements, with the bearer token, and
``GET /kuusk/statements/ID`` is one as camt.053. What was booked since the last one is in the next,
which is made when it is asked for.

``/_control`` lists payments with every notice that was sent, presses the buttons of the page, lets
money come without a link, takes money back, moves the clock, and makes faults:

``payment``   ``refused``: the bank refuses; ``second_signer``: who pays is not alone, and the
              second signs two days later (by the clock)
``server``    of the notice by the bank's server: ``lost``, ``twice``, ``late`` (a day),
              ``before_redirect``, ``cancelled_first`` (1911, then 1111), ``other_amount``,
              ``wrong_key``, ``wrong_hash``, ``latin`` (ISO-8859-1, and says so)
``browser``   of what the payer brings back: ``lost`` (the window is closed), ``cancelled`` (1911
              though it was paid), and the last four
``booking``   ``never``: paid, but not in any statement; ``late`` (a day), ``without_reference``,
              ``wrong_reference``, ``returned`` (the money is taken back a day later)
``statements`` ``unreadable``, and the usual ones of a connection

When the clock moves, what happened before lies further in the past: moments that banks tell are as
of the world's present. Documentation is at ``/_control/docs``.

profiles.py    what was agreed upon with each bank
keys.py        keys of the banks and of the operator
mac.py         signatures: code of its own, so that a mistake of the product is none here
orders.py      the form that a payer brings
payments.py    payments, and what becomes of them
notices.py     what the bank tells
sending.py     notices by the bank's server
ledger.py      what is booked, and statements of it
camt.py        a statement as XML
bank.py        all of it together
page.py        the pages
routes.py      links, pages and statements over HTTP
control.py     ``/_control``
payer.py       a payer: ``python -m simulators.bank.payer`` pays from a shell
app.py         all of it as one program; ``python -m simulators.bank`` runs it
"""
