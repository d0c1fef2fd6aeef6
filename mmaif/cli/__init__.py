"""The commands of `python -m mmaif`: a file each, and light until one of them runs."""
