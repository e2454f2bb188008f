"""Use cases: one function for each thing that an actor can do.

Each authorises where that needs data, writes in one transaction, then signals Temporal. The API,
the ``volitus`` program and the scheduler call them; they raise what ``services.errors`` lists.
"""
