"""Every threat to the grader as a submission, tried on plain nbgrader and on cvmgrade."""
