"""A real ComfyUI to run prompts on and its web page in a browser; the tests and the demo use it."""
