"""The tables that stand beside nbgrader's in the gradebook, and one look into its own."""

from sqlalchemy import (
    Column,
    Dialect,
    Float,
    Integer,
    MetaData,
    String,
    Table,
    TypeDecorator,
    text,
)


class Words(TypeDecorator[str]):
    """A learner's words, such that every database takes them: no NUL, no half surrogates."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Replace what cannot be stored."""
        return value and value.replace("\0", "\ufffd").encode(errors="replace").decode()


RECEIVED, GRADING, GRADED, FAILED = "received", "grading", "graded", "failed"
METADATA = MetaData()

SUBMISSION = Table(
    "cvm_submission",
    METADATA,
    Column("exercise", String, primary_key=True),
    Column("learner", String, primary_key=True),
    Column("state", String, nullable=False),
    Column("reason", Words, nullable=False, default=""),
    Column("sandbox", String, nullable=False, default=""),
    Column("variant", Integer, nullable=False, default=0),
    Column("late_penalty", Float, nullable=False, default=0.0),
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
    Column("heading", Words, nullable=False),
    Column("points", Float),
    Column("max_points", Float, nullable=False),
    Column("reason", Words, nullable=False, default=""),
)

COHORT = Table("cvm_cohort", METADATA, Column("id", String, primary_key=True))
"""Whose gradebook it is: one row."""

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
