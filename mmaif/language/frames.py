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
    ("tackle {np}", "tackling {np}"),
    ("sort out {np}", "sorting out {np}"),
    ("work on {np}", "working on {np}"),
    ("mitigate {np}", "mitigating {np}"),
    ("lessen {np}", "lessening {np}"),
    ("remedy {np}", "remedying {np}"),
    ("rectify {np}", "rectifying {np}"),
    ("treat {np}", "treating {np}"),
    ("cure {np}", "curing {np}"),
    ("attack {np}", "attacking {np}"),
    ("do away with {np}", "doing away with {np}"),
    ("help with {np}", "helping with {np}"),
    ("lose {np}", "losing {np}"),
    ("kill {np}", "killing {np}"),
    ("ditch {np}", "ditching {np}"),
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
    ("make {np} vanish", "making {np} vanish"),
    ("get {np} out", "getting {np} out"),
    ("get {np} off", "getting {np} off"),
    ("get {np} away", "getting {np} away"),
    ("drop {np}", "dropping {np}"),
    ("scrap {np}", "scrapping {np}"),
    ("banish {np}", "banishing {np}"),
    ("zap {np}", "zapping {np}"),
    ("pull {np} out of {obj}", "pulling {np} out of {obj}"),
    ("rub out {np}", "rubbing out {np}"),
    ("brush away {np}", "brushing away {np}"),
    ("take away {np}", "taking away {np}"),
    ("take {np} away", "taking {np} away"),
    ("take {np} off", "taking {np} off"),
    ("attenuate {np}", "attenuating {np}"),
    ("reject {np}", "rejecting {np}"),
    ("subtract {np}", "subtracting {np}"),
    ("inpaint {np}", "inpainting {np}"),
    ("cancel {np}", "cancelling {np}"),
    ("mask out {np}", "masking out {np}"),
    ("free {obj} from {np}", "freeing {obj} from {np}"),
    ("rid me of {np}", "ridding me of {np}"),
    ("lift {np} off {obj}", "lifting {np} off {obj}"),
)
VERBS_FOR_FAULTS = (
    ("correct {np}", "correcting {np}"),
    ("compensate for {np}", "compensating for {np}"),
    ("counteract {np}", "counteracting {np}"),
    ("fix {np} in {obj}", "fixing {np} in {obj}"),
    ("improve on {np}", "improving on {np}"),
    ("reverse {np}", "reversing {np}"),
    ("correct for {np}", "correcting for {np}"),
    ("make up for {np}", "making up for {np}"),
    ("mend {np}", "mending {np}"),
    ("restore {obj} from {np}", "restoring {obj} from {np}"),
    ("rescue {obj} from {np}", "rescuing {obj} from {np}"),
    ("save {obj} from {np}", "saving {obj} from {np}"),
    ("resolve {np}", "resolving {np}"),
    ("put {np} right", "putting {np} right"),
    ("adjust for {np}", "adjusting for {np}"),
    ("invert {np}", "inverting {np}"),
)

SLOTS = {
    "img": entries("image | image | picture | picture | photo | photo | shot | frame | pic | photograph"),
    "imgs": entries("images | pictures | photos | shots | frames | pics | sources"),
    "theimg": entries("the {img} | this {img} | my {img}"),
    "it": entries(
        "it | this | the {img} | this {img} | my {img} | the {img} | the result | the first {img} | the second {img}"
    ),
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
    "strong": entries(
        "strong | severe | heavy | terrible | bad | awful | nasty | massive | extreme | horrible | "
        "intense | serious | dreadful | ridiculous | insane | really bad | very strong | quite heavy"
    ),
    "light": entries(
        "slight | mild | subtle | minor | faint | weak | little | light | gentle | tiny bit of | bit "
        "of | touch of | hint of | very slight | barely visible"
    ),
}
SEVERITY_ADVERBS = {
    "strong": entries(
        "very | really | extremely | terribly | awfully | super | seriously | so | incredibly | "
        "insanely | horribly | badly | quite | far too | way too | much too | sooo | ridiculously"
    ),
    "light": entries(
        "slightly | a bit | a little | somewhat | a tad | kind of | a touch | mildly | a little bit | "
        "rather | sort of | only slightly"
    ),
}

# The names of the sources in order; the first row is what the node writes.
SOURCE_NAMES = (
    ("the first image", "the second one", "the third one", "the fourth one", "the fifth one"),
    ("the first picture", "the second", "the third", "the fourth", "the fifth"),
    ("image A", "image B", "image C", "image D", "image E"),
    ("image 1", "image 2", "image 3", "image 4", "image 5"),
)
VIF_SOURCE_NAMES = (
    ("the visible image", "the infrared image"),
    ("the RGB image", "the thermal image"),
    ("the color photo", "the IR frame"),
    ("the visible", "the infrared"),
    ("the first image", "the second image"),
)

# {act} an imperative, or several joined by commas and "and".
ACTION_FRAMES = entries(
    "{act} | {act} | {act} | {act} | {act} | please {act} | {act} please | {act}, please | can you {act}? | could "
    "you {act}? | could you please {act}? | can you please {act}? | would you {act}? | i want you to {act} | I need "
    "you to {act} | try to {act} | help me {act} | I'd like you to {act} | would you be so kind as to {act}? | is "
    "it possible to {act}? | is there a way to {act}? | how can I {act}? | it would be great if you could {act} | I "
    "would like to {act} | we need to {act} | make sure to {act} | your task is to {act} | the goal is to {act} | "
    "just {act} | only {act} | simply {act} | go ahead and {act} | my client asked me to {act} | kindly {act} | do "
    "your best to {act} | all I need is to {act} | if you can, {act} | I was hoping you could {act} | I wonder if "
    "you can {act} | let's {act} | you have to {act} | please try and {act} | {act} for me | {act} as well as you "
    "can | {act} now | {act}, nothing else | {act} and leave the rest | {act} if possible | any chance to {act}? | "
    "I'm trying to {act} | the instruction is to {act} | I want to {act} | what I need: {act} | {act}, that's all | "
    "{act} and nothing more | this needs work: {act} | {act} automatically | mind trying to {act}? | do me a favor "
    "and {act} | next, {act} | use your model to {act} | pls {act} | could someone {act}? | can this be done: {act} "
    "| would it be possible to {act}? | may I ask you to {act}? | is there any way you can {act}? | would you mind "
    "if we {act}? | I'd appreciate it if you could {act} | it'd be nice to {act} | I'd love to {act} | {act} if you "
    "would | {act}, will you? | {act}, would you? | {act}, thanks | {act} before anything else | first of all {act} "
    "| {act} first | to do: {act} | request: {act} | instruction: {act} | step 1: {act} | requirement: {act} | "
    "{act} as far as you can | {act} properly | you should {act} | you must {act} | I expect you to {act} | we "
    "would like to {act} | we want to {act} | the customer wants to {act} | {act}, no other changes | {act} and "
    "don't change anything else | {act} and leave everything else as it is | {act} but change nothing else | {act}, "
    "leave all the rest | do nothing but {act} | {act}. Nothing more. | how can we {act}? | how to {act}? | hey, "
    "{act} | ok now {act} | so {act} | also {act} | and {act} | then {act} | again, {act} | any chance you could "
    "{act}? | {act}!! | it needs you to {act} | i need to {act} | want to {act} | please to {act} | kindly do the "
    "following: {act}"
)
# {np} "the rain and the noise", {bare} "rain and noise"
NOUN_FRAMES = entries(
    "{np} should be removed | {np} must go | {np} should go | I can do without {np} | I don't want to see {np} | I "
    "don't like {np} | I hate {np} | what bothers me is {np} | please do something about {np} | can you do anything "
    "about {np}? | see if you can fix {np} | I want {np} gone | I'd like {np} gone | the problem is {np} | sorry "
    "about {np} | {it} is ruined by {bare} | {it} suffers from {bare} | {it} is degraded by {bare} | {it} is "
    "affected by {bare} | {it} is corrupted by {bare} | give me a version without {bare} | a clean {img} without "
    "{bare} | I'd like to have {obj} without {bare} | without {bare} please | issues: {bare} | fix: {bare} | "
    "problems: {bare} | remove: {bare} | {img} with {bare} | {bare} | {bare}! | there is a problem with {np} | too "
    "much trouble with {np} | help with {np} | {np} must be dealt with | I'm not happy with {np} | {bare} again, "
    "please fix | I have a problem with {bare} | {it} has {bare} | get {np} out of my {img} | {np} shouldn't be "
    "there | what can you do about {np}? | I'd rather not have {bare} {here} | there shouldn't be any {bare} {here} "
    "| degradation: {bare} | {bare}, please fix | I'm really bothered by {np} | why do I see {np}? | what's up with "
    "{np}? | do you see {np}? Fix it | could {np} be removed? | I don't need {np} | I want {obj} without {np} | how "
    "do I get rid of {np}? | see {np}? Get rid of that | {img} degraded by {bare} | cleanup needed: {bare} | only "
    "{np} | just {np} | {bare} only | {np}, that's what has to go | {np} makes it unusable | the main issue is {np} "
    "| is there a cure for {np}? | {np}: remove | all I care about is getting rid of {np} | {np} has to come off | "
    "{np} needs to go | {np} needs to be fixed | {np} needs fixing | {np} needs work | {np} spoils {obj} | {np} "
    "ruins {obj} | {np} got in the way | {np} destroys the mood | {np} annoys me | {np} is annoying | {np} is a "
    "pain | {np} is distracting | {np} is too much | I can't stand {np} | I'm fed up with {np} | I see {bare} "
    "everywhere | there is {bare} {here} | there is so much {bare} | there's {bare} all over {obj} | look at {np} | "
    "look at all {np}, fix it | so much {bare} | too much {bare} | lots of {bare} {here} | full of {bare} | {bare} "
    "everywhere | {bare} all over, please clean | {it} shows {bare} | {it} contains {bare} | {it} comes with {bare} "
    "| {it} got {bare} | {it} is covered by {bare} | {it} is spoiled by {bare} | {it} was shot with {bare} | {it} "
    "is full of {bare} | nothing but {np} has to go | only {np} should be fixed, nothing else | just {np} and "
    "nothing else | {np}, nothing else | remove nothing but {np} | take only {np} | {bare}: fix | {bare}: gone | "
    "{bare} gone | {bare}, gone | {bare} = bad | {bare} :( | {bare}?? fix | any {bare} should go | minus {np} | "
    "version without {bare} | same {img} minus {np} | the same {img} but without {bare} | like this but without "
    "{bare} | I wish {np} weren't there | if only there were no {bare} | imagine it without {bare} | as if there "
    "had been no {bare} | who needs {bare}? Away with it | away with {np} | down with {np} | out with {np} | enough "
    "of {np} | no more of {np} | stop {np} | goodbye {bare} | fixing {np} would be great | removing {np} would help "
    "| can {np} be fixed? | can {np} be reduced? | is it possible to fix {np}? | could something be done about "
    "{np}? | would it work without {bare}? | what about {np}? | what to do against {bare}? | how about {np}? | "
    "anything you can do about {np}? | your job: {np} | target: {bare} | defects: {bare} | artifacts: {bare} | "
    "tags: {bare} | the {img} has a problem, namely {bare} | I have trouble with {bare} | {bare} happened | got "
    "{bare} | i got {bare} {here} | it have {bare} | is with {bare} | has much {bare} | {bare} is to remove"
)
# Where in the picture; follows a noun now and then.
PLACES = entries(
    "in the sky | in the background | in the foreground | in the shadows | on the left | on the right | at the top "
    "| in the corners | around the car | on the faces | near the horizon | in the middle | all over the place | in "
    "the dark parts | on the street | over the whole frame"
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
    "{it} is {adj} | {it} looks {adj} | {it} came out {adj} | {it} turned out {adj} | why is {it} {adj}? | {it} is "
    "{adj}, please fix it | {it} is {adj}, can you fix that? | {adj} {img}, please fix | {adj} | my {imgs} are "
    "{adj} | both {imgs} are {adj} | {it} seems {adj} to me | {it} appears {adj} | I find {it} {adj} | {it} is "
    "{adj} and needs to be corrected | unfortunately {it} is {adj} | {it} is {adj}, do something | {it} got {adj} | "
    "{it} is {adj} and I want that fixed | the source is {adj} | fix this, {it} is {adj} | {it} is {adj} :( | I'm "
    "afraid {it} is {adj} | {it} shouldn't be {adj} | {it} is {adj}, make it right | ugh, {it} is {adj} | {adj}, "
    "fix it | {it} is just {adj} | everything is {adj} | everything looks {adj} | everything came out {adj} | it's "
    "all {adj} | it's {adj} | that's {adj} | it was {adj} | {adj} and that's not nice | {adj}!! | {adj} :( | its "
    "{adj} | so it's {adj}, help | {it} is {adj} as you can see | they are all {adj} | half of {it} is {adj} | "
    "parts of {it} are {adj} | {it} ended up {adj} | {it} got all {adj} | {it} shouldn't look {adj} | I don't want "
    "it {adj} | I don't like it {adj} | don't let it be {adj} | make it not {adj} | it must not be {adj} | no "
    "longer {adj}, please | a {img} that isn't {adj} | not {adj} any more | make it look less {adj} | less {adj} "
    "please | {it} is {adj}, improve it | {it} is {adj}, any ideas? | is it me or is {it} {adj}? | sorry that {it} "
    "is {adj} | {adj} again | old and {adj}"
)
# {sym} a whole clause
SYMPTOM_FRAMES = entries(
    "{sym} | {sym} | {sym} | {sym}, please fix it | {sym}. Fix that. | {sym}, can you correct that? | unfortunately "
    "{sym} | the problem is that {sym} | {sym} :( | as you can see, {sym} | {sym} and I don't like it | sadly {sym} "
    "| I noticed that {sym} | {sym}, can you help? | {sym}, fix this | help, {sym} | {sym} and that has to be "
    "repaired | {sym}, do what you can | {sym}. What can you do? | {sym}, so please correct that | I think {sym} | "
    "ugh, {sym} | {sym}, sorry | my problem: {sym} | could you correct this? {sym} | please repair this, {sym} | "
    "{sym}, it needs fixing | {sym}, any chance? | {sym}. Any chance to save it? | {sym}, can it be saved? | {sym}, "
    "can it be rescued? | {sym}, what now? | {sym}, improve that | {sym}. Repair that, please. | {sym} and I want "
    "to print it | {sym}, is there a way to fix it? | {sym}, and of course I noticed too late | when I took this, "
    "{sym} | that day {sym} | I didn't notice that {sym} | {sym}, unfortunately | somehow {sym} | it seems {sym} | "
    "apparently {sym} | just as I pressed the shutter, {sym} | oh no, {sym} | {sym}, get rid of that | {sym}, "
    "handle it | {sym}. Sort it out, will you? | {sym}, please undo that | {sym}, I don't want that | because "
    "{sym}, please restore it | as {sym}, it needs work | {sym} lol | {sym}!! | {sym} - fix? | {sym}, clean it "
    "please | {sym}, please improve it | I know {sym}, but try | hey, {sym} | you see, {sym} | well, {sym} | {sym}, "
    "that's the problem"
)
# {goal} "less noisy"
GOAL_FRAMES = entries(
    "make {obj} {goal} | I want it {goal} | it should be {goal} | {goal} please | I'd like it {goal} | can you make "
    "it {goal}? | I need it {goal} | {goal}! | please make {obj} {goal} | get it {goal} | I wish it were {goal} | "
    "could it be {goal}? | it has to be {goal} | we want the result {goal} | the output should be {goal} | try to "
    "get {obj} {goal} | {goal} | make everything {goal} | I'd love it {goal} | we need it {goal} | it needs to be "
    "{goal} | let it be {goal} | get me a {img} that is {goal} | I want a result that's {goal} | {goal}, if you can "
    "| could you get it {goal}? | would love to have it {goal} | should be {goal} | want it {goal} | as {goal} as "
    "you can | I'd rather have it {goal} | turn it into something {goal} | I prefer it {goal} | make {obj} {goal}, "
    "nothing else | can {obj} be {goal}? | do it {goal} | more {goal} please | i like it {goal}, so do that"
)
# {list} jargon verbs or names of operations, joined by a separator
JARGON_FRAMES = entries(
    "{list} | {list} | {list} | {list} | {list} {obj} | please {list} | task: {list} | mode: {list} | {list} please "
    "| {list} the {img} | {list} {obj} please | can you {list}? | run {list} | {list}! | {list} only | just {list} "
    "| only {list} | pls {list} | now {list} | {list} and fuse | {list} both | {list} it all | {list} a bit | "
    "{list} strongly | {list} gently | {list} everything | {list}, then merge | {list}, one pass | {list} first | "
    "need to {list} | I want to {list} | {list} this for me | {list} all {imgs} | {list}, thx | todo: {list} | "
    "{list} x1 | please only {list} | fuse + {list}"
)
METHOD_FRAMES = entries(
    "{list} | {list} | {list} | apply {list} | do some {list} | {list} please | image {list} | joint {list} | {it} "
    "needs {list} | I need {list} | perform {list} | run {list} on {obj} | task: {list} | {list} only | {list} "
    "required | {list} for {obj} | a bit of {list} please | we need {list} | use {list} | start with {list} | "
    "pipeline: {list} | {list}: yes | {list} on | {list} wanted | {list} requested | {list}, nothing else | only "
    "{list} | just {list} | run {list}, no other steps | we want {list} | I'd like {list} | {list} would be great | "
    "{list} might help | {list} needed | {list} on the input | try {list} | do {list} on {obj} | {list} = true | "
    "enable {list} | ops: {list} | process with {list} | {list} module | single-image {list} | blind {list} | "
    "real-world {list} | {list} network | {list} filter | {list} pass | light {list} | strong {list} | heavy {list} "
    "| go for {list} | can you do {list}? | how about {list}? | send it through {list} | {list} before fusion | "
    "fusion with {list} | fusion + {list} | fuse and {list} | {list} for both | {list} then fuse"
)
JARGON_SEPARATORS = (" + ", ", ", " and ", "/", " > ", ",", " & ", " then ", "; ", " ", "+")

# Exceptions: {np} what is to be kept, {act} the imperative that is not wanted, {ger} its gerund,
# {method} the operation that is not wanted, {is} agrees with {np}.
KEEP_FRAMES = entries(
    "keep {np} | keep {np} | leave {np} alone | leave {np} as {is3} | leave {np} in | don't touch {np} | do not "
    "touch {np} | don't remove {np} | do not remove {np} | don't change {np} | no need to {act} | there's no need "
    "to {act} | don't {act} | do not {act} | please don't {act} | skip the {method} | no {method} | no {method} "
    "please | {np} can stay | {np} should stay | I like {np} | preserve {np} | I want to keep {np} | {np} {is} fine "
    "| ignore {np} | never mind {np} | don't worry about {np} | {np} {is} intentional | {np} {is} part of the mood "
    "| maintain {np} | retain {np} | {np} may remain | avoid {ger} | refrain from {ger} | I don't mind {np} | don't "
    "bother with {np} | don't bother {ger} | {np} {is} OK | you can ignore {np} | never {act} | {np} must stay | "
    "leave {np} untouched | don't do any {method} | I need {np} to stay | {np} should not be removed | don't fix "
    "{np} | I don't want you to {act} | {np} {is} on purpose | hold on to {np} | {np} shouldn't be touched | don't "
    "mess with {np} | {np} {is} not a problem | you don't have to {act} | {method} is not needed | {method} is "
    "unnecessary | make sure to keep {np} | {method}: no | {method} off | I have no problem with {np} | {it} is not "
    "{adj} | {np} {is} what I want | {np} {is} part of the story | I'd like {np} to stay | let {np} be | spare {np}"
)
KEEP_FRAMES += entries(
    "keep {bare} | leave {bare} | keep {np}, please | please keep {np} | please leave {np} alone | please preserve "
    "{np} | leave {np} | leave {np} be | leave {np} there | leave {np} where {is3} | leave {np} the way {is3} | "
    "please leave {np} in | do keep {np} | keep {np} in | keep {np} there | keep {np} intact | keep {np} visible | "
    "keep {np} as {is3} | keep {np} the way {is3} | keep all of {np} | keep me {np} | {np}: hands off | {np}: keep "
    "| {np} = keep | {np}: leave | {np}: don't touch | {np} off limits | {np} stay, please | {np} {is} to stay | "
    "{np} {is} to be kept | {np} {is} to be left alone | {np} will stay | {np} has to stay | {np} ought to stay | "
    "{np} might as well stay | {np} must remain | {np} should remain | {np} must remain visible | {np} must not be "
    "removed | {np} must not be changed | {np} must not be touched | {np} should be kept | {np} should be preserved "
    "| {np} should be left in | {np} shouldn't go | {np} mustn't go | nothing should happen to {np} | do nothing "
    "about {np} | do nothing to {np} | do not do anything about {np} | don't do anything about {np} | {np} {is} not "
    "to be removed | {np} {is} wanted | {np} {is} desired | {np} {is} welcome | {np} {is} lovely | {np} {is} "
    "beautiful | {np} {is} nice | {np} {is} great | {np} {is} perfect | {np} {is} all right | {np} {is} alright | "
    "{np} {is} acceptable | {np} {is} cool | {np} {is} okay | {np} {is} ok with me | {np} {is} fine by me | {np} "
    "{is} fine as {is3} | {np} {is} good as {is3} | {np} {is} supposed to be there | {np} {is} meant to be there | "
    "{np} {is} there on purpose | {np} {is} the point of {obj} | {np} {is} an artistic choice | {np} {is} a "
    "creative decision | {np} {is} my style | {np} {is} part of the look | {np} {is} part of the scene | {np} {is} "
    "not the problem | {np} {is} not an issue | {np} {is} no problem | {np} {is} no issue | {np} {isnt} the problem "
    "| {np} {isnt} an issue | {np} {does}n't bother me | {np} {does}n't matter | {np} {does} not matter | {np} "
    "{does}n't need fixing | {np} {does} not need to be fixed | I don't care about {np} | I do not care about {np} "
    "| I do not mind {np} | we don't mind {np} | I'm fine with {np} | I'm OK with {np} | I am happy with {np} | I'm "
    "fond of {np} | I love {np} | I really like {np} | I do like {np} | I enjoy {np} | we like {np} | my wife likes "
    "{np} | I actually like {np} | I can live with {np} | I want {np} left alone | I want {np} to stay | I want "
    "{np} to remain | I want {np} kept | I wish to keep {np} | I would like to keep {np} | I'd like to keep {np} | "
    "I'd rather keep {np} | I prefer to keep {np} | I'd prefer {np} to stay | I'd hate to lose {np} | I don't want "
    "to lose {np} | don't lose {np} | do not lose {np} | don't take {np} away | don't take {np} out | don't take "
    "away {np} | do not delete {np} | don't reduce {np} | don't alter {np} | do not alter {np} | don't correct {np} "
    "| don't kill {np} | never touch {np} | never remove {np} | please do not touch {np} | please don't remove {np} "
    "| please don't touch {np} | you must not remove {np} | you shouldn't remove {np} | I don't want {np} removed | "
    "I don't want {np} to be removed | I don't want {np} touched | stay away from {np} | forget about {np} | forget "
    "{np} | pay no attention to {np} | don't pay attention to {np} | disregard {np} | overlook {np} | skip {np} | "
    "respect {np} | conserve {np} | protect {np} | tolerate {np} | accept {np} | allow {np} | let {np} stay | let "
    "{np} remain | let {np} stay as {is3} | let's keep {np} | we want to keep {np} | we need to keep {np} | we keep "
    "{np} | be careful to keep {np} | take care to preserve {np} | make sure {np} can stay | make sure that {np} "
    "{is} preserved | make sure not to touch {np} | try not to touch {np} | try to keep {np} | it's important to "
    "keep {np} | it is important that {np} {is} kept"
)
KEEP_FRAMES += entries(
    "you needn't {act} | you need not {act} | you shouldn't {act} | you should not {act} | you mustn't {act} | you "
    "don't need to {act} | there is no need to {act} | it's not necessary to {act} | it isn't necessary to {act} | "
    "not necessary to {act} | there's no reason to {act} | under no circumstances {act} | I'd rather you didn't "
    "{act} | I would rather you did not {act} | I don't want to {act} | I do not want you to {act} | we don't want "
    "to {act} | I'm not asking you to {act} | I didn't ask you to {act} | please do not {act} | just don't {act} | "
    "dont {act} | do not try to {act} | don't try to {act} | don't even try to {act} | make sure you don't {act} | "
    "make sure not to {act} | be careful not to {act} | try not to {act} | mind that you don't {act} | no {ger} | "
    "no {ger} please | no {ger} needed | without {ger} | {ger} is not necessary | {ger} isn't necessary | {ger} is "
    "not wanted | {ger} isn't needed | {ger} is not required | avoid {method} | no {method} needed | no {method} "
    "required | no {method} necessary | no {method} this time | no {method}, thanks | {method} is not required | "
    "{method} is not wanted | {method} is not necessary | {method} isn't needed | {method} not needed | {method} "
    "not required | {method} not wanted | {method} unwanted | {method} disabled | {method}: off | {method}: none | "
    "{method} = false | disable {method} | turn off {method} | turn {method} off | switch off {method} | omit "
    "{method} | skip {method} | skip any {method} | leave out {method} | leave out the {method} | you can skip the "
    "{method} | you may skip the {method} | forget the {method} | we don't need {method} | I don't need {method} | "
    "I don't want {method} | I don't want any {method} | we can do without {method} | please no {method} | but no "
    "{method} | don't apply {method} | do not apply {method} | don't run {method} | do not perform {method} | don't "
    "use {method} | never apply {method} | without {method} | without any {method} | not {method} | don't {jargon} "
    "| don't {jargon} it | do not {jargon} | please don't {jargon} | dont {jargon} | no {jargon} | never {jargon} | "
    "don't {jargon} anything | you don't have to {jargon} | no need to {jargon} | {jargon}: no | {jargon}: off | "
    "{jargon} off | not {jargon} | it should stay {adj} | it can stay {adj} | it may stay {adj} | it must stay "
    "{adj} | it may remain {adj} | it should remain {adj} | {it} should stay {adj} | {it} can stay {adj} | {it} is "
    "meant to be {adj} | {it} is supposed to be {adj} | {it} is {adj} on purpose | {it} is {adj}, and that's fine | "
    "{it} may be {adj} | it's OK that it is {adj} | it's fine if it is {adj} | I don't mind that it is {adj} | I "
    "don't care that it's {adj} | I like it {adj} | I like that it's {adj} | I want it {adj} | I want it to stay "
    "{adj} | leave it {adj} | keep it {adj} | let it stay {adj} | stay {adj}"
)
# Exceptions that lean on a request before them: "remove the rain" + ...
KEEP_TAILS = entries(
    "but keep {np} | but leave {np} alone | without {ger} | but not {np} | not {np} | without touching {np} | but "
    "don't {act} | and leave {np} as {is3} | but do not touch {np} | while keeping {np} | while preserving {np} | "
    "and keep {np} | instead of {ger} | rather than {ger} | but no {method} | yet keep {np} | but {np} can stay | "
    "but I like {np} | but {np} should stay | (not {np}) | (keep {np}) | but spare {np} | however leave {np} in | "
    "but without {method} | though {np} {is} fine | but preserve {np} | and nothing about {np} | except for {np}, "
    "which should stay | with {np} kept intact"
)
KEEP_TAILS += entries(
    "but please keep {np} | but leave {np} | but leave {np} in | but leave {np} as {is3} | but leave {np} where "
    "{is3} | but let {np} stay | but {np} may stay | but {np} must stay | but {np} stay, please | but {np} {is} "
    "fine | but {np} {is} OK | but {np} {is} intentional | but {np} {is} to stay | but don't remove {np} | but "
    "don't touch {np} | but please don't {act} | but do not {act} | but don't {jargon} | but not {bare} | but keep "
    "{bare} | but leave {bare} | but maintain {np} | but retain {np} | but I want to keep {np} | but I don't mind "
    "{np} | but with {np} | but with {np} still there | with {np} left in | with {np} untouched | with {np} as "
    "{is3} | and don't touch {np} | and do not touch {np} | and don't {act} | and leave {np} | and leave {np} alone "
    "| and let {np} be | and preserve {np} | and don't {jargon} | without losing {np} | without removing {np} | "
    "without changing {np} | without affecting {np} | without altering {np} | without hurting {np} | without any "
    "{method} | without {method} | and no {method} | no {method} | no {ger} | not {method} | while leaving {np} | "
    "while leaving {np} in | while leaving {np} untouched | while retaining {np} | while maintaining {np} | whilst "
    "keeping {np} | keeping {np} | leaving {np} alone | leaving {np} as {is3} | preserving {np} | as long as {np} "
    "can stay | as long as you keep {np} | provided that {np} can stay | so that {np} can stay | though keep {np} | "
    "though leave {np} alone | though {np} can stay | although {np} can stay | although I like {np} | even though "
    "{np} should stay | yet leave {np} alone | only not {np} | just not {np} | just don't {act} | just leave {np} "
    "alone | just keep {np} | - keep {np} | - not {np} | - leave {np} | / keep {bare} | (leave {np}) | (no "
    "{method}) | (don't {jargon}) | (not {bare}) | not {bare} | instead of {np} | rather than {np} | and ignore "
    "{np} | ignoring {np} | and never mind {np} | and forget about {np} | regardless of {np} | except {np} | except "
    "that {np} should stay | apart from {np}, which can stay | because unlike {np} it bothers me | but it should "
    "stay {adj} | but it may stay {adj} | but keep it {adj} | but leave it {adj} | but hands off {np} | and hands "
    "off {np} | {np} can stay | {np} may remain | keep {np} | leave {np}"
)
# A thing to go ({a}) against a thing to stay ({k}): nouns, then names of operations, then jargon verbs.
CONTRAST_NOUN_FRAMES = entries(
    "not {k}, {a} | not {k}. {a}! | not {k} but {a} | {a}, not {k} | {a}, but not {k} | only {a}, not {k} | just "
    "{a}, not {k} | {a}: yes, {k}: no | {k}: no, {a}: yes | {k}: keep, {a}: remove | {a} = remove, {k} = keep | {a} "
    "out, {k} in | {a} out, {k} stays | fix {a}, not {k} | remove {a}, not {k} | remove {a} and not {k} | remove "
    "{a} only, not {k} | get rid of {a}, not of {k} | lose {a}, keep {k} | lose {a} but keep {k} | keep {k}, lose "
    "{a} | keep {k} but lose {a} | keep {k}, remove {a} | keep {k} but remove {a} | leave {k}, take {a} | leave "
    "{k}, fix {a} | leave {k} and fix {a} | leave {k} alone and fix {a} | {a} must go, {k} can stay | {a} must go, "
    "{k} must stay | {a} should go but {k} should stay | {k} should stay but {a} should go | {k} can stay, {a} "
    "can't | {k} may stay but {a} has to go | {a} has to disappear, but not {k} | it isn't {k} that bothers me, "
    "it's {a} | it's not {k}, it's {a} | it's {a} I mind, not {k} | it is {a} that I want gone, not {k} | {a} "
    "bothers me, {k} doesn't | {k} doesn't bother me, {a} does | I don't mind {k}, but {a} has to go | I don't mind "
    "{k}, but {a} bothers me | I mind {a}, not {k} | I like {k} but not {a} | I like {k}, I don't like {a} | I love "
    "{k} but I hate {a} | I hate {a} but love {k} | {k} is fine, {a} isn't | {k} is OK, {a} isn't | {k} is nice, "
    "{a} is not | {k} is on purpose, {a} isn't | {k} is wanted, {a} is not | {k} is fine but fix {a} | {k} is okay, "
    "please fix {a} | my problem is {a}, not {k} | the problem is not {k}, it's {a} | I care about {a}, not about "
    "{k} | instead of {k}, fix {a} | instead of {k}, remove {a} | fix {a} instead of {k} | fix {a} rather than {k} "
    "| remove {a} rather than {k} | {a} instead of {k} | {a} rather than {k} | {a} needs fixing, {k} doesn't | "
    "concentrate on {a}, ignore {k} | ignore {k} and fix {a} | ignore {k}, fix {a} | never mind {k}, fix {a} | "
    "forget {k}, fix {a} | forget about {k} and concentrate on {a} | with {k} but without {a} | without {a} but "
    "with {k} | a version without {a} but with {k} | I want it without {a} but with {k} | no {a}, but keep {k} | no "
    "{a}, but {k} please | no more {a}, but leave {k} | less {a}, same {k} | less {a} but the same {k} | out with "
    "{a}, {k} stays | make {a} disappear while {k} remains | make {a} go away while {k} stays | get {a} out and let "
    "{k} be | get {a} out and leave {k} in | take out {a} and leave {k} in | take {a} away but not {k} | you can "
    "take {a} but leave me {k} | leave {k} where it is and clean up {a} | don't touch {k}, fix {a} | don't fix {k}, "
    "fix {a} | don't remove {k}, remove {a} | I said {a}, not {k} | rather {a} than {k} | {a} first of all, {k} not "
    "at all | {k} gives it mood, {a} doesn't | {k} belongs there, {a} does not | do {a}, skip {k} | only {a} should "
    "go, {k} should stay | nothing but {a}, {k} stays | unlike {k}, {a} has to go | {a} has to go, unlike {k}"
)
CONTRAST_METHOD_FRAMES = entries(
    "{a} yes, {k} no | {a}: yes, {k}: no | {a}: on, {k}: off | {a} on, {k} off | {a}, no {k} | {a} but no {k} | "
    "{a}, but please no {k} | {a} without {k} | {a} instead of {k} | {a} rather than {k} | {a} only, not {k} | {a} "
    "only, no {k} | only {a}, no {k} | just {a}, no {k} | just {a} and no {k} | no {k}, just {a} | no {k}, only {a} "
    "| no {k} but {a} please | skip {k}, do {a} | do {a}, skip {k} | do {a} and skip the {k} | not {k} but {a} | "
    "{a}, not {k} | instead of {k} do {a} | I need {a}, not {k} | I need {a}, {k} is not needed | apply {a}, don't "
    "apply {k} | apply {a} without {k} | run {a} but not {k} | run {a} instead of {k} | no {k} needed, but do {a} | "
    "no {k} please, but {a} | {k} is not necessary, {a} is | {k} not needed, {a} needed | disable {k}, enable {a} | "
    "{a} = 1, {k} = 0 | {a} = true, {k} = false | +{a} -{k} | {a} (no {k}) | never mind {k}, I want {a} | we want "
    "{a} and no {k}"
)
CONTRAST_JARGON_FRAMES = entries(
    "{a}, don't {k} | {a} but don't {k} | {a} and don't {k} | {a}, but do not {k} | don't {k}, {a} | don't {k}, "
    "just {a} | don't {k} but {a} | do not {k}, only {a} | only {a}, don't {k} | just {a}, don't {k} | {a}: yes, "
    "{k}: no | {a} only, no {k} | no {k}, only {a} | no {k}, just {a} | {a}, no {k} | {a} without {k} | {a} instead "
    "of {k} | please {a}, but don't {k} | please don't {k}, just {a} | {a} {obj} but don't {k} {obj} | {a} {obj}, "
    "don't {k} | I want to {a}, not to {k} | {a}, not {k} | not {k}, {a}"
)
# Everything but ...: the sentence is complete. {all} asks for every repair.
EXCEPT_FRAMES = entries(
    "fix everything except {np} | repair everything but {np} | clean up everything except {np} | restore everything "
    "apart from {np} | remove everything except {np} | everything except {np} | all but {np} | correct all defects "
    "except {np} | clean it all up, but keep {np} | fix it all but leave {np} alone | enhance {obj} but don't {act} "
    "| restore {obj} without {ger} | repair all the damage other than {np} | clean up {obj} but keep {np} | improve "
    "everything, just not {np} | keep {np}, fix everything else | leave {np} alone and repair the rest | apart from "
    "{np}, fix everything | everything else may go, {np} should stay | do a full restoration, no {method} though | "
    "full cleanup except {np} | aside from {np}, clean up all of it | restore all but {np} | make it perfect but "
    "leave {np} in"
)
EXCEPT_FRAMES += entries(
    "{all} except {np} | {all} except {np} | {all} except for {np} | {all} but {np} | {all} but {np} | {all} but "
    "not {np} | {all}, but not {np} | {all} apart from {np} | {all} aside from {np} | {all} other than {np} | {all} "
    "besides {np}, which should stay | {all} save for {np}, which may stay | {all} excluding {np} - leave that | "
    "{all} minus {np}, keep that | {all} with the exception of {np} | {all}, only not {np} | {all}, just not {np} | "
    "{all}, only leave {np} | {all}, only {np} should stay | {all}, only don't touch {np} | {all}, but keep {np} | "
    "{all} but keep {np} | {all} but leave {np} | {all} but leave {np} alone | {all}, but {np} can stay | {all}, "
    "{np} can stay | {all}, though {np} should stay | {all} but {np} should stay | {all}, keep {np} | {all} - not "
    "{np} | {all} (not {np}) | {all} (except {np}) | {all} without touching {np} | {all} without {ger} | {all}, "
    "without {ger} | {all} while keeping {np} | {all} while preserving {np} | {all}, as long as {np} can stay | "
    "{all}, but don't {act} | {all}, but please don't {act} | {all}, but no {method} | {all}, no {method} though | "
    "{all} without {method} | {all} but don't {jargon} | {all} except {np}, which {is} intentional | {all} except "
    "{np}, I like {is3} there | {all} except {np}: leave that | {all}, leaving only {np} | {all}, leaving {np} "
    "alone | {all}, leave {np} as {is3} | {all}, hands off {np} though | except {np}, {all} | except for {np}, "
    "{all} | apart from {np}, {all} | aside from {np}, {all} | other than {np}, {all} | with the exception of {np}, "
    "{all} | with {np} kept, {all} | keep {np} and {all} | keep {np} but {all} | leave {np} but {all} | leave {np} "
    "alone, but {all} | don't touch {np}, but otherwise {all} | {np} can stay, otherwise {all} | {np} should stay, "
    "other than that {all} | except {bare} | anything but {np} should be fixed | anything except {np} may go | "
    "whatever is wrong except {np} | all defects but {np} | all problems except {np} | every defect other than {np} "
    "| all the flaws, only not {np} | everything except {bare} | everything, but not {np} | everything minus {np}: "
    "leave that in | keep only {np} | only keep {np}, everything else should go | the only thing to keep is {np} | "
    "I only want to keep {np}, fix the rest | only {np} should stay | only {np} may stay | only {np} should be left "
    "| nothing should stay except {np} | keep {np} and nothing else of the faults | leave {np} and fix the rest | "
    "leave {np}, repair everything else | leave {np} and clean up all the others | leave {np}, the rest should be "
    "cleaned | keep {np}, the rest must go | keep {np} and get rid of the rest | keep {np} but repair all other "
    "problems | {np} can stay, fix the rest | {np} can stay, everything else should go | {np} stay, fix all the "
    "other things | {np} {is} fine, fix everything else | {np} {is} fine, repair the rest | {np} {is} intentional, "
    "fix all the rest | I like {np}, fix everything else | I like {np}, but the rest should be repaired | don't "
    "touch {np}, fix everything else | don't {act}, but repair all the rest | don't {jargon}, but do everything "
    "else | no {method}, but all the rest | no {method}, otherwise full restoration | all enhancements except "
    "{method} | everything except {method} | all steps but {method} | do all but {method} | full pipeline without "
    "{method} | full pipeline minus {method} | apply all, skip {method} | {all}, skip {method} | all on, {method} "
    "off"
)
ALL_PHRASES = entries(
    "fix everything | fix everything | repair everything | clean everything | clean everything up | correct "
    "everything | restore everything | remove everything | improve everything | enhance everything | everything "
    "should be fixed | everything should be cleaned | everything can go | everything can be repaired | everything "
    "may be cleaned | fix it all | fix all of it | repair it all | repair all of it | clean up all of it | clean it "
    "all up | clean up the lot | remove all the degradations | remove all degradations | remove all the defects | "
    "remove all artifacts | remove all the flaws | remove all faults | get rid of everything | get rid of all the "
    "faults | get rid of all the problems | eliminate every defect | correct all the problems | correct all faults "
    "| fix all problems | fix all issues | fix every issue | fix every fault | fix every defect you find | fix "
    "whatever is wrong | repair whatever you find | repair all damage | repair all the damage | undo all the damage "
    "| do a full restoration | do a full cleanup | do a complete restoration | do a full clean-up | full "
    "restoration | full cleanup | complete cleanup | restore the whole {img} | restore {obj} fully | restore {obj} "
    "completely | clean {obj} up completely | repair {obj} completely | fix {obj} completely | make everything "
    "perfect | make everything good | make {obj} flawless | make {obj} perfect | do everything you can | do "
    "whatever you like | do what you want with {obj} | treat all problems | apply all corrections | apply "
    "everything | use every correction you have | all corrections | all repairs | all defects | all of the defects "
    "| the works | improve all aspects"
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
        actions="combine the infrared and visible images | fuse the infrared and the visible image | merge the "
        "thermal with the RGB picture | put the heat information into the photo | overlay the thermal image on the "
        "color picture | fuse IR and RGB | merge visible and thermal | combine day camera and thermal camera | "
        "blend the FLIR image with the photo | add the infrared targets to the visible image | fuse the thermal "
        "camera with the normal camera | mix the infrared into the color photo | make the warm people visible in "
        "the color picture | combine both spectral bands | merge near-infrared and visible | put the thermal "
        "hotspots on top of the visible picture | fuse day light and heat radiation | bring the infrared detail "
        "into the RGB | make one picture from the two sensors, visible and infrared",
        statements="one image is infrared | the second image is thermal | I have a thermal and a visible image | "
        "the first one is RGB, the other one is IR | these come from a visible and an infrared camera | one is from "
        "a heat camera | the pair is visible and infrared | this is a thermal/RGB pair | the drone has a visible "
        "and a thermal sensor | A is visible, B is infrared | the second one was taken with a FLIR | one camera "
        "sees heat | it's an RGB and a long-wave infrared frame",
        labels="infrared-visible fusion | VIF | IVIF | visible and infrared fusion | thermal fusion | RGB-T fusion "
        "| IR + VIS | multispectral fusion | infrared and visible image fusion | RGB-IR fusion | thermal overlay | "
        "EO/IR fusion | VIS-IR",
    ),
    "mef": _task(
        actions="merge my brackets | merge the exposures | make an HDR picture | blend the bracketed shots | "
        "combine the dark and the bright shot | fuse the underexposed and the overexposed image | do an exposure "
        "blend | combine these exposures into one | get the full dynamic range | make an HDR out of these | merge "
        "the exposure bracket | blend short and long exposure | combine the exposure stack | take the sky from the "
        "dark one and the ground from the bright one | extend the dynamic range with both shots | tone-merge the "
        "bracket | give me detail in both the sky and the ground from these two exposures | fuse over- and "
        "underexposed shots | blend my three exposures",
        statements="these are bracketed shots | I bracketed the scene | one is exposed for the sky, the other one "
        "for the ground | one is two stops over, one is two stops under | it's an exposure bracket | one is the "
        "short, one is the long exposure | these were shot with auto bracketing | I took one dark and one bright "
        "exposure | the shots differ in exposure | it's an HDR series | one shot is underexposed, the other one is "
        "overexposed | one is too dark and the other too bright, that's what the merge is for | one holds the "
        "shadows, the other one the highlights",
        labels="exposure fusion | MEF | HDR merge | multi-exposure fusion | exposure blending | AEB merge | bracket "
        "merge | HDR | multi-exposure image fusion",
    ),
    "mff": _task(
        actions="focus stack these | merge the focus stack | make an all-in-focus picture | combine near and far "
        "focus | stack the focus bracket | get foreground and background in focus | fuse the near-focused and the "
        "far-focused image | combine the two focus planes | extend the depth of field | make it sharp from front to "
        "back | stack my macro shots | do a focus stack | blend the shots with different focus | merge the focus "
        "slices | take the in-focus parts of each | fuse near and far focus | build one sharp picture out of the "
        "focus bracket | combine the shots so that everything is in focus",
        statements="one is focused near, the other one far | these are focus brackets | it's a macro stack | one "
        "has the foreground in focus, the other one the background | the focus differs between the shots | I shot a "
        "focus series | it's a focus stack | each one is focused at another distance | the first one is focused on "
        "the flower, the second one on the hill | the depth of field was too shallow | one is blurred in front, the "
        "other one in the back | the sharp zones of the two differ",
        labels="multi-focus fusion | MFF | focus stacking | focus stack | all-in-focus fusion | DoF merge | "
        "multi-focus image fusion | depth of field stacking | focus merge",
    ),
    "restore": _task(
        actions="work on this single image | use just this one picture | process a single photo | treat it as a "
        "single image | don't fuse anything, it's one image | take this one photo | handle this one frame on its "
        "own",
        statements="this is a single photo | there is only one image | it's just one picture | one source only | I "
        "have only one shot | no fusion needed | there is nothing to fuse | I only have this picture | it's a "
        "single frame | no second image | there's just this one photo | it's not a pair | I don't have a second "
        "shot | only a single exposure exists | this is one picture, not a stack | there's no infrared, just this "
        "photo | just one input",
        labels="single image | single-image restoration | image restoration | restoration | one image | single "
        "photo | single frame | photo restoration | no fusion",
    ),
}

# Fusion requests that name neither a task nor a repair.
FUSE_ACTIONS = entries(
    "just fuse these two | merge them | fuse | combine both | fuse the {imgs} | blend the two {imgs} | put them "
    "together | merge these {imgs} | combine the {imgs} into one | fuse both {imgs} | make one {img} out of these | "
    "mix the two | merge | just combine them | simple fusion | only fuse | plain fusion | fusion | fuse them "
    "together | give me the fused {img} | one {img} from both | just merge the sources | create a composite | "
    "combine the best of both | join the two {imgs} | image fusion | blend them | fuse A and B | please merge these "
    "two | merge everything into one {img} | just do the fusion | do the fusion | do a fusion | run the fusion | "
    "start | go | go ahead | standard fusion | normal fusion, nothing special | nothing special | as is | unchanged "
    "| no changes, just fuse | fuse them and change nothing | fuse only, nothing else | only merge, nothing more | "
    "just the fusion, nothing else | simply put both into one {img} | unite the {imgs} | integrate both {imgs} | "
    "assemble one {img} | compose both | average them | mix both {imgs} evenly | one out of two | two in one | both "
    "in one {img} please | I want one {img} | I want a single {img} from these | I need one combined {img} | a "
    "combined {img} please | can you combine these? | can you put these together? | could you merge my {imgs}? | "
    "would you fuse these for me? | how do I merge these? | what can you do with these? | here are the two {imgs} | "
    "here are my {imgs} | these are the sources | the {imgs} are attached | see the {imgs} attached | I uploaded "
    "two {imgs} | take the best parts of each | use the best of each | pick the best parts | get all the "
    "information from both | keep the information of both {imgs} | all details of both in one | complementary "
    "information from both sources | combine the information | merge the details of both | a single {img} with "
    "everything | make a composite of these | produce the fused result | output the fusion | default | default "
    "settings | nothing to repair, just fuse | no repairs needed | merge and be done | stitch the information "
    "together | overlay them | superimpose both | hi, fuse these | hello, can you merge these two for me? | ok | do "
    "it | fuse pls | weave both into one | make them one | bring both together"
)

# How it is to be done, or what for; follows a request and asks for no repair.
TAILS = entries(
    "without losing detail | but keep it natural | and don't overdo it | but keep the colors | without artifacts | "
    "and keep all the details | so that it looks natural | so that we can print it | so the faces can be seen | for "
    "my website | so I can post it | without changing anything else | gently | as much as possible | completely | "
    "but stay faithful to the scene | so that my mother will like it | so that the detector works better | without "
    "inventing anything | thoroughly | if that works | a little | so the plate can be read | before I send it to "
    "the client | without changing the colors | and make it look real | for the report | and preserve the textures "
    "| everywhere | in one go"
)

CHATTER = entries(
    "thanks | thank you so much | hi | hello there | this is for a print | it's for my mother | I took this in "
    "Prague | shot with my phone | it was our wedding | this is from a drone | I need it by tomorrow | it's an old "
    "family picture | good morning | hey | this was last summer | taken in the park | it's for a scientific paper | "
    "we need it for a report | my dog is in it | it's from our security camera | I love this picture | this is the "
    "view from my window | don't ask me why | keep the colors natural | don't change the composition | make no "
    "other changes | the output should be a PNG | I am not an expert | I hope that works | cheers | many thanks in "
    "advance | it's from the roof camera | taken with my Nikon | this one is important | it's the only one I have "
    "left | the car in front is mine | you did a good job last time | do not crop it | same size as the input "
    "please | captured by the robot | this is frame 120 of the sequence | we are a small team | no watermark please "
    "| this goes on a poster | here you go | last one for today | let me know if that works | we hiked all day for "
    "this | my sister got married | my father took this in 1985 | we were at the beach | it was our first holiday "
    "together | the kids love it | my grandmother is in it | I'd like to frame it | I want to hang it on the wall | "
    "we need it for the newspaper | the police would like to see it | the client is waiting | I saw a deer | the "
    "whole family is in it | the concert was great | we were on a boat | this is from the trail camera | from the "
    "dashcam | it's from the car's front camera | it's for the insurance | we drove to the mountains | the view was "
    "fantastic | you can see the lake | that's my house | my cat is the star here | what a day | long story short | "
    "so here is the thing | I hope you can help | I have no idea about editing | I tried Lightroom and gave up | "
    "I'm a beginner | as discussed on the phone | see attachment | sorry for my English | my boss wants this today "
    "| it's for my thesis | this is test image 7 | we use it for detection afterwards | the tracker runs on it "
    "later | it's for a calendar | my daughter drew on the back of it | scanned from an album | the original is "
    "lost | I took it from the train | taken at a football match | at my cousin's birthday | it was the best moment "
    "of the trip | this was at the zoo | it's a picture of a church | there is a red car in it | that's the harbor "
    "| I like the composition | the colors are right | please be quick | no hurry | take your time | any help is "
    "welcome | greetings from Spain | best regards"
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
