"""Trainers: autoencoder, detail path, text encoder and Diffusion Transformer."""
