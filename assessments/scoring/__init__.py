"""RECKON: answers, evidence, controls and facts become a score with its reasons. PURE: no framework."""
