"""The development environment: `.venv` and a real ComfyUI."""
