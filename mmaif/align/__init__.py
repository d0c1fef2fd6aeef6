"""Sources of one scene brought onto each other, and what moves in them taken from one frame alone."""
