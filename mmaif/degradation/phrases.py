"""The vocabulary of the prompts: how people name each degradation, complain of it, and ask for its repair.

Tables only; `frames.py` holds the sentences around them and `prompts.py` composes both. Entries are
separated by ``|`` and may hold slots in braces, which are filled at random from `frames.SLOTS`. The paper's
prompts were written by a language model, 10 to 20 phrasings per degradation (arXiv 2503.14944); these are
written by hand.

A *concept* is what one phrase can mean: a single repair, or a group such as ``any_blur`` ("deblur" does not
say whether the focus or the hand was at fault).
"""

from dataclasses import dataclass

REPAIRS = (
    "blur", "motion_blur", "low_resolution", "noise", "jpeg", "rain", "snow", "haze",
    "low_exposure", "high_exposure", "low_contrast", "high_contrast", "stripes",
)  # fmt: skip

OPERATOR_REPAIR = {
    "gaussian_blur": "blur",
    "motion_blur": "motion_blur",
    "downsample": "low_resolution",
    "noise": "noise",
    "sensor_noise": "noise",
    "jpeg": "jpeg",
    "rain": "rain",
    "snow": "snow",
    "haze": "haze",
    "low_exposure": "low_exposure",
    "high_exposure": "high_exposure",
    "low_contrast": "low_contrast",
    "high_contrast": "high_contrast",
    "ir_stripes": "stripes",
    "ir_noise": "noise",
}

GROUPS = {
    "any_blur": frozenset({"blur", "motion_blur"}),
    "exposure": frozenset({"low_exposure", "high_exposure"}),
    "contrast": frozenset({"low_contrast", "high_contrast"}),
    "weather": frozenset({"rain", "snow", "haze"}),
    "everything": frozenset(REPAIRS),
}

CONCEPTS = {**{repair: frozenset({repair}) for repair in REPAIRS}, **GROUPS}


@dataclass(frozen=True)
class Phrases:
    """All ways to speak of one concept.

    nouns       bare noun phrases that fit "remove the ..." and "there is ..."; a leading "a " marks a
                countable singular
    actions     complete imperatives
    jargon      bare verbs that also stand alone: "derain"
    methods     names of the operation: "deraining", "rain removal"
    adjectives  gradable, after "the picture is very ..."
    symptoms    whole clauses that complain of it
    goals       after "make the picture ..."
    keeps       complete imperatives or clauses that ask to leave it alone
    removable   whether its nouns are things that lie over the picture ("wipe away"), not faults ("correct")
    """

    nouns: tuple[str, ...]
    actions: tuple[str, ...]
    jargon: tuple[str, ...]
    methods: tuple[str, ...]
    adjectives: tuple[str, ...]
    symptoms: tuple[str, ...]
    goals: tuple[str, ...]
    keeps: tuple[str, ...]
    removable: bool

    def all(self) -> tuple[str, ...]:
        """Every phrasing that asks for the repair (not `keeps`)."""
        return (*self.nouns, *self.actions, *self.jargon, *self.methods,
                *self.adjectives, *self.symptoms, *self.goals)  # fmt: skip


def entries(text: str) -> tuple[str, ...]:
    """Split a table cell at ``|``; white space and line breaks around an entry do not count."""
    return tuple(" ".join(entry.split()) for entry in text.split("|") if entry.strip())


def _phrases(removable: bool = False, **cells: str) -> Phrases:
    fields = ("nouns", "actions", "jargon", "methods", "adjectives", "symptoms", "goals", "keeps")
    return Phrases(removable=removable, **{field: entries(cells.get(field, "")) for field in fields})


PHRASES: dict[str, Phrases] = {
    "rain": _phrases(
        removable=True,
        nouns="rain | rain streaks | raindrops | rain drops | rainfall | falling rain | drizzle | downpour | "
        "rain lines | water streaks | water drops | rain artifacts | rain distortions | rain marks | rainy "
        "streaks | rain effect | drops of water | pouring rain | wet streaks | rain shower | rain veil | "
        "rain noise | streaks of rain | lines of rain | a rain shower | spots of rain | thunderstorm rain | "
        "bad rain | drops | a rainy veil | drizzling rain",
        actions="make the rain stop | dry up {obj} | make it look like it never rained | stop the rain | "
        "undo the rain | wipe the raindrops off {obj} | turn the rainy {img} into a dry one | make it look "
        "dry | clear away the water falling from the sky | make the rain disappear | paint out the drops | "
        "rid {obj} of rain | clear up the rainy weather | get the rain out | take the weather from rainy to "
        "dry | keep the drops out of the final {img} | dry {obj} | hold back the rain | mop up the rain | "
        "wash the rain out of {obj} | see past the rain | make it sunny instead of rainy | give me the "
        "scene without the rain falling | cancel the rain | remove what the rain did to {obj}",
        jargon="derain | de-rain | unrain",
        methods="deraining | rain removal | de-raining | rain streak removal | raindrop removal | rain "
        "filtering | rain suppression | rain cleanup | rain cancellation | removal of rain",
        adjectives="rainy | rain-streaked | rainy and streaky | wet with rain | rained on | drenched in rain "
        "| streaky from the rain | spotted with raindrops",
        symptoms="it was raining | it rained when I took it | there's water streaks everywhere | it was "
        "pouring that day | we got caught in the rain | we shot in the rain | drops of rain cover {theimg} "
        "| rain is falling all over {theimg} | the rain ruins the view | the downpour spoils {theimg} | the "
        "weather was wet and it shows in the streaks | raindrops are all over the place | long streaks of "
        "water run through {theimg} | it rained cats and dogs | we had a shower when this was taken | I can "
        "see the rain | it's raining in {theimg} | there was a thunderstorm | raindrops were on the lens | "
        "rain lines go across the whole frame | the rain makes it hard to see the road | we were standing "
        "in the rain | the sky opened up while I was shooting | taken on a very wet day with rain streaks | "
        "it was drizzling the whole time | everything is covered in water streaks | the scene was captured "
        "during heavy rainfall | rain got in front of the camera | the pouring rain hides the cars | it "
        "kept raining | rainy weather, sorry",
        goals="rain-free | free of rain | look dry | look as if it had never rained | less rainy | without "
        "rain | clear of rain | without any raindrops | as if the rain had stopped",
        keeps="let it rain | keep it rainy | the rainy mood should remain | keep the rainy feel | the rain "
        "should be visible in the result | I love the rain in this one | it needs to look rainy",
    ),
    "snow": _phrases(
        removable=True,
        nouns="snow | snowflakes | snow flakes | falling snow | snowfall | snow particles | flakes | white "
        "flakes | a snowstorm | a blizzard | snow streaks | snow specks | flurries | snow artifacts | snow "
        "spots | a snow shower | winter flakes | snow dots | white flecks | flying snow | snow noise | snow "
        "clutter | flakes of snow | driving snow | fluffy flakes | snowy dots | white snow spots | snow "
        "veil | drifting snow",
        actions="make the snow stop | make it stop snowing | erase every flake | make it look like it never "
        "snowed | stop the snow | undo the snowfall | melt the snow away | make the snowflakes disappear | "
        "pick the flakes out of {theimg} | rid {obj} of snow | turn the snowy {img} into a clear one | "
        "clean the flakes off {obj} | get the snow out | wipe the snow away | make the sky free of flakes | "
        "brush the snow off | shovel the snow out of {obj} | remove what is snowing in front of the subject "
        "| make the falling flakes vanish | see through the snowfall | give me the scene without snow "
        "falling | cancel the snow | cut out the snowflakes | take the flakes out of the air",
        jargon="desnow | de-snow | unsnow",
        methods="desnowing | snow removal | de-snowing | snowflake removal | snow cleanup | snow filtering | "
        "snow suppression | snowfall removal | flake removal | removal of snow | snow cancellation",
        adjectives="snowy | full of snow | covered in flakes | full of snowflakes | snowed in | dotted with "
        "snow | flecked with snow | wintry with flakes",
        symptoms="it was snowing | it snowed when I took it | there are white flakes everywhere | we shot in "
        "a snowstorm | we got caught in a blizzard | snow is falling all over {theimg} | flakes cover half "
        "of {theimg} | the snow hides the subject | snowflakes are in front of the lens | it snowed heavily "
        "| white snow dots are scattered over {theimg} | it's snowing in {theimg} | I can see snowflakes | "
        "the winter storm got into {theimg} | the falling snow spoils {theimg} | flakes were flying past "
        "the lens | it was snowing like crazy | the blizzard covers everything | big flakes block the view "
        "| snow was coming down hard | the snowfall makes it hard to see | taken during a snowfall | white "
        "blobs of snow are floating around | a flurry came through | the camera caught the snow falling | "
        "we stood in driving snow | the scene was captured in heavy snow | snowy weather, sorry",
        goals="snow-free | free of snow | free of snowflakes | look as if it had never snowed | less snowy | "
        "without snow | clear of snow | without any flakes | as if the snow had stopped",
        keeps="let it snow | keep it snowy | the winter mood with the flakes should remain | keep the snowy "
        "feel | the snow should be visible in the result | I love the snow in this one | it needs to look "
        "snowy",
    ),
    "haze": _phrases(
        removable=True,
        nouns="haze | fog | mist | smog | a haze veil | a white veil | a foggy veil | atmospheric haze | "
        "haziness | fogginess | aerial haze | murk | a gray veil of mist | hazy layer | smoky haze | dense "
        "fog | morning mist | misty layer | atmospheric scattering | a milky veil | thick fog | a fog layer "
        "| low clouds | fog bank | whitish haze | dust haze | smoke | vapor | hazy veil | light fog | foggy "
        "air | a smoke veil | mistiness | thin mist | hazy air | moisture in the air | air pollution haze | "
        "dust in the air",
        actions="make the fog go away | clear the air | lift the fog | lift the veil | cut through the haze "
        "| see through the fog | blow the mist away | make the air clear | clear up the misty view | "
        "restore the visibility lost in the fog | make the distant things visible through the haze | make "
        "it look like a clear day | make the haze disappear | rid {obj} of haze | defog the view | undo the "
        "haze | let me see through the mist | remove the milky veil from the air | clean the air | let the "
        "fog disappear | burn off the fog | take the mist out of the valley | disperse the fog | dissolve "
        "the mist | make the mountains visible again through the haze | thin out the fog | bring out what "
        "is hidden in the fog | push back the fog | cancel the haze | clear the smoke | part the mist | "
        "unveil the hazy scene | make the haze vanish | apply a dehaze filter | pull up the dehaze slider",
        jargon="dehaze | defog | de-haze | de-fog | demist | unfog",
        methods="dehazing | defogging | haze removal | fog removal | de-hazing | demisting | mist removal | "
        "haze reduction | fog reduction | haze correction | fog clearing | removal of haze | desmoking | "
        "haze suppression | visibility enhancement in fog",
        adjectives="hazy | foggy | misty | smoggy | veiled by mist | clouded by fog | murky with haze | "
        "fogged | fogged up | smoky | veiled in haze | milky with haze | shrouded in mist",
        symptoms="it was foggy | it looks like it was shot through fog | the mist hides the background | it "
        "was a misty morning | I can hardly see anything through the fog | a milky haze lies over {theimg} "
        "| the far hills vanish in the haze | the smog swallows the buildings | there is fog everywhere | "
        "the air was thick with haze | everything disappears in the mist | visibility was poor in the fog | "
        "there's a whitish veil of haze over everything | the fog rolled in | it looks smoky | the fog was "
        "thick that morning | a white veil lies over the landscape | the distance is lost in haze | it was "
        "hazy over the city | the smog was bad that day | the background fades into the mist | the air was "
        "not clear | the smoke from the fires covers the city | the haze eats the horizon | wildfire smoke "
        "everywhere | the valley was full of fog | the ships are barely visible through the mist | the fog "
        "takes all the distance away | the scene was captured in dense fog | atmospheric scattering hides "
        "the distant objects | steam fills the scene | foggy weather, sorry | you can't see far because of "
        "the mist",
        goals="haze-free | free of fog | fog-free | less hazy | look clear of mist | less foggy | without "
        "fog | without haze | clear of haze | clear of fog | less misty | as if the fog had lifted",
        keeps="keep it misty | keep the foggy mood | let the mist stay | the foggy atmosphere should remain "
        "| the fog should be visible in the result | I love the fog in this one | it needs to look misty | "
        "the mist is so atmospheric",
    ),
    "noise": _phrases(
        removable=True,
        nouns="noise | grain | graininess | sensor noise | ISO noise | high ISO noise | image noise | "
        "digital noise | gaussian noise | color noise | luminance noise | chroma noise | speckles | static "
        "| film grain | noisy speckles | thermal noise | random noise | shot noise | grainy texture | "
        "colored dots | speckle noise | read noise | random pixels | colour speckles | noise pattern | salt "
        "and pepper noise | luma noise | coarse grain | fine grain | sandy texture | white noise | "
        "low-light noise | sensor grain | fuzzy grain | chroma speckle | electronic noise | noise in the "
        "shadows | noisy pixels | Poisson noise | dark noise | grainy noise",
        actions="smooth out the grain | make it less noisy | run noise reduction on {obj} | calm the speckle "
        "down | undo the high ISO | quiet the noise | average out the noise | make the grain disappear | "
        "rid {obj} of noise | clean the grain off | turn the noise down | smooth the noisy areas | lower "
        "the noise level | make {obj} look like ISO 100 | apply noise reduction | make it clean like at "
        "base ISO | wash the grain out | soften the grain | kill the noise | knock down the noise | bring "
        "down the noise | decrease the noise | raise the signal to noise ratio | clean up the noisy shadows "
        "| smooth the speckled sky | get rid of everything grainy | flatten the noise | iron out the grain "
        "| cancel the noise | despeckle {obj} | remove the ISO grain | run a denoiser on it",
        jargon="denoise | de-noise | degrain | de-grain | NR | despeckle | noise-reduce",
        methods="denoising | noise reduction | noise removal | de-noising | grain removal | degraining | "
        "noise suppression | despeckling | noise filtering | ISO noise removal | removal of noise | noise "
        "cleanup | noise cancellation",
        adjectives="noisy | grainy | speckled | full of noise | full of grain | speckly | sandy | noisy as "
        "hell | grainy and rough | peppered with noise",
        symptoms="the ISO was too high | I shot it at ISO 12800 | there are tiny specks everywhere | it "
        "looks like sand all over {theimg} | it has a lot of grain | it was shot at a high ISO | the sensor "
        "is really noisy | the shadows are full of colored speckle | it looks like an untuned TV | the "
        "grain is distracting | the pixels flicker with random color | my cheap sensor is noisy | there's "
        "noise all over {theimg} | the smooth areas look gritty | the signal to noise ratio is poor | the "
        "noise hides the detail | I can see a lot of grain | ISO 25600 was a bad idea | there's color noise "
        "in the dark areas | the sky is full of grain | I pushed the ISO too far | tiny random dots are all "
        "over {theimg} | it is peppered with little dots | the small sensor shows its noise | it looks like "
        "old film | the gain was turned up too high | there is a lot of static in {theimg} | every flat "
        "surface is speckled | random speckles cover {theimg} | noise everywhere | it looks like it was "
        "sprinkled with pepper | the grain is too strong | the noise floor is high | the sensor got hot and "
        "noisy | the amplifier noise is visible",
        goals="less noisy | noise-free | free of noise | grain-free | smoother, without grain | less grainy "
        "| clean without any grain | without noise | without grain | low in noise | lower in noise",
        keeps="keep it grainy | I like the grainy look | the film look with its grain should remain | keep "
        "the analog grain | the grain gives it character | leave the grainy texture alone | I want that "
        "film look with grain | the noise doesn't bother me",
    ),
    "jpeg": _phrases(
        removable=True,
        nouns="JPEG artifacts | compression artifacts | blocking | JPEG blocks | blocking artifacts | "
        "compression | block artifacts | JPEG compression | compression blocks | blockiness | ringing from "
        "the compression | JPEG damage | macroblocks | compression damage | jpg artifacts | 8x8 blocks | "
        "mosquito noise | blocky squares | codec artifacts | blocks | compression noise | JPG damage | "
        "square artifacts | block edges | lossy compression | compression squares | JPEG ringing | DCT "
        "blocks | compression mess | block pattern | JPG blocks | a block grid | quantization artifacts | "
        "encoding artifacts | video compression artifacts",
        actions="undo the JPEG compression | clean up the JPEG | repair the overcompressed file | fix the "
        "bad JPEG quality | smooth out the blocks | hide the compression | undo the compression | "
        "decompress {obj} properly | make the blocks disappear | rid {obj} of compression artifacts | make "
        "it look like it was never compressed | clean the blocky edges | get the JPEG mess out | smooth the "
        "block edges | restore the compressed {img} | undo what JPEG did to {obj} | repair the compression "
        "| make the 8x8 grid vanish | recover from the lossy compression | remove the little squares | "
        "reverse the jpg compression | clean up the compression mess | get rid of everything blocky | "
        "cancel the blocking | repair the crushed JPEG | fix what WhatsApp did to {obj} | make it look like "
        "a lossless file",
        jargon="deblock | de-block | dejpeg | de-JPEG | decompress | JPEG-clean",
        methods="deblocking | JPEG artifact removal | compression artifact reduction | artifact removal | "
        "JPEG restoration | de-blocking | compression repair | block removal | compression cleanup | "
        "decompression | removal of JPEG artifacts | deringing | JPEG cleanup | jpg artifact reduction",
        adjectives="blocky | overcompressed | heavily compressed | full of JPEG artifacts | compressed | "
        "full of compression blocks | full of blocks | blocky from compression | too compressed | squeezed "
        "to death",
        symptoms="it was saved at a low JPEG quality | someone compressed it to death | WhatsApp compressed "
        "it | it was saved as a tiny jpg | I can see square blocks in the sky | the JPEG quality is awful | "
        "the compression ruined {theimg} | the edges are full of JPEG ringing | it has been resaved as jpg "
        "too many times | you can see the 8x8 grid | the messenger squeezed the file | it's a badly "
        "compressed JPEG | the file was compressed too much | the codec left squares all over {theimg} | "
        "the quality slider was at 10 | Facebook destroyed the quality with compression | there are ugly "
        "squares around the edges | it is just a low-quality jpg | the upload compressed it badly | it was "
        "saved with too much compression | I only have the compressed version | the blocks are visible in "
        "smooth areas | the file is only 20 kB | the edges have mosquito noise | it's a JPEG with quality "
        "15 | the bitrate was too low | it was sent over a messenger | it broke up into little blocks | the "
        "compressor left a checkerboard | it is a screenshot of a compressed video | JPEG artifacts are "
        "visible",
        goals="free of JPEG artifacts | less blocky | free of compression artifacts | look uncompressed | "
        "artifact-free, without JPEG blocks | without JPEG artifacts | without compression artifacts | free "
        "of blocks | like a lossless file",
        keeps="leave the JPEG blocks | keep the compressed look | the compression is fine with me | ignore "
        "the JPEG quality | the blocks don't bother me | I know it's a jpg, leave that | the compression "
        "artifacts may stay",
    ),
    "blur": _phrases(
        nouns="defocus | defocus blur | out-of-focus blur | softness | gaussian blur | missed focus | lens "
        "blur | soft focus | optical blur | a focus error | focus blur | lens softness | misfocus | a focus "
        "miss | out of focus softness | optical softness | wrong focus | bad focus | lens defocus | back "
        "focus | front focus | bokeh blur | focus softness | a missed autofocus | Gaussian smoothing | "
        "out-of-focus areas | defocused areas | fuzzy focus | poor focus",
        actions="bring {obj} back into focus | refocus {obj} | fix the focus | correct the missed focus | "
        "put {obj} in focus | undo the gaussian blur | pull the soft details back into focus | recover the "
        "focus | deconvolve the lens blur | make the soft {img} crisp | sharpen the soft {img} | correct "
        "the defocus | fix the soft lens | sharpen the out-of-focus {img} | focus {obj} again | repair the "
        "missed focus | bring the subject into focus | get the focus right | fix the front focus | sharpen "
        "what the lens left soft | undo the Gaussian smoothing | recover what is out of focus | turn the "
        "out-of-focus {img} into a focused one | take out the lens softness | set the focus where it "
        "belongs | do something about my missed focus | re-focus {obj} | correct my focusing mistake | "
        "reduce the defocus",
        jargon="refocus | defocus-deblur | de-defocus | focus | re-focus",
        methods="defocus deblurring | refocusing | defocus correction | gaussian deblurring | focus "
        "correction | lens blur removal | focus restoration | defocus removal | lens softness correction | "
        "softness removal | focus recovery | refocus",
        adjectives="out of focus | soft | defocused | unfocused | misfocused | soft and mushy | a bit soft | "
        "badly focused | ill-focused | out-of-focus | not in focus | poorly focused",
        symptoms="the focus missed | the autofocus failed | my lens is soft | I missed the focus | the lens "
        "was not focused properly | everything is a bit soft | the AF hunted and missed | I forgot to focus "
        "| the details look mushy because of the soft lens | the subject is out of focus | the focus plane "
        "is off | it looks like a gaussian blur was applied | the optics are too soft | my glasses would "
        "help, it is so unfocused | the camera focused on the wrong thing | the autofocus locked on the "
        "background | the lens had fingerprints and came out soft | the focus is slightly off | nobody is "
        "in focus | the eyes are not in focus | my manual focus was wrong | it's front focused | it's back "
        "focused | the lens is out of adjustment | I turned the focus ring by accident | a cheap lens made "
        "it soft | it has a soft-focus look | somebody applied a gaussian blur to it | the focusing was bad "
        "| the lens did not resolve it, it is soft | it was shot wide open and looks soft",
        goals="in focus | look focused | less soft | well focused | properly focused | correctly focused | "
        "no longer out of focus | in perfect focus",
        keeps="keep it soft | keep the soft focus look | the dreamy softness should remain | leave it out of "
        "focus | the soft focus is intentional | the defocus is fine with me | don't refocus anything",
    ),
    "motion_blur": _phrases(
        nouns="motion blur | camera shake | shake | movement blur | hand shake | camera shake blur | "
        "directional blur | motion smear | shakiness | motion trails | directional smear | camera motion | "
        "shaky blur | blur from the movement | handheld blur | motion streaking | panning blur | blur from "
        "the shaking camera | camera wobble | wobble | tremble | vibration | movement | jitter | subject "
        "motion blur | motion streaks | a shaky hand | trembling | streaks from the movement | smearing "
        "from motion | camera movement | vibration blur | unsteady hands | drag blur | linear blur | long "
        "exposure smear",
        actions="stabilize {obj} | steady the shot | undo the camera shake | freeze the motion | correct the "
        "shaky hands | compensate for the camera movement | freeze the moving subject | counteract the hand "
        "shake | make it look like I used a tripod | straighten out the smeared motion | deconvolve the "
        "motion blur | fix the long shutter smear | take the shake out | make the moving things sharp | fix "
        "my shaky hands | cancel the vibration | undo the movement | hold the camera still for me | steady "
        "{obj} | make the moving car crisp | stop the motion | freeze the runner | undo the panning | take "
        "away the wobble | reverse the motion smear | make up for the missing tripod | correct the "
        "vibration of the drone | remove what my trembling did | stabilize the shaky {img} | apply image "
        "stabilization | remove the smearing caused by movement",
        jargon="motion-deblur | deshake | stabilize | de-shake | unshake | motion-correct | anti-shake",
        methods="motion deblurring | shake removal | motion blur removal | camera shake correction | "
        "deshaking | stabilization | shake reduction | motion correction | anti-shake | vibration "
        "correction | image stabilization | movement correction | motion compensation | wobble removal | "
        "removal of motion blur",
        adjectives="shaky | motion blurred | smeared by motion | shaken | motion-blurred | wobbly | jittery "
        "| unsteady | blurred by motion | smeared by the movement | blurred by camera shake",
        symptoms="my hands were shaking | the camera moved | I did not use a tripod | the subject was moving "
        "| the shutter speed was too slow | everything is smeared in one direction | the camera was shaking "
        "| I moved while taking it | it was taken from a moving car | the car moved during the exposure | "
        "the kids were running | I bumped the tripod | the shutter was open for too long and it smeared | "
        "the wind shook the camera | it is smeared sideways | the motion is streaked | I have shaky hands | "
        "it was handheld at a quarter of a second | I was walking while shooting | I pressed the shutter "
        "too hard and it shook | the dog would not hold still | the drone was vibrating | the train was "
        "moving | everything is dragged to one side | we shot out of a bus window | my arm was trembling | "
        "the robot was driving over bumps | 1/10 s handheld was too slow | the exposure time was too long "
        "for a moving subject | people walked during the exposure | the runner is smeared | the camera "
        "jerked | the bike is just a streak of motion | there is a directional smear | the cyclist moved "
        "too fast | the movement is visible | the lights are drawn out into streaks because I moved | I "
        "couldn't hold it steady",
        goals="steady | look stable | free of motion blur | free of camera shake | less shaky | stable | "
        "frozen in motion | without camera shake | without motion blur | as if shot from a tripod",
        keeps="keep the sense of speed | keep the sense of motion | the motion trails should remain | leave "
        "the panning effect | the motion blur shows the speed, keep it | the shaky look is fine | don't "
        "stabilize anything | don't freeze the motion",
    ),
    "any_blur": _phrases(
        nouns="blur | blurriness | blurring | fuzziness | unsharpness | blurry look | a lack of sharpness | "
        "blurred details | blurry edges | fuzzy edges | a loss of sharpness | blurry parts | blurred edges "
        "| blurry details | fuzzy details | blurry bits | smudginess | unsharp areas | poor sharpness | "
        "missing sharpness | smeary details",
        actions="sharpen {obj} | make {obj} sharp | make {obj} sharper | crisp up {obj} | sharpen it up | "
        "sharpen the details | undo the blurring | bring back the sharpness | restore sharpness | sharpen "
        "the edges | make the details crisp | improve the sharpness | unblur the {img} | make the blurry "
        "{img} clear | apply an unsharp mask | give me crisp edges | make everything sharper | give me more "
        "sharpness | clear up the blurry {img} | add sharpness | increase the sharpness | make it crystal "
        "sharp | fix the blurry {img} | remove whatever made it blurry | un-blur {obj} | get rid of "
        "everything blurry | make the text readable again, it's blurred | tighten the edges | boost the "
        "sharpness | get it sharp | reduce the blur | fix the blur",
        jargon="deblur | unblur | de-blur | sharpen",
        methods="deblurring | sharpening | blur removal | de-blurring | image deblurring | unsharp masking | "
        "unblurring | sharpness enhancement | blur reduction | blur correction | sharpness recovery | "
        "detail sharpening",
        adjectives="blurry | blurred | fuzzy | unsharp | not sharp | blury | super blurry | too blurry | "
        "smudgy | a blurry mess | not crisp | not sharp at all",
        symptoms="the details are blurred | I can't make out sharp edges | nothing is sharp | it lacks "
        "sharpness | it's not crisp | the edges are fuzzy | the text is too blurry to read | everything "
        "came out blurry | I can't read the sign because it is blurred | it is all a blur | the faces are "
        "blurry | it's blurred | the whole thing is fuzzy | I can't read the license plate, it's blurred | "
        "it is not as sharp as it should be | the outlines are smudged | the edges aren't crisp | it's too "
        "blurry to use | it looks smudged | the small print is unreadable from the blur | sharpness is poor "
        "| there's blur all over {theimg}",
        goals="sharp | sharper | crisp | tack sharp | crisper | razor sharp | less blurry | much sharper | "
        "nice and sharp | as sharp as possible | less fuzzy | less blurred | pin-sharp | without blur | "
        "sharp again",
        keeps="keep it blurry | the blurry look is on purpose | leave it unsharp | don't sharpen anything",
    ),
    "low_resolution": _phrases(
        nouns="low resolution | pixelation | pixelated look | low-res look | missing resolution | a low "
        "pixel count | upscaling softness | jagged pixels | chunky pixels | big pixels | a lack of "
        "resolution | a resolution loss | downsampling | downscaling | poor resolution | stair-step edges | "
        "pixels | blocky pixels from the resize | tiny size | thumbnail quality | VGA resolution | aliasing "
        "from the downscale | lost resolution | small size | visible pixels | insufficient resolution | "
        "resolution limits | a small pixel count | web resolution | coarse pixels | low definition | "
        "stairstepping",
        actions="upscale {obj} | increase the resolution | super-resolve {obj} | enlarge {obj} with detail | "
        "raise the resolution | make {obj} high resolution | make {obj} HD | undo the downsampling | make "
        "it 4K | bring {obj} to full resolution | add the missing resolution | recover the detail lost by "
        "downscaling | turn the thumbnail into a real photo | double the resolution | reconstruct the "
        "high-res version | boost the resolution | undo the downscale | make it bigger with real detail | "
        "give me more pixels | upgrade the resolution | scale {obj} up | triple the resolution | quadruple "
        "the resolution | turn SD into HD | get rid of the pixelation | make the pixels disappear | give me "
        "a high-resolution version | upscale by four | upscale 2x | enlarge {obj} | reconstruct the fine "
        "detail lost by the resize | blow it up to poster size | increase the pixel count | refine the "
        "coarse pixels | reverse the downsampling | un-pixelate {obj} | sharpen the upscaled thumbnail into "
        "high res | enhance the resolution | zoom in without pixelation",
        jargon="super-resolve | upscale | upres | superres | SR | depixelate | upsample | upsize | "
        "superresolve | unpixelate | de-pixelate | upsample 4x | SISR",
        methods="super-resolution | upscaling | super resolution | upsampling | depixelation | upsizing | "
        "resolution enhancement | AI upscaling | image super-resolution | SR | resolution upgrade | detail "
        "reconstruction from low-res | enlargement | super-res | resolution boost | resolution recovery | "
        "4x upscaling",
        adjectives="low-res | pixelated | low resolution | pixelly | undersampled | low-resolution | lowres "
        "| low-definition | pixelized | too small | tiny | thumbnail-sized | coarsely pixelated | "
        "undersized",
        symptoms="it is only a thumbnail | it was downscaled | the resolution is too low | I can count the "
        "pixels | someone shrank it | it has too few pixels | it was resized too small | it's a tiny web "
        "version | the pixels are visible | it was downsampled and blown up again | it falls apart when I "
        "zoom in, too few pixels | the camera has only VGA resolution | it is a 240p screenshot | I need "
        "more pixels | it was upscaled from a small file | it is very low resolution | the picture has only "
        "100 pixels across | it comes from an old phone with one megapixel | it looks like a blown-up icon "
        "| the edges have stair steps from scaling | it's from an old webcam | it's a small crop enlarged "
        "too much | the sensor has few pixels | it was exported at quarter size | it is a preview-size file "
        "| I only have the small version | they sent me the thumbnail | pixel steps are visible on the "
        "edges | there isn't enough resolution for print | it is too small to print | the resolution is "
        "terrible | it looks like Minecraft | the upscaler just stretched the pixels | the original was "
        "bigger",
        goals="high-res | high resolution | full HD | less pixelated | hi-res | higher in resolution | 4K | "
        "hi-def | sharper in resolution, like the full-size file | ultra high resolution | larger | bigger "
        "| UHD",
        keeps="keep the pixelated look | the resolution is fine | leave the resolution as it is | keep the "
        "low-res look | don't upscale it | no bigger resolution needed | the size is fine, don't "
        "super-resolve",
    ),
    "low_exposure": _phrases(
        nouns="underexposure | darkness | low light | under-exposure | low exposure | dark exposure | "
        "insufficient light | poor light | a lack of light | dark shadows | dim lighting | dim light | low "
        "brightness | low-light look | gloom | darkness all around | dim exposure | too little light | "
        "night-time darkness | weak lighting | underexposed areas | a dark exposure | missing light | "
        "dimness | blackness | low illumination | darkened areas | poor illumination | dark corners of the "
        "room | bad light | shortage of light",
        actions="brighten {obj} | make {obj} brighter | lighten {obj} | raise the exposure | increase the "
        "brightness | lift the shadows | light it up | push the exposure | turn up the brightness | open up "
        "the shadows | add some light | brighten it up | add two stops | push it by two stops | make the "
        "dark parts visible | relight the dark {img} | raise the brightness | boost the exposure | "
        "illuminate the scene | fix the low light | turn the lights on | bring up the exposure | make it "
        "brighter so I can see something | bring light into the dark areas | make the night shot visible | "
        "raise the shadows | give it more light | increase the exposure | boost the brightness | up the "
        "brightness | bring the dark scene to normal brightness | make it look like daylight | expose {obj} "
        "brighter | compensate for the missing light | fill in the shadows | recover the underexposed areas "
        "| raise the EV | rescue the dark {img} | bump up the exposure | use more light | lift the dark "
        "areas | correct the underexposure | make the dark room visible | raise the gamma to see the dark "
        "parts",
        jargon="brighten | low-light-enhance | lighten | relight | LLIE | brighten up | light up | "
        "lowlight-enhance | illuminate | fill-light",
        methods="low-light enhancement | brightening | exposure boost | brightness boost | underexposure "
        "correction | low light enhancement | shadow lifting | exposure lifting | dark image enhancement | "
        "illumination enhancement | night image enhancement | shadow recovery | low-light correction | "
        "lightening | brightness enhancement",
        adjectives="dark | too dark | underexposed | dim | gloomy | under-exposed | poorly lit | murky and "
        "dark | way too dark | very dark | dusky | poorly illuminated | underlit | nearly black | too dim | "
        "shadowy",
        symptoms="we shot in the dark | there was not enough light | I can't see anything in the shadows | "
        "the exposure was too short | it was shot at night | I forgot the flash | it's almost black | the "
        "lamp was off | I underexposed by three stops | the scene was badly lit | it is pitch black | the "
        "shadows are drowned in black | there was hardly any light | it came out way too dark | the "
        "brightness is too low | it was dusk already | the light was bad | it was night | there was no "
        "light | the room was dark | I can barely see anything, it's so dark | the light was fading | we "
        "only had candlelight | the exposure was set too low | the camera underexposed it | the flash "
        "didn't fire | I dialed in minus three EV | it's way underexposed | the faces are in the dark | the "
        "street lamps were off | the foreground is too dark | it lacks light | not enough brightness | I "
        "shot it at midnight | the ambient light was low | you can't see the details in the dark parts | "
        "the photo was captured in low light | the cave was dark | everything drowns in darkness | there's "
        "no brightness at all",
        goals="brighter | lighter | well lit | less dark | bright enough | properly lit | a lot brighter | "
        "more illuminated | as bright as day | visible in the dark areas | more luminous | sufficiently "
        "bright",
        keeps="keep it dark | leave it dark | the night mood should remain | it is supposed to be dark | "
        "keep the low-key look | don't make it brighter | the darkness sets the mood | the dark look is "
        "intentional | don't brighten anything | don't raise the exposure | it's a night shot, leave it "
        "dark",
    ),
    "high_exposure": _phrases(
        nouns="overexposure | blown highlights | over-exposure | blown-out highlights | clipped highlights | "
        "excess brightness | high exposure | too much light | burnt highlights | burned-out areas | "
        "excessive exposure | glaring highlights | blown-out sky | washed-out highlights | excess light | "
        "an overexposed sky | overexposed areas | bright exposure | blown whites | blown-out whites | "
        "burned highlights | burnt sky | white clipping | highlight clipping | glare | washed-out sky | too "
        "bright areas | overbright areas | excessive brightness | strong overexposure | hot highlights | "
        "burnt whites",
        actions="darken {obj} | tone down the highlights | recover the highlights | lower the exposure | "
        "reduce the brightness | pull the highlights down | bring back the blown highlights | bring the "
        "exposure down | turn down the brightness | dim {obj} | pull it down a stop | make {obj} less "
        "bright | rescue the burnt sky | restore the clipped whites | make {obj} darker | fix the burnt-out "
        "whites | tame the highlights | reduce the exposure | turn the exposure down | pull the exposure "
        "down | make it darker, it's too bright | bring back the sky, it's white | recover the overexposed "
        "areas | get detail back in the whites | correct the overexposure | drop the exposure by a stop | "
        "calm down the bright areas | cut the brightness | take the brightness down | dim the glaring {img} "
        "| rescue the overexposed {img} | save the blown highlights | reduce the glare | recover what is "
        "clipped to white | lower the brightness | lower the EV | bring the whites back | decrease the "
        "exposure",
        jargon="darken | unburn | highlight-recover | de-overexpose",
        methods="highlight recovery | overexposure correction | darkening | highlight reconstruction | "
        "exposure reduction | highlight restoration | overexposure recovery | exposure lowering | clipped "
        "highlight repair | glare reduction | blown highlight repair | dimming | brightness reduction | "
        "highlight repair",
        adjectives="too bright | overexposed | blown out | over-exposed | overly bright | burnt out | "
        "glaringly bright | way too bright | blindingly bright | too light | burned out | glary | clipped "
        "in the highlights | overexposed like crazy | blown",
        symptoms="the highlights are blown | the sky is burnt out | there was too much light | the sky is "
        "pure white | the exposure was too long | I overexposed by two stops | the whites are clipped | the "
        "flash was too strong | the sun was too bright | the bright areas have no detail left | everything "
        "is blinding white | the highlights are clipped | the flash burned the faces | the window is blown "
        "out | it is way too bright | the whites are gone | the sun burned out the sky | the clouds are "
        "gone, everything is white | there is no detail in the highlights | it's overexposed | the camera "
        "overexposed it | the exposure was set too high | I dialed in plus three EV | the faces are washed "
        "out by the flash | the bright parts are clipped | the sensor saturated | the lights are blown | "
        "the photo was captured with too much exposure | the whole sky is clipped | it got too much light | "
        "the flash was on full power | the brightness is too high | the ISO and shutter let in too much "
        "light | everything is glaring | the white dress has no detail | highlights are burnt",
        goals="darker | less bright | less overexposed | properly exposed in the highlights | a lot darker | "
        "less glaring | lower in brightness | less blown out | toned down in brightness",
        keeps="keep it bright | leave it bright | the high-key look should remain | it is supposed to be "
        "bright | keep the blown-out look | don't darken it | the bright look is intentional | the blown "
        "sky is fine | don't lower the exposure | don't recover the highlights | high key is what I want",
    ),
    "exposure": _phrases(
        nouns="bad exposure | wrong exposure | exposure error | exposure problems | uneven lighting | bad "
        "lighting | wrong brightness | exposure issues | exposure mistakes | incorrect exposure | exposure "
        "faults | unbalanced lighting | exposure imbalance",
        actions="balance the lighting | fix the exposure | correct the exposure | balance the exposure | "
        "normalize the brightness | adjust the exposure | fix the lighting | correct the brightness | even "
        "out the light | set the right exposure | get the exposure right | repair the exposure | even out "
        "the exposure | bring the exposure to normal | normalize the exposure | set the brightness right | "
        "make the lighting even | correct the lighting | optimize the exposure",
        jargon="auto-expose | re-expose",
        methods="exposure correction | lighting correction | brightness correction | exposure adjustment | "
        "exposure normalization | exposure balancing | light balancing | auto exposure",
        adjectives="badly exposed | wrongly exposed | poorly exposed | incorrectly exposed | unevenly lit | "
        "exposed wrong",
        symptoms="the exposure is off | the exposure is wrong | I got the exposure wrong | the brightness is "
        "not right | the lighting is off | the metering was wrong | I messed up the exposure | the exposure "
        "is all over the place | the auto exposure failed | the light is uneven",
        goals="well exposed | properly exposed | correctly exposed | balanced in brightness | right in "
        "exposure | evenly lit | normal in brightness",
        keeps="keep the exposure | leave the exposure as it is | don't change the brightness | the exposure "
        "is fine | leave the lighting alone",
    ),
    "low_contrast": _phrases(
        nouns="low contrast | flatness | dull contrast | weak contrast | missing contrast | faded look | "
        "flat look | a lack of contrast | poor contrast | washed-out look | gray look | dullness | flat "
        "tones | muddy tones | a flat tone curve | reduced contrast | gray tones | dull tones | faded tones "
        "| lifeless tones | a gray tone | contrast loss | a loss of contrast | low dynamic contrast | a "
        "lack of punch | dull look | grayness | insufficient contrast | a narrow histogram | compressed "
        "tones | low tonal range | blandness",
        actions="increase the contrast | boost the contrast | add contrast | raise the contrast | make {obj} "
        "punchier | give {obj} more punch | stretch the contrast | add some pop | make {obj} pop | stretch "
        "the histogram | enhance the contrast | improve the contrast | give it more contrast | bring back "
        "the contrast | deepen the blacks and lift the whites | strengthen the contrast | equalize the "
        "histogram | make it less flat | bring more contrast into it | put some contrast in | bring life "
        "back into the tones | pump up the contrast | crank up the contrast | apply an S-curve | set the "
        "black and white points | expand the tonal range | spread the histogram | turn the contrast up | up "
        "the contrast | make the blacks black again | increase the tonal separation | wake up the dull "
        "{img} | give the flat {img} some depth | make the tones richer | fix the flat contrast | correct "
        "the weak contrast | intensify the contrast | apply CLAHE | make the tones less gray | make it pop "
        "more",
        jargon="contrast-stretch | contrast-enhance | equalize | add-contrast | contrast-boost | CLAHE | "
        "histeq",
        methods="contrast enhancement | contrast boost | contrast stretching | histogram equalization | "
        "histogram stretching | CLAHE | contrast restoration | contrast expansion | tonal stretching | "
        "contrast lifting | low contrast correction | levels adjustment for more contrast | contrast "
        "increase | local contrast enhancement",
        adjectives="flat | washed out | dull | low in contrast | faded | lifeless | gray and flat | bland | "
        "flat and dull | muddy | too flat | insipid | colorless and flat | washed-out | contrastless | weak "
        "in contrast | drab",
        symptoms="the contrast is too low | it lacks contrast | it lacks punch | there is no contrast | "
        "everything is the same gray | the blacks are gray | the tones are muddy | the colors look washed "
        "out | the histogram is squeezed in the middle | nothing stands out | the contrast is weak | it "
        "looks faded | it has no punch | the image is all gray mush | it needs more contrast | the scene "
        "looks flat and dull | there's hardly any contrast | the tones are all squeezed together | it looks "
        "like a log profile | blacks are not black and whites are not white | it looks lifeless | it is a "
        "bit bland | the picture is too flat | everything blends together in gray | nothing pops | it has "
        "the flat look of ungraded footage | the subject doesn't separate from the background tones | old "
        "scans fade like this | it lacks depth and punch | the levels are wrong, no real black | it's a "
        "dull gray picture | there's not enough contrast | the contrast is poor | the dynamic of the tones "
        "is too small | it was faded by the sun | it looks dull",
        goals="more contrasty | punchier | higher in contrast | less flat | more vivid in contrast | less "
        "dull | contrastier | richer in contrast | less gray | less washed out | stronger in contrast | "
        "more punchy | with more contrast",
        keeps="keep it flat | keep the faded look | the flat look should remain | leave the contrast low | "
        "don't add contrast | I need it flat for grading | the faded look is intentional | I like it flat | "
        "the washed-out look is fine | don't touch the flat tones | don't boost the contrast",
    ),
    "high_contrast": _phrases(
        nouns="high contrast | harsh contrast | excessive contrast | hard contrast | too much contrast | "
        "crushed blacks | crushed shadows | extreme contrast | harshness | strong contrast | overdone "
        "contrast | contrasty look | harsh tones | hard shadows | exaggerated contrast | overly strong "
        "contrast | contrast overload | severe contrast | stark contrast | excess contrast | brutal "
        "contrast | hard tones | a steep tone curve | over-contrast | contrast harshness | blocked-up "
        "shadows | deep black crush",
        actions="reduce the contrast | lower the contrast | soften the contrast | tone down the contrast | "
        "soften the harsh shadows | tame the contrast | make {obj} less contrasty | flatten the tone curve "
        "| decrease the contrast | compress the contrast | ease off the contrast | dial back the contrast | "
        "open the crushed blacks | take out some contrast | bring the contrast down | make it less harsh | "
        "turn the contrast down | calm the contrast | take the edge off the contrast | make the contrast "
        "milder | make the tones softer | relax the contrast | cut the contrast | drop the contrast | undo "
        "the exaggerated contrast | make it less harsh in tone | even out the harsh light and shadow | "
        "moderate the contrast | mellow the harsh tones | balance the hard light | ease the contrast | "
        "flatten the contrast | make the contrast weaker | get rid of the harsh look | weaken the contrast "
        "| pull the contrast back | soften the hard light",
        jargon="decontrast | contrast-reduce | contrast-compress | soften-contrast | lower-contrast | "
        "reduce-contrast | flatten",
        methods="contrast reduction | contrast compression | contrast lowering | contrast softening | "
        "contrast taming | contrast decrease | contrast moderation | tone softening | tone compression | "
        "harsh light correction | high contrast correction | dynamic range compression of the contrast | "
        "contrast cut",
        adjectives="too contrasty | harsh | contrasty | overly contrasty | too high in contrast | too hard "
        "in contrast | very contrasty | too harsh | stark | over-contrasty | excessively contrasty | harsh "
        "and contrasty | too punchy",
        symptoms="the contrast is too high | the contrast is too strong | the blacks are crushed | the "
        "contrast is overdone | there is too much contrast | the light was harsh | the shadows are crushed "
        "and the whites are harsh | the tones are too hard | it has too much punch | the contrast slider "
        "went too far | the contrast is brutal | the contrast is extreme | the contrast hurts my eyes | the "
        "tonal transitions are too hard | somebody cranked the contrast up | the midtones are missing, only "
        "black and white remain | the noon sun made harsh contrast | the contrast is exaggerated | it looks "
        "like a photocopy, pure black and pure white | it's way too contrasty | the contrast is unnatural | "
        "there are no midtones | the contrast is too hard | the contrast was pushed too far | the light is "
        "very hard | the shadows are pitch black next to bright whites, too contrasty | it is overprocessed "
        "with contrast | the tones jump from black to white | the contrast is aggressive | the dark tones "
        "are crushed | it has an extreme tone curve | the scene contrast was too much | the shadow areas "
        "are blocked up | the high contrast kills the midtones",
        goals="less contrasty | lower in contrast | softer in contrast | less harsh | gentler in contrast | "
        "milder in contrast | less stark | less hard in contrast | with less contrast | flatter in contrast "
        "| gentler in tone",
        keeps="keep it contrasty | keep the hard look | the strong contrast should remain | keep the punch | "
        "don't lower the contrast | leave the contrast high | the hard contrast is intentional | I like it "
        "contrasty | the harsh look is fine | don't soften the contrast | don't reduce the contrast",
    ),
    "contrast": _phrases(
        nouns="bad contrast | wrong contrast | contrast problems | contrast issues | incorrect contrast | "
        "contrast faults | unbalanced contrast | contrast mistakes",
        actions="fix the contrast | correct the contrast | adjust the contrast | normalize the contrast | "
        "balance the contrast | set the right contrast | get the contrast right | repair the contrast | "
        "bring the contrast to normal | optimize the contrast | sort out the contrast",
        jargon="auto-contrast",
        methods="contrast correction | contrast adjustment | contrast normalization | contrast balancing | "
        "contrast repair",
        adjectives="off in contrast | wrong in contrast",
        symptoms="the contrast is off | the contrast is wrong | the contrast is not right | I messed up the "
        "contrast | the contrast looks strange | something is wrong with the contrast",
        goals="balanced in contrast | right in contrast",
        keeps="keep the contrast | leave the contrast as it is | don't change the contrast | the contrast is "
        "fine",
    ),
    "stripes": _phrases(
        removable=True,
        nouns="stripes | stripe noise | infrared stripes | column noise | vertical lines | banding | fixed "
        "pattern noise | fixed-pattern stripes | vertical stripes | scan lines | striping | a stripe "
        "pattern | vertical bands | IR stripes | sensor lines | column stripes | line artifacts | thermal "
        "stripes | vertical streaks in the infrared | stripe artifacts | nonuniformity | vertical banding | "
        "columns | streaky lines in the thermal | infrared banding | thermal banding | line noise | line "
        "pattern | column pattern | sensor stripes | sensor banding | column offsets | stripe interference "
        "| striping noise | striation | bars in the infrared | FPN | column artifacts | vertical bars | a "
        "line pattern | IR banding",
        actions="clean the stripes off the thermal image | remove the lines from the infrared image | "
        "correct the column offsets | run a nonuniformity correction | fix the striped infrared image | "
        "make the stripes disappear | rid {obj} of stripes | take the bands out of the thermal picture | "
        "calibrate away the column pattern | even out the columns | clean up the striped thermal frame | "
        "get the lines out of the IR | remove the column pattern | take the lines off the IR | make the "
        "thermal image stripe-free | smooth out the columns | filter the stripes out of the infrared | fix "
        "the banding | get rid of the vertical lines | flat-field the thermal sensor | calibrate the "
        "infrared sensor | fix the column noise of the IR camera | cancel the fixed pattern | remove the "
        "curtain effect | clear the bars from the thermal frame | remove the vertical bars | make the lines "
        "vanish | fix the nonuniform sensor | fix the stripes | equalize the column response",
        jargon="destripe | de-stripe | deband | NUC | unstripe | deline | line-remove | remove-FPN",
        methods="destriping | stripe removal | stripe noise removal | nonuniformity correction | de-striping "
        "| column noise removal | debanding | fixed pattern noise correction | NUC | line removal | column "
        "correction | stripe filtering | FPN removal | FPN correction | banding removal | stripe correction "
        "| removal of stripes | flat-field correction | stripe suppression",
        adjectives="striped | stripy | full of vertical lines | banded | full of stripes | full of bands | "
        "line-ridden | full of columns | full of bars | streaked with vertical lines | stripey",
        symptoms="the thermal image has vertical lines | the infrared is full of stripes | the IR camera has "
        "column noise | there are lines running down the thermal picture | the microbolometer is not "
        "calibrated | the thermal sensor shows a column pattern | the infrared looks like a barcode | the "
        "IR frame is striped | I see bands in the infrared | lines run from top to bottom | the columns "
        "have different offsets | the heat picture looks like a curtain of lines | the thermal camera drew "
        "lines | there are stripes all over the infrared | vertical bars cover the IR image | the thermal "
        "camera needs calibration, I see columns | the uncooled detector makes lines | every column has "
        "another brightness | there's banding | the IR picture is covered in thin vertical lines | fixed "
        "pattern noise shows in the thermal image | the stripes hide the people in the thermal view | the "
        "readout circuit causes stripes | parallel lines run down the frame | the sensor has stripe "
        "interference | the infrared sensor has a pattern of columns | the thermal view looks like corduroy "
        "| a zebra pattern covers the IR | the image is divided into vertical bands | I see stripes | there "
        "are thin lines everywhere in the infrared | the detector columns don't match",
        goals="stripe-free | free of stripes | free of vertical lines | less stripy | free of banding | "
        "without stripes | without vertical lines | even across the columns | free of column noise",
        keeps="leave the infrared lines in | the stripes may stay | don't touch the columns | keep the "
        "sensor pattern | the stripes don't bother me | the column pattern is fine | leave the banding in "
        "the thermal image | don't destripe",
    ),
    "weather": _phrases(
        removable=True,
        nouns="bad weather | weather effects | weather | weather artifacts | bad weather effects | weather "
        "degradation | weather conditions | adverse weather | weather problems | nasty weather | awful "
        "weather",
        actions="make it a clear day | give me nice weather | undo the bad weather | fix the weather | clear "
        "up the weather | remove the effects of the weather | make it look like good weather | make the "
        "weather nice | get rid of everything the weather did | take the weather out of {obj} | remove the "
        "bad weather",
        jargon="de-weather | deweather",
        methods="weather removal | adverse weather removal | deweathering | all-weather restoration | "
        "weather correction | weather cleanup | bad weather removal | removal of weather effects",
        adjectives="spoiled by the weather | affected by bad weather | ruined by the weather | affected by "
        "the weather",
        symptoms="the weather was awful | the weather ruined {theimg} | we had terrible weather | bad "
        "weather got in the way | the weather was against us | we had miserable weather | the weather was "
        "bad that day | it was terrible weather | rain, snow, fog, we had it all",
        goals="free of weather effects | look like fine weather | free of bad weather | without the bad "
        "weather",
        keeps="keep the weather | leave the weather as it was | the weather is part of the story | don't "
        "touch the weather",
    ),
    "everything": _phrases(
        nouns="degradations | defects | flaws | all the defects | all degradations | everything that is "
        "wrong | all the flaws | imperfections | quality problems | any degradation | damage | all the "
        "damage | all problems | all issues | every defect | everything bad | issues",
        actions="enhance {obj} | clean it up | restore everything | fix everything | repair everything | "
        "improve the quality | make it look good | make it look professional | clean up {obj} | improve "
        "{obj} | fix {obj} | restore {obj} | make it beautiful | repair {obj} | do your magic | fix "
        "whatever is wrong | remove all the degradations | make it perfect | polish {obj} | fix all the "
        "problems | give me the best quality you can | undo all the damage | clean {obj} | make {obj} look "
        "better | get the best out of {obj} | correct all the flaws | do everything you can | remaster "
        "{obj} | fix it all | make it as clean as possible | make it better | make {obj} clean | improve "
        "the image quality | fix all the issues | clean everything up | bring {obj} back to life | make it "
        "as good as new | fix every problem you see | restore the quality | perfect {obj} | give me a clean "
        "result | make {obj} clear and clean | remove anything that degrades {obj} | rescue {obj} | save "
        "{obj} | apply all corrections | apply every fix you have | undo whatever happened to {obj} | "
        "maximize the quality | make it presentable | tidy it up | make it shine | fix this mess | work "
        "your magic on {obj} | bring out the best in {obj}",
        jargon="enhance | restore | auto-fix | auto-enhance | cleanup | improve | fix all | clean up | fix | "
        "repair | optimize | remaster",
        methods="restoration | full restoration | image enhancement | quality enhancement | enhancement | "
        "full cleanup | all-in-one restoration | overall enhancement | complete restoration | overall "
        "improvement | general cleanup | overall cleanup | auto enhancement | quality improvement",
        adjectives="bad | ugly | terrible | degraded | in poor shape | of poor quality | awful",
        symptoms="the quality is bad | the quality is terrible | everything is wrong with it | it looks "
        "terrible | it is badly degraded | it looks awful | it is in bad shape | it's a mess | the quality "
        "is poor | it's in terrible condition | so much is wrong with it | the image quality is low | it is "
        "badly damaged | it looks like garbage",
        goals="clean | perfect | look great | as good as possible | pristine | flawless | better | look "
        "professional | spotless | immaculate | as new | professional | high quality | better looking | "
        "clean and clear",
        keeps="don't repair anything | leave everything as it is | no restoration | do not fix anything | no "
        "enhancement | don't clean anything up | change nothing else | leave all flaws in",
    ),
}
