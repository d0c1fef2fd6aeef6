"""The ComfyUI nodes, one file each; `comfy/` holds all contact with ComfyUI's internals."""

from .align_sources import AlignSources
from .compare import Compare
from .decode import Decode
from .degradation_prompt import DegradationPrompt
from .degrade import Degrade
from .encode_sources import EncodeSources
from .fusion_sampler import FusionSampler
from .load_folders import LoadFolders
from .load_model import LoadModel
from .load_thermal import LoadThermal

NODES = [
    LoadModel,
    LoadThermal,
    LoadFolders,
    AlignSources,
    EncodeSources,
    DegradationPrompt,
    FusionSampler,
    Decode,
    Degrade,
    Compare,
]
