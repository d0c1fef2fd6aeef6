"""Sentences: what is read and said while running, and the grammar that training draws from."""
