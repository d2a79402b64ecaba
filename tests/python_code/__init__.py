"""A document's own Python: read, elaborated with facts, run by the engine, allowed, generated."""
