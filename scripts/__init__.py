"""What is run around the library and is no part of it: `python -m scripts.demo`, always from the repository's root."""
