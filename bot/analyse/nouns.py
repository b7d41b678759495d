"""What kind of speaker a common noun stands for. Lists of everyday news English, made to be extended."""

from __future__ import annotations

from bot.models import Kind

PERSON = frozenset(
    """
    academic activist actor actress administrator adviser advisor advocate aide ambassador analyst anchor
    archbishop artist associate attorney aunt author banker biologist bishop boss boy brother businessman businesswoman
    candidate captain cardinal chair chairman chairperson chairwoman chancellor chief clerk co-author co-chair
    co-founder co-owner coach colleague colonel columnist commander commentator commissioner congressman
    congresswoman consultant contractor coordinator coroner councillor councilman councilwoman counsel
    counsellor critic curator daughter dean defendant delegate democrat deputy designer detective developer
    diplomat director doctor driver economist editor educator employee engineer envoy ex-husband ex-wife
    executive expert farmer father fellow financier fisherman founder friend general girl governor grandfather
    grandmother head historian host husband insider investigator investor journalist judge justice king lady lawmaker
    lawyer leader lecturer lieutenant lobbyist man manager mayor mechanic member meteorologist minister moderator
    mother musician neighbor neighbour nominee nurse observer officer official operator opponent organiser
    organizer owner owner-operator parent partner passenger pastor patient pharmacist philosopher physician
    physicist pilot player poet politician pollster pope president priest prime producer professor programmer
    prosecutor protester psychologist publisher queen rabbi realtor receptionist reporter representative
    republican researcher resident reverend sailor scholar scientist secretary senator sergeant sheriff
    shopkeeper singer sister son source speaker spokesman spokesperson spokeswoman staffer star strategist
    student superintendent supporter surgeon surrogate survivor suspect teacher technician tenant treasurer
    trooper trustee uncle veteran vicar victim volunteer voter whistleblower widow wife winner witness woman
    worker writer
    """.split()
)

ORGANISATION = frozenset(
    """
    administration agency airline alliance army association authority bank board body brand broadcaster bureau
    cabinet campaign center centre chamber charity church coalition college commission committee company
    confederation congress consortium corporation council court department embassy federation firm force
    foundation fund government group hospital house institute institution jury league legislature magazine
    ministry mission network newspaper office organisation organization outlet panel paper parliament party
    police police-force publication publisher regulator school senate service site society station team
    think-tank tribunal union university utility watchdog website
    """.split()
)

DOCUMENT = frozenset(
    """
    account ad advertisement affidavit agreement analysis announcement article audit average bill biography book
    brief broadcast column commentary complaint contract data decree diary document e-mail editorial email
    estimate figures file filing film finding guide headline indictment interview label law lawsuit leaflet
    letter list log manifesto memo memoir memorandum message motion note notice op-ed opinion order paper
    petition poll post poster press-release readout record records release report research resolution review
    ruling sign speech statement statistics story study suit summary survey testimony text transcript tweet
    verdict video warrant
    """.split()
)


GROUP = frozenset({"%", "crowd", "electorate", "media", "opposition", "percent", "press", "public", "staff"})
"""Nouns in the singular for many."""

MALE = frozenset(
    """
    actor boy brother businessman chairman congressman councilman dad ex-husband father gentleman grandfather grandson
    husband king man nephew prince son spokesman uncle widower
    """.split()
)
"""Nouns that say that somebody is "he"."""

FEMALE = frozenset(
    """
    actress aunt businesswoman chairwoman congresswoman councilwoman daughter ex-wife girl granddaughter grandmother
    lady mom mother mum niece princess queen sister spokeswoman widow wife woman
    """.split()
)
"""Nouns that say that somebody is "she"."""


def kind_of(lemma: str, *, plural: bool) -> Kind | None:
    """Return what a speaker named only by this noun is; None where the lists do not tell."""
    if lemma in GROUP:
        return Kind.GROUP
    if lemma in PERSON:
        return Kind.GROUP if plural else Kind.ANONYMOUS
    if lemma in DOCUMENT:
        return Kind.DOCUMENT
    if lemma in ORGANISATION:
        return Kind.ORGANISATION
    return Kind.GROUP if plural else None
