"""Smart-ID simulator: SK's RP API v3.1, its test people, and their phones.

Notification-based signatures only: what needs a device link or logs people in is refused, as for a
relying party without the right to it. People sign with real keys and certificates of
``simulators.trust``. ``/`` shows the phones to a person, who confirms or cancels; by default they
confirm by themselves. ``/_control`` reads the log, sets habits and the time, adds people and makes
faults; its documentation is at ``/_control/docs``.

people.py        SK's test people, and those that are added
forms.py         request bodies
interactions.py  what the app shows
answers.py       answers and errors in Smart-ID's shape
repeats.py       the same request again, within 15 seconds
service.py       certificate choice, signatures, certificates
states.py        sessions
control.py       ``/_control`` beside what all signing simulators have
app.py           all of it as one program; ``python -m simulators.smart_id`` runs it
"""
