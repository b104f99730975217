"""The example portfolio: a mid-size insurer with a past, a present and a next step."""
