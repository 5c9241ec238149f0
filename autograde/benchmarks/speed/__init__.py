"""What grading a submission costs, beside plain nbgrader on the same submissions."""
