"""Measuring: pictures in folders, methods side by side, speed and memory."""
