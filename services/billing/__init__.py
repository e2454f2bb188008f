"""Use cases of whoever reads what billing says: snapshots, invoices, balance.

reader.py     the one way to ask: a fresh snapshot, else billing, else the last known answer
questions.py  what can be asked
"""
