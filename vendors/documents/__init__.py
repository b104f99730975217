"""Documents of contracts: brought, kept, read in a process of its own, and searched."""
