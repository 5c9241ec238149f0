"""The field's methods as small tested functions on plain tables."""
