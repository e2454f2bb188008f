"""Trust-service simulator: certificates, OCSP and time-stamps.

A root of its own, one authority for each signing service, and certificates of any person, made
when they are first asked for. A directory keeps all keys, so that the simulators of Mobile-ID and
Smart-ID, this program and tests are of one mind: ``Identities(directory).signer(code, service)``.
The names of the authorities begin with TEST, as SK's test authorities' do. ``/_control`` revokes
certificates and makes faults; its documentation is at ``/_control/docs``.

profiles.py     what a certificate says: usage, qualified statements, dates
authority.py    keys, and authorities that issue certificates
names.py        names of SK's test people
identities.py   the directory: everybody's keys and certificates
statuses.py     good, revoked, unknown
ocsp.py         the OCSP responder
time_stamps.py  the time-stamping authority
control.py      ``/_control``
app.py          all of it as one program; ``python -m simulators.trust`` runs it
"""
