"""Thousands of scenes in one run: what is to be fused, the run itself, its report, and the same on many machines."""
