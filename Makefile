# Each target does all its own set-up: Python >= 3.10, git and a C++ compiler are enough.
#   make demo                     fuse the example pictures in a real ComfyUI
#   make test ARGS="-k metrics"   run the tests, or some of them
#   COMFYUI_PATH=~/ComfyUI make demo     the same on your own ComfyUI, which is only read

PYTHON ?= python3
RUN := .venv/bin/python

.PHONY: setup demo test lint clean distclean

setup:
	@$(PYTHON) scripts/setup/environment.py

demo: setup
	@$(RUN) -m scripts.demo $(ARGS)

test: setup
	@$(RUN) -m pytest $(ARGS)

lint: setup
	@$(RUN) -m ruff check .
	@$(RUN) -m ruff format --check .

# What the targets above left behind; the set-up stays.
clean:
	rm -rf demo_output build .cache/comfyui/base .pytest_cache .ruff_cache
	find . -name .venv -prune -o -name .cache -prune -o -type d -name __pycache__ -exec rm -rf {} +

# The set-up too.
distclean: clean
	rm -rf .venv .cache/comfyui *.egg-info
