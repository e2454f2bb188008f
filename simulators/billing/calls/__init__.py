"""Usage records: each a function of the number, its month and hour, made when they are asked for.

records.py   one record, and how it is shown
contacts.py  whom a number calls
trips.py     when it is abroad
hours.py     how many records each hour has: office hours, weekends, the hour that comes twice
plain.py     records within the package, hour by hour
costly.py    records that cost something, and the rare ones: a few in every month
usage.py     pages of both, in order, as of a moment
totals.py    what a month adds up to, and what of the package is used
"""
