"""The words and the rules. Pure: no clock, no database, no network.

person        someone known by country + personal code, never by name
company       a legal person known by country + registry code
account       a company's (or a private person's) customer account at the operator
service       what is provided to an account: a mobile number, a fixed line, a router
permission    one thing that may be done, ``<resource>:<action>``
access role   a named set of permissions
grant         person + access role + scope + validity + origin and reason;
              having access *is* having a grant valid now
register state  what a register said about a company at a time
signing rule  who may act: sole persons, groups that act together, or opaque
decision      yes or no, always with its reasons
event         one line of the append-only history
"""
