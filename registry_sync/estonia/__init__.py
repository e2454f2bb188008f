"""Estonia's commercial register (RIK): the only place that knows an Estonian word.

``esindus`` answers about companies and persons and reads the change list; ``open_data`` reads the
daily file; ``codes`` and ``countries`` are the tables that both are understood by.
"""
