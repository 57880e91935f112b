"""WHO can help: profiles, pairings, training, selection of the secretaries' assistants.

Belongs here: people's growth. Does not belong here: posts (districts) or scores (partybuilding).
May import districts only. Empty until its first slice.
"""
