"""WHAT IS DONE and HOW WELL: work logs, orders, assessment.

Belongs here: records of work and the figures made from them.
Does not belong here: the tree, posts, access. May import talent, partners and districts.
"""
