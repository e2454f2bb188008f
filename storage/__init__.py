"""The only home of SQL: tables, writers, queries, locks, migrations. PostgreSQL 15 to 18.

One file writes one table; ``*_queries`` read. Functions take the caller's Session or Connection and
return frozen rows. Features import each other in one order, checked by import-linter.
"""
