"""The validity report: what a world promises, checked, measured, and drawn."""
