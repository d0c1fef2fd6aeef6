"""Writers of docs/: `python -m scripts.pages.NAME` measures, and writes docs/NAME.md or the figures it quotes."""
