"""What each switch of the organisation does to profit, on paired worlds."""
