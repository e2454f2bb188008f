"""Mobile-ID simulator: SK's REST interface (SK-EID/MID), its test numbers, and their phones.

People sign with real keys and certificates of ``simulators.trust``. ``/`` shows the phones to a
person, who confirms or cancels; by default they confirm by themselves. ``/_control`` reads the
log, sets habits and the time, adds people and makes faults; its documentation is at
``/_control/docs``.

people.py   SK's test numbers, and those that are added
forms.py    request bodies
answers.py  answers and errors in Mobile-ID's shape
service.py  certificates, signatures, logins and their sessions
control.py  ``/_control`` beside what all signing simulators have
app.py      all of it as one program; ``python -m simulators.mobile_id`` runs it
"""
