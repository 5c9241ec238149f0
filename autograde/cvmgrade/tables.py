"""The two tables that stand beside nbgrader's in the gradebook, and one look into its own."""

from sqlalchemy import Column, Float, Integer, MetaData, String, Table, text

RECEIVED, GRADING, GRADED, FAILED = "received", "grading", "graded", "failed"
METADATA = MetaData()

SUBMISSION = Table(
    "cvm_submission",
    METADATA,
    Column("exercise", String, primary_key=True),
    Column("learner", String, primary_key=True),
    Column("state", String, nullable=False),
    Column("reason", String, nullable=False, default=""),
    Column("sandbox", String, nullable=False, default=""),
    Column("hidden_note", String, nullable=False, default=""),
    Column("submission_digest", String, nullable=False),
    Column("graded_submission", String, nullable=False, default=""),
    Column("graded_assignment", String, nullable=False, default=""),
    Column("received_at", String, nullable=False),
    Column("started_at", String, nullable=False, default=""),
    Column("finished_at", String, nullable=False, default=""),
)

QUESTION = Table(
    "cvm_question",
    METADATA,
    Column("exercise", String, primary_key=True),
    Column("learner", String, primary_key=True),
    Column("grade_id", String, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("heading", String, nullable=False),
    Column("points", Float),
    Column("max_points", Float, nullable=False),
    Column("reason", String, nullable=False, default=""),
)

BY_HAND = text("""
    SELECT a.name AS exercise, s.student_id AS learner, b.name AS grade_id,
           g.manual_score AS manual, g.extra_credit AS extra
    FROM grade g JOIN base_cell b ON b.id = g.cell_id
    JOIN submitted_notebook n ON n.id = g.notebook_id
    JOIN submitted_assignment s ON s.id = n.assignment_id
    JOIN assignment a ON a.id = s.assignment_id
    WHERE g.manual_score IS NOT NULL OR g.extra_credit IS NOT NULL
""")
"""Marks that an instructor gave in nbgrader's formgrader; they stand above the automatic ones."""
