"""What the simulators of Mobile-ID and Smart-ID share: phones, sessions, keys and ``/_control``.

clock.py    time, which the control interface moves
sessions.py what phones are asked, and what becomes of it
keys.py     signatures and certificates, right ones and wrong ones
parties.py  the one relying party
page.py     the phones as a web page
control.py  ``/_control`` beside the faults
forms.py    parts of request bodies
"""
