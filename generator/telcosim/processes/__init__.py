"""One module per process of a month; `telcosim.month` runs them in causal order."""
