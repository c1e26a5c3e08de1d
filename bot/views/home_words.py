"""What the words mean that every other view uses: a window for whoever is new."""

from collections.abc import Mapping

from bot.views import blocks
from bot.views.message import Block

CALLBACK, WORDS = "words", "show_words"

_MEANINGS: Mapping[str, str] = {
    "CMI": "Customer Maturity Index, 1 to 5: how able a customer is to draw value from what you sell. You answer a few "
    "questions about it; the CMI is their weighted mean.",
    "Health score": "0 to 100: how the relation is doing today. Typed by hand, answered in questions, or imported.",
    "Map and cells": "CMI across, health up. Where the two meet, an account stands in one cell, such as Retain, Expand "
    "and Leverage, Save or Let Churn.",
    "Save": "Able, but unhappy: the product is used too little. The play is tailored training.",
    "Let Churn": "Neither able nor happy. It is a question to a named person, never an order: let it go, or keep it?",
    "Play": "What to do for an account in a cell: a few steps that can be ticked off.",
    "Alert and episode": "When an account moves into Save or Let Churn, one alert goes out. The episode lasts until "
    "the account leaves that cell. “I'm on it” takes it on.",
    "Due": "Accounts are rated anew at an interval, every three months unless set otherwise.",
    "Old scores, provisional": "A rating or health score past its limit of age. The account keeps its place, but "
    "provisionally, until it is refreshed.",
    "Fresh": "Not past that limit. How many accounts have fresh scores is the coverage.",
    "Owner and cover": "The owner looks after the account and is asked to rate it; the cover is asked while the owner "
    "is away.",
}


def button() -> Block:
    return blocks.button("What do these words mean?", WORDS)


def modal() -> Block:
    """The window."""
    body = [blocks.section(f"*{word}*\n{meaning}") for word, meaning in _MEANINGS.items()]
    return blocks.modal("Words", body, callback_id=CALLBACK)
