"""Stands in for the operator's portal: orders services for people, over TMF641 and nothing else.

portal.py    places orders for the people that it has logged in, follows and cancels them
__main__.py  places one order from a terminal
"""
