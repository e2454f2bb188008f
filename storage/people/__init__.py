"""Everything held about a person, over all tables: read for an export, and erased.

Like ``storage.retention`` it works on the rows of every feature, so it lies above them all.
"""
