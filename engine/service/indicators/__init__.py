"""Indicators: scores, evidence, vetoes."""
