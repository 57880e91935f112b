"""WHICH ORGANISATIONS can help: partners, agreements, needs and resources, joint projects.

Belongs here: the equals outside the street. Does not belong here: the street's own units (districts).
May import districts only. So far: the organisations and which estates they serve.
"""
