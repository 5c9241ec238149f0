"""Export and report of a gradebook of many learners, beside nbgrader's own export of it."""
