"""Degradations of clean pictures, by name and severity."""

from .depth import estimate_depth
from .operators import OPERATORS, PHYSICAL_ORDER, Operator, degrade, parse_ops, sort_ops

__all__ = ["OPERATORS", "PHYSICAL_ORDER", "Operator", "degrade", "estimate_depth", "parse_ops", "sort_ops"]
