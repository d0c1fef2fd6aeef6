"""The sentences around the vocabulary: requests, exceptions, tasks, chatter, and the slots they share.

Tables only, as in `phrases.py`. A comment above each table says what its slots stand for.
"""

from dataclasses import dataclass

from .phrases import entries

# Verbs as (imperative, gerund) around their object. "Things" lie over the picture and can be wiped away;
# faults of the exposure or the optics can only be corrected.
VERBS = (
    ("remove {np}", "removing {np}"),
    ("get rid of {np}", "getting rid of {np}"),
    ("fix {np}", "fixing {np}"),
    ("reduce {np}", "reducing {np}"),
    ("clean up {np}", "cleaning up {np}"),
    ("eliminate {np}", "eliminating {np}"),
    ("correct {np}", "correcting {np}"),
    ("take care of {np}", "taking care of {np}"),
    ("deal with {np}", "dealing with {np}"),
    ("do something about {np}", "doing anything about {np}"),
    ("repair {np}", "repairing {np}"),
    ("undo {np}", "undoing {np}"),
    ("minimize {np}", "minimizing {np}"),
    ("address {np}", "addressing {np}"),
    ("handle {np}", "handling {np}"),
)
VERBS_FOR_THINGS = (
    ("remove {np}", "removing {np}"),
    ("take {np} out", "taking {np} out"),
    ("take out {np}", "taking out {np}"),
    ("erase {np}", "erasing {np}"),
    ("wipe away {np}", "wiping away {np}"),
    ("edit out {np}", "editing out {np}"),
    ("filter out {np}", "filtering out {np}"),
    ("clear {np}", "clearing {np}"),
    ("clear away {np}", "clearing away {np}"),
    ("suppress {np}", "suppressing {np}"),
    ("strip away {np}", "stripping away {np}"),
    ("delete {np}", "deleting {np}"),
    ("photoshop {np} out", "photoshopping {np} out"),
    ("clean {np} off {obj}", "cleaning {np} off {obj}"),
    ("cut {np}", "cutting {np}"),
    ("scrub {np}", "scrubbing {np}"),
    ("remove {np} from {obj}", "removing {np} from {obj}"),
    ("make {np} go away", "making {np} go away"),
    ("make {np} disappear", "making {np} disappear"),
)
VERBS_FOR_FAULTS = (
    ("correct {np}", "correcting {np}"),
    ("compensate for {np}", "compensating for {np}"),
    ("counteract {np}", "counteracting {np}"),
    ("fix {np} in {obj}", "fixing {np} in {obj}"),
    ("improve on {np}", "improving on {np}"),
    ("reverse {np}", "reversing {np}"),
    ("correct for {np}", "correcting for {np}"),
)

SLOTS = {
    "img": entries("image | image | picture | picture | photo | photo | shot | frame | pic | photograph"),
    "imgs": entries("images | pictures | photos | shots | frames | pics | sources"),
    "theimg": entries("the {img} | this {img} | my {img}"),
    "it": entries("it | this | the {img} | this {img} | my {img} | the {img} | the result | the first {img} "
    "| the second {img}"),
    "obj": entries("it | this | the {img} | this {img} | my {img} | the {imgs} | both {imgs} | these {imgs}"),
    "here": entries("in the {img} | in this {img} | in my {img} | here | in it | in both {imgs} | in there"),
}
# Without a second source there is no "both" and no "first".
SINGLE_SLOTS = {
    **SLOTS,
    "it": SLOTS["it"][:-2],
    "obj": SLOTS["obj"][:-3],
    "here": tuple(entry for entry in SLOTS["here"] if "both" not in entry),
}

SEVERITY = {
    "strong": entries("strong | severe | heavy | terrible | bad | awful | nasty | massive | extreme"),
    "light": entries("slight | mild | subtle | minor | faint | weak"),
}
SEVERITY_ADVERBS = {
    "strong": entries("very | really | extremely | terribly | awfully | super | seriously | so | incredibly"),
    "light": entries("slightly | a bit | a little | somewhat | a tad | kind of"),
}

# {act} an imperative, or several joined by commas and "and".
ACTION_FRAMES = entries(
    "{act} | {act} | {act} | {act} | {act} | please {act} | {act} please | {act}, please | can you {act}? | "
    "could you {act}? | could you please {act}? | can you please {act}? | would you {act}? | i want you to "
    "{act} | I need you to {act} | try to {act} | help me {act} | I'd like you to {act} | would you be so "
    "kind as to {act}? | is it possible to {act}? | is there a way to {act}? | how can I {act}? | it would "
    "be great if you could {act} | I would like to {act} | we need to {act} | make sure to {act} | your "
    "task is to {act} | the goal is to {act} | just {act} | only {act} | simply {act} | go ahead and {act} "
    "| my client asked me to {act} | kindly {act} | do your best to {act} | all I need is to {act} | if you "
    "can, {act} | I was hoping you could {act} | I wonder if you can {act} | let's {act} | you have to "
    "{act} | please try and {act} | {act} for me | {act} as well as you can | {act} now | {act}, nothing "
    "else | {act} and leave the rest | {act} if possible | any chance to {act}? | I'm trying to {act} | the "
    "instruction is to {act} | I want to {act} | what I need: {act} | {act}, that's all | {act} and nothing "
    "more | this needs work: {act} | {act} automatically | mind trying to {act}? | do me a favor and {act} "
    "| next, {act} | use your model to {act}"
)
# {np} "the rain and the noise", {bare} "rain and noise"
NOUN_FRAMES = entries(
    "{np} should be removed | {np} must go | {np} should go | I can do without {np} | I don't want to see "
    "{np} | I don't like {np} | I hate {np} | what bothers me is {np} | please do something about {np} | "
    "can you do anything about {np}? | see if you can fix {np} | I want {np} gone | I'd like {np} gone | "
    "the problem is {np} | sorry about {np} | {it} is ruined by {bare} | {it} suffers from {bare} | {it} is "
    "degraded by {bare} | {it} is affected by {bare} | {it} is corrupted by {bare} | give me a version "
    "without {bare} | a clean {img} without {bare} | I'd like to have {obj} without {bare} | without {bare} "
    "please | issues: {bare} | fix: {bare} | problems: {bare} | remove: {bare} | {img} with {bare} | {bare} "
    "| {bare}! | there is a problem with {np} | too much trouble with {np} | help with {np} | {np} must be "
    "dealt with | I'm not happy with {np} | {bare} again, please fix | I have a problem with {bare} | {it} "
    "has {bare} | get {np} out of my {img} | {np} shouldn't be there | what can you do about {np}? | I'd "
    "rather not have {bare} {here} | there shouldn't be any {bare} {here} | degradation: {bare} | {bare}, "
    "please fix | I'm really bothered by {np} | why do I see {np}? | what's up with {np}? | do you see "
    "{np}? Fix it | could {np} be removed? | I don't need {np} | I want {obj} without {np} | how do I get "
    "rid of {np}? | see {np}? Get rid of that | {img} degraded by {bare} | cleanup needed: {bare} | only "
    "{np} | just {np} | {bare} only | {np}, that's what has to go | {np} makes it unusable | the main issue "
    "is {np} | is there a cure for {np}? | {np}: remove | all I care about is getting rid of {np}"
)
# Where in the picture; follows a noun now and then.
PLACES = entries(
    "in the sky | in the background | in the foreground | in the shadows | on the left | on the right | at "
    "the top | in the corners | around the car | on the faces | near the horizon | in the middle | all over "
    "the place | in the dark parts | on the street | over the whole frame"
)
# Two sources with a fault each.
SOURCE_PAIRS = (
    ("the first {img}", "the second one"),
    ("the first one", "the second"),
    ("one {img}", "the other one"),
    ("image A", "image B"),
    ("{img} 1", "{img} 2"),
    ("the left {img}", "the right one"),
    ("the former", "the latter"),
)
VIF_SOURCE_PAIRS = (
    ("the visible image", "the infrared one"),
    ("the RGB image", "the thermal image"),
    ("the color {img}", "the IR frame"),
    ("the visible", "the infrared"),
    ("the day camera", "the heat camera"),
)
# {adj} "rainy and noisy"
ADJECTIVE_FRAMES = entries(
    "{it} is {adj} | {it} looks {adj} | {it} came out {adj} | {it} turned out {adj} | why is {it} {adj}? | "
    "{it} is {adj}, please fix it | {it} is {adj}, can you fix that? | {adj} {img}, please fix | {adj} | my "
    "{imgs} are {adj} | both {imgs} are {adj} | {it} seems {adj} to me | {it} appears {adj} | I find {it} "
    "{adj} | {it} is {adj} and needs to be corrected | unfortunately {it} is {adj} | {it} is {adj}, do "
    "something | {it} got {adj} | {it} is {adj} and I want that fixed | the source is {adj} | fix this, "
    "{it} is {adj} | {it} is {adj} :( | I'm afraid {it} is {adj} | {it} shouldn't be {adj} | {it} is {adj}, "
    "make it right | ugh, {it} is {adj} | {adj}, fix it"
)
# {sym} a whole clause
SYMPTOM_FRAMES = entries(
    "{sym} | {sym} | {sym} | {sym}, please fix it | {sym}. Fix that. | {sym}, can you correct that? | "
    "unfortunately {sym} | the problem is that {sym} | {sym} :( | as you can see, {sym} | {sym} and I don't "
    "like it | sadly {sym} | I noticed that {sym} | {sym}, can you help? | {sym}, fix this | help, {sym} | "
    "{sym} and that has to be repaired | {sym}, do what you can | {sym}. What can you do? | {sym}, so "
    "please correct that | I think {sym} | ugh, {sym} | {sym}, sorry | my problem: {sym} | could you "
    "correct this? {sym} | please repair this, {sym} | {sym}, it needs fixing"
)
# {goal} "less noisy"
GOAL_FRAMES = entries(
    "make {obj} {goal} | I want it {goal} | it should be {goal} | {goal} please | I'd like it {goal} | can "
    "you make it {goal}? | I need it {goal} | {goal}! | please make {obj} {goal} | get it {goal} | I wish "
    "it were {goal} | could it be {goal}? | it has to be {goal} | we want the result {goal} | the output "
    "should be {goal} | try to get {obj} {goal} | {goal}"
)
# {list} jargon verbs or names of operations, joined by a separator
JARGON_FRAMES = entries(
    "{list} | {list} | {list} | {list} | {list} {obj} | please {list} | task: {list} | mode: {list} | "
    "{list} please | {list} the {img} | {list} {obj} please | can you {list}? | run {list} | {list}!"
)
METHOD_FRAMES = entries(
    "{list} | {list} | {list} | apply {list} | do some {list} | {list} please | image {list} | joint {list} "
    "| {it} needs {list} | I need {list} | perform {list} | run {list} on {obj} | task: {list} | {list} "
    "only | {list} required | {list} for {obj} | a bit of {list} please | we need {list} | use {list} | "
    "start with {list} | pipeline: {list} | {list}: yes | {list} on | {list} wanted"
)
JARGON_SEPARATORS = (" + ", ", ", " and ", "/", " > ", ",", " & ", " then ", "; ", " ", "+")

# Exceptions: {np} what is to be kept, {act} the imperative that is not wanted, {ger} its gerund,
# {method} the operation that is not wanted, {is} agrees with {np}.
KEEP_FRAMES = entries(
    "keep {np} | keep {np} | leave {np} alone | leave {np} as {is3} | leave {np} in | don't touch {np} | do "
    "not touch {np} | don't remove {np} | do not remove {np} | don't change {np} | no need to {act} | "
    "there's no need to {act} | don't {act} | do not {act} | please don't {act} | skip the {method} | no "
    "{method} | no {method} please | {np} can stay | {np} should stay | I like {np} | preserve {np} | I "
    "want to keep {np} | {np} {is} fine | ignore {np} | never mind {np} | don't worry about {np} | {np} "
    "{is} intentional | {np} {is} part of the mood | maintain {np} | retain {np} | {np} may remain | avoid "
    "{ger} | refrain from {ger} | I don't mind {np} | don't bother with {np} | don't bother {ger} | {np} "
    "{is} OK | you can ignore {np} | never {act} | {np} must stay | leave {np} untouched | don't do any "
    "{method} | I need {np} to stay | {np} should not be removed | don't fix {np} | I don't want you to "
    "{act} | {np} {is} on purpose | hold on to {np} | {np} shouldn't be touched | don't mess with {np} | "
    "{np} {is} not a problem | you don't have to {act} | {method} is not needed | {method} is unnecessary | "
    "make sure to keep {np} | {method}: no | {method} off | I have no problem with {np} | {it} is not {adj} "
    "| {np} {is} what I want | {np} {is} part of the story | I'd like {np} to stay | let {np} be | spare "
    "{np}"
)
# Exceptions that lean on a request before them: "remove the rain" + ...
KEEP_TAILS = entries(
    "but keep {np} | but leave {np} alone | without {ger} | but not {np} | not {np} | without touching {np} "
    "| but don't {act} | and leave {np} as {is3} | but do not touch {np} | while keeping {np} | while "
    "preserving {np} | and keep {np} | instead of {ger} | rather than {ger} | but no {method} | yet keep "
    "{np} | but {np} can stay | but I like {np} | but {np} should stay | (not {np}) | (keep {np}) | but "
    "spare {np} | however leave {np} in | but without {method} | though {np} {is} fine | but preserve {np} "
    "| and nothing about {np} | except for {np}, which should stay | with {np} kept intact"
)
# Everything but ...: the sentence is complete.
EXCEPT_FRAMES = entries(
    "fix everything except {np} | repair everything but {np} | clean up everything except {np} | restore "
    "everything apart from {np} | remove everything except {np} | everything except {np} | all but {np} | "
    "correct all defects except {np} | clean it all up, but keep {np} | fix it all but leave {np} alone | "
    "enhance {obj} but don't {act} | restore {obj} without {ger} | repair all the damage other than {np} | "
    "clean up {obj} but keep {np} | improve everything, just not {np} | keep {np}, fix everything else | "
    "leave {np} alone and repair the rest | apart from {np}, fix everything | everything else may go, {np} "
    "should stay | do a full restoration, no {method} though | full cleanup except {np} | aside from {np}, "
    "clean up all of it | restore all but {np} | make it perfect but leave {np} in"
)


@dataclass(frozen=True)
class TaskPhrases:
    """How people speak of one fusion task: imperatives, statements about the sources, and labels."""

    actions: tuple[str, ...]
    statements: tuple[str, ...]
    labels: tuple[str, ...]

    def all(self) -> tuple[str, ...]:
        """Every phrasing of the task."""
        return (*self.actions, *self.statements, *self.labels)


def _task(actions: str, statements: str, labels: str) -> TaskPhrases:
    return TaskPhrases(entries(actions), entries(statements), entries(labels))


TASK_PHRASES: dict[str, TaskPhrases] = {
    "vif": _task(
        actions="combine the infrared and visible images | fuse the infrared and the visible image | "
        "merge the thermal with the RGB picture | put the heat information into the photo | "
        "overlay the thermal image on the color picture | fuse IR and RGB | merge visible and "
        "thermal | combine day camera and thermal camera | blend the FLIR image with the photo | "
        "add the infrared targets to the visible image | fuse the thermal camera with the normal "
        "camera | mix the infrared into the color photo | make the warm people visible in the "
        "color picture | combine both spectral bands | merge near-infrared and visible | put the "
        "thermal hotspots on top of the visible picture | fuse day light and heat radiation | "
        "bring the infrared detail into the RGB | make one picture from the two sensors, visible "
        "and infrared",
        statements="one image is infrared | the second image is thermal | I have a thermal and a visible "
        "image | the first one is RGB, the other one is IR | these come from a visible and an infrared "
        "camera | one is from a heat camera | the pair is visible and infrared | this is a thermal/RGB pair "
        "| the drone has a visible and a thermal sensor | A is visible, B is infrared | "
        "the second one was taken with a FLIR | one camera sees heat | it's an RGB and a long-wave infrared "
        "frame",
        labels="infrared-visible fusion | VIF | IVIF | visible and infrared fusion | thermal fusion | RGB-T "
        "fusion | IR + VIS | multispectral fusion | infrared and visible image fusion | "
        "RGB-IR fusion | thermal overlay | EO/IR fusion | VIS-IR",
    ),
    "mef": _task(
        actions="merge my brackets | merge the exposures | make an HDR picture | blend the bracketed shots | "
        "combine the dark and the bright shot | fuse the underexposed and the overexposed image | do an "
        "exposure blend | combine these exposures into one | get the full dynamic range | make an HDR out "
        "of these | merge the exposure bracket | blend short and long exposure | combine the exposure stack "
        "| take the sky from the dark one and the ground from the bright one | extend the dynamic range "
        "with both shots | tone-merge the bracket | give me detail in both the sky and the ground from these "
        "two exposures | fuse over- and underexposed shots | blend my three exposures",
        statements="these are bracketed shots | I bracketed the scene | one is exposed for the sky, the "
        "other one for the ground | one is two stops over, one is two stops under | it's an exposure "
        "bracket | one is the short, one is the long exposure | these were shot with auto bracketing | I "
        "took one dark and one bright exposure | the shots differ in exposure | it's an HDR series | "
        "one shot is underexposed, the other one is overexposed | one is too dark and the other too bright, "
        "that's what the merge is for | one holds the shadows, the other one the highlights",
        labels="exposure fusion | MEF | HDR merge | multi-exposure fusion | exposure blending | AEB merge | "
        "bracket merge | HDR | multi-exposure image fusion",
    ),
    "mff": _task(
        actions="focus stack these | merge the focus stack | make an all-in-focus picture | combine near and "
        "far focus | stack the focus bracket | get foreground and background in focus | fuse the "
        "near-focused and the far-focused image | combine the two focus planes | extend the depth of field "
        "| make it sharp from front to back | stack my macro shots | do a focus stack | blend the shots "
        "with different focus | merge the focus slices | take the in-focus parts of each | "
        "fuse near and far focus | build one sharp picture out of the focus bracket | combine the shots so "
        "that everything is in focus",
        statements="one is focused near, the other one far | these are focus brackets | it's a macro stack | "
        "one has the foreground in focus, the other one the background | the focus differs between the "
        "shots | I shot a focus series | it's a focus stack | each one is focused at another distance | the "
        "first one is focused on the flower, the second one on the hill | the depth of field was too "
        "shallow | one is blurred in front, the other one in the back | the sharp zones of the two differ",
        labels="multi-focus fusion | MFF | focus stacking | focus stack | all-in-focus fusion | DoF merge | "
        "multi-focus image fusion | depth of field stacking | focus merge",
    ),
    "restore": _task(
        actions="work on this single image | use just this one picture | process a single photo | treat it "
        "as a single image | don't fuse anything, it's one image | take this one photo | handle this one "
        "frame on its own",
        statements="this is a single photo | there is only one image | it's just one picture | one source "
        "only | I have only one shot | no fusion needed | there is nothing to fuse | I only have this "
        "picture | it's a single frame | no second image | there's just this one photo | it's not a pair | "
        "I don't have a second shot | only a single exposure exists | this is one picture, not a stack | "
        "there's no infrared, just this photo | just one input",
        labels="single image | single-image restoration | image restoration | restoration | one image | "
        "single photo | single frame | photo restoration | no fusion",
    ),
}

# Fusion requests that name neither a task nor a repair.
FUSE_ACTIONS = entries(
    "just fuse these two | merge them | fuse | combine both | fuse the {imgs} | blend the two {imgs} | put "
    "them together | merge these {imgs} | combine the {imgs} into one | fuse both {imgs} | make one {img} "
    "out of these | mix the two | merge | just combine them | simple fusion | only fuse | plain fusion | "
    "fusion | fuse them together | give me the fused {img} | one {img} from both | just merge the sources | "
    "create a composite | combine the best of both | join the two {imgs} | image fusion | blend them | fuse "
    "A and B | please merge these two | merge everything into one {img}"
)

# How it is to be done, or what for; follows a request and asks for no repair.
TAILS = entries(
    "without losing detail | but keep it natural | and don't overdo it | but keep the colors | without "
    "artifacts | and keep all the details | so that it looks natural | so that we can print it | so the "
    "faces can be seen | for my website | so I can post it | without changing anything else | gently | as "
    "much as possible | completely | but stay faithful to the scene | so that my mother will like it | so "
    "that the detector works better | without inventing anything | thoroughly | if that works | a little | "
    "so the plate can be read | before I send it to the client | without changing the colors | and make it "
    "look real | for the report | and preserve the textures | everywhere | in one go"
)

CHATTER = entries(
    "thanks | thank you so much | hi | hello there | this is for a print | it's for my mother | I took this "
    "in Prague | shot with my phone | it was our wedding | this is from a drone | I need it by tomorrow | "
    "it's an old family picture | good morning | hey | this was last summer | taken in the park | it's for "
    "a scientific paper | we need it for a report | my dog is in it | it's from our security camera | I "
    "love this picture | this is the view from my window | don't ask me why | keep the colors natural | "
    "don't change the composition | make no other changes | the output should be a PNG | I am not an expert "
    "| I hope that works | cheers | many thanks in advance | it's from the roof camera | taken with my "
    "Nikon | this one is important | it's the only one I have left | the car in front is mine | you did a "
    "good job last time | do not crop it | same size as the input please | captured by the robot | this is "
    "frame 120 of the sequence | we are a small team | no watermark please | this goes on a poster | here "
    "you go | last one for today | let me know if that works"
)

# The clear sentence that the check boxes of the user interface write.
STANDARD_ACTIONS = {
    "blur": "remove the defocus blur",
    "motion_blur": "remove the motion blur",
    "low_resolution": "increase the resolution",
    "noise": "remove the noise",
    "jpeg": "remove the JPEG artifacts",
    "rain": "remove the rain",
    "snow": "remove the snow",
    "haze": "remove the haze",
    "low_exposure": "brighten the underexposed image",
    "high_exposure": "recover the overexposed image",
    "low_contrast": "increase the low contrast",
    "high_contrast": "reduce the harsh contrast",
    "stripes": "remove the infrared stripes",
}
STANDARD_TASKS = {
    "vif": "fuse the visible and infrared images",
    "mef": "fuse the exposures",
    "mff": "fuse the focus stack",
    "restore": "process this single image",
}
