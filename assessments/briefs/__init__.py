"""The renewal negotiation brief: built from live data, edited, decided, frozen, told.

gathering ─► facts ─► parts ─► content (built + edits) ─► deciding (freeze) ─► pages ─► publishing
"""
