"""Everything of the pack that touches ComfyUI's internals; only this folder may need a change when ComfyUI moves.

Nothing here computes: the networks are mmaif's own, built from ComfyUI's `operations` so that casting, offloading and
patches work as for any core model.
"""
