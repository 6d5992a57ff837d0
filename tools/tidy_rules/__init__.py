"""The house rules as checks: one module per kind of rule."""
