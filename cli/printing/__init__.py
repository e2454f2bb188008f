"""What commands print on stdout, for people and for programs (docs/decisions/0079-terminal.md).

page.py      who reads: a terminal of some width, or a pipe or file
values.py    how ids, times, states and texts are written for each
times.py     relative times: "3 min ago", "in 2 d"
colours.py   what a state means, and its colour
tables.py    tables: columns that are left out or folded where a terminal is narrow
facts.py     one thing: names and values, one per line
as_json.py   ``--json``
"""
