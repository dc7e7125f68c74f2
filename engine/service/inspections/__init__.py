"""Looking at units: rounds, findings and what becomes of them, the monthly round."""
