"""The sign-in of a member of staff to the command line.

session_file.py  where the tokens are kept: readable by their owner only
provider.py      the identity provider: discovery, device grant, refresh, revocation
device_login.py  sign in by a code that is typed on another device (RFC 8628)
trust.py         the authorities that its certificates are checked by
verification.py  who a token belongs to, by the checks of the API
current.py       the sign-in that counts now, refreshed in time
commands.py      ``volitus login``, ``logout`` and ``whoami``
"""
