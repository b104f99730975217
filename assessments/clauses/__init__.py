"""What our policy requires of a contract, what each contract says, and who accepted what.

policy (data) ─► definition ─► judging (pure) ─► standing (join) ─► matrix, answers, gate, waivers
"""
