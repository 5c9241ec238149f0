"""Grading that can be trusted, on nbgrader."""
