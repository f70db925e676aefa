"""Everything that can be done with cases: the one door for routes, pages, jobs and the slices above."""

from services.first_talk.figures import figures
from services.first_talk.hearing import set_hearing, state_case
from services.first_talk.opening import admit, open_case, refuse, withdraw
from services.first_talk.precedents import search
from services.first_talk.repo import find_case
from services.first_talk.ruling import propose, say
from services.first_talk.settling import agree, offer, settle
from services.first_talk.views import summaries, view

__all__ = [
    "admit",
    "agree",
    "figures",
    "find_case",
    "offer",
    "open_case",
    "propose",
    "refuse",
    "say",
    "search",
    "set_hearing",
    "settle",
    "state_case",
    "summaries",
    "view",
    "withdraw",
]
