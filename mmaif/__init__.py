"""MMAIF: fuse several degraded pictures of one scene into one clean picture, guided by a sentence."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .pipeline import FusionPipeline

__version__ = "0.5.0"
__all__ = ["FusionPipeline", "__version__"]


def __getattr__(name: str) -> Any:
    """Import the pipeline, and torch with it, only when it is asked for."""
    if name == "FusionPipeline":
        from .pipeline import FusionPipeline

        return FusionPipeline
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
