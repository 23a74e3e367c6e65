"""The four files as pydantic models, a module a file: what may stand in each, and of which type."""
