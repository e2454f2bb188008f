"""Examples of requests and answers, composed of those of their properties (api.3).

They tell one story: Mari Maasikas represents Kuusk OÜ, and Jaan Jõhvikas works there. All of it is
made up; the personal codes and numbers are nobody's.
"""
