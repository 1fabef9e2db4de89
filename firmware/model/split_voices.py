"""Writes voices.json: who speaks in training, development and test, and which unknown words occur there.

Run once, before any training; the file is committed and frozen. Variants are split by family (`klatt`, `klatt2`, ...
are one family); then training gives up every variant whose definition is more than half the same as that of a held-out
one (`Henrique` is `Hugo` but for a line), so that no near-copy of a training voice is in the test set.
"""
import hashlib
import json
import os
import random
import re

import synth

SEED = 20240611
KEYWORDS = "yes no up down left right on off stop go".split()
ACCENTS = {  # `en` is British English; espeak-ng 1.51 does not find it as en-gb
    "train": ["en-us", "en", "en-gb-scotland", "en-gb-x-gbclan", "en-gb-x-rp", "en-029", "en-us-nyc"],
    "test_only": ["en-gb-x-gbcwmd"],
}
UNKNOWN = {
    # No homophones of keywords (know, write, wright) in any list; no word in two lists.
    "train": """apple table river summer music paper orange window happy seven nine bird cat dog house marvin sheila tree wow
        bed four five eight three one two zero six water green yellow monday coffee pencil doctor garden silver mountain father
        mother school kitchen winter morning light dark open close play pause next back volume camera history animal bottle
        people chicken money number letter less guess nest west dress best mess yet yell young nose toe low row show
        snow mole nor moan bow so sew cup cut us under butter pup puff hut hub tub town brown crown gown dawn done dull dumb
        den sound found round lift laugh lend lost loft let lap life rice ride ripe wide wine bright fight night height white
        ripe try own honest onion john gone con swan olive option often cough soft coffin opera offer
        awful orphan step stock shop top stomp stone star stuff storm story goat gold gum good god ghost got goal bay bee blue
        boat bone book boy bread bring call card chair cheese child church city clean clock cloud cold color corn cross crowd
        dance day deep dinner dream drink drive early earth east egg ever fall farm fast feel fire fish floor flower food foot
        forty friend front fruit game gift girl glass grass gray great ground hair half hand hard hat head heart heavy hello
        help high hill hold home hope horse hot hour ice inch iron job join jump keep key kind king knee lake lamp late lead
        leaf learn leg line lion lip list live lock long look love lunch machine make man map mark meal meat milk
        mind minute month moon mouth move name neck new nice noise noon north office oil old page pain pair park
        part party pen person phone piece pig pink plan plant plate point pool poor post pot price prize push queen quick
        quiet radio rain reach read red rest rich ring road rock room rope rose rule run sad safe salt sand save sea seat
        seed sell send shake shape sharp sheep shelf ship shirt shoe short shout sick side sign sing sit size skin sky sleep
        slow small smell smile smoke snake soap sock some son song soon soup south space speak spend spoon spring square
        stand station stay steel still stick store street strong sugar suit sun sweet swim tail take talk tall taste tea
        teach team tell ten test thank thick thin thing think third time tired today tooth touch toy track train truck
        true turn twelve uncle view visit voice wait walk wall want warm wash watch wave weak wear week wheel wild wind
        wing wish woman wood word work world worm year zoo""",
    "dev": """planet banana robot carpet circle desert dragon elbow finger giant hunter insect jungle knight lizard magnet
        nephew oyster parrot quartz rabbit salad tower umbrella violin whistle yogurt zebra acid bless""",
    "test": """purple sister ocean basket tuesday guitar forest hammer brother picture ladder cotton thunder village engine
        market pocket spider tiger wagon blanket copper diamond feather glacier harbor island jacket kitten lemon mirror
        needle ostrich pigeon quarter ribbon saddle tunnel velvet walnut""",
}


def family(variant):
    return re.sub(r"\d+$", "", variant).lower()


def usable_variants():
    """Variants of the installed espeak-ng that speak, and differ from the plain accent and from each other."""
    def print_of(voice):
        x = synth.speak("seven", voice, 160, 50, 50)
        return None if x is None else hashlib.md5(x.tobytes()).hexdigest()

    seen, kept, dropped = {print_of("en-us")}, [], []
    for variant in sorted(os.listdir(synth.VARIANT_FOLDER)):
        fingerprint = print_of(f"en-us+{variant}")
        (dropped if fingerprint is None or fingerprint in seen else kept).append(variant)
        seen.add(fingerprint)
    return kept, dropped


def definition(variant):
    """The lines of a variant's file that make its sound."""
    with open(os.path.join(synth.VARIANT_FOLDER, variant), errors="replace") as f:
        lines = {line.split("//")[0].strip() for line in f}
    return {line for line in lines if line and not line.startswith(("name", "language", "gender"))}


def is_near_copy(variant, others):
    own = definition(variant)
    return any(2 * len(own & other) > len(own | other) for other in map(definition, others))


def main():
    kept, dropped = usable_variants()
    families = sorted({family(v) for v in kept})
    random.Random(SEED).shuffle(families)
    target = {"test": 0.25 * len(kept), "dev": 0.15 * len(kept)}
    variants = {"train": [], "dev": [], "test": []}
    for name in families:
        members = [v for v in kept if family(v) == name]
        part = next((p for p in ("test", "dev") if len(variants[p]) + len(members) <= target[p]), "train")
        variants[part] += members
    held_out = variants["dev"] + variants["test"]
    near_copies = sorted(v for v in variants["train"] if is_near_copy(v, held_out))
    variants["train"] = [v for v in variants["train"] if v not in near_copies]
    words = {part: sorted(set(text.split())) for part, text in UNKNOWN.items()}
    for a, b in (("train", "dev"), ("train", "test"), ("dev", "test")):
        assert not set(words[a]) & set(words[b]), (a, b, set(words[a]) & set(words[b]))
    voices = {
        "seed": SEED,
        "synthesiser": synth.VERSION,
        "keywords": KEYWORDS,
        "accents": ACCENTS,
        "variants": {part: sorted(v) for part, v in variants.items()},
        "droppedAsAlike": dropped,
        "droppedAsNearCopies": near_copies,
        "unknownWords": words,
    }
    with open(os.path.join(os.path.dirname(__file__), "voices.json"), "w") as out:
        json.dump(voices, out, indent=1)
        out.write("\n")
    print({part: len(v) for part, v in variants.items()}, "near-copies dropped", near_copies, {p: len(w) for p, w in words.items()})


if __name__ == "__main__":
    main()
