"""Mobile-network simulator: answers CAMARA's SIM Swap for the numbers of one operator.

``POST /sim-swap/v2/check`` says whether a number's SIM was changed lately; any number of +372 is
known and has the SIM it always had, until ``/_control`` says otherwise. Documentation of the
latter is at ``/_control/docs``.
"""
