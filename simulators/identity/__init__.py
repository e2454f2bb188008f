"""Identity-provider simulator: logs in anyone who types a valid Estonian personal code.

Speaks OpenID Connect as eeID and TARA do (discovery, JWKS, code flow with PKCE, client
credentials, device grant, refresh tokens) and signs RS256 access tokens (RFC 9068) for ``aud``
volitus. ``/_control`` mints any token on demand, answers the device grant, rotates keys and makes
faults; its documentation is at ``/_control/docs``.

keys.py      the signing keys; files.py keeps them and the secrets
clients.py   the programs that may ask for tokens, and their secrets
tokens.py    the claims of the tokens
login.py     somebody logs in and a program gets a code (codes.py); page.py is what they see
sso.py       browsers that are logged in; logout.py logs one out
backchannel.py tells programs that a session has ended
staff.py     the test members of staff, who sign in to the command line
devices.py   its device grant; device_login.py is how a member of staff answers it
refreshing.py refresh tokens
oauth.py     the token endpoint
control.py   ``/_control``; login_control.py its part for logins and logouts
app.py       all of it as one program; ``python -m simulators.identity`` runs it
profiles.py  the issuer profiles with which the engine trusts it
client.py    for tests, the demo and commands: a token in one call
"""
