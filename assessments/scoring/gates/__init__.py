"""
Gates: facts too grave to be averaged, each a predicate written where it is defined.

- `floors` G1–G4 raise the tier and leave the number alone.
- `lifts` G5 and G6 raise one dimension after its controls have counted.
- `gateway` G7 and G8 ask for a finding; G7 also takes away the gateway's evidence.

What a question-based gate reads is the points *as counted*, so "Nobody has checked" and a blank
are the worst answer here too: otherwise a blank could avoid a gate that an honest answer trips.
A question that does not apply, or that was never asked, trips nothing.
"""
