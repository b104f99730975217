"""Portfolios of any size, and each act beside its floor. Nothing of the product needs this."""
