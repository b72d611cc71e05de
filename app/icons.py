"""The one list of which icon stands for which word; a word without one gets the icon of its tone."""

from __future__ import annotations

from sla.attendance import Stage
from sla.callbacks import CallBackState
from sla.disputes import DisputeState, StepKind
from sla.vocab import EventKind, Satisfaction, TicketKind, TicketState, Verdict, Word

TONES = {
    "neutral": "dash-circle",
    "info": "hourglass-split",
    "good": "check-circle",
    "warn": "exclamation-circle",
    "bad": "exclamation-octagon",
}

# Words of different vocabularies may be spelt alike, so each vocabulary has a table of its own.
WORDS: dict[type[Word], dict[Word, str]] = {
    TicketState: {
        TicketState.NEW: "bell",
        TicketState.WORKING: "tools",
        TicketState.PAUSED: "pause-circle",
        TicketState.CLAIMED: "clipboard-check",
        TicketState.ACCEPTED: "check2-circle",
        TicketState.CLOSED: "archive",
        TicketState.CANCELLED: "slash-circle",
    },
    TicketKind: {
        TicketKind.INCIDENT: "wrench-adjustable",
        TicketKind.REQUEST: "hand-index",
        TicketKind.CONSULTATION: "chat-dots",
        TicketKind.CHANGE: "pencil-square",
        TicketKind.DATA: "database",
        TicketKind.SECURITY: "shield-exclamation",
    },
    Stage: {Stage.AHEAD: "clock"},
    DisputeState: {DisputeState.GRANTED: "shield-check", DisputeState.REFUSED: "shield-x"},
    StepKind: {
        StepKind.ADMITTED: "door-open",
        StepKind.CLAIMED: "flag",
        StepKind.COMMENTED: "chat-left-text",
        StepKind.DECIDED: "clipboard-check",
        StepKind.REVIEW_ASKED: "arrow-repeat",
        StepKind.REVIEWED: "clipboard2-check",
    },
    CallBackState: {
        CallBackState.ASKED: "pencil-square",
        CallBackState.FOLLOWED: "tools",
        CallBackState.SETTLED: "check2-circle",
    },
    Satisfaction: {
        Satisfaction.SATISFIED: "emoji-smile",
        Satisfaction.BASICALLY: "emoji-neutral",
        Satisfaction.DISSATISFIED: "emoji-frown",
    },
    Verdict: {
        Verdict.RUNNING: "hourglass-split",
        Verdict.MET: "check-circle",
        Verdict.BREACHED: "exclamation-octagon",
        Verdict.EXEMPT: "shield-check",
        Verdict.VOID: "slash-circle",
    },
    EventKind: {
        EventKind.OPENED: "flag",
        EventKind.RESPONDED: "reply",
        EventKind.ONSITE_REQUESTED: "geo-alt",
        EventKind.ARRIVED: "geo-alt-fill",
        EventKind.CONTAINED: "shield-check",
        EventKind.RECOVERY_CLAIMED: "clipboard-check",
        EventKind.RECOVERY_ACCEPTED: "check2-circle",
        EventKind.RECOVERY_REJECTED: "arrow-counterclockwise",
        EventKind.PAUSED: "pause-circle",
        EventKind.RESUMED: "play-circle",
        EventKind.RECLASSIFIED: "tags",
        EventKind.REPORT_TIME_CORRECTED: "clock-history",
        EventKind.CORRECTED: "clock-history",
        EventKind.NOTED: "chat-left-text",
        EventKind.ASSIGNED: "person-check",
        EventKind.CANCELLED: "slash-circle",
        EventKind.CLOSED: "archive",
    },
}


def icon_of(word: Word) -> str:
    """Return the name of a word's icon, without the font's prefix."""
    return WORDS.get(type(word), {}).get(word) or TONES[word.tone]
