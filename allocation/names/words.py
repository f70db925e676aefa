"""What comparing two names may answer."""

from enum import StrEnum


class Verdict(StrEnum):
    """Whether two names are one firm's."""

    same = "same"
    near = "near"
    different = "different"


class Alike(StrEnum):
    """What makes two names alike."""

    credit_code = "credit_code"  # the registered code is the same
    identical = "identical"  # nothing but writing, legal form or brackets differs
    alias = "alias"  # a recorded old or short name, subsidiary or parent
    branch = "branch"  # one is the other's branch
    place = "place"  # the same core and trade, another place
    short_name = "short_name"  # one is short for the other
    group = "group"  # the same core, one calls itself a group
    related = "related"  # the same core in a line of work that fits
    sound = "sound"  # a character that sounds alike
    shape = "shape"  # a character that looks alike
    slip = "slip"  # a character too many, too few or in the wrong place
    nothing = "nothing"  # too little
