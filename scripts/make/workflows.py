"""Write the workflows and the blueprint that ship, from one description each, so that they stay alike.

python -m scripts.make.workflows
"""

from dataclasses import dataclass, field

from scripts.make.workflow_graph import INPUT, Graph, Socket, save
from scripts.setup.environment import ROOT

BLUE, BROWN, GREEN, PURPLE = "#3f789e", "#8a6d3b", "#4b8a5a", "#6b4b8a"
# Where the page offers to fetch what is missing.
FLUX = "https://huggingface.co/black-forest-labs/FLUX.1-dev/resolve/main"
ENCODERS = "https://huggingface.co/comfyanonymous/flux_text_encoders/resolve/main"
LOAD, SAY, FUSE, END = 0, 360, 820, 1180  # left edges of the columns
OWN = "Your own pictures go into the boxes of **1. Model and sources**; then press Run."
REGISTERED = (
    f"{OWN} They must show the same thing at the same place and be of one size; *Align Sources* sees to the first."
)
REPAIR = (
    "Something wrong with them? Tick it in **2. What to repair**, or write it: *remove the haze and the noise*. "
    "What you do not name stays as it is. After a run the node shows the whole sentence, and what was understood. "
    "It mends faults and invents nothing: *a bluer sky* changes nothing, and *only the left side* wants a mask. More "
    "sentences: docs/prompts.md of this pack."
)


@dataclass
class Fusion(Graph):
    """The standard graph: load, say what to repair, encode, sample, decode. The end comes from each workflow."""

    name: str = ""
    bottom: dict[int, int] = field(default_factory=dict)  # column -> where its next node starts
    model: int = 0
    prompt: int = 0
    encode: int = 0
    sampler: int = 0
    decode: int = 0
    loaded: list[int] = field(default_factory=list)

    @property
    def stem(self) -> str:
        """What the files that it saves begin with."""
        return self.name.lower().replace(" ", "_")

    def put(self, kind: str, column: int, height: int, width: int = 300, **more: object) -> int:
        """A node below the last one of its column."""
        top = self.bottom.get(column, 0)
        self.bottom[column] = top + height + 70
        return self.node(kind, (column, top), (width, height), **more)

    def __post_init__(self) -> None:
        self.model = self.put("MMAIFLoadModel", LOAD, 110)

    def load_image(self, name: str, title: str = "", suffix: str = "jpg") -> Socket:
        """One of the example pictures; its mask is the next output."""
        values = {"image": f"mmaif_{name}.{suffix}"}
        self.loaded.append(self.put("LoadImage", LOAD, 314, title=title or name.replace("_", " "), values=values))
        return self.loaded[-1], 0

    def load_thermal(self, name: str, suffix: str = "jpg") -> Socket:
        """One of the example pictures through our own loader; its report is the next output."""
        values = {"image": f"mmaif_{name}.{suffix}"}
        self.loaded.append(self.put("MMAIFLoadThermal", LOAD, 420, title=name, values=values))
        return self.loaded[-1], 0

    def batch(self, images: list[Socket]) -> Socket:
        """Several pictures as one batch, by Batch Images."""
        first, *rest = images
        for image in rest:
            self.loaded.append(self.put("ImageBatch", LOAD, 60, image1=first, image2=image))
            first = self.loaded[-1], 0
        return first

    def align(self, sources: dict[str, Socket]) -> dict[str, Socket]:
        """The same sources, laid onto each other."""
        aligned = self.put("MMAIFAlignSources", LOAD, 200, **sources)
        self.loaded.append(aligned)
        return {name: (aligned, ("image_a", "image_b", "stack").index(name)) for name in sources}

    def fuse(
        self,
        sources: dict[str, Socket],
        task: str,
        ticked: str = "",
        text: str = "",
        spoken: Socket | None = None,
        **mask: Socket,
    ) -> Socket:
        """From the sources (image_a, image_b, stack) to the picture; `spoken` is a sentence from another node, `mask`
        where to repair."""
        values = {"task": task, "text": text, **dict.fromkeys(ticked.split(), True)}
        said = {"text": spoken} if spoken else {}
        vae = (self.model, 2)
        self.prompt = self.put(
            "MMAIFDegradationPrompt", SAY, 500, 400, values=values, clip=(self.model, 1), vae=vae, **sources, **said
        )
        encoded = {"vae": vae, "conditioning": (self.prompt, 0), **sources, **mask}
        self.encode = self.put("MMAIFEncodeSources", FUSE, 210, 300, **encoded)  # newer ones have a socket more
        self.sampler, self.decode = self.sample(self.model, FUSE, 300)
        self.group("1. Model and sources", [self.model, *self.loaded], BLUE)
        self.group("2. What to repair", [self.prompt], BROWN)
        self.group("3. Fuse", [self.encode, self.sampler, self.decode], GREEN)
        return self.decode, 0

    def sample(self, model: int, column: int, width: int = 300, title: str = "") -> tuple[int, int]:
        """Sampler of that model and decoder for what is encoded."""
        sampler = self.put(
            "MMAIFFusionSampler",
            column,
            450,
            width,
            title=title,
            model=(model, 0),
            conditioning=(self.encode, 0),
            latent_image=(self.encode, 1),
        )
        vae, sources = (self.model, 2), (self.encode, 2)
        return sampler, self.put("MMAIFDecode", column, 110, width, vae=vae, samples=(sampler, 0), sources=sources)

    def save_image(self, image: Socket, column: int = END, height: int = 440, width: int = 520, title: str = "") -> int:
        """A large picture on the right."""
        values = {"filename_prefix": f"MMAIF/{self.stem}"}
        return self.put("SaveImage", column, height, width, title=title, values=values, images=image)

    def write(self, note: str) -> None:
        """The file, with a note below the prompt that is as tall as its text."""
        lines = sum(1 + len(line) // 60 for line in note.splitlines())
        self.put("MarkdownNote", SAY, 60 + 16 * lines, 400, title="Read me", values={"text": note})
        save(self.data(self.name), ROOT / "workflows" / f"{self.name}.json")


def simple(
    name: str, pictures: list[str], task: str, note: str, ticked: str = "", text: str = "", align: bool = False
) -> None:
    """One picture or two, or more of which all but the first come as a batch; aligned first if wished. Two as they
    are also make an app."""
    w = Fusion(name=name)
    first, *rest = [w.load_image(picture) for picture in pictures]
    sources = {"image_a": first}
    if rest:
        sources |= {"image_b": rest[0]} if len(rest) == 1 else {"stack": w.batch(rest)}
    sources = w.align(sources) if align else sources
    shown = w.save_image(w.fuse(sources, task, ticked, text))
    w.group("4. Picture", [shown], PURPLE)
    if len(pictures) == 2:
        w.shown_as_app([*((node, "image") for node in w.loaded), (w.prompt, "text"), (w.prompt, "auto")], [shown])
    w.write(note)


def handheld() -> None:
    """A bracket that was held in the hand."""
    w = Fusion(name="Align and fuse bracket")
    names = [f"handheld_{exposure}" for exposure in ("mid", "under", "over")]
    first, *rest = [w.load_image(name) for name in names]
    sources = w.align({"image_a": first, "stack": w.batch(rest)})
    aligned = w.loaded[-1]
    shown = w.save_image(w.fuse(sources, "mef"))
    report = w.put("PreviewAny", END, 200, 520, title="How each source was moved", source=(aligned, 3))
    w.group("4. Picture", [shown, report], PURPLE)
    w.write(
        "### A bracket from the hand\nThree exposures, between which the hand moved and turned a little. **Align "
        "Sources** (in **1. Model and sources**) lays them onto the best of them before they are fused, and cuts to "
        "what all of them show; what walks through is taken from that one alone. Where it is not sure, the source "
        "stays as it lies, and the report in **4. Picture** says so.\n\n"
        "- **align**: *off* for a tripod; *homography* where frames were taken from places a little apart.\n"
        "- **reference**: which source stays as it is, counted from 1.\n"
        "- **ghosts**: *off* lets all sources have their say where things move.\n\n"
        f"Five frames? One *Batch Images* for each further picture.\n\n{REPAIR}"
    )


def thermal() -> None:
    """A file of a thermal camera."""
    w = Fusion(name="Fuse thermal file")
    visible, infrared = w.load_image("visible"), w.load_thermal("thermal", "png")
    shown = w.save_image(w.fuse({"image_a": visible, "image_b": infrared}, "vif"))
    report = w.put("PreviewAny", END, 160, 520, title="What the file held", source=(infrared[0], 1))
    w.group("4. Picture", [shown, report], PURPLE)
    w.write(
        "### From a thermal camera's file\n**Load Thermal** (in **1. Model and sources**) reads what such cameras "
        "write: counts and temperatures of 16 bits or floats (PNG, TIFF), and pictures in false colours, which it "
        "takes back to gray. Hot is white; the report in **4. Picture** says what was done.\n\n"
        "- **polarity** *black*: in your file what is hot is dark.\n"
        "- **low**, **high**: which share of the values becomes black and white; 0 and 100 keep the whole range.\n\n"
        "It may be smaller than the visible picture (here 320x240 beside 640x480): it is fitted. Both must look at the "
        f"same thing from the same place; *Align Sources* between them moves what is off a little.\n\n{REPAIR}\n\n"
        "The thermal example is synthetic."
    )


def folders() -> None:
    """Every pair of two folders, one after the other."""
    w = Fusion(name="Fuse folder of pairs")
    values = {"folder_a": "mmaif_pairs/visible", "folder_b": "mmaif_pairs/infrared"}
    pairs = w.put("MMAIFLoadFolders", LOAD, 200, values=values)
    w.loaded.append(pairs)
    image = w.fuse({"image_a": (pairs, 0), "image_b": (pairs, 1)}, "vif", "low_exposure")
    values = {"string_a": "MMAIF/fused/"}
    prefix = w.put("StringConcatenate", END, 150, 520, title="Where it is saved", values=values, string_b=(pairs, 2))
    shown = w.put("SaveImage", END, 440, 520, images=image, filename_prefix=(prefix, 0))
    w.group("4. Pictures, named as their sources", [prefix, shown], PURPLE)
    w.shown_as_app([(pairs, "folder_a"), (pairs, "folder_b"), (w.prompt, "text"), (w.prompt, "auto")], [shown])
    w.write(
        "### Folders of pairs\n**Load Folders** (in **1. Model and sources**) takes the pictures of two folders in "
        "ComfyUI's input folder that have the same name, whatever their suffixes: `visible/street.jpg` and "
        "`infrared/street.tif` are a pair. All that follows runs once for each; pairs may differ in size. The fused "
        "ones are saved under the names of their sources (**4. Pictures**).\n\n"
        "1. Put your two folders into `ComfyUI/input`, press R on the page.\n"
        "2. Choose them in **folder_a** and **folder_b**; folder_a says which pairs there are. *none* in folder_b "
        "repairs single pictures: set **task** to *restore* then.\n"
        "3. Press Run.\n\n"
        "**first** and **most** (*Show Advanced* in the menu of the node) take a part. All sources and results stay in "
        f"memory to the end: for thousands run `python -m mmaif batch visible infrared -o fused`.\n\n{REPAIR} It is "
        "asked of every pair; these are too dark.\n\n"
        "The infrared examples are synthetic."
    )


def masked() -> None:
    """Repair where a mask is painted."""
    w = Fusion(name="Repair inside mask")
    picture = w.load_image("painted", "too dark below", "webp")
    text = "Brighten the underexposed image."
    image = w.fuse({"image_a": picture}, "restore", text=text, mask=(picture[0], 1))
    w.group("4. Picture", [w.save_image(image)], PURPLE)
    w.write(
        "### Repair where you paint\nThe mask goes into **mask** of *Encode Sources* (**3. Fuse**): what you ask for "
        "in **2. What to repair** is done inside it, with a soft rim, and the rest stays as it is. Here the land is "
        "brightened and the evening sky is not.\n\n"
        "1. Put your picture into the box of **1. Model and sources**.\n"
        "2. Right click on it, *Open in MaskEditor* (in newer pages the mask button of the bar above it), paint, "
        "save.\n"
        "3. Say what is wrong there, and press Run.\n\n"
        "Any other MASK fits as well: from a segmentation node, or *Image To Mask*. Without a mask all of the picture "
        "is repaired; one in which nothing is painted repairs nothing. With two sources the mask says where they are "
        "repaired; they are fused everywhere."
    )


def playground() -> None:
    """Spoil a clean picture, repair it, compare."""
    w = Fusion(name="Degrade then repair and compare")
    clean = w.load_image("exposures_mid", "clean picture")
    degrade = w.put("MMAIFDegrade", LOAD, 260, title="Spoil it", image=clean)
    w.loaded.append(degrade)
    image = w.fuse({"image_a": (degrade, 0)}, "restore", spoken=(degrade, 1))
    compare = w.put("MMAIFCompare", END, 70, fused=image, sources=(w.encode, 2), reference=clean)
    shown = w.save_image((compare, 0))
    table = w.put("PreviewAny", END, 260, 520, title="Figures", source=(compare, 1))
    w.group("4. Before, after, and the truth", [compare, shown, table], PURPLE)
    w.write(
        "### Degrade and repair\nSpoils a clean picture on purpose, asks for the repair in words and measures how "
        "close the result comes to the clean one.\n\n1. In **1. Model and sources** choose up to three operators and "
        "their severity (*Spoil it*); **seed** draws others of the same kind.\n2. Its *prompt* output is the sentence "
        "that asks for the repair of all of it. Disconnect it in **2. What to repair** and ask for less: what you do "
        "not name stays.\n3. **4. Before, after, and the truth** shows source, fused and reference with the places "
        "that differ most, and the metrics (psnr and ssim: higher is better)."
    )


def compare() -> None:
    """The same sources and sentence through both models."""
    w = Fusion(name="Compare regression and flow")
    once = w.fuse({"image_a": w.load_image("exposures_under"), "image_b": w.load_image("exposures_over")}, "mef")
    model = w.put("MMAIFLoadModel", END, 110, title="The flow model", values={"model_name": "flow"})
    sampler, decode = w.sample(model, END, title="Flow, 4 steps")
    right = 1540
    both = w.put("ImageStitch", right, 150, 300, title="Left regression, right flow", image1=once, image2=(decode, 0))
    shown = w.save_image((both, 0), right, 440, 900, "Left regression, right flow")
    w.group("4. The same by flow", [model, sampler, decode], BROWN)
    w.group("5. Side by side", [both, shown], PURPLE)
    w.write(
        "### Regression or flow\nBoth models get the same sources and the same sentence (**2. What to repair**). Left: "
        "**regression**, one pass, always the same (**3. Fuse**). Right: **flow**, a few steps from noise "
        "(**4. The same by flow**).\n\n"
        "- **steps**: 4 are nearly as good as 16; 1 is a quick look.\n"
        "- **seed**: another one draws other fine detail where the sources leave it open.\n"
        "- **guidance** above 1 exaggerates the repair that you ask for, at twice the work.\n\n"
        "Text encoder and VAE are the same in both models, so one *Degradation Prompt* and one *Encode Sources* serve "
        "both. The flow MODEL also runs in the core *KSampler*: conditioning to positive and negative, cfg 1."
    )


def video() -> None:
    """Two videos, frame by frame, with the first one's sound and rate."""
    w = Fusion(name="Fuse video")
    frames = []
    for name in ("visible", "infrared"):
        film = w.put("LoadVideo", LOAD, 280, title=name, values={"file": f"mmaif_{name}.mp4"})
        parts = w.put("GetVideoComponents", LOAD, 110, video=(film, 0))
        w.loaded += [film, parts]
        frames.append((parts, 0))
    image = w.fuse({"image_a": frames[0], "image_b": frames[1]}, "vif", "noise")
    pictures = w.put("PreviewImage", END, 440, 520, title="Fused frames", images=image)
    first = frames[0][0]
    film = w.put("CreateVideo", END, 110, values={"fps": 4.0}, images=image, audio=(first, 1), fps=(first, 2))
    saved = w.put("SaveVideo", END, 490, 520, values={"filename_prefix": f"MMAIF/{w.stem}"}, video=(film, 0))
    w.group("4. Frames and video", [pictures, film, saved], PURPLE)
    w.write(
        "### A run of frames\nA batch in **image_a** and one of the same length in **image_b** are fused frame by "
        "frame. In **1. Model and sources** they come from two videos (*Load Video*, *Get Video Components*); a batch "
        "from any other node works as well.\n\nSound and frame rate of the film in **4. Frames and video** are those "
        "of the visible one. A film without sound is fine too.\n\nLong videos: all frames lie in memory at once; work "
        "on parts of a few hundred frames, or run `python -m mmaif fuse a.mp4 b.mp4 -o out.mp4`, which takes one frame "
        "after the other.\n\nThe example: two seconds, eight frames of 320x240, noisy, the infrared ones synthetic, "
        "with four notes."
    )


def upscale() -> None:
    """Fuse, then a core upscale model."""
    w = Fusion(name="Fuse then upscale")
    image = w.fuse({"image_a": w.load_image("visible"), "image_b": w.load_image("infrared")}, "vif")
    loader = w.put("UpscaleModelLoader", END, 60, 320, values={"model_name": "RealESRGAN_x2plus.pth"})
    larger = w.put("ImageUpscaleWithModel", END, 60, 320, upscale_model=(loader, 0), image=image)
    shown = w.save_image((larger, 0))
    w.group("4. Enlarge", [loader, larger, shown], PURPLE)
    w.write(
        "### Fuse, then enlarge\nThe fused IMAGE goes into the core upscale nodes (**4. Enlarge**).\n\n**You need one "
        "file**: any upscale model, such as `RealESRGAN_x2plus.pth` (github.com/xinntao/Real-ESRGAN, releases) or a "
        "4x model of openmodeldb.info. Put it into `ComfyUI/models/upscale_models`, press R on the page, and choose "
        "it in *Load Upscale Model*.\n\nRepair while fusing, not after: an upscaler takes noise and rain for detail "
        "and sharpens them."
    )


def composite() -> None:
    """The fused picture only where the infrared one is hot."""
    w = Fusion(name="Fuse and composite by mask")
    visible, infrared = w.load_image("visible"), w.load_thermal("infrared")
    image = w.fuse({"image_a": visible, "image_b": infrared}, "vif")
    heat = w.put("ImageToMask", END, 60, 280, title="Heat as mask", image=infrared)
    hot = w.put("ThresholdMask", END, 60, 280, title="What counts as hot", values={"value": 0.45}, mask=(heat, 0))
    hard = w.put("MaskToImage", END, 30, 280, mask=(hot, 0))
    soft = w.put("ImageBlur", END, 85, 280, title="Soft rim", image=(hard, 0))
    mask = w.put("ImageToMask", END, 60, 280, image=(soft, 0))
    right = 1520
    whole = w.put("PreviewImage", right, 300, 520, title="All of it fused", images=image)
    mixed = w.put("ImageCompositeMasked", right, 130, 280, destination=visible, source=image, mask=(mask, 0))
    shown = w.save_image((mixed, 0), right, title="Only what is hot")
    w.group("4. Mask from the heat", [heat, hot, hard, soft, mask], BROWN)
    w.group("5. Composite", [whole, mixed, shown], PURPLE)
    w.write(
        "### Fuse, then composite\nThe fused IMAGE is laid over the visible one through a mask (core *Image "
        "Composite Masked*). In **4. Mask from the heat** the mask is what is hot in the infrared picture, so that "
        "people and animals come out of the dark and the rest stays a photograph.\n\n**What counts as hot** is the "
        "threshold; any other MASK works too: painted (right click on *Load Image*, *Open in MaskEditor*) or from a "
        "segmentation node.\n\n"
        "*Load Thermal* reads sensor counts, temperatures and false colours, and says what it did."
    )


def flux() -> None:
    """The fused latent into Flux, without a decode in between."""
    w = Fusion(name="Fuse then edit with Flux")
    sources = {"image_a": w.load_image("visible"), "image_b": w.load_image("infrared")}
    w.fuse(sources, "vif")
    loaders = [
        w.put("UNETLoader", END, 90, 320, values={"unet_name": "flux1-dev.safetensors"}),
        w.put(
            "DualCLIPLoader",
            END,
            140,
            320,
            values={"clip_name1": "clip_l.safetensors", "clip_name2": "t5xxl_fp8_e4m3fn.safetensors"},
        ),
        w.put("VAELoader", END, 60, 320, values={"vae_name": "ae.safetensors"}),
    ]
    w.needs(loaders[0], "diffusion_models", f"{FLUX}/flux1-dev.safetensors")
    encoders = (f"{ENCODERS}/clip_l.safetensors", f"{ENCODERS}/t5xxl_fp8_e4m3fn.safetensors")
    w.needs(loaders[1], "text_encoders", *encoders)
    w.needs(loaders[2], "vae", f"{FLUX}/ae.safetensors")
    unet, clip, vae = ((loader, 0) for loader in loaders)
    said = w.put(
        "CLIPTextEncode",
        END,
        160,
        320,
        title="What the picture shall become",
        values={"text": "two dogs at a wooden house in a warm evening light, photograph"},
        clip=clip,
    )
    guided = w.put("FluxGuidance", END, 60, 320, conditioning=(said, 0))
    nothing = w.put("ConditioningZeroOut", END, 30, 320, conditioning=(said, 0))
    right = 1560
    masked = w.put(
        "SetLatentNoiseMask",
        right,
        60,
        320,
        title="Inpaint only the mask (bypassed)",
        bypassed=True,
        samples=(w.sampler, 0),
        mask=(sources["image_a"][0], 1),
    )
    edited = w.put(
        "KSampler", right, 280, 320, model=unet, positive=(guided, 0), negative=(nothing, 0), latent_image=(masked, 0)
    )
    image = w.put("VAEDecode", right, 50, 320, samples=(edited, 0), vae=vae)
    fused = w.put("PreviewImage", 1940, 320, 480, title="Fused", images=(w.decode, 0))
    shown = w.save_image((image, 0), 1940, 420, 480, title="Edited")
    w.group("4. Flux", [*loaders, said, guided, nothing], BROWN)
    w.group("5. Edit in latent space", [masked, edited, image], GREEN)
    w.group("6. Pictures", [fused, shown], PURPLE)
    w.write(
        "### The fused latent straight into Flux\nMMAIF works in Flux's own latent space, so the sampler of **3. "
        "Fuse** connects to the *KSampler* of **5. Edit in latent space** without a decode and encode in "
        "between.\n\n**You need four files** (Hugging Face; FLUX.1-dev asks you to accept its licence), under "
        "`ComfyUI/models`:\n\n"
        "- `diffusion_models/flux1-dev.safetensors` and `vae/ae.safetensors` from *black-forest-labs/FLUX.1-dev*\n"
        "- `text_encoders/clip_l.safetensors` and `text_encoders/t5xxl_fp8_e4m3fn.safetensors` from "
        "*comfyanonymous/flux_text_encoders*\n\n"
        "**denoise** of the KSampler says how far the edit may go (0.3: a touch, 0.7: a new picture).\n\n"
        "**Inpaint**: right click on *visible*, *Open in MaskEditor*, paint, save; then select *Inpaint only the "
        "mask* and press Ctrl+B. Other Flux models (schnell, Krea) fit the same way: schnell wants 4 steps and no "
        "guidance."
    )


def blueprint() -> None:
    """The whole graph in one box."""
    name = "MMAIF Fuse"
    w = Fusion(name=name)
    w.fuse({"image_a": (INPUT, 0), "image_b": (INPUT, 1), "stack": (INPUT, 2)}, "auto")
    said = ("task", "text", "auto", "severity", "repairs")
    widgets = [(w.model, "model_name"), *((w.prompt, widget) for widget in said)]
    data = w.boxed(
        name,
        ["image_a:IMAGE", "image_b:IMAGE", "stack:IMAGE"],
        {"image": (w.decode, 0), "latent": (w.sampler, 0), "prompt": (w.prompt, 1)},
        [*widgets, (w.decode, "detail")],
    )
    data["extra"]["BlueprintDescription"] = (
        "Fuse visible + infrared, exposure brackets or focus stacks, or repair one picture: MMAIF in one box."
    )
    data["extra"]["BlueprintSearchAliases"] = [
        *("image fusion", "infrared", "thermal", "HDR", "merge exposures", "bracketing", "focus stack"),
        *("derain", "dehaze", "denoise", "restore"),
    ]
    save(data, ROOT / "subgraphs" / f"{name}.json")


def main() -> None:
    """Write every workflow and the blueprint."""
    simple(
        "Fuse visible and infrared",
        ["visible", "infrared"],
        "vif",
        "### Visible + infrared\nThe visible picture goes into **image_a**, the infrared one into **image_b**. "
        "The result keeps the visible colours and shows what only the infrared sees.\n\n"
        f"{REPAIR}\n\n{REGISTERED}\n\nThe infrared example is a synthetic thermal rendering.",
    )
    simple(
        "Fuse exposures",
        ["exposures_under", "exposures_over"],
        "mef",
        "### Exposure bracket\nOne dark and one bright picture of the same scene; their order does not matter. "
        f"The result shows sky and ground.\n\n{REPAIR}\n\n{REGISTERED}\n\n"
        "More than two: see the workflow *Fuse exposure bracket*.",
    )
    simple(
        "Fuse exposure bracket",
        ["exposures_under", "exposures_mid", "exposures_over"],
        "mef",
        "### A bracket of three or more\nThe first picture goes into **image_a**, all others as one batch into "
        "**stack**: one *Batch Images* for each further picture. The order does not matter.\n\n"
        "**Align Sources** lays what was held in the hand onto one frame, and takes what moves from that frame alone; "
        f"what lies right stays as it is.\n\n{REPAIR}\n\nThe pictures must be of one size.",
        align=True,
    )
    simple(
        "Fuse focus pair",
        ["focus_near", "focus_far"],
        "mff",
        "### Focus stack\nTwo pictures focused near and far; their order does not matter. "
        f"The result is sharp in both planes.\n\n{REPAIR}\n\n{REGISTERED} Pictures focused differently also differ "
        "in scale a little (focus breathing): put *Align Sources* before.\n\nMore than two: see *Fuse focus stack*.",
    )
    simple(
        "Fuse focus stack",
        ["focus_near", "focus_stool", "focus_wall"],
        "mff",
        "### A focus stack of three or more\nHere: drum, stool and wall. The first picture goes into **image_a**, all "
        "others as one batch into **stack**: one *Batch Images* for each further picture.\n\n"
        f"{REPAIR}\n\n{REGISTERED}",
    )
    simple(
        "Restore picture",
        ["dark"],
        "restore",
        ticked="low_exposure noise",
        note="### Repair one picture\nOnly **image_a** is connected: nothing is fused, what is ticked in **2. What to "
        "repair** is repaired. The example is dark and noisy.\n\n**severity** says how bad it is (*light*, *strong*), "
        "of all that is ticked.\n\n**auto** looks at the picture and ticks for you; *vae* and *image_a* are connected "
        "for it already. It needs a checkpoint with a *diagnosis* part and says so where there is none. After the run "
        "the box at the bottom of the node shows what it found.",
    )
    simple(
        "Repair weather",
        ["rainy"],
        "restore",
        text="Remove the rain.",
        note="### Rain, haze, snow: say it\nThe sentence in **2. What to repair** asks for it. Try the other examples "
        "too: `mmaif_hazy.jpg` with *dehaze, please*, `mmaif_snowy.jpg` with *get rid of the falling snow*.\n\n"
        "- *remove the heavy rain* says how bad it is.\n"
        "- *remove the rain but keep the haze* leaves the haze alone, as does not naming it.\n"
        "- An empty sentence repairs nothing.\n\nCheck boxes and text add up.",
    )
    handheld()
    thermal()
    folders()
    masked()
    playground()
    compare()
    video()
    upscale()
    composite()
    flux()
    blueprint()


if __name__ == "__main__":
    main()
