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
    "blur",
    "motion_blur",
    "low_resolution",
    "noise",
    "jpeg",
    "rain",
    "snow",
    "haze",
    "low_exposure",
    "high_exposure",
    "low_contrast",
    "high_contrast",
    "stripes",
)

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
        return (*self.nouns, *self.actions, *self.jargon, *self.methods, *self.adjectives, *self.symptoms, *self.goals)


def entries(text: str) -> tuple[str, ...]:
    """Split a table cell at ``|``; white space and line breaks around an entry do not count."""
    return tuple(" ".join(entry.split()) for entry in text.split("|") if entry.strip())


def _phrases(removable: bool = False, **cells: str) -> Phrases:
    fields = ("nouns", "actions", "jargon", "methods", "adjectives", "symptoms", "goals", "keeps")
    return Phrases(removable=removable, **{field: entries(cells.get(field, "")) for field in fields})


PHRASES: dict[str, Phrases] = {
    "rain": _phrases(
        removable=True,
        nouns="rain | rain streaks | raindrops | rain drops | rainfall | falling rain | drizzle | downpour | rain "
        "lines | water streaks | water drops | rain artifacts | rain distortions | rain marks | rainy streaks | "
        "rain effect | drops of water | pouring rain | wet streaks | rain shower | rain veil | rain noise | streaks "
        "of rain | lines of rain | a rain shower | spots of rain | thunderstorm rain | bad rain | drops | a rainy "
        "veil | drizzling rain | precipitation | wet drops | rain drop streaks | the wet weather | a cloudburst | "
        "heavy showers | torrential rain | sleet and rain | a rainstorm | water from the sky | raindrop trails | "
        "rain curtains | fine rain | hard rain | rain spray | rain smears | rain strands | streaky rain | steady "
        "rain | spring showers | the water coming down | rain threads | rain spots",
        actions="make the rain stop | dry up {obj} | make it look like it never rained | stop the rain | undo the "
        "rain | wipe the raindrops off {obj} | turn the rainy {img} into a dry one | make it look dry | clear away "
        "the water falling from the sky | make the rain disappear | paint out the drops | rid {obj} of rain | clear "
        "up the rainy weather | get the rain out | take the weather from rainy to dry | keep the drops out of the "
        "final {img} | dry {obj} | hold back the rain | mop up the rain | wash the rain out of {obj} | see past the "
        "rain | make it sunny instead of rainy | give me the scene without the rain falling | cancel the rain | "
        "remove what the rain did to {obj} | make it look as if we had had dry weather | let it look dry outside | "
        "turn the wet day into a dry one | pretend it never rained | give me a rainless view | stop it raining | "
        "leave me a dry scene | take away what is pouring down | get the water streaks off | undo the downpour | "
        "wring the water out of {obj} | clean away everything that drips | make the storm stop | get it dry | turn "
        "off the rain | make the shower go away | clear away the drizzle | see through the rain | get the wet stuff "
        "off {obj} | lose the wet weather | strip the drops from {obj} | take the slanted rain lines out | erase "
        "the streaks that the rain left | peel the rain off",
        jargon="derain | de-rain | unrain | rain-remove | removerain | DID derain",
        methods="deraining | rain removal | de-raining | rain streak removal | raindrop removal | rain filtering | "
        "rain suppression | rain cleanup | rain cancellation | removal of rain | rain clearing | rain erasure | "
        "rain streak suppression | single image deraining | video deraining | rain drop removal | precipitation "
        "removal | rain elimination | rain rejection | rain artifact removal | precipitation filtering",
        adjectives="rainy | rain-streaked | rainy and streaky | wet with rain | rained on | drenched in rain | "
        "streaky from the rain | spotted with raindrops | rained out | streaked with rain | soaked | drizzly | "
        "rain-soaked | wet and streaky | dripping with rain | covered in raindrops | showery",
        symptoms="it was raining | it rained when I took it | there's water streaks everywhere | it was pouring "
        "that day | we got caught in the rain | we shot in the rain | drops of rain cover {theimg} | rain is "
        "falling all over {theimg} | the rain ruins the view | the downpour spoils {theimg} | the weather was wet "
        "and it shows in the streaks | raindrops are all over the place | long streaks of water run through "
        "{theimg} | it rained cats and dogs | we had a shower when this was taken | I can see the rain | it's "
        "raining in {theimg} | there was a thunderstorm | raindrops were on the lens | rain lines go across the "
        "whole frame | the rain makes it hard to see the road | we were standing in the rain | the sky opened up "
        "while I was shooting | taken on a very wet day with rain streaks | it was drizzling the whole time | "
        "everything is covered in water streaks | the scene was captured during heavy rainfall | rain got in front "
        "of the camera | the pouring rain hides the cars | it kept raining | rainy weather, sorry | it poured | it "
        "poured the whole day | the heavens opened | it was wet out there | it was chucking it down | it was "
        "tipping it down | a storm with heavy showers passed over us | the shower caught us | we got soaked | we "
        "had to shoot in the wet | I was standing in a downpour | there was a cloudburst | the clouds burst | water "
        "was coming down in sheets | it was wet and rainy outside | the windshield camera was driving through rain "
        "| the wipers were off | bright thin lines of falling water are everywhere | drops fell between me and the "
        "subject | monsoon season, you know | it was April, so showers | the rain wouldn't stop | the rain hides "
        "the traffic lights | I forgot my umbrella | umbrellas everywhere and streaks all over | drops in front of "
        "everything | the falling drops make white lines | heavy rainfall reduced the visibility | long thin "
        "streaks from above cover everything | the match was played in pouring rain | it began to rain | it started "
        "raining | by then it was raining hard | we filmed through a rain curtain | all I see is falling water | we "
        "were out in wet weather | it was umbrella weather | it rained buckets | it bucketed down | the wet stuff "
        "hangs in front of everything | falling drops cover the windscreen | the dashcam ran through a shower | "
        "what a wet day | it was a soaking wet afternoon | slanted streaks of water cross {theimg} | drops run "
        "across the view",
        goals="rain-free | free of rain | look dry | look as if it had never rained | less rainy | without rain | "
        "clear of rain | without any raindrops | as if the rain had stopped | dry | rainless | as if it were a dry "
        "day | look like a dry sunny day | cleared of rain | unspoiled by rain | free from raindrops",
        keeps="let it rain | keep it rainy | the rainy mood should remain | keep the rainy feel | the rain should "
        "be visible in the result | I love the rain in this one | it needs to look rainy",
    ),
    "snow": _phrases(
        removable=True,
        nouns="snow | snowflakes | snow flakes | falling snow | snowfall | snow particles | flakes | white flakes | "
        "a snowstorm | a blizzard | snow streaks | snow specks | flurries | snow artifacts | snow spots | a snow "
        "shower | winter flakes | snow dots | white flecks | flying snow | snow noise | snow clutter | flakes of "
        "snow | driving snow | fluffy flakes | snowy dots | white snow spots | snow veil | drifting snow | a flurry "
        "| snow crystals | snowy specks | white stuff in the air | ice flakes | snow grains | blowing snow | "
        "whirling snow | thick snowfall | dancing flakes | heavy snow | light snowfall | wet snow | snow blobs | "
        "snow clumps | white dots from the snow | airborne snow | snow drift in the air | flakes in front of the "
        "lens | powder snow | snow flecks | winter precipitation | falling white dots | big fat flakes",
        actions="make the snow stop | make it stop snowing | erase every flake | make it look like it never snowed "
        "| stop the snow | undo the snowfall | melt the snow away | make the snowflakes disappear | pick the flakes "
        "out of {theimg} | rid {obj} of snow | turn the snowy {img} into a clear one | clean the flakes off {obj} | "
        "get the snow out | wipe the snow away | make the sky free of flakes | brush the snow off | shovel the snow "
        "out of {obj} | remove what is snowing in front of the subject | make the falling flakes vanish | see "
        "through the snowfall | give me the scene without snow falling | cancel the snow | cut out the snowflakes | "
        "take the flakes out of the air | stop the snowfall | turn off the snow | pretend it didn't snow | make it "
        "look like the snowing had stopped | clear the air of snow | take away the white flakes | remove whatever "
        "is snowing | wipe the flakes off | clean away the falling flakes | get all the flakes out of the air | "
        "undo the snowstorm | undo the blizzard | let the storm of flakes disappear | get rid of the white stuff "
        "falling from the sky | leave the ground white but remove the falling flakes | make the flurry go away | "
        "remove the white specks that fall",
        jargon="desnow | de-snow | unsnow | snow-remove | removesnow | deflake",
        methods="desnowing | snow removal | de-snowing | snowflake removal | snow cleanup | snow filtering | snow "
        "suppression | snowfall removal | flake removal | removal of snow | snow cancellation | snowflake "
        "suppression | snow particle removal | snow clearing | single image desnowing | video desnowing | falling "
        "snow removal | snow elimination | snow artifact removal | blizzard removal | snow erasure",
        adjectives="snowy | full of snow | covered in flakes | full of snowflakes | snowed in | dotted with snow | "
        "flecked with snow | wintry with flakes | snowy and white | snow-covered by flakes | covered by falling "
        "snow | blurred by snowflakes in the air | dusted with flakes | white with flakes | blizzardy | spotted "
        "with snow",
        symptoms="it was snowing | it snowed when I took it | there are white flakes everywhere | we shot in a "
        "snowstorm | we got caught in a blizzard | snow is falling all over {theimg} | flakes cover half of "
        "{theimg} | the snow hides the subject | snowflakes are in front of the lens | it snowed heavily | white "
        "snow dots are scattered over {theimg} | it's snowing in {theimg} | I can see snowflakes | the winter storm "
        "got into {theimg} | the falling snow spoils {theimg} | flakes were flying past the lens | it was snowing "
        "like crazy | the blizzard covers everything | big flakes block the view | snow was coming down hard | the "
        "snowfall makes it hard to see | taken during a snowfall | white blobs of snow are floating around | a "
        "flurry came through | the camera caught the snow falling | we stood in driving snow | the scene was "
        "captured in heavy snow | snowy weather, sorry | a blizzard blew in | a snow flurry came by | a snow shower "
        "came through | the snow was blowing into the lens | winter came early and flakes were everywhere | it had "
        "started to snow | it began to snow | it was snowing hard | it was snowing heavily on the slope | we skied "
        "in heavy snow | thick flakes were falling | big white blobs float in front of her | white dots fall "
        "through the picture | flakes fell between us and the camera | the flakes cover the house | the flakes "
        "block the faces | it snowed sideways | a storm of flakes went through | the snowstorm swallowed the road | "
        "a snow cannon was running | there's snow in the air | snow comes down like crazy | the falling flakes hide "
        "the traffic signs | the air was full of flakes | I can't see the slope for flakes | frozen stuff was "
        "falling from the sky | there are white specks of snow in front of everything | the camera caught each "
        "flake | the snowfall was dense | flakes drift through the air | white fluff is falling everywhere | it was "
        "snowing, as you can see | the snow came down in clumps",
        goals="snow-free | free of snow | free of snowflakes | look as if it had never snowed | less snowy | "
        "without snow | clear of snow | without any flakes | as if the snow had stopped | clear of falling flakes | "
        "flake-free | free from snowflakes | cleared of snow | as if no flake had fallen | look as though it wasn't "
        "snowing",
        keeps="let it snow | keep it snowy | the winter mood with the flakes should remain | keep the snowy feel | "
        "the snow should be visible in the result | I love the snow in this one | it needs to look snowy",
    ),
    "haze": _phrases(
        removable=True,
        nouns="haze | fog | mist | smog | a haze veil | a white veil | a foggy veil | atmospheric haze | haziness | "
        "fogginess | aerial haze | murk | a gray veil of mist | hazy layer | smoky haze | dense fog | morning mist "
        "| misty layer | atmospheric scattering | a milky veil | thick fog | a fog layer | low clouds | fog bank | "
        "whitish haze | dust haze | smoke | vapor | hazy veil | light fog | foggy air | a smoke veil | mistiness | "
        "thin mist | hazy air | moisture in the air | air pollution haze | dust in the air | brume | fog and mist | "
        "sea fog | fog wall | a cloud layer | veil of fog | airlight | murky air | hazy background | milky air | "
        "drifting fog | ground fog | a fog curtain | heat haze | steamy air | a smoke screen | diffuse veil | "
        "aerosol haze | pea soup | poor visibility from the fog | mist over the water | clouds in the valley | "
        "whiteness of the fog | valley fog | thick air | cloudiness in front of the hills | a mist blanket | "
        "pollution | Saharan dust | dusty air",
        actions="make the fog go away | clear the air | lift the fog | lift the veil | cut through the haze | see "
        "through the fog | blow the mist away | make the air clear | clear up the misty view | restore the "
        "visibility lost in the fog | make the distant things visible through the haze | make it look like a clear "
        "day | make the haze disappear | rid {obj} of haze | defog the view | undo the haze | let me see through "
        "the mist | remove the milky veil from the air | clean the air | let the fog disappear | burn off the fog | "
        "take the mist out of the valley | disperse the fog | dissolve the mist | make the mountains visible again "
        "through the haze | thin out the fog | bring out what is hidden in the fog | push back the fog | cancel the "
        "haze | clear the smoke | part the mist | unveil the hazy scene | make the haze vanish | apply a dehaze "
        "filter | pull up the dehaze slider | get the mist out of the way | make the far away buildings visible "
        "again | clear the view | give me a clear view of the distance | bring back the distant hills | let me see "
        "the mountains | make the background appear out of the fog | make the visibility better | improve the "
        "visibility | give me clear air | remove the milky layer | take the veil off | unveil {obj} | pull the veil "
        "away | blow away the fog | chase the fog away | let the sun burn off the mist | remove the atmospheric "
        "effect | restore the view through the fog | undo the atmospheric scattering | make the air transparent | "
        "see through the murk | penetrate the fog | recover what the fog hides | cut the mist | get me through the "
        "fog | thin the haze | lift the haze | recover the scene radiance | estimate the transmission and invert "
        "the haze model | give me crisp clean air | lift the milky curtain | thin the fog out | cut through the "
        "murk | bring back the far hills | clear the smoggy air",
        jargon="dehaze | defog | de-haze | de-fog | demist | unfog | haze-remove | clear-haze | de-mist | "
        "removehaze | de-smog | desmoke",
        methods="dehazing | defogging | haze removal | fog removal | de-hazing | demisting | mist removal | haze "
        "reduction | fog reduction | haze correction | fog clearing | removal of haze | desmoking | haze "
        "suppression | visibility enhancement in fog | single image dehazing | dark channel prior | haze clearing | "
        "fog suppression | fog lifting | fog correction | atmospheric correction | visibility restoration | "
        "visibility improvement | haze elimination | de-fogging | de-misting | mist reduction | airlight "
        "compensation | smoke removal | smog removal | fog penetration",
        adjectives="hazy | foggy | misty | smoggy | veiled by mist | clouded by fog | murky with haze | fogged | "
        "fogged up | smoky | veiled in haze | milky with haze | shrouded in mist | cloudy with fog | veiled | murky "
        "| milky | blanketed in fog | hidden by fog | soupy | full of fog | full of haze | full of mist | lost in "
        "fog | foggy and gray | hazy in the distance | wrapped in fog | obscured by mist | smoke-filled | dusty in "
        "the air",
        symptoms="it was foggy | it looks like it was shot through fog | the mist hides the background | it was a "
        "misty morning | I can hardly see anything through the fog | a milky haze lies over {theimg} | the far "
        "hills vanish in the haze | the smog swallows the buildings | there is fog everywhere | the air was thick "
        "with haze | everything disappears in the mist | visibility was poor in the fog | there's a whitish veil of "
        "haze over everything | the fog rolled in | it looks smoky | the fog was thick that morning | a white veil "
        "lies over the landscape | the distance is lost in haze | it was hazy over the city | the smog was bad that "
        "day | the background fades into the mist | the air was not clear | the smoke from the fires covers the "
        "city | the haze eats the horizon | wildfire smoke everywhere | the valley was full of fog | the ships are "
        "barely visible through the mist | the fog takes all the distance away | the scene was captured in dense "
        "fog | atmospheric scattering hides the distant objects | steam fills the scene | foggy weather, sorry | "
        "you can't see far because of the mist | a cloud came down on us | we stood in a cloud | you can hardly see "
        "the other side of the river for mist | you can't make out the mountains | the peaks are hidden | the far "
        "shore is invisible | the distance is milky | the horizon is gone | nothing can be seen beyond a hundred "
        "meters | we could not see ten meters ahead | the visibility was terrible | visibility is low | the "
        "visibility was under a hundred meters | the air was so thick you could cut it | the air was polluted | it "
        "was one of those gray foggy days | autumn mornings are foggy here | a sea fog came in | a bank of fog "
        "drifted by | it was so foggy | I drove through thick fog | the bridge disappears in the fog | the skyline "
        "is buried in smog | the skyline fades away in the smog | distant objects fade into white | there's a milky "
        "layer between me and the hills | the view is veiled | a gray veil covers the valley | everything far away "
        "is pale from the mist | the landscape drowns in mist | it's like looking through milk | it is like looking "
        "through a steamed up window | the fire smoke was everywhere | wildfire smoke blurs the sky | steam from "
        "the geyser hides the people | dust hangs in the air | the aircraft is lost in the fog | all far things are "
        "gray from haze | the mountains look faded by the haze | an atmospheric veil lies over everything | "
        "everything beyond a hundred metres is lost in fog | the horizon has vanished in the mist | I can barely "
        "make out the far shore through the murk | the distance is washed over by a milky curtain | the air was "
        "thick that morning | pollution hangs over the city | the far hills are gone | the air is murky | the veil "
        "gets thicker with distance",
        goals="haze-free | free of fog | fog-free | less hazy | look clear of mist | less foggy | without fog | "
        "without haze | clear of haze | clear of fog | less misty | as if the fog had lifted | clear in the "
        "distance | see-through | free from haze | unfogged | look like a clear day | clear all the way to the "
        "horizon | with a clear view | as if the air had been clear | misty no more",
        keeps="keep it misty | keep the foggy mood | let the mist stay | the foggy atmosphere should remain | the "
        "fog should be visible in the result | I love the fog in this one | it needs to look misty | the mist is so "
        "atmospheric",
    ),
    "noise": _phrases(
        removable=True,
        nouns="noise | grain | graininess | sensor noise | ISO noise | high ISO noise | image noise | digital noise "
        "| gaussian noise | color noise | luminance noise | chroma noise | speckles | static | film grain | noisy "
        "speckles | thermal noise | random noise | shot noise | grainy texture | colored dots | speckle noise | "
        "read noise | random pixels | colour speckles | noise pattern | salt and pepper noise | luma noise | coarse "
        "grain | fine grain | sandy texture | white noise | low-light noise | sensor grain | fuzzy grain | chroma "
        "speckle | electronic noise | noise in the shadows | noisy pixels | Poisson noise | dark noise | grainy "
        "noise | grit | specks of noise | colored specks | speckling | pixel noise | noise grain | noisy dots | "
        "chroma blotches | blotchy noise | camera noise | night noise | grain from the high ISO | ISO grain | ugly "
        "grain | noise from the small sensor | gritty shadows | noisy shadows | random speckle | impulse noise | "
        "additive noise | AWGN | photon noise | temporal noise | hot pixels | pepper dots | infrared noise | noise "
        "in the thermal image | sensor hiss | dancing pixels | rough grain | grain and specks | random dots | color "
        "mottling | color specks",
        actions="smooth out the grain | make it less noisy | run noise reduction on {obj} | calm the speckle down | "
        "undo the high ISO | quiet the noise | average out the noise | make the grain disappear | rid {obj} of "
        "noise | clean the grain off | turn the noise down | smooth the noisy areas | lower the noise level | make "
        "{obj} look like ISO 100 | apply noise reduction | make it clean like at base ISO | wash the grain out | "
        "soften the grain | kill the noise | knock down the noise | bring down the noise | decrease the noise | "
        "raise the signal to noise ratio | clean up the noisy shadows | smooth the speckled sky | get rid of "
        "everything grainy | flatten the noise | iron out the grain | cancel the noise | despeckle {obj} | remove "
        "the ISO grain | run a denoiser on it | smooth it | smooth out the speckles | clean up the sensor noise | "
        "take out the grit | calm the pixels | make the flat areas smooth | make the smooth areas smooth again | "
        "run a denoise filter | use noise reduction | apply a noise filter | filter the noise | make the sky smooth "
        "| get rid of the little dots | remove the tiny dots | remove all these specks | undo the ISO 12800 | clean "
        "up after the high ISO | improve the SNR | improve the signal to noise ratio | raise the SNR | raise the "
        "signal-to-noise ratio | average the noise away | reduce the graininess | suppress the sensor noise | take "
        "the grain down | tone down the grain | tone down the noise | make it look like low ISO | clean the colored "
        "dots | polish away the grain | wipe off the grain",
        jargon="denoise | de-noise | degrain | de-grain | NR | despeckle | noise-reduce | noise-remove | DNR | BM3D "
        "| de-speckle | NR filter | noisered",
        methods="denoising | noise reduction | noise removal | de-noising | grain removal | degraining | noise "
        "suppression | despeckling | noise filtering | ISO noise removal | removal of noise | noise cleanup | noise "
        "cancellation | noise cleaning | denoise | single image denoising | blind denoising | ISO noise reduction | "
        "sensor noise removal | speckle removal | speckle reduction | noise attenuation | noise rejection | image "
        "denoising | AWGN removal | grain reduction | grain suppression | chroma noise reduction | thermal noise "
        "removal | degrain | temporal denoising",
        adjectives="noisy | grainy | speckled | full of noise | full of grain | speckly | sandy | noisy as hell | "
        "grainy and rough | peppered with noise | gritty | rough and grainy | dotted | full of dots | full of "
        "specks | full of speckles | noisy in the shadows | noisy and grainy | specky | sprinkled with dots | dirty "
        "with noise | pixel-noisy | staticky | coarse-grained",
        symptoms="the ISO was too high | I shot it at ISO 12800 | there are tiny specks everywhere | it looks like "
        "sand all over {theimg} | it has a lot of grain | it was shot at a high ISO | the sensor is really noisy | "
        "the shadows are full of colored speckle | it looks like an untuned TV | the grain is distracting | the "
        "pixels flicker with random color | my cheap sensor is noisy | there's noise all over {theimg} | the smooth "
        "areas look gritty | the signal to noise ratio is poor | the noise hides the detail | I can see a lot of "
        "grain | ISO 25600 was a bad idea | there's color noise in the dark areas | the sky is full of grain | I "
        "pushed the ISO too far | tiny random dots are all over {theimg} | it is peppered with little dots | the "
        "small sensor shows its noise | it looks like old film | the gain was turned up too high | there is a lot "
        "of static in {theimg} | every flat surface is speckled | random speckles cover {theimg} | noise everywhere "
        "| it looks like it was sprinkled with pepper | the grain is too strong | the noise floor is high | the "
        "sensor got hot and noisy | the amplifier noise is visible | I used ISO 25600 | it was shot at ISO 51200 | "
        "ISO 3200 on an old camera | I had to crank the ISO | I had to push the ISO | the ISO was way up | the ISO "
        "was at the limit | the camera used a crazy ISO | the film was pushed two stops | the shadows are gritty | "
        "the dark areas crawl with dots | the dark areas are full of dots | there's a lot of speckle | dots "
        "everywhere | little dots everywhere | colorful dots are all over it | there are red and green dots "
        "everywhere | it looks like sandpaper | it looks like TV static | it looks peppery | it looks rough like "
        "sand | my phone's night mode made it gritty | the small phone sensor struggled | a cheap sensor, you can "
        "see it in the speckles | the SNR is low | the SNR is terrible | the signal is buried in noise | the grain "
        "ate the details | the flat areas crawl | the skin looks grainy | the sky looks grainy | the film was very "
        "fast and grainy | it's full of grain | it is noisy as hell | high gain was used | the thermal core is "
        "noisy | the uncooled sensor is noisy | the infrared is full of random speckle | the astro shot is noisy | "
        "the sensor was hot | random pixel values jump around | the blacks are full of grain | there is too much "
        "grain in the shadows | grain crawls over the night sky | the darks are sandy",
        goals="less noisy | noise-free | free of noise | grain-free | smoother, without grain | less grainy | clean "
        "without any grain | without noise | without grain | low in noise | lower in noise | smooth | smoother | "
        "clean in the shadows | free from grain | free from noise | look like ISO 100 | with less noise | with less "
        "grain | smooth in the flat areas | cleaner, less noisy",
        keeps="keep it grainy | I like the grainy look | the film look with its grain should remain | keep the "
        "analog grain | the grain gives it character | leave the grainy texture alone | I want that film look with "
        "grain | the noise doesn't bother me",
    ),
    "jpeg": _phrases(
        removable=True,
        nouns="JPEG artifacts | compression artifacts | blocking | JPEG blocks | blocking artifacts | compression | "
        "block artifacts | JPEG compression | compression blocks | blockiness | ringing from the compression | JPEG "
        "damage | macroblocks | compression damage | jpg artifacts | 8x8 blocks | mosquito noise | blocky squares | "
        "codec artifacts | blocks | compression noise | JPG damage | square artifacts | block edges | lossy "
        "compression | compression squares | JPEG ringing | DCT blocks | compression mess | block pattern | JPG "
        "blocks | a block grid | quantization artifacts | encoding artifacts | video compression artifacts | blocky "
        "artifacts | blockyness | jpeg junk | jpeg noise | compression marks | compression garbage | compression "
        "mush | compression ringing | codec blocks | codec junk | square blocks | squares in the sky | little "
        "squares | ugly squares | jpeg squares | macroblocking | macro blocks | encoding blocks | encoder artifacts "
        "| MPEG artifacts | video blocks | a checkerboard of compression blocks | pixel blocks from compression | "
        "quantization blocks | lossy artifacts | blocky edges | transmission artifacts | stream artifacts | heavy "
        "compression | chat-app compression | bitrate artifacts | ringing | over-compression | squares from the "
        "compression",
        actions="undo the JPEG compression | clean up the JPEG | repair the overcompressed file | fix the bad JPEG "
        "quality | smooth out the blocks | hide the compression | undo the compression | decompress {obj} properly "
        "| make the blocks disappear | rid {obj} of compression artifacts | make it look like it was never "
        "compressed | clean the blocky edges | get the JPEG mess out | smooth the block edges | restore the "
        "compressed {img} | undo what JPEG did to {obj} | repair the compression | make the 8x8 grid vanish | "
        "recover from the lossy compression | remove the little squares | reverse the jpg compression | clean up "
        "the compression mess | get rid of everything blocky | cancel the blocking | repair the crushed JPEG | fix "
        "what WhatsApp did to {obj} | make it look like a lossless file | get rid of the squares | take out the "
        "squares | smooth the squares | fix the squares | repair the tiles that the codec made | repair what the "
        "compression broke | undo what the messenger did | undo what the codec did | undo what the upload did | "
        "undo the lossy compression | restore what the compression destroyed | fix the compressed file | fix what "
        "instagram did to it | make the blocky edges smooth | un-block {obj} | uncompress it | make it look "
        "uncompressed | clean up the codec mess | filter the macroblocks | reverse the lossy encoding | improve the "
        "jpg | fix the jpg | make up for the low bitrate | repair the low quality jpg | remove the mosquito noise "
        "around the letters | reduce the blockiness | get the blockiness down | smooth away the blockiness",
        jargon="deblock | de-block | dejpeg | de-JPEG | decompress | JPEG-clean | dejpg | unjpeg | jpeg-repair | "
        "de-artifact | de-compress | uncompress | deartifact",
        methods="deblocking | JPEG artifact removal | compression artifact reduction | artifact removal | JPEG "
        "restoration | de-blocking | compression repair | block removal | compression cleanup | decompression | "
        "removal of JPEG artifacts | deringing | JPEG cleanup | jpg artifact reduction | artifact reduction | "
        "artifact cleanup | jpeg repair | jpg repair | jpeg fix | jpg cleanup | compression removal | compression "
        "artifact removal | macroblock removal | codec artifact removal | dejpeg | DCT block removal | block "
        "filtering | blocking suppression | compression restoration | JPEG deblocking | deblock filter | deblocking "
        "filter | mosquito noise removal | lossy compression repair",
        adjectives="blocky | overcompressed | heavily compressed | full of JPEG artifacts | compressed | full of "
        "compression blocks | full of blocks | blocky from compression | too compressed | squeezed to death | "
        "blocky as hell | crushed by compression | squashed by the codec | badly compressed | highly compressed | "
        "over-compressed | compressed to death | JPEG'd to death | full of squares | blocky and compressed | full "
        "of macroblocks | broken into squares | crunched by WhatsApp",
        symptoms="it was saved at a low JPEG quality | someone compressed it to death | WhatsApp compressed it | it "
        "was saved as a tiny jpg | I can see square blocks in the sky | the JPEG quality is awful | the compression "
        "ruined {theimg} | the edges are full of JPEG ringing | it has been resaved as jpg too many times | you can "
        "see the 8x8 grid | the messenger squeezed the file | it's a badly compressed JPEG | the file was "
        "compressed too much | the codec left squares all over {theimg} | the quality slider was at 10 | Facebook "
        "destroyed the quality with compression | there are ugly squares around the edges | it is just a "
        "low-quality jpg | the upload compressed it badly | it was saved with too much compression | I only have "
        "the compressed version | the blocks are visible in smooth areas | the file is only 20 kB | the edges have "
        "mosquito noise | it's a JPEG with quality 15 | the bitrate was too low | it was sent over a messenger | it "
        "broke up into little blocks | the compressor left a checkerboard | it is a screenshot of a compressed "
        "video | JPEG artifacts are visible | I saved it as jpeg too often | it was saved at quality 5 | it was "
        "saved at quality 20 | the quality setting was 10 percent | someone used the lowest jpeg quality | the "
        "messenger crushed it | Telegram compressed it | Facebook squashed it | Instagram mangled it | it came over "
        "WhatsApp | it was sent by WhatsApp | my aunt sent it over WhatsApp | it got squashed when I sent it | the "
        "upload destroyed it | the app recompressed it | it has been forwarded a hundred times | it was re-saved "
        "again and again | it is a meme that has been shared a thousand times | it broke into squares | it's all "
        "little squares | there are squares everywhere | I see squares in the sky | there are blocks around the "
        "text | there are halos of noise around the letters | the text has dirty edges from compression | the low "
        "bitrate left blocks | the stream was at 300 kbit | the video stream was poor and blocky | the connection "
        "was bad and the picture broke into blocks | it's a still from a badly compressed video | h264 left "
        "macroblocks | the codec left its blocks | the encoder was set too low | the file size is tiny because of "
        "the compression | it's a 15 kB jpg | the compression is awful | the compression is visible | the "
        "compression killed the detail | you can see the compression | the image server recompressed it",
        goals="free of JPEG artifacts | less blocky | free of compression artifacts | look uncompressed | "
        "artifact-free, without JPEG blocks | without JPEG artifacts | without compression artifacts | free of "
        "blocks | like a lossless file | unblocky | clean of compression | blockless | look like the raw file | as "
        "before the compression | free of squares | less compressed | free from blocking | free of compression | "
        "like the original before the upload",
        keeps="leave the JPEG blocks | keep the compressed look | the compression is fine with me | ignore the JPEG "
        "quality | the blocks don't bother me | I know it's a jpg, leave that | the compression artifacts may stay",
    ),
    "blur": _phrases(
        nouns="defocus | defocus blur | out-of-focus blur | softness | gaussian blur | missed focus | lens blur | "
        "soft focus | optical blur | a focus error | focus blur | lens softness | misfocus | a focus miss | out of "
        "focus softness | optical softness | wrong focus | bad focus | lens defocus | back focus | front focus | "
        "bokeh blur | focus softness | a missed autofocus | Gaussian smoothing | out-of-focus areas | defocused "
        "areas | fuzzy focus | poor focus | focus problems | focusing errors | focusing mistakes | a focus shift | "
        "a focus mistake | mushy focus | soft eyes | lens smoothing | glassy softness | out-of-focus subject | out "
        "of focus face | off focus | the lack of focus | incorrect focus | focal error | a soft lens | soft optics "
        "| PSF blur | aperture blur | Gaussian defocus | unfocused parts | out-of-focus background | a soft "
        "rendering | an unfocused subject | disk blur",
        actions="bring {obj} back into focus | refocus {obj} | fix the focus | correct the missed focus | put {obj} "
        "in focus | undo the gaussian blur | pull the soft details back into focus | recover the focus | deconvolve "
        "the lens blur | make the soft {img} crisp | sharpen the soft {img} | correct the defocus | fix the soft "
        "lens | sharpen the out-of-focus {img} | focus {obj} again | repair the missed focus | bring the subject "
        "into focus | get the focus right | fix the front focus | sharpen what the lens left soft | undo the "
        "Gaussian smoothing | recover what is out of focus | turn the out-of-focus {img} into a focused one | take "
        "out the lens softness | set the focus where it belongs | do something about my missed focus | re-focus "
        "{obj} | correct my focusing mistake | reduce the defocus | put the eyes in focus | get the subject back in "
        "focus | get {obj} in focus | bring the focus back | bring back the focus | make the focus right | repair "
        "the focus | restore the focus | tighten the focus | improve the focus | sharpen up the focus | fix my "
        "focusing | fix what the autofocus did | correct what the autofocus missed | correct the lens softness | "
        "correct the soft optics | invert the PSF | deconvolve the PSF | deconvolve with a gaussian kernel | undo "
        "the defocus | reverse the defocus | remove the lens blur | bring the face into focus | make the unfocused "
        "subject clear | focus on the subject | set the focus on the face | move the focus to the eyes | make it "
        "look properly focused | compensate for the missed focus | remove the gaussian blur | recover the defocused "
        "{img} | bring it into focus | rescue the missed focus | save the shot I misfocused",
        jargon="refocus | defocus-deblur | de-defocus | focus | re-focus | de-focus-blur | focus-fix | unsoften | "
        "infocus",
        methods="defocus deblurring | refocusing | defocus correction | gaussian deblurring | focus correction | "
        "lens blur removal | focus restoration | defocus removal | lens softness correction | softness removal | "
        "focus recovery | refocus | out-of-focus removal | out-of-focus correction | focus repair | focus fix | "
        "focusing | gaussian blur removal | defocus restoration | defocus deconvolution | PSF deconvolution | lens "
        "deconvolution | focus adjustment | autofocus correction | de-softening | lens correction for softness | "
        "defocus compensation",
        adjectives="out of focus | soft | defocused | unfocused | misfocused | soft and mushy | a bit soft | badly "
        "focused | ill-focused | out-of-focus | not in focus | poorly focused | soft in focus | wrongly focused | "
        "focused wrong | off focus | out of the focus | softish | lens-soft | not focused | not really in focus | "
        "not sharp because of the focus | out-of-focus and soft | focused on the background",
        symptoms="the focus missed | the autofocus failed | my lens is soft | I missed the focus | the lens was not "
        "focused properly | everything is a bit soft | the AF hunted and missed | I forgot to focus | the details "
        "look mushy because of the soft lens | the subject is out of focus | the focus plane is off | it looks like "
        "a gaussian blur was applied | the optics are too soft | my glasses would help, it is so unfocused | the "
        "camera focused on the wrong thing | the autofocus locked on the background | the lens had fingerprints and "
        "came out soft | the focus is slightly off | nobody is in focus | the eyes are not in focus | my manual "
        "focus was wrong | it's front focused | it's back focused | the lens is out of adjustment | I turned the "
        "focus ring by accident | a cheap lens made it soft | it has a soft-focus look | somebody applied a "
        "gaussian blur to it | the focusing was bad | the lens did not resolve it, it is soft | it was shot wide "
        "open and looks soft | I focused on the wrong thing | I focused on the ear | the focus is on the nose | the "
        "focus sits on the background | the focus landed behind him | the focus landed on the fence | the AF picked "
        "the branch | the autofocus went for the tree | the autofocus caught the wrong person | the camera focused "
        "behind the subject | the camera could not find the focus | the phone didn't focus | my phone failed to "
        "focus | the camera didn't focus | the camera refused to focus | the focus wasn't right | the focus was "
        "wrong | the focus is not good | it's not in focus | it isn't in focus | not in focus | she is out of focus "
        "| the face is out of focus | the focus hunted | I was too close to focus | the lens can't focus that near "
        "| an old soft lens was used | the vintage lens is soft | shot wide open at f/1.2, so it's soft | the macro "
        "lens missed | the glass is soft in the corners | the lens is decentered and soft | a wide gaussian PSF | "
        "the optics blur everything like a gaussian | it's as if I had taken off my glasses | the focus ring "
        "slipped | manual focus went wrong | the focus motor failed | everything is soft because the focus is off | "
        "the shot is defocused | I missed focus | the timing was perfect but the focus wasn't | the autofocus "
        "locked on the wrong thing | the lens focused behind her | the camera hunted and never found focus | focus "
        "landed on the fence",
        goals="in focus | look focused | less soft | well focused | properly focused | correctly focused | no "
        "longer out of focus | in perfect focus | focused | correctly in focus | refocused | in better focus | in "
        "focus again | focused on the subject | focused where it matters",
        keeps="keep it soft | keep the soft focus look | the dreamy softness should remain | leave it out of focus "
        "| the soft focus is intentional | the defocus is fine with me | don't refocus anything",
    ),
    "motion_blur": _phrases(
        nouns="motion blur | camera shake | shake | movement blur | hand shake | camera shake blur | directional "
        "blur | motion smear | shakiness | motion trails | directional smear | camera motion | shaky blur | blur "
        "from the movement | handheld blur | motion streaking | panning blur | blur from the shaking camera | "
        "camera wobble | wobble | tremble | vibration | movement | jitter | subject motion blur | motion streaks | "
        "a shaky hand | trembling | streaks from the movement | smearing from motion | camera movement | vibration "
        "blur | unsteady hands | drag blur | linear blur | long exposure smear | smear | smears | smearing | motion "
        "| hand jitter | shaky hands | a shaking hand | camera jitter | ghosting from movement | movement smear | "
        "kinetic blur | streaked movement | blur of the moving car | blur of the runner | speed blur | blurring "
        "from motion | unsharpness from motion | the slow shutter blur | slow shutter smear | shutter drag | camera "
        "vibration | rolling and shaking | smudging from the movement | the tripod shake | swaying | moving subject "
        "blur | ghost trails | tremor | movement trails | movement in the frame | directional blur from the car | "
        "unsteady camera",
        actions="stabilize {obj} | steady the shot | undo the camera shake | freeze the motion | correct the shaky "
        "hands | compensate for the camera movement | freeze the moving subject | counteract the hand shake | make "
        "it look like I used a tripod | straighten out the smeared motion | deconvolve the motion blur | fix the "
        "long shutter smear | take the shake out | make the moving things sharp | fix my shaky hands | cancel the "
        "vibration | undo the movement | hold the camera still for me | steady {obj} | make the moving car crisp | "
        "stop the motion | freeze the runner | undo the panning | take away the wobble | reverse the motion smear | "
        "make up for the missing tripod | correct the vibration of the drone | remove what my trembling did | "
        "stabilize the shaky {img} | apply image stabilization | remove the smearing caused by movement | hold it "
        "steady | undo the slow shutter | undo the smear | undo the panning blur | remove the smear | freeze the "
        "dancer | freeze the action | freeze everything that moves | stop the moving car | repair the moved subject "
        "| fix the movement | repair the shaky shot | correct the shaky shot | compensate the vibration | "
        "compensate for the movement | compensate for the moving camera | take the movement out | take out the "
        "camera movement | take the jitter out | remove the trembling | remove the ghosting from movement | get rid "
        "of the smearing | sharpen the moving subject | sharpen what moved | get the speeding car sharp | make the "
        "runner sharp | make it look as though I'd used a faster shutter | make it look like a fast shutter speed | "
        "deconvolve with a linear kernel | estimate the motion kernel and invert it | estimate the camera motion "
        "and undo it | steady my shot | stabilise {obj} | de-shake {obj} | compensate for the movement of the car | "
        "compensate for the motion during the exposure | make up for my trembling hands | make up for the movement "
        "| invert the linear motion kernel | deconvolve the motion path | steady it | make the kids sharp even "
        "though they moved | undo the wobble | undo the shake of the drone",
        jargon="motion-deblur | deshake | stabilize | de-shake | unshake | motion-correct | anti-shake | de-motion "
        "| unsmear | steady | motiondeblur | demotion-blur | de-smear",
        methods="motion deblurring | shake removal | motion blur removal | camera shake correction | deshaking | "
        "stabilization | shake reduction | motion correction | anti-shake | vibration correction | image "
        "stabilization | movement correction | motion compensation | wobble removal | removal of motion blur | "
        "motion blur reduction | motion blur correction | movement blur removal | de-shaking | steadying | smear "
        "removal | smear correction | handshake removal | hand shake removal | camera shake removal | blind motion "
        "deblurring | vibration removal | vibration compensation | jitter removal | shake compensation | "
        "directional deblurring | motion deconvolution | motion smear removal",
        adjectives="shaky | motion blurred | smeared by motion | shaken | motion-blurred | wobbly | jittery | "
        "unsteady | blurred by motion | smeared by the movement | blurred by camera shake | smeared | smeary | "
        "shaky and smeared | dragged | moved | blurry from moving | blurry from motion | blurred because of the "
        "motion | blurred from camera shake | streaked by motion | smudged by movement | jerky | moving too fast to "
        "be sharp | blurry because I moved",
        symptoms="my hands were shaking | the camera moved | I did not use a tripod | the subject was moving | the "
        "shutter speed was too slow | everything is smeared in one direction | the camera was shaking | I moved "
        "while taking it | it was taken from a moving car | the car moved during the exposure | the kids were "
        "running | I bumped the tripod | the shutter was open for too long and it smeared | the wind shook the "
        "camera | it is smeared sideways | the motion is streaked | I have shaky hands | it was handheld at a "
        "quarter of a second | I was walking while shooting | I pressed the shutter too hard and it shook | the dog "
        "would not hold still | the drone was vibrating | the train was moving | everything is dragged to one side "
        "| we shot out of a bus window | my arm was trembling | the robot was driving over bumps | 1/10 s handheld "
        "was too slow | the exposure time was too long for a moving subject | people walked during the exposure | "
        "the runner is smeared | the camera jerked | the bike is just a streak of motion | there is a directional "
        "smear | the cyclist moved too fast | the movement is visible | the lights are drawn out into streaks "
        "because I moved | I couldn't hold it steady | I shook the camera | I shook it | my hand shook | my hands "
        "shook | I was shivering | I was freezing and shaking | I moved the camera | I was moving | I moved too "
        "early | I was running while shooting | I was on a bus | I was on a boat that rocked | it was shot from a "
        "train | it was shot from a moving bus | I shot through the window of a moving train | the camera was on a "
        "vibrating machine | the gimbal vibrates | the gimbal shook | the drone shook in the wind | the wind was "
        "shaking the tripod | somebody knocked the tripod | someone pushed me | someone bumped into me | the tripod "
        "wobbled | the boat was rocking | the kid kept moving | the baby would not hold still | the cat jumped | "
        "the dancer is smeared | she was dancing | he was running | the horse is one smear | the player is a smear "
        "| the moving parts are smeared | the ball is a streak | the car is smeared | the cars left streaks | the "
        "lights became trails | the shutter was too slow | the shutter was half a second | the shutter speed was "
        "1/8 | I used a slow shutter | I used too slow a shutter speed | it was a long handheld exposure | panning "
        "didn't work out | the panning failed | everything moved | everything is smeared | it's smeared to the left "
        "| it's smeared diagonally | there's a ghost of every edge because the camera moved | vibration smears the "
        "frames | the vehicle was bumping along | movement made it unsharp | we were walking | action cam on a "
        "bike, very shaky | my fingers trembled | my hand was trembling | I was walking while I took it | I was "
        "running when I pressed the button | I was jogging | shot from a moving train | the vehicle was moving "
        "during the exposure | the children would not stand still | the dog never holds still | everyone was "
        "dancing and came out smeared | the kids are smeared by their movement | the tram moved while the shutter "
        "was open | I didn't have a tripod and it shows | somebody bumped the tripod | the platform vibrated | the "
        "drone jerked",
        goals="steady | look stable | free of motion blur | free of camera shake | less shaky | stable | frozen in "
        "motion | without camera shake | without motion blur | as if shot from a tripod | still | frozen | free of "
        "movement | free of shake | without the smear | without smearing | without shake | motionless | sharp "
        "despite the movement | as if the camera had been still",
        keeps="keep the sense of speed | keep the sense of motion | the motion trails should remain | leave the "
        "panning effect | the motion blur shows the speed, keep it | the shaky look is fine | don't stabilize "
        "anything | don't freeze the motion",
    ),
    "any_blur": _phrases(
        nouns="blur | blurriness | blurring | fuzziness | unsharpness | blurry look | a lack of sharpness | blurred "
        "details | blurry edges | fuzzy edges | a loss of sharpness | blurry parts | blurred edges | blurry details "
        "| fuzzy details | blurry bits | smudginess | unsharp areas | poor sharpness | missing sharpness | smeary "
        "details | unclear edges | blurred parts | lost sharpness | blurry text | the blur | unsharp parts",
        actions="sharpen {obj} | make {obj} sharp | make {obj} sharper | crisp up {obj} | sharpen it up | sharpen "
        "the details | undo the blurring | bring back the sharpness | restore sharpness | sharpen the edges | make "
        "the details crisp | improve the sharpness | unblur the {img} | make the blurry {img} clear | apply an "
        "unsharp mask | give me crisp edges | make everything sharper | give me more sharpness | clear up the "
        "blurry {img} | add sharpness | increase the sharpness | make it crystal sharp | fix the blurry {img} | "
        "remove whatever made it blurry | un-blur {obj} | get rid of everything blurry | make the text readable "
        "again, it's blurred | tighten the edges | boost the sharpness | get it sharp | reduce the blur | fix the "
        "blur | sharpen | sharpen everything | sharpen the text | make it sharp | make it crisp | bring out crisp "
        "edges | make the edges crisp | undo the blur | reverse the blur | more sharpness | make the blurry {img} "
        "sharp | make the text sharp | unblur {obj} | restore the sharp edges",
        jargon="deblur | unblur | de-blur | sharpen | deblurr | un-blur",
        methods="deblurring | sharpening | blur removal | de-blurring | image deblurring | unsharp masking | "
        "unblurring | sharpness enhancement | blur reduction | blur correction | sharpness recovery | detail "
        "sharpening | blind deblurring | single image deblurring | deblur | sharpness restoration | edge sharpening "
        "| deconvolution | sharpness boost",
        adjectives="blurry | blurred | fuzzy | unsharp | not sharp | blury | super blurry | too blurry | smudgy | a "
        "blurry mess | not crisp | not sharp at all | blurry as hell | all blurry | all fuzzy",
        symptoms="the details are blurred | I can't make out sharp edges | nothing is sharp | it lacks sharpness | "
        "it's not crisp | the edges are fuzzy | the text is too blurry to read | everything came out blurry | I "
        "can't read the sign because it is blurred | it is all a blur | the faces are blurry | it's blurred | the "
        "whole thing is fuzzy | I can't read the license plate, it's blurred | it is not as sharp as it should be | "
        "the outlines are smudged | the edges aren't crisp | it's too blurry to use | it looks smudged | the small "
        "print is unreadable from the blur | sharpness is poor | there's blur all over {theimg} | everything is "
        "blurry | it isn't sharp | I can't read the text because it's blurred | it came out blurry | it is not "
        "sharp at all | everything is a blur | the picture is fuzzy",
        goals="sharp | sharper | crisp | tack sharp | crisper | razor sharp | less blurry | much sharper | nice and "
        "sharp | as sharp as possible | less fuzzy | less blurred | pin-sharp | without blur | sharp again | "
        "unblurred | sharp at the edges",
        keeps="keep it blurry | the blurry look is on purpose | leave it unsharp | don't sharpen anything",
    ),
    "low_resolution": _phrases(
        nouns="low resolution | pixelation | pixelated look | low-res look | missing resolution | a low pixel count "
        "| upscaling softness | jagged pixels | chunky pixels | big pixels | a lack of resolution | a resolution "
        "loss | downsampling | downscaling | poor resolution | stair-step edges | pixels | blocky pixels from the "
        "resize | tiny size | thumbnail quality | VGA resolution | aliasing from the downscale | lost resolution | "
        "small size | visible pixels | insufficient resolution | resolution limits | a small pixel count | web "
        "resolution | coarse pixels | low definition | stairstepping | a tiny resolution | pixelated edges | pixel "
        "mush | blockiness from the low pixel count | a small sensor resolution | few pixels | too few pixels | a "
        "postage-stamp size | tiny file dimensions | 320x240 resolution | 240p resolution | the 480p look | the "
        "small format | the undersampling | jagged edges | jaggies | staircase edges | poor pixel density | "
        "thumbnail look | the size of a stamp | small dimensions | upsampled look | bad resolution | weak "
        "resolution | inadequate resolution | pixelization | lores look | SD quality | the lack of pixels",
        actions="upscale {obj} | increase the resolution | super-resolve {obj} | enlarge {obj} with detail | raise "
        "the resolution | make {obj} high resolution | make {obj} HD | undo the downsampling | make it 4K | bring "
        "{obj} to full resolution | add the missing resolution | recover the detail lost by downscaling | turn the "
        "thumbnail into a real photo | double the resolution | reconstruct the high-res version | boost the "
        "resolution | undo the downscale | make it bigger with real detail | give me more pixels | upgrade the "
        "resolution | scale {obj} up | triple the resolution | quadruple the resolution | turn SD into HD | get rid "
        "of the pixelation | make the pixels disappear | give me a high-resolution version | upscale by four | "
        "upscale 2x | enlarge {obj} | reconstruct the fine detail lost by the resize | blow it up to poster size | "
        "increase the pixel count | refine the coarse pixels | reverse the downsampling | un-pixelate {obj} | "
        "sharpen the upscaled thumbnail into high res | enhance the resolution | zoom in without pixelation | make "
        "it large | make it larger | make it bigger | make it big | make {obj} bigger | make {obj} larger | make "
        "{obj} hi-res | make it hi res | make it higher res | make it high-def | make it full HD | make it 1080p | "
        "make it ready for a poster | make it usable for a big print | scale by two | scale it up 4x | scale it 2x "
        "| resize it up | resample to a higher resolution | upscale by a factor of two | upscale to 4K | upscale to "
        "HD | increase the size | increase the number of pixels | increase the pixel density | raise the pixel "
        "count | raise the megapixels | add pixels | add more pixels | get me more pixels | get more resolution out "
        "of {obj} | more resolution please | go from 240p to 1080p | go up to 4K | enlarge it for printing | "
        "enlarge it four times | blow {obj} up | magnify {obj} with detail | super resolve {obj} | turn it into a "
        "high-res file | turn the small file into a big one | get it to a printable resolution | bring it up to "
        "print resolution | sharpen the pixelated edges by upscaling | smooth out the stair steps | improve the "
        "resolution | better resolution please | reconstruct the missing pixels | invent the missing pixels | undo "
        "the shrinking | undo the resize | double the size | make a big version | restore the full size | restore "
        "the original resolution | give me back the detail it had at its original size | raise it to something "
        "usable from 320x240 | bring the tiny file up to full size | rebuild the pixels that were lost in the "
        "shrinking | turn the big pixels into detail",
        jargon="super-resolve | upscale | upres | superres | SR | depixelate | upsample | upsize | superresolve | "
        "unpixelate | de-pixelate | upsample 4x | SISR | SRx4 | SR x2 | x4 SR | upscale x4 | enlarge | hires | "
        "hi-res | upres x2 | super resolution | superresolution | supersample | ESRGAN | 2x | 4x | bigger | "
        "upscale2x",
        methods="super-resolution | upscaling | super resolution | upsampling | depixelation | upsizing | "
        "resolution enhancement | AI upscaling | image super-resolution | SR | resolution upgrade | detail "
        "reconstruction from low-res | enlargement | super-res | resolution boost | resolution recovery | 4x "
        "upscaling | x4 super-resolution | single-image super-resolution | single image SR | image upscaling | 2x "
        "upscaling | pixel upscaling | smart upscaling | hi-res reconstruction | high-res reconstruction | image "
        "enlargement | size increase | resolution increase | resolution improvement | resolution doubling | "
        "resolution restoration | size doubling | pixel count increase | up-scaling | up-sampling | uprezzing | "
        "upressing | detail synthesis from low-res | super-sampling",
        adjectives="low-res | pixelated | low resolution | pixelly | undersampled | low-resolution | lowres | "
        "low-definition | pixelized | too small | tiny | thumbnail-sized | coarsely pixelated | undersized | lo-res "
        "| pixellated | pixely | low-def | low in resolution | so small | much too small | small and pixelated | "
        "too coarse in pixels | 240p | 480p | blown up and pixelated | jagged | postage-stamp sized | coarse",
        symptoms="it is only a thumbnail | it was downscaled | the resolution is too low | I can count the pixels | "
        "someone shrank it | it has too few pixels | it was resized too small | it's a tiny web version | the "
        "pixels are visible | it was downsampled and blown up again | it falls apart when I zoom in, too few pixels "
        "| the camera has only VGA resolution | it is a 240p screenshot | I need more pixels | it was upscaled from "
        "a small file | it is very low resolution | the picture has only 100 pixels across | it comes from an old "
        "phone with one megapixel | it looks like a blown-up icon | the edges have stair steps from scaling | it's "
        "from an old webcam | it's a small crop enlarged too much | the sensor has few pixels | it was exported at "
        "quarter size | it is a preview-size file | I only have the small version | they sent me the thumbnail | "
        "pixel steps are visible on the edges | there isn't enough resolution for print | it is too small to print "
        "| the resolution is terrible | it looks like Minecraft | the upscaler just stretched the pixels | the "
        "original was bigger | it's only 320 pixels wide | it's 320 by 240 | it's just 200 pixels across | it's a "
        "100 pixel icon | the file is only 640x480 | it has only half a megapixel | the sensor has 320x240 pixels | "
        "the thermal camera has just 160x120 pixels | the thermal sensor has few pixels | the CCTV has a low "
        "resolution | the plate is only a few pixels wide | the face is twenty pixels wide | it's just a few pixels "
        "| there are too few pixels to read it | I see pixels when I zoom | I see single pixels | when I zoom in "
        "it's all pixels | it gets pixelated when I zoom in | it falls apart when enlarged | it's tiny | it is "
        "really small | it's a small web picture | it is an old web image | I found it on an old website and it's "
        "tiny | only the preview survived | only the thumbnail survived | only a small version is left | all I have "
        "is a thumbnail | they only sent me the small version | they sent me a tiny file | it was cropped from a "
        "large scene and has few pixels | I cropped too much | I cropped in a lot, so few pixels are left | it was "
        "exported too small | somebody scaled it down | it was scaled down to fit an email | the printer says the "
        "resolution is too low | the print shop wants more pixels | the print shop refused it, too few dpi | it has "
        "only 72 dpi | I want to print it big but it's small | I need it for a billboard | I'd like it as a "
        "wallpaper but it's tiny | my first digital camera had two megapixels | shot on a flip phone with VGA | an "
        "old phone with a tiny sensor, few pixels | the edges are jagged | the lines are all stair steps | it looks "
        "like an old video game | the website shrank it | it was shrunk for the web | the CCTV camera is only "
        "320x240 | you can count the pixels | every single pixel is visible | it looks like an 8-bit game | it is "
        "made of big square pixels | it is just a 200 px wide preview | the original was lost and this is the small "
        "copy | it came out of an ancient webcam | the footage is 240p",
        goals="high-res | high resolution | full HD | less pixelated | hi-res | higher in resolution | 4K | hi-def "
        "| sharper in resolution, like the full-size file | ultra high resolution | larger | bigger | UHD | large "
        "enough to print | big | big enough for a poster | hires | 1080p | at least full HD | printable in size | "
        "twice as big | four times larger | rich in pixels | in high resolution | in HD | in 4K",
        keeps="keep the pixelated look | the resolution is fine | leave the resolution as it is | keep the low-res "
        "look | don't upscale it | no bigger resolution needed | the size is fine, don't super-resolve",
    ),
    "low_exposure": _phrases(
        nouns="underexposure | darkness | low light | under-exposure | low exposure | dark exposure | insufficient "
        "light | poor light | a lack of light | dark shadows | dim lighting | dim light | low brightness | "
        "low-light look | gloom | darkness all around | dim exposure | too little light | night-time darkness | "
        "weak lighting | underexposed areas | a dark exposure | missing light | dimness | blackness | low "
        "illumination | darkened areas | poor illumination | dark corners of the room | bad light | shortage of "
        "light | black shadows without light | dark parts | the dark | the lack of brightness | the missing "
        "brightness | a too dark exposure | a dark foreground | a dark face | dark faces | nighttime | night "
        "darkness | murk of the night | backlight darkness | deep shade | drowned shadows | underlit parts | too "
        "dark parts | minus exposure | short exposure darkness | deep shadow on the face | dark rooms | dark "
        "regions | low luminance | low lux | scarce light",
        actions="brighten {obj} | make {obj} brighter | lighten {obj} | raise the exposure | increase the "
        "brightness | lift the shadows | light it up | push the exposure | turn up the brightness | open up the "
        "shadows | add some light | brighten it up | add two stops | push it by two stops | make the dark parts "
        "visible | relight the dark {img} | raise the brightness | boost the exposure | illuminate the scene | fix "
        "the low light | turn the lights on | bring up the exposure | make it brighter so I can see something | "
        "bring light into the dark areas | make the night shot visible | raise the shadows | give it more light | "
        "increase the exposure | boost the brightness | up the brightness | bring the dark scene to normal "
        "brightness | make it look like daylight | expose {obj} brighter | compensate for the missing light | fill "
        "in the shadows | recover the underexposed areas | raise the EV | rescue the dark {img} | bump up the "
        "exposure | use more light | lift the dark areas | correct the underexposure | make the dark room visible | "
        "raise the gamma to see the dark parts | brighten | brighten up | brighten it a lot | brighten the scene | "
        "brighten the shadows | brighten the dark areas | brighten the faces | brighten the foreground | lighten up "
        "{obj} | lighten the shadows | lift the blacks so that I see something | lift the exposure | lift it by a "
        "stop | lift the dark parts | up the exposure | push the shadows | bring up the shadows | bring up the dark "
        "areas | bring up the light | bring out what's in the dark | pull up the shadows | give it light | give me "
        "more light | more light please | more light | more brightness | more exposure | add light | add exposure | "
        "add brightness | add one stop | add a stop of exposure | plus two stops | plus one EV | exposure up | "
        "brightness up | shadows up | gamma up | raise the gamma | increase the gamma | increase the luminance | "
        "raise the luminance | increase the light | make it light | make it bright | make it a bit brighter | make "
        "it much brighter | make everything brighter | make the faces visible in the dark | make the dark corner "
        "visible | make the people in the dark visible | let me see what's in the shadows | let me see in the dark "
        "| light up the room | light up the scene | light up the faces | fill the shadows | open the shadows | dig "
        "out the shadows | recover the shadows | rescue the shadows | turn night into day | turn up the light | "
        "turn on the light | crank up the exposure | compensate the underexposure | correct the dark exposure | "
        "expose it longer | expose for the shadows | save the dark {img} | relight the dim room | light the dim "
        "corridor | let there be light | give it some brightness | gimme more light | lift the darks up | raise it "
        "by +2 EV",
        jargon="brighten | low-light-enhance | lighten | relight | LLIE | brighten up | light up | lowlight-enhance "
        "| illuminate | fill-light | brighten it | light-up | lowlight | low-light | exposure+ | expo up | "
        "shadow-lift | brighter | LIE | illum-enhance | lighten it up",
        methods="low-light enhancement | brightening | exposure boost | brightness boost | underexposure correction "
        "| low light enhancement | shadow lifting | exposure lifting | dark image enhancement | illumination "
        "enhancement | night image enhancement | shadow recovery | low-light correction | lightening | brightness "
        "enhancement | brightness increase | brightness lifting | exposure increase | exposure compensation plus | "
        "positive exposure compensation | shadow boost | shadow brightening | shadow fill | dark scene enhancement "
        "| night enhancement | night vision enhancement | low-lux enhancement | illumination boost | illumination "
        "correction for dark images | lightening up | gamma lift | light enhancement | dark enhancement | backlight "
        "correction | nighttime enhancement | brighten",
        adjectives="dark | too dark | underexposed | dim | gloomy | under-exposed | poorly lit | murky and dark | "
        "way too dark | very dark | dusky | poorly illuminated | underlit | nearly black | too dim | shadowy | so "
        "dark | soooo dark | dark as hell | pitch-black | pitch dark | black | almost black | under exposed | too "
        "black | lightless | unlit | backlit and dark | dark as night | too low in brightness | badly lit | shaded "
        "| dark in the shadows | drowned in shadow | murky from lack of light | a stop under",
        symptoms="we shot in the dark | there was not enough light | I can't see anything in the shadows | the "
        "exposure was too short | it was shot at night | I forgot the flash | it's almost black | the lamp was off "
        "| I underexposed by three stops | the scene was badly lit | it is pitch black | the shadows are drowned in "
        "black | there was hardly any light | it came out way too dark | the brightness is too low | it was dusk "
        "already | the light was bad | it was night | there was no light | the room was dark | I can barely see "
        "anything, it's so dark | the light was fading | we only had candlelight | the exposure was set too low | "
        "the camera underexposed it | the flash didn't fire | I dialed in minus three EV | it's way underexposed | "
        "the faces are in the dark | the street lamps were off | the foreground is too dark | it lacks light | not "
        "enough brightness | I shot it at midnight | the ambient light was low | you can't see the details in the "
        "dark parts | the photo was captured in low light | the cave was dark | everything drowns in darkness | "
        "there's no brightness at all | I can't see a thing, it's so dark | I can't recognise anyone in the dark | "
        "I can barely see her face, too little light | you can barely see anything | you see nothing but black | "
        "you can't see the dog in the dark | it's too dark to see anything | it's too dark | it's very dark | it's "
        "dark | it was dark | it was getting dark | it was already dark | it was late and dark | it was after "
        "sunset | it was in the middle of the night | the sun had gone down | the light was gone | there was no "
        "lamp | there were only candles | there was only a candle | the only light was the moon | only the street "
        "lamp was on | only starlight | we sat around the fire and I have no flash | no flash was allowed | the "
        "flash failed | the flash was broken | my flash didn't go off | the club was dark | the church was dark "
        "inside | the theatre was dark | the tunnel was dark | the basement has no lights | the room had no windows "
        "| it's backlit and the face is black | against the light, so she's black | he's just a silhouette | "
        "they're only silhouettes | the shadows are black | the shadows hide everything | the shadows are too deep "
        "| the shadows swallow the faces | the shadow side is black | three stops under | it's two stops under | "
        "it's one stop under | minus two EV by mistake | it was left at minus two | I underexposed | I underexposed "
        "it badly | the exposure was too low | it got too little light | it didn't get enough light | the shutter "
        "was too fast, no light | the aperture was too small, so it's black | the mean brightness is very low | "
        "mean luminance is very low | the histogram is all on the left | the histogram sticks to the left edge | "
        "the night mode didn't work | the night camera shows nothing | the dashcam at night shows nothing | the "
        "visible camera sees nothing at night | I exposed for the sky and the ground went black | I underexposed to "
        "save the highlights | the corridor is dim | the cellar had one bulb | the room was barely lit | nothing "
        "but blackness in the corners | the ground is black",
        goals="brighter | lighter | well lit | less dark | bright enough | properly lit | a lot brighter | more "
        "illuminated | as bright as day | visible in the dark areas | more luminous | sufficiently bright | bright "
        "| brighter than that | a bit brighter | a little lighter | much lighter | much brighter | lit | with more "
        "light | more exposed | less black | like day | well exposed in the shadows | brighter in the shadows | "
        "visible",
        keeps="keep it dark | leave it dark | the night mood should remain | it is supposed to be dark | keep the "
        "low-key look | don't make it brighter | the darkness sets the mood | the dark look is intentional | don't "
        "brighten anything | don't raise the exposure | it's a night shot, leave it dark",
    ),
    "high_exposure": _phrases(
        nouns="overexposure | blown highlights | over-exposure | blown-out highlights | clipped highlights | excess "
        "brightness | high exposure | too much light | burnt highlights | burned-out areas | excessive exposure | "
        "glaring highlights | blown-out sky | washed-out highlights | excess light | an overexposed sky | "
        "overexposed areas | bright exposure | blown whites | blown-out whites | burned highlights | burnt sky | "
        "white clipping | highlight clipping | glare | washed-out sky | too bright areas | overbright areas | "
        "excessive brightness | strong overexposure | hot highlights | burnt whites | white sky | blown sky | "
        "blown-out window | blown window | blown parts | burnt-out sky | burnt-out parts | burned areas | clipped "
        "areas | clipped sky | clipped whites | saturated pixels | saturated areas | saturation to white | white "
        "patches | pure white areas | excess exposure | plus exposure | flash burn | a flash that was too strong | "
        "sunlight that burns everything | the hot sky | bright spots | blinding light | blinding whites | the "
        "burned face | too much brightness | extreme brightness | light overflow | exposure overshoot | overexposed "
        "skin | overexposed faces | overexposed windows | lost highlights | blooming | peaked highlights | "
        "highlights that are gone",
        actions="darken {obj} | tone down the highlights | recover the highlights | lower the exposure | reduce the "
        "brightness | pull the highlights down | bring back the blown highlights | bring the exposure down | turn "
        "down the brightness | dim {obj} | pull it down a stop | make {obj} less bright | rescue the burnt sky | "
        "restore the clipped whites | make {obj} darker | fix the burnt-out whites | tame the highlights | reduce "
        "the exposure | turn the exposure down | pull the exposure down | make it darker, it's too bright | bring "
        "back the sky, it's white | recover the overexposed areas | get detail back in the whites | correct the "
        "overexposure | drop the exposure by a stop | calm down the bright areas | cut the brightness | take the "
        "brightness down | dim the glaring {img} | rescue the overexposed {img} | save the blown highlights | "
        "reduce the glare | recover what is clipped to white | lower the brightness | lower the EV | bring the "
        "whites back | decrease the exposure | take it down a stop | take it down a notch in brightness | take the "
        "exposure down | take down the highlights | take some light out | take out some brightness | pull the "
        "exposure back | pull back the whites | pull back the sky | pull the sky back | bring the sky back | bring "
        "the highlights down | bring down the highlights | bring down the brightness | bring down the whites | "
        "bring detail back into the sky | bring back the clouds | bring back detail in the dress | get the sky back "
        "| get the clouds back | get the whites under control | restore the sky | restore the highlights | restore "
        "detail in the bright parts | restore the saturated areas | save the highlights | save the sky | recover "
        "the sky | recover the whites | recover the saturated pixels | recover the blown window | highlights down | "
        "exposure down | brightness down | minus one stop | minus one EV | exposure minus two | less exposure | "
        "less brightness | less light | less bright please | lower the highlights | lower the whites | reduce the "
        "highlights | reduce the whites | reduce the light | decrease the brightness | darken the sky | darken the "
        "bright parts | darken it a bit | make it a bit darker | make it dark enough to see the clouds | make it "
        "not so bright | turn it down | turn down the light | turn down the exposure | turn the brightness down | "
        "tone down the brightness | tone down the sky | tone down the glare | dim the light | dim the bright areas "
        "| cut the glare | cut the exposure | compensate the overexposure | correct the too bright exposure | "
        "expose it shorter | expose for the highlights | undo the flash | fix what the flash did | take it down by "
        "1.5 EV | -1 EV please | -2 EV | lower it by two stops | pull it back by a stop",
        jargon="darken | unburn | highlight-recover | de-overexpose | exposure- | expo down | darken it | darker | "
        "highlight-recovery | highlights- | tone-down | deglare | de-glare",
        methods="highlight recovery | overexposure correction | darkening | highlight reconstruction | exposure "
        "reduction | highlight restoration | overexposure recovery | exposure lowering | clipped highlight repair | "
        "glare reduction | blown highlight repair | dimming | brightness reduction | highlight repair | highlight "
        "rescue | highlight rollback | highlight pullback | highlight reduction | highlight lowering | highlight "
        "compression | sky recovery | white recovery | exposure decrease | exposure compensation minus | negative "
        "exposure compensation | darken | overexposure removal | overexposure repair | over-exposure correction | "
        "saturation recovery | clipping recovery | clipped area reconstruction | glare removal | flash correction | "
        "brightness lowering | brightness decrease",
        adjectives="too bright | overexposed | blown out | over-exposed | overly bright | burnt out | glaringly "
        "bright | way too bright | blindingly bright | too light | burned out | glary | clipped in the highlights | "
        "overexposed like crazy | blown | over exposed | so bright | super bright | bright as hell | blinding | "
        "white | all white | almost white | burnt | burned | blown-out | clipped | saturated to white | washed out "
        "by the flash | washed out by the sun | glaring | two stops over | a stop over | too brightly exposed | "
        "bleached by light | way overexposed",
        symptoms="the highlights are blown | the sky is burnt out | there was too much light | the sky is pure "
        "white | the exposure was too long | I overexposed by two stops | the whites are clipped | the flash was "
        "too strong | the sun was too bright | the bright areas have no detail left | everything is blinding white "
        "| the highlights are clipped | the flash burned the faces | the window is blown out | it is way too bright "
        "| the whites are gone | the sun burned out the sky | the clouds are gone, everything is white | there is "
        "no detail in the highlights | it's overexposed | the camera overexposed it | the exposure was set too high "
        "| I dialed in plus three EV | the faces are washed out by the flash | the bright parts are clipped | the "
        "sensor saturated | the lights are blown | the photo was captured with too much exposure | the whole sky is "
        "clipped | it got too much light | the flash was on full power | the brightness is too high | the ISO and "
        "shutter let in too much light | everything is glaring | the white dress has no detail | highlights are "
        "burnt | the sky is white | the sky is just white | the sky is gone | the sky blew out | the sky got blown "
        "| the sky has no clouds left | the clouds are blown | the clouds burned out | the highlights are gone | "
        "the highlights are lost | the highlights blew | the highlights are too hot | the whites have no detail | "
        "the whites are burnt | the dress is pure white without detail | the window is white | the window is just a "
        "white rectangle | the lamp burned a hole | the sun hit the lens, all white | the flash hit her face | the "
        "flash was too near | the flash made everybody white | the face is pure white from the flash | the faces "
        "are burned | everything is white | everything's burnt | everything is too bright | it's too bright | it's "
        "much too bright | it's very bright | it's so bright it hurts | it hurts my eyes, so bright | it's blown | "
        "it's burnt out | it's overexposed by far | two stops over | one stop over | it's two stops over | plus two "
        "EV by mistake | I left the compensation at plus two | I overexposed | I overexposed it | the exposure was "
        "too much | the shutter was open too long and it's white | the aperture was wide open in full sun | the "
        "pixels are saturated | the pixels are at 255 | the histogram sticks to the right edge | the histogram is "
        "all on the right | the bright half has no detail | the bright side is clipped | the beach is blinding | "
        "the sunlight was too strong | too much sun | strong sun burned out the wall | the sun nuked the shot | the "
        "sky is burnt to paper white | I left the shutter open far too long | it is two stops too bright",
        goals="darker | less bright | less overexposed | properly exposed in the highlights | a lot darker | less "
        "glaring | lower in brightness | less blown out | toned down in brightness | not so bright | a bit darker | "
        "a little darker | much darker | less white | lower in exposure | less burnt | dimmer | less exposed | "
        "detailed in the highlights | with detail in the sky | with clouds in the sky again",
        keeps="keep it bright | leave it bright | the high-key look should remain | it is supposed to be bright | "
        "keep the blown-out look | don't darken it | the bright look is intentional | the blown sky is fine | don't "
        "lower the exposure | don't recover the highlights | high key is what I want",
    ),
    "exposure": _phrases(
        nouns="bad exposure | wrong exposure | exposure error | exposure problems | uneven lighting | bad lighting "
        "| wrong brightness | exposure issues | exposure mistakes | incorrect exposure | exposure faults | "
        "unbalanced lighting | exposure imbalance | exposure | the brightness problem | lighting problems | faulty "
        "exposure | the exposure problem",
        actions="balance the lighting | fix the exposure | correct the exposure | balance the exposure | normalize "
        "the brightness | adjust the exposure | fix the lighting | correct the brightness | even out the light | "
        "set the right exposure | get the exposure right | repair the exposure | even out the exposure | bring the "
        "exposure to normal | normalize the exposure | set the brightness right | make the lighting even | correct "
        "the lighting | optimize the exposure | fix the brightness | fix my exposure | sort out the exposure | sort "
        "out the lighting | adjust the brightness | adjust the lighting | improve the exposure | improve the "
        "lighting | even the light out | make the exposure right | rebalance the light | set a proper exposure",
        jargon="auto-expose | re-expose | autoexpose | exposure-correct | fix-exposure",
        methods="exposure correction | lighting correction | brightness correction | exposure adjustment | exposure "
        "normalization | exposure balancing | light balancing | auto exposure | exposure fix | exposure repair | "
        "auto brightness | exposure equalization | light correction | exposure control",
        adjectives="badly exposed | wrongly exposed | poorly exposed | incorrectly exposed | unevenly lit | exposed "
        "wrong | off in exposure | wrong in brightness | exposed badly",
        symptoms="the exposure is off | the exposure is wrong | I got the exposure wrong | the brightness is not "
        "right | the lighting is off | the metering was wrong | I messed up the exposure | the exposure is all over "
        "the place | the auto exposure failed | the light is uneven | the brightness is off | the brightness is "
        "wrong | the light is all wrong | the metering failed | the exposure didn't work out | the exposure isn't "
        "right",
        goals="well exposed | properly exposed | correctly exposed | balanced in brightness | right in exposure | "
        "evenly lit | normal in brightness | exposed correctly | exposed properly | right in brightness | balanced "
        "in light",
        keeps="keep the exposure | leave the exposure as it is | don't change the brightness | the exposure is fine "
        "| leave the lighting alone",
    ),
    "low_contrast": _phrases(
        nouns="low contrast | flatness | dull contrast | weak contrast | missing contrast | faded look | flat look "
        "| a lack of contrast | poor contrast | washed-out look | gray look | dullness | flat tones | muddy tones | "
        "a flat tone curve | reduced contrast | gray tones | dull tones | faded tones | lifeless tones | a gray "
        "tone | contrast loss | a loss of contrast | low dynamic contrast | a lack of punch | dull look | grayness "
        "| insufficient contrast | a narrow histogram | compressed tones | low tonal range | blandness | flat "
        "colors and tones | pale tones | a pale look | paleness | weak blacks | gray blacks | milky blacks | faded "
        "blacks | washed-out colors | washed-out tones | the bland look | the flat curve | lack of depth in the "
        "tones | a gray histogram | lacking contrast | flat contrast | faint contrast | contrast that is too low | "
        "weak tones | a compressed histogram | tonal flatness | mushy gray tones | dull "
        "colors | drabness",
        actions="increase the contrast | boost the contrast | add contrast | raise the contrast | make {obj} "
        "punchier | give {obj} more punch | stretch the contrast | add some pop | make {obj} pop | stretch the "
        "histogram | enhance the contrast | improve the contrast | give it more contrast | bring back the contrast "
        "| deepen the blacks and lift the whites | strengthen the contrast | equalize the histogram | make it less "
        "flat | bring more contrast into it | put some contrast in | bring life back into the tones | pump up the "
        "contrast | crank up the contrast | apply an S-curve | set the black and white points | expand the tonal "
        "range | spread the histogram | turn the contrast up | up the contrast | make the blacks black again | "
        "increase the tonal separation | wake up the dull {img} | give the flat {img} some depth | make the tones "
        "richer | fix the flat contrast | correct the weak contrast | intensify the contrast | apply CLAHE | make "
        "the tones less gray | make it pop more | more punch | more pop please | contrast up | contrast plus | add "
        "punch | add a bit of punch | add some bite | give it some bite | give it bite | give it pop | give it "
        "depth | give it a contrast curve | apply a contrast curve | apply a curve for more contrast | apply "
        "histogram equalization | use CLAHE | equalize {obj} | stretch the tones | stretch the levels | stretch the "
        "range | stretch the gray levels | spread the tones | widen the tonal range | use the full tonal range | "
        "use the full histogram | set the levels | fix the levels | make the blacks blacker | make the blacks deep "
        "| make the darks darker and the brights brighter | deepen the blacks | bring back deep blacks | bring back "
        "the blacks | bring back some punch | bring the colors to life | bring out the contrast | make it stand out "
        "| make the subject stand out by contrast | make it vivid | make the colors pop | make it pop | liven up "
        "the tones | freshen up the dull {img} | freshen up the faded {img} | revive the faded {img} | restore the "
        "faded tones | restore the faded print | put punch into it | kick up the contrast | lift the contrast | "
        "push the contrast | pump the contrast | improve the tonal separation | make the tones less flat | make the "
        "gray picture lively | make it less pale | give me deeper blacks and brighter whites | pull the tones apart "
        "| run CLAHE on it | make the blacks black and the whites white",
        jargon="contrast-stretch | contrast-enhance | equalize | add-contrast | contrast-boost | CLAHE | histeq | "
        "contrast+ | contrast up | punch | pop | hist-eq | HE | auto-levels | levels | tone-stretch | add contrast "
        "| un-flatten | stretch contrast",
        methods="contrast enhancement | contrast boost | contrast stretching | histogram equalization | histogram "
        "stretching | CLAHE | contrast restoration | contrast expansion | tonal stretching | contrast lifting | low "
        "contrast correction | levels adjustment for more contrast | contrast increase | local contrast enhancement "
        "| contrast improvement | contrast raising | contrast amplification | contrast strengthening | contrast "
        "recovery | contrast gain | histogram spreading | histogram stretch | histogram expansion | level "
        "stretching | levels correction | tonal expansion | tone stretching | gray level stretching | adaptive "
        "histogram equalization | de-fading | fade correction | faded photo restoration | punch | dynamic range "
        "stretching",
        adjectives="flat | washed out | dull | low in contrast | faded | lifeless | gray and flat | bland | flat "
        "and dull | muddy | too flat | insipid | colorless and flat | washed-out | contrastless | weak in contrast "
        "| drab | pale | paled | too pale | low-contrast | low contrast | without contrast | punchless | gray | "
        "grayish | all gray | kind of gray | dull and gray | boring in tone | lackluster | dreary | flat as a "
        "pancake | faded out | bleached and flat | milky in the blacks | lacking contrast | lacking punch | lame | "
        "lifeless and flat",
        symptoms="the contrast is too low | it lacks contrast | it lacks punch | there is no contrast | everything "
        "is the same gray | the blacks are gray | the tones are muddy | the colors look washed out | the histogram "
        "is squeezed in the middle | nothing stands out | the contrast is weak | it looks faded | it has no punch | "
        "the image is all gray mush | it needs more contrast | the scene looks flat and dull | there's hardly any "
        "contrast | the tones are all squeezed together | it looks like a log profile | blacks are not black and "
        "whites are not white | it looks lifeless | it is a bit bland | the picture is too flat | everything blends "
        "together in gray | nothing pops | it has the flat look of ungraded footage | the subject doesn't separate "
        "from the background tones | old scans fade like this | it lacks depth and punch | the levels are wrong, no "
        "real black | it's a dull gray picture | there's not enough contrast | the contrast is poor | the dynamic "
        "of the tones is too small | it was faded by the sun | it looks dull | the contrast is too weak | the "
        "contrast is very low | the contrast is bad, too low | there's too little contrast | there is little "
        "contrast | there isn't enough contrast | it has too little contrast | it has little contrast | contrast is "
        "missing | it lacks bite | it lacks pop | it lacks any punch | it lacks depth | it looks flat | it's flat | "
        "it's so flat | it's all flat | it's dull | it's kind of dull | it looks dull and lifeless | it looks pale "
        "| it looks gray | the colors are pale | the colors are washed out | the colors look dull | the colors are "
        "lifeless | the tones look tired | the blacks are not black | the blacks look gray | the blacks are milky | "
        "there's no real black | there are no real blacks | there's neither black nor white | the whole thing is "
        "gray in gray | it's gray on gray | everything is gray | everything is in one gray tone | the histogram is "
        "narrow | the histogram is just a spike in the middle | the histogram only uses the middle | the gray "
        "levels are between 80 and 120 | the pixel values cover a narrow range | the dynamic is poor | it's "
        "straight out of camera and flat | the RAW looks flat | it's a log file without grading | the old print has "
        "faded | the photo has faded in the sun | the old slide has faded | it bleached over the years | the scan "
        "came out flat | the target hardly stands out from the background | it's hard to tell the object from the "
        "background | the thermal image is flat | the infrared has hardly any contrast | an overcast day made it "
        "flat | flat light made it boring | the tones are too close together | black is gray and white is gray | "
        "everything sits in the mid-tones",
        goals="more contrasty | punchier | higher in contrast | less flat | more vivid in contrast | less dull | "
        "contrastier | richer in contrast | less gray | less washed out | stronger in contrast | more punchy | with "
        "more contrast | punchy | vivid | more contrasted | crisp in contrast | rich in contrast | less pale | less "
        "faded | full of punch | stronger in the blacks | with deeper blacks | with real blacks | with more punch | "
        "more dynamic in tone | lively in tone",
        keeps="keep it flat | keep the faded look | the flat look should remain | leave the contrast low | don't "
        "add contrast | I need it flat for grading | the faded look is intentional | I like it flat | the "
        "washed-out look is fine | don't touch the flat tones | don't boost the contrast",
    ),
    "high_contrast": _phrases(
        nouns="high contrast | harsh contrast | excessive contrast | hard contrast | too much contrast | crushed "
        "blacks | crushed shadows | extreme contrast | harshness | strong contrast | overdone contrast | contrasty "
        "look | harsh tones | hard shadows | exaggerated contrast | overly strong contrast | contrast overload | "
        "severe contrast | stark contrast | excess contrast | brutal contrast | hard tones | a steep tone curve | "
        "over-contrast | contrast harshness | blocked-up shadows | deep black crush | hard light | harsh light | "
        "the harsh look | harsh shadows | hard edges between light and shade | contrasty tones | excessive punch | "
        "an aggressive tone curve | a brutal tone curve | an overcooked look | overcooked contrast | the overdone "
        "punch | black shadows and white lights | the extreme light and shade | the steep curve | noon light | deep "
        "hard shadows | too hard contrast | too high contrast | a strong contrast | overcontrast | contrast excess "
        "| pitch black next to white | high-contrast look",
        actions="reduce the contrast | lower the contrast | soften the contrast | tone down the contrast | soften "
        "the harsh shadows | tame the contrast | make {obj} less contrasty | flatten the tone curve | decrease the "
        "contrast | compress the contrast | ease off the contrast | dial back the contrast | open the crushed "
        "blacks | take out some contrast | bring the contrast down | make it less harsh | turn the contrast down | "
        "calm the contrast | take the edge off the contrast | make the contrast milder | make the tones softer | "
        "relax the contrast | cut the contrast | drop the contrast | undo the exaggerated contrast | make it less "
        "harsh in tone | even out the harsh light and shadow | moderate the contrast | mellow the harsh tones | "
        "balance the hard light | ease the contrast | flatten the contrast | make the contrast weaker | get rid of "
        "the harsh look | weaken the contrast | pull the contrast back | soften the hard light | less contrast | "
        "less contrast please | less punch | contrast down | contrast minus | contrast back | take the contrast "
        "down | take the contrast back | take some contrast out | take out contrast | take a little contrast away | "
        "tone the contrast down | tone down the harsh light | turn down the contrast | make the contrast smoother | "
        "make the contrast softer | make the contrast gentler | make the tones gentler | make the light softer | "
        "make the light gentler | make it softer in tone | make it gentler | make it look less harsh | make it less "
        "hard | make it less punchy | make it flatter | make it milder | soften it up, the contrast is hard | "
        "soften the light | soften the tones | soften the shadows | smooth the contrast | smooth the tones | smooth "
        "out the harsh light | calm the tones | calm it down, too contrasty | ease the harshness | ease the hard "
        "light | lighten the crushed shadows and lower the contrast | flatten it a bit | flatten the curve | "
        "flatten the tones | compress the tones | compress the tonal range | compress the range | dial down the "
        "contrast | drop the contrast a notch | undo the contrast boost | undo the contrast boost I made | undo the "
        "clarity | take back the clarity | tame the hard light | tame the harsh light | balance light and shade | "
        "reduce the harshness | reduce the punch | reduce the gap between lights and darks | bring lights and darks "
        "closer together | fill in the hard shadows and calm the whites",
        jargon="decontrast | contrast-reduce | contrast-compress | soften-contrast | lower-contrast | "
        "reduce-contrast | flatten | contrast- | contrast down | decontrast it | soften tones | uncontrast | "
        "tone-compress | flatten tones | less contrast | anti-contrast",
        methods="contrast reduction | contrast compression | contrast lowering | contrast softening | contrast "
        "taming | contrast decrease | contrast moderation | tone softening | tone compression | harsh light "
        "correction | high contrast correction | dynamic range compression of the contrast | contrast cut | "
        "harshness reduction | harsh light removal | harsh light softening | hard light correction | tone "
        "flattening | tonal compression | contrast flattening | contrast relaxation | contrast reducing | contrast "
        "control downwards | range compression | light softening | excessive contrast correction | contrast "
        "diminution | de-contrasting | contrast toning down",
        adjectives="too contrasty | harsh | contrasty | overly contrasty | too high in contrast | too hard in "
        "contrast | very contrasty | too harsh | stark | over-contrasty | excessively contrasty | harsh and "
        "contrasty | too punchy | too contrasted | too contrasty and hard | hard | too hard | very hard in tone | "
        "very harsh | harsh in the light | extreme in contrast | brutal in contrast | over-punchy | overcooked | "
        "overdone in contrast | aggressive in contrast | high-contrast | high contrast | far too contrasty | "
        "insanely contrasty | glaring in contrast | black and white without grays",
        symptoms="the contrast is too high | the contrast is too strong | the blacks are crushed | the contrast is "
        "overdone | there is too much contrast | the light was harsh | the shadows are crushed and the whites are "
        "harsh | the tones are too hard | it has too much punch | the contrast slider went too far | the contrast "
        "is brutal | the contrast is extreme | the contrast hurts my eyes | the tonal transitions are too hard | "
        "somebody cranked the contrast up | the midtones are missing, only black and white remain | the noon sun "
        "made harsh contrast | the contrast is exaggerated | it looks like a photocopy, pure black and pure white | "
        "it's way too contrasty | the contrast is unnatural | there are no midtones | the contrast is too hard | "
        "the contrast was pushed too far | the light is very hard | the shadows are pitch black next to bright "
        "whites, too contrasty | it is overprocessed with contrast | the tones jump from black to white | the "
        "contrast is aggressive | the dark tones are crushed | it has an extreme tone curve | the scene contrast "
        "was too much | the shadow areas are blocked up | the high contrast kills the midtones | the contrast is "
        "way too high | the contrast is way too strong | the contrast is way over the top | the contrast is over "
        "the top | the contrast is too much | the contrast is crazy | the contrast is excessive | the contrast went "
        "overboard | too much contrast | there's far too much contrast | it's too contrasty | it has too much "
        "contrast | it has way too much contrast | it's very harsh | it's too harsh | it looks harsh | it looks "
        "hard | it looks overcooked | it's overcooked | I overcooked the contrast | I overdid the contrast | I "
        "overdid it with the contrast | I pulled the contrast too far | I pushed the clarity too much | the clarity "
        "slider was too high | the edit is too punchy | the curve is too steep | the S-curve is too strong | the "
        "sun was harsh | the light was hard | the light was too hard | the noon light was brutal | midday light is "
        "so harsh | the bare flash made hard light | hard shadows everywhere | the shadows are hard black | the "
        "shadows go to black and the lights to white | the shadows block up while the lights glare | blacks are "
        "crushed and whites are chalky | everything is either black or white | it's either pitch black or paper "
        "white in tone | there's nothing between black and white | there are no grays left | there's no middle gray "
        "| the midtones are gone | the tonal range is too large | the difference between light and dark is too big "
        "| the difference between bright and dark is too large | it looks like an ink drawing | it looks like a "
        "woodcut | it looks posterized by contrast | it looks like a xerox | the preset made it too contrasty | the "
        "filter made it too contrasty",
        goals="less contrasty | lower in contrast | softer in contrast | less harsh | gentler in contrast | milder "
        "in contrast | less stark | less hard in contrast | with less contrast | flatter in contrast | gentler in "
        "tone | softer | gentle in contrast | soft in tone | smooth in tone | flatter | less punchy | less extreme "
        "in contrast | calmer in contrast | less hard | moderate in contrast | milder in tone | easier on the eyes "
        "in contrast",
        keeps="keep it contrasty | keep the hard look | the strong contrast should remain | keep the punch | don't "
        "lower the contrast | leave the contrast high | the hard contrast is intentional | I like it contrasty | "
        "the harsh look is fine | don't soften the contrast | don't reduce the contrast",
    ),
    "contrast": _phrases(
        nouns="bad contrast | wrong contrast | contrast problems | contrast issues | incorrect contrast | contrast "
        "faults | unbalanced contrast | contrast mistakes | contrast trouble",
        actions="fix the contrast | correct the contrast | adjust the contrast | normalize the contrast | balance "
        "the contrast | set the right contrast | get the contrast right | repair the contrast | bring the contrast "
        "to normal | optimize the contrast | sort out the contrast | improve it, the contrast is wrong | set the "
        "contrast properly | rebalance the contrast",
        jargon="auto-contrast | autocontrast | contrast-fix",
        methods="contrast correction | contrast adjustment | contrast normalization | contrast balancing | contrast "
        "repair | auto contrast | contrast fix | contrast control",
        adjectives="off in contrast | wrong in contrast",
        symptoms="the contrast is off | the contrast is wrong | the contrast is not right | I messed up the "
        "contrast | the contrast looks strange | something is wrong with the contrast | the contrast isn't right | "
        "the contrast is all wrong",
        goals="balanced in contrast | right in contrast",
        keeps="keep the contrast | leave the contrast as it is | don't change the contrast | the contrast is fine",
    ),
    "stripes": _phrases(
        removable=True,
        nouns="stripes | stripe noise | infrared stripes | column noise | vertical lines | banding | fixed pattern "
        "noise | fixed-pattern stripes | vertical stripes | scan lines | striping | a stripe pattern | vertical "
        "bands | IR stripes | sensor lines | column stripes | line artifacts | thermal stripes | vertical streaks "
        "in the infrared | stripe artifacts | nonuniformity | vertical banding | columns | streaky lines in the "
        "thermal | infrared banding | thermal banding | line noise | line pattern | column pattern | sensor stripes "
        "| sensor banding | column offsets | stripe interference | striping noise | striation | bars in the "
        "infrared | FPN | column artifacts | vertical bars | a line pattern | IR banding | lines in the infrared | "
        "lines in the thermal image | the line pattern of the thermal camera | vertical striping | vertical line "
        "noise | a curtain of lines | a curtain pattern | vertical streaking | the column effect | column-to-column "
        "variation | column nonuniformity | stripe non-uniformity | non-uniformity | NU noise | detector stripes | "
        "detector nonuniformity | readout noise stripes | readout lines | thermal lines | thermal scan lines | thin "
        "vertical lines | parallel lines | parallel stripes | regular stripes | striped noise | a barcode pattern | "
        "grid lines from the sensor | bands in the IR | vertical band noise | IR lines | sensor columns | row and "
        "column noise | the streaks of the detector | fixed-pattern lines | FPN stripes | microbolometer stripes | "
        "bolometer lines",
        actions="clean the stripes off the thermal image | remove the lines from the infrared image | correct the "
        "column offsets | run a nonuniformity correction | fix the striped infrared image | make the stripes "
        "disappear | rid {obj} of stripes | take the bands out of the thermal picture | calibrate away the column "
        "pattern | even out the columns | clean up the striped thermal frame | get the lines out of the IR | remove "
        "the column pattern | take the lines off the IR | make the thermal image stripe-free | smooth out the "
        "columns | filter the stripes out of the infrared | fix the banding | get rid of the vertical lines | "
        "flat-field the thermal sensor | calibrate the infrared sensor | fix the column noise of the IR camera | "
        "cancel the fixed pattern | remove the curtain effect | clear the bars from the thermal frame | remove the "
        "vertical bars | make the lines vanish | fix the nonuniform sensor | fix the stripes | equalize the column "
        "response | remove the vertical lines | delete the lines | delete the stripes | erase the lines | erase the "
        "vertical lines of the IR sensor | clean the IR of lines | clean the thermal image of its lines | clean the "
        "columns | clean the lines in the IR | fix the lines | fix the lines in the thermal image | fix the columns "
        "| fix the sensor pattern | fix the fixed pattern | correct the columns | correct the line pattern | "
        "correct the detector columns | correct the nonuniformity | correct the non-uniformity of the sensor | "
        "correct the fixed pattern of the bolometer | take the lines out | take out the lines of the sensor | take "
        "the stripes off the IR | take the curtain off | get rid of the lines | get rid of the line pattern | get "
        "rid of the barcode look | get rid of the vertical bands | subtract the column pattern | subtract the fixed "
        "pattern | apply a flat field | apply nonuniformity correction | do a NUC | run a NUC | trigger a NUC | "
        "recalibrate the thermal sensor | even out the bolometer | even out the detector columns | smooth the "
        "vertical lines | filter the lines | filter the vertical lines out | suppress the column noise | suppress "
        "the line pattern | level the columns | match the columns | make the columns uniform | make the thermal "
        "picture uniform | make the IR uniform | even out the column offsets | even the columns out | calibrate the "
        "columns against each other",
        jargon="destripe | de-stripe | deband | NUC | unstripe | deline | line-remove | remove-FPN | NUC it | "
        "striperemove | stripe-remove | line-filter | de-line | de-band | debanding | de-FPN | FPN-correct | "
        "flat-field | column-correct",
        methods="destriping | stripe removal | stripe noise removal | nonuniformity correction | de-striping | "
        "column noise removal | debanding | fixed pattern noise correction | NUC | line removal | column correction "
        "| stripe filtering | FPN removal | FPN correction | banding removal | stripe correction | removal of "
        "stripes | flat-field correction | stripe suppression | stripe cleanup | stripe noise correction | stripe "
        "noise suppression | line noise removal | line pattern removal | line suppression | vertical line removal | "
        "column noise correction | column noise suppression | column correction of the bolometer | non-uniformity "
        "correction | sensor nonuniformity correction | infrared destriping | thermal destriping | IR destriping | "
        "IR stripe removal | thermal stripe removal | fixed pattern removal | fixed-pattern noise suppression | "
        "fixed pattern noise removal | flat fielding | flat-fielding | band removal | de-banding | detector "
        "calibration | debanding of the IR",
        adjectives="striped | stripy | full of vertical lines | banded | full of stripes | full of bands | "
        "line-ridden | full of columns | full of bars | streaked with vertical lines | stripey | striped like a "
        "zebra | stripy in the IR | lined | full of lines | full of vertical bands | full of thin lines | covered "
        "with lines | covered in vertical lines | non-uniform across the columns | nonuniform | barcode-like | "
        "streaky in the columns",
        symptoms="the thermal image has vertical lines | the infrared is full of stripes | the IR camera has column "
        "noise | there are lines running down the thermal picture | the microbolometer is not calibrated | the "
        "thermal sensor shows a column pattern | the infrared looks like a barcode | the IR frame is striped | I "
        "see bands in the infrared | lines run from top to bottom | the columns have different offsets | the heat "
        "picture looks like a curtain of lines | the thermal camera drew lines | there are stripes all over the "
        "infrared | vertical bars cover the IR image | the thermal camera needs calibration, I see columns | the "
        "uncooled detector makes lines | every column has another brightness | there's banding | the IR picture is "
        "covered in thin vertical lines | fixed pattern noise shows in the thermal image | the stripes hide the "
        "people in the thermal view | the readout circuit causes stripes | parallel lines run down the frame | the "
        "sensor has stripe interference | the infrared sensor has a pattern of columns | the thermal view looks "
        "like corduroy | a zebra pattern covers the IR | the image is divided into vertical bands | I see stripes | "
        "there are thin lines everywhere in the infrared | the detector columns don't match | there are lines in "
        "the infrared | there are lines in the thermal image | there are vertical lines everywhere | there are "
        "stripes in the IR | there are vertical bars | there are bands in the thermal picture | there's a line "
        "pattern | there's a vertical line pattern | there's a curtain of lines over the IR | I see lines | I see "
        "vertical lines | I see a line pattern | I see columns | lines go from top to bottom | lines run down the "
        "infrared | vertical lines run through everything | the IR shows lines | the IR has lines | the IR has a "
        "barcode pattern | the thermal shows stripes | the thermal camera makes lines | the thermal camera makes "
        "stripes | my thermal scope draws lines | our FLIR shows stripes | the FLIR has banding | the heat camera "
        "is stripy | the heat image has vertical bands | the sensor has not been calibrated and shows lines | the "
        "shutter calibration didn't run | the bolometer shows its columns | the columns of the sensor are uneven | "
        "the columns don't match | each column has its own offset | since the firmware update there are lines in "
        "the IR | the readout makes vertical lines | the fixed pattern is visible | the pattern of the detector "
        "shows through | it looks like a bar code | it looks like a picket fence of lines | it looks like a curtain "
        "| the night camera has vertical stripes | the infrared camera draws thin lines | LWIR has column noise | "
        "the LWIR channel is striped | the columns of the sensor disagree",
        goals="stripe-free | free of stripes | free of vertical lines | less stripy | free of banding | without "
        "stripes | without vertical lines | even across the columns | free of column noise | without lines | "
        "without the line pattern | free of lines | free from stripes | free of columns | uniform across the "
        "columns | line-free | uniform",
        keeps="leave the infrared lines in | the stripes may stay | don't touch the columns | keep the sensor "
        "pattern | the stripes don't bother me | the column pattern is fine | leave the banding in the thermal "
        "image | don't destripe",
    ),
    "weather": _phrases(
        removable=True,
        nouns="bad weather | weather effects | weather | weather artifacts | bad weather effects | weather "
        "degradation | weather conditions | adverse weather | weather problems | nasty weather | awful weather | "
        "the weather | foul weather | rough weather | terrible weather | lousy weather | stormy weather | all the "
        "weather",
        actions="make it a clear day | give me nice weather | undo the bad weather | fix the weather | clear up the "
        "weather | remove the effects of the weather | make it look like good weather | make the weather nice | get "
        "rid of everything the weather did | take the weather out of {obj} | remove the bad weather | turn it into "
        "a nice day | make it a nice day | make the bad weather go away | pretend the weather was good | get rid of "
        "the weather | remove all weather effects | clear the weather",
        jargon="de-weather | deweather | weather-remove | anti-weather",
        methods="weather removal | adverse weather removal | deweathering | all-weather restoration | weather "
        "correction | weather cleanup | bad weather removal | removal of weather effects | weather effect removal | "
        "bad weather restoration | adverse weather restoration | weather-free rendering | weather suppression",
        adjectives="spoiled by the weather | affected by bad weather | ruined by the weather | affected by the weather",
        symptoms="the weather was awful | the weather ruined {theimg} | we had terrible weather | bad weather got "
        "in the way | the weather was against us | we had miserable weather | the weather was bad that day | it was "
        "terrible weather | rain, snow, fog, we had it all | the weather was terrible | the weather was lousy | the "
        "weather was really bad | the weather spoiled it | the weather did its worst | what awful weather",
        goals="free of weather effects | look like fine weather | free of bad weather | without the bad weather | "
        "look like a day with good weather | weather-free | look like nice weather",
        keeps="keep the weather | leave the weather as it was | the weather is part of the story | don't touch the "
        "weather",
    ),
    "everything": _phrases(
        nouns="degradations | defects | flaws | all the defects | all degradations | everything that is wrong | all "
        "the flaws | imperfections | quality problems | any degradation | damage | all the damage | all problems | "
        "all issues | every defect | everything bad | issues | all the faults | faults | every flaw | all artifacts "
        "| all the degradations | all kinds of degradation | anything wrong | every problem | all the mess",
        actions="enhance {obj} | clean it up | restore everything | fix everything | repair everything | improve "
        "the quality | make it look good | make it look professional | clean up {obj} | improve {obj} | fix {obj} | "
        "restore {obj} | make it beautiful | repair {obj} | do your magic | fix whatever is wrong | remove all the "
        "degradations | make it perfect | polish {obj} | fix all the problems | give me the best quality you can | "
        "undo all the damage | clean {obj} | make {obj} look better | get the best out of {obj} | correct all the "
        "flaws | do everything you can | remaster {obj} | fix it all | make it as clean as possible | make it "
        "better | make {obj} clean | improve the image quality | fix all the issues | clean everything up | bring "
        "{obj} back to life | make it as good as new | fix every problem you see | restore the quality | perfect "
        "{obj} | give me a clean result | make {obj} clear and clean | remove anything that degrades {obj} | rescue "
        "{obj} | save {obj} | apply all corrections | apply every fix you have | undo whatever happened to {obj} | "
        "maximize the quality | make it presentable | tidy it up | make it shine | fix this mess | work your magic "
        "on {obj} | bring out the best in {obj} | make it good | make it nice | make it look nice | make it look "
        "right | make it look its best | make it look new | make it look as good as you can | make it great again | "
        "make it a good {img} | make it high quality | make it top quality | make it publishable | make it clean "
        "and nice | make a good picture out of it | restore it completely | restore it fully | repair it | repair "
        "it completely | fix it | fix it up | fix it completely | fix all of it | fix all that is wrong | fix "
        "anything that's wrong | correct everything | correct whatever is wrong | correct every defect | remove "
        "every defect | remove all defects | remove all the flaws | remove every degradation | remove all artifacts "
        "| clean it | clean it completely | clean everything | clean up everything | clean the whole thing up | "
        "clean all of it | do a full restoration | do a complete restoration | do the full restoration | do all you "
        "can | do your best with {obj} | do everything to make it better | do what's needed | apply the full "
        "treatment | apply full enhancement | give it the full treatment | improve everything | improve it as much "
        "as you can | upgrade the quality | raise the quality | better quality please | best quality please | full "
        "quality | quality up | enhance everything | enhance it fully | beautify {obj} | refurbish {obj} | spruce "
        "up {obj} | retouch everything | bring it to perfection | please restore this old {img} | revive {obj}",
        jargon="enhance | restore | auto-fix | auto-enhance | cleanup | improve | fix all | clean up | fix | repair "
        "| optimize | remaster | restore all | repair all | enhance all | fix-all | restore fully | autofix | full "
        "restore | beautify | enhance+ | clean all",
        methods="restoration | full restoration | image enhancement | quality enhancement | enhancement | full "
        "cleanup | all-in-one restoration | overall enhancement | complete restoration | overall improvement | "
        "general cleanup | overall cleanup | auto enhancement | quality improvement | full repair | complete repair "
        "| complete cleanup | complete enhancement | general restoration | universal restoration | blind "
        "restoration | automatic enhancement | auto restoration | total restoration | photo repair | quality "
        "restoration | overall repair | all-round cleanup",
        adjectives="bad | ugly | terrible | degraded | in poor shape | of poor quality | awful | in bad shape | in "
        "a bad state | a mess | of terrible quality | of bad quality | horrible | damaged | badly damaged | badly "
        "degraded | garbage",
        symptoms="the quality is bad | the quality is terrible | everything is wrong with it | it looks terrible | "
        "it is badly degraded | it looks awful | it is in bad shape | it's a mess | the quality is poor | it's in "
        "terrible condition | so much is wrong with it | the image quality is low | it is badly damaged | it looks "
        "like garbage | it's terrible | it's horrible | it's awful | it's a disaster | it's in bad condition | it's "
        "in a sorry state | it's degraded in every way | there's so much wrong with it | a lot is wrong with it | "
        "the quality is awful | the quality is horrible | the quality is poor in every way | it's of very poor "
        "quality | it needs a full restoration",
        goals="clean | perfect | look great | as good as possible | pristine | flawless | better | look "
        "professional | spotless | immaculate | as new | professional | high quality | better looking | clean and "
        "clear | good | nice | great | excellent | like new | of high quality | of the best quality | top quality | "
        "perfect in every way | as clean as possible | beautiful",
        keeps="don't repair anything | leave everything as it is | no restoration | do not fix anything | no "
        "enhancement | don't clean anything up | change nothing else | leave all flaws in | don't change anything | "
        "change nothing | do not change anything | no corrections | no corrections please | no repairs | no "
        "restoration please | leave it as it is | leave everything alone | leave the {imgs} as they are | leave all "
        "defects | don't correct anything | don't restore anything | don't improve anything | do nothing else | no "
        "filters | no filtering | no processing besides fusion | keep everything | keep all as it is | keep it the "
        "way it is | nothing should be changed | nothing needs to be repaired | nothing needs fixing | no need to "
        "fix anything | no need to repair anything | it's fine as it is | hands off the rest",
    ),
}
