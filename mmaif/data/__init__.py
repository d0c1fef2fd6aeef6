"""Pictures to train and validate on: the listing, the split by scene, pairs with an exact truth."""

from .makers import exposure_stack, exposure_stacks, focus_stack, focus_stacks
from .scenes import Scene, load_image, read_scenes, split
from .targets import exposure_pair, mef_target, vif_target

__all__ = [
    "Scene",
    "exposure_pair",
    "exposure_stack",
    "exposure_stacks",
    "focus_stack",
    "focus_stacks",
    "load_image",
    "mef_target",
    "read_scenes",
    "split",
    "vif_target",
]
