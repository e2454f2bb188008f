"""Login of the pages at an OpenID provider, and the sessions that it begins.

desk.py        one audience's login: begins and completes
upkeep.py      its sessions: found, tokens refreshed, ended
routes.py      its addresses, and where they redirect
signed_in.py   ``signed_in``: who is logged in, for pages; ``LoginNeeded`` sends to the login
provider.py    the provider: discovery, token endpoint, revocation; keys.py its signing keys
id_tokens.py   checks of ID tokens; logout_tokens.py of the provider's logout tokens
vault.py       what is kept of a session, sealed
cookies.py     the two cookies; return_paths.py where a login may lead back to
pages.py       what people read where a login did not succeed
setup.py       all of it as one, for the application
"""
