"""Ways of answering the toy exercise, as real exercises have them under tests/exercises."""

from case import Case

CASES = {
    "reference": Case({}, 4, ""),
    "closing-base": Case(
        {
            "churn_rate": (
                "def churn_rate(opening: float, lost: float) -> float:\n"
                "    return lost / (opening - lost)"
            )
        },
        2,
        "Divide by the opening base.",
    ),
    "ranks-by-count": Case(
        {
            "worst_segment": (
                "def worst_segment(base: pd.DataFrame) -> str:\n"
                "    return str(base.set_index('segment')['lost'].idxmax())"
            )
        },
        3,
        "you ranked by customers lost, not by rate",
    ),
    "another-way": Case(
        {
            "worst_segment": (
                "def worst_segment(base: pd.DataFrame) -> str:\n"
                "    ranked = base.assign(rate=base['lost'] / base['opening'])\n"
                "    return str(ranked.sort_values('rate')['segment'].iloc[-1])"
            )
        },
        4,
        "",
    ),
}
