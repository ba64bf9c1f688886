"""Words of a finding, made comparable: synonyms of single words, words that say nothing, words that change the meaning.

Owns the language of reports (direction, organs, qualifiers, negation, relatives), never the names of diseases: those stand
in the tables. Must not know terms.
"""

from __future__ import annotations

import re

from kg.knowledge.lexicon import normalize

_PHRASES = tuple(
    (re.compile(rf"\b{pattern}\b"), word)
    for pattern, word in (
        (r"bone marrow", "marrow"),
        (r"white (?:blood )?cell", "leukocyte"),
        (r"red (?:blood )?cell", "erythrocyte"),
        (r"wbc", "leukocyte"),
        (r"(?:peripheral )?(?:blood )?(?:smear|film)", "smear"),
        (r"(?:enlarged|swollen) (?:lymph )?(?:node|gland)|lymph node (?:enlargement|swelling)", "lymphadenopathy"),
        (r"enlarged spleen|splenic enlargement|spleen enlargement|large spleen|palpable spleen", "splenomegaly"),
        (r"enlarged liver|hepatic enlargement|liver enlargement|large liver|palpable liver", "hepatomegaly"),
        (r"anti (?=[a-z])", "anti"),
        (r"(anti\w+) ig[agm]", r"\1 antibody"),
        (r"auto ?antibody", "antibody"),
        (r"not detected|not detectable|non ?reactive|seronegative", "negative"),
        (r"seropositive", "positive"),
        (r"pathogenic variant|gene (?:mutation|variant)|mutation", "variant"),
        (r"(?:skin|cutaneous) (?:rash|eruption)|exanthem(?:a)?|eruption", "rash"),
        (r"high grade", ""),
        (r"physical examination|examination", ""),
        (r"(?:^|(?<= of)|(?<= with)|(?<= had)|(?<= for)|(?<= in)) ?a(?= [a-z]{3})", ""),
    )
)
# Words of one meaning -> the word that stands for them.
_SAME: dict[str, str] = {
    **dict.fromkeys(("elevated", "raised", "high", "increase", "elevation", "rising"), "increased"),
    **dict.fromkeys(("low", "reduced", "reduction", "decrease", "diminished", "depressed", "subnormal"), "decreased"),
    **dict.fromkeys(("absence", "missing", "undetectable", "lack", "lacking"), "absent"),
    **dict.fromkeys(("positivity", "reactive", "detected", "detection"), "positive"),
    **dict.fromkeys(("renal", "nephric"), "kidney"),
    **dict.fromkeys(("hepatic",), "liver"),
    **dict.fromkeys(("pulmonary",), "lung"),
    **dict.fromkeys(("cardiac",), "heart"),
    **dict.fromkeys(("splenic",), "spleen"),
    **dict.fromkeys(("cerebral",), "brain"),
    **dict.fromkeys(("gastric",), "stomach"),
    **dict.fromkeys(("oral", "buccal"), "mouth"),
    **dict.fromkeys(("cutaneous", "dermal"), "skin"),
    **dict.fromkeys(("febrile", "pyrexia"), "fever"),
    **dict.fromkeys(("rigor", "shivering"), "chill"),
    **dict.fromkeys(("hypocellularity", "hypoplastic"), "hypocellular"),
    **dict.fromkeys(("hypercellularity", "hyperplastic"), "hypercellular"),
    **dict.fromkeys(("ulceration", "ulcerated"), "ulcer"),
    **dict.fromkeys(("repeated", "frequent", "recurring"), "recurrent"),
    **dict.fromkeys(("prolonged", "longstanding"), "persistent"),
    **dict.fromkeys(("massive", "huge"), "marked"),
    **dict.fromkeys(("tcell",), "t cell"),
    **dict.fromkeys(("granulocytic",), "myeloid"),
    **dict.fromkeys(("periodic", "cycling"), "cyclic"),
    **dict.fromkeys(("reticulated",), "reticular"),
    **dict.fromkeys(("promyelocytic",), "promyelocyte"),
    **dict.fromkeys(("clumping", "aggregation", "aggregate", "agglutination", "clumped"), "clump"),
    **dict.fromkeys(("transplantation", "transplanted"), "transplant"),
    **dict.fromkeys(("stool", "fecal"), "stool"),
    **dict.fromkeys(("illness", "disorder"), "disease"),
    **dict.fromkeys(("mutated", "variation"), "variant"),
    **dict.fromkeys(("teardrop", "dacrocyte", "dacryocyte"), "teardrop"),
    **dict.fromkeys(("newborn", "neonate"), "neonatal"),
}
# Words that carry nothing when two names are compared.
STOP = frozenset(
    "an the of in on at to by for from and or with as is was were be are been his her its their this that into per via "
    "circulating concentration level serum plasma total value measured count number amount status finding presence present "
    "evidence associated related due type both length".split()
)
# Qualifiers that may be dropped when the rest is a term; severity is dropped last, since some terms carry it.
QUALIFIERS = frozenset(
    "new newly onset recent recently acute subacute chronic current ongoing prior previous past known mild moderate severe "
    "marked profound diffuse generalized localized focal bilateral left right upper lower persistent intermittent transient "
    "recurrent progressive worsening isolated asymptomatic symptomatic significant slight slightly minimal borderline "
    "tender painful painless unexplained spontaneous initial later subsequent small large multiple several scattered "
    "extensive widespread gross clinical radiographic biopsy proven confirmed documented secondary primary active "
    "longstanding untreated treated stable developing developed noted reported history diagnosis diagnosed episode one "
    "mildly moderately severely markedly profoundly week day month year hour ago since birth first second third daily "
    "speckled homogeneous nucleolar pattern titer strongly weakly "
    "ultrasound imaging ct mri xray chest radiograph admission presentation".split()
)
SEVERITY = frozenset("mild moderate severe marked profound mildly moderately severely markedly profoundly".split())
# A text with one of these speaks of somebody or something else: nothing may be dropped to make it fit.
RELATIVES = frozenset(
    "mother father brother sister parent sibling cousin uncle aunt son daughter family familial maternal paternal grandmother "
    "grandfather twin donor partner husband wife contact household".split()
)
UNSURE = frozenset("possible suspected probable presumed questionable rule risk likely unlikely differential".split())
OVER = frozenset("remission resolved cured eradicated inactive recovered".split())
OTHER_MATTER = frozenset(
    "normal no not without negative absent non unremarkable screen screening prophylaxis vaccine vaccination immunization "
    "allergy attendance travel exposed pending declined refused free never denies unaffected incompatibility "
    "carrier prevention".split()
)
_TITER = re.compile(r"\b\d+ ?: ?\d[\d,.]*\b|\b1/\d+\b")
_PARENTHESES = re.compile(r"\s*[(\[][^()\[\]]*[)\]]")
_TIME = re.compile(
    r"\b(?:for|since|over|during|lasting|every|x|×|of)?\s*(?:the\s+)?(?:last|past|about|approximately|almost|nearly)?\s*"
    r"(?:\d+(?:[.,-]\d+)?|one|two|three|four|five|six|seven|eight|nine|ten|several|few|many)[- ]?"
    r"(?:hours?|days?|weeks?|months?|years?|wks?|yrs?|h|d)(?:['’]s?)?(?:[- ](?:history|duration|old|ago|later|earlier|prior))?"
    r"(?:\s+of(?: duration)?)?\b",
    re.IGNORECASE,
)


def read_words(text: str) -> tuple[str, ...]:
    """Comparable words of a text, in order; words without content are left out."""
    plain = normalize(text)
    for pattern, word in _PHRASES:
        plain = pattern.sub(word, plain)
    words = [word for chunk in plain.split() for word in _SAME.get(chunk, chunk).split()]
    kept = tuple(word for word in words if word not in STOP)
    return kept if len(kept) > 1 or "circulating" not in words else ("circulating", *kept)


def strip_details(text: str) -> str:
    """Text without what stands in parentheses, titers and durations."""
    plain = _TIME.sub(" ", _TITER.sub(" ", _PARENTHESES.sub(" ", text)))
    return re.sub(r"\s+", " ", plain).strip(" ,;:-")


_NUMBER_WORDS = {"five": 5, "ten": 10, "fifteen": 15, "twenty": 20, "thirty": 30, "fifty": 50, "sixty": 60}
_LIMIT = re.compile(
    rf"(?P<sign>over|above|more than|at least|below|under|less than)?\s*(?P<n>\d+(?:\.\d+)?|{'|'.join(_NUMBER_WORDS)})\s*"
    r"(?:%|percent)\s*(?P<more>or more)?"
)
_PERCENT = re.compile(r"(\d+(?:[.,]\d+)?)\s*(?:%|percent)")


def keeps_limit(text: str, name: str) -> bool:
    """Whether a percentage in a text lies on the side of the limit that a name states; true where either has none."""
    limit, stated = _LIMIT.search(name.casefold()), _PERCENT.search(text.casefold())
    if limit is None or stated is None:
        return True
    bound = float(_NUMBER_WORDS.get(limit["n"], 0) or limit["n"])
    value = float(stated[1].replace(",", "."))
    return value <= bound if limit["sign"] in ("below", "under", "less than") else value >= bound
