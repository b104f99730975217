"""RECKON: what leaving a vendor costs and how long it takes, with its reasons. PURE: no framework.

A component (c1 to c10) is a sum of products of facts and assumptions. Each is reckoned at three
points; the closed form and the draws make one range of them. What the contract still costs on the
way out (X) is never part of it.
"""
