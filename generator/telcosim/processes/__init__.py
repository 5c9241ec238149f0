"""One module per process of a month, in causal order.

contracts, usage, topups, billing, payments, care, campaigns, churn.
"""
