"""Teasers: the beginning of a story, whose rest is for those who pay or register."""

from __future__ import annotations

import itertools
import re

from bot.errors import PaywallStub
from bot.extract.blocks import Block, is_linked
from bot.extract.sight import NEAR, REPORTED, Sight, count_all, sentence_of

STUB = 150
"""Words up to which a page that is not free is its teaser. A guess: teasers run to 140."""

LONG_STUB = 400
"""Words up to which a page is a teaser by a plea to pay for the rest. A guess."""

PLEA = re.compile(
    r"(?:subscribe|register|sign ?up|sign ?in|log ?in|join|pay|upgrade|become a (?:member|subscriber))\b[^.!?]{0,60} "
    r"(?:to|and|for) "
    r"(?:continue|keep(?: on)? reading|read (?:the|this|on|more|full|it|all)|unlock|finish|(?:see|view|get|access) "
    r"(?:the|this) (?:full|whole|entire|rest|article|story))|"
    r"(?:to|and) (?:continue|keep|finish|carry on) reading\b|(?:continue|keep|finish|carry on) reading (?:this|the|"
    r"with|by|for|your)\b|"
    r"(?:want|like|wish|care) to (?:read|know|see|keep|find out|continue)[^.!?]{0,30}(?:more|rest|on|full|whole)|"
    r"(?:unlock|read|access|finish|get|see|view) (?:this|the)(?: (?:full|whole|entire|rest of|complete|this|the))* "
    r"(?:article|story|piece|report)\b[^.!?]{0,20}(?:with|by|for|now|today|immediately|$)|"
    r"(?:the|this)(?: (?:rest|remainder) of(?: the| this)?)? (?:article|story|content|piece|report|page|post) is "
    r"(?:for|only|exclusive|locked|reserved|available|limited|restricted|part of|behind)[^.!?]{0,50}|"
    r"(?:read|unlock|see|get|for|finish) the (?:rest|remainder) of (?:this|the) (?:article|story|piece|report)\b|"
    r"(?:for|available to|exclusive(?:ly)? (?:to|for)|reserved for|only for|limited to|only) (?:our )?(?:paid |"
    r"paying |premium |registered )?(?:subscribers|members)\b(?: only)?|"
    r"(?:subscriber|member|premium)s?[- ](?:only|exclusive)|(?:subscribers|members) only|"
    r"you(?:.ve| have)(?: now| already)? (?:reached|read|used|hit|exhausted|viewed)(?: up)? (?:your|all|the|every|"
    r"my)\b[^.!?]{0,50}(?:free|limit|articles|stories)|"
    r"you(?:.ve| have)? (?:have )?(?:no|0|zero) (?:more )?(?:free )?(?:articles|stories|views|"
    r"reads)\b[^.!?]{0,30}(?:left|remaining)?|"
    r"(?:this is|that was|this was) your (?:last|final) free|your (?:last|final) free (?:article|story)|"
    r"(?:this is|you are reading) a (?:preview|premium|subscriber|members?)\b|"
    r"you(?:.ve| have) had (?:your|all)\b[^.!?]{0,30}free|"
    # German
    r"(?:sie möchten|möchten sie|du möchtest|möchtest du) (?:diesen|den ganzen) (?:artikel|text|beitrag)|"
    r"weiterlesen mit|(?:um|zum) weiter(?:zu)?lesen|jetzt (?:freischalten|weiterlesen)|"
    r"(?:artikel|inhalt|beitrag|text)[^.!?]{0,40}(?:nur für|exklusiv für|freischalten|kostenpflichtig|abonnenten "
    r"vorbehalten)|mit [\w+-]+ (?:weiter)?lesen\b|"
    r"bereits (?:abonnent|digitalabonnent)|nur für abonnent|exklusiv für (?:unsere "
    r")?abonnent|(?:ganzen|vollständigen|kompletten) artikel (?:zu )?lesen|"
    # French
    r"(?:article|contenu|suite)[^.!?]{0,40}(?:réservée?s?|exclusif|payante?)|réservée?s? (?:aux|à nos) abonné|il "
    r"vous reste \d+ ?%|pour lire la suite|lire la suite de (?:cet|l)|"
    r"déjà abonné|(?:abonnez-vous|je m.abonne|inscrivez-vous) pour|poursui(?:vre|vez) (?:votre|la|cette) lecture|"
    r"débloque(?:z|r) (?:cet|l)|"
    # Spanish
    r"(?:artículo|contenido|noticia)[^.!?]{0,40}(?:exclusiv[oa]|solo para|reservad[oa])[^.!?]{0,20}(?:suscriptores|"
    r"abonados|socios)|(?:solo|exclusivo) para (?:suscriptores|abonados|socios)|"
    r"(?:suscríbete|suscríbase|regístrate|regístrese) (?:para|y) (?:seguir|continuar|leer)|para (?:seguir|continuar) "
    r"leyendo|(?:sigue|siga|continúa|continúe) leyendo|ya (?:eres|es) suscriptor",
    re.I,
)
OTHER_PLEA = re.compile(
    r"newsletter|\bbook\b|\bcourse\b|\bevents?\b|comment|inbox|alerts|podcast|channel|updates|like this|more "
    r"(?:stories|articles|news|coverage)",
    re.I,
)
"""What else readers are asked to sign up for."""

WEAK_PLEA = re.compile(
    r"already (?:a |have a )?(?:subscriber|subscription|member|subscribe)\b|\bunlimited (?:digital )?access\b|free "
    r"trial|start your trial|"
    r"\d+ (?:free )?(?:articles?|stories) (?:left|remaining)|try (?:it |us )?(?:now |for )?(?:free|£|\$|€)|subscribe "
    r"(?:now|today|for)\b|"
    r"view (?:subscription )?(?:offers|options)|see (?:all )?(?:offers|subscription options)|cancel any ?time|"
    r"already registered|become a (?:member|subscriber)|"
    r"log ?in (?:to|for)|sign ?in (?:to|for)|jetzt (?:abonnieren|registrieren|testen)|(?:bereits|schon) (?:abonniert|"
    r"registriert)|jederzeit kündbar|probemonat|"
    r"sans engagement|abonnez-vous|je m.abonne|suscríbete",
    re.I,
)
METER = re.compile(
    r"\b(?:[1-9]\d?|one|two|three|four|five|six) (?:more )?(?:free )?(?:articles?|stories) (?:left|remaining)", re.I
)
"""A meter that still has stories to give says that this one is free."""

SIGNS = re.compile(
    r"pay-?wall|reg-?wall|meter(?:ed)?-?(?:wall|gate)|subscriber-?only|subscription-?(?:wall|gate|required)|"
    r"premium-?(?:content|wall|gate)|"
    r"piano-|tp-(?:modal|container)|poool-|content-?gate|(?:article|hard|soft|reg(?:istration)?)-?gate|"
    r"locked-?(?:content|article)|p-?wall|is-locked|leaky",
    re.I,
)
SAID = 2000
"""Characters of a block that are looked at, which bounds the time that the patterns take."""

CUT = re.compile(r"(?:…|\.\.\.|\[…\]|\[\.\.\.\])\W*$|[\w,;:–—-]$")
"""A last sentence without an end."""


def refuse_teaser(sight: Sight) -> None:
    """Raise ``PaywallStub`` if only the beginning of a story is on the page.

    The page's frame is not asked: "Already a subscriber?" stands above free stories, too.
    """
    told, is_free = _told(sight), sight.metadata.is_free
    if told >= LONG_STUB:
        return
    pleas = [block for block in sight.inner if not REPORTED.search(block.text)]
    if (seen := _first(PLEA, pleas)) and (told < STUB or _is_last(sight, seen)):
        raise PaywallStub(seen)
    if told >= STUB:
        return
    signs = [sign for sign in sight.tree.xpath("//body//@class | //body//@id") if SIGNS.search(sign)]
    weak = _first(WEAK_PLEA, pleas)
    if not is_free:
        raise PaywallStub(weak or "declared as not free")
    if told and _is_cut(sight) and (signs or weak):
        raise PaywallStub(weak or signs[0])
    metered = any(METER.search(block.text) for block in sight.shown if len(block.text) <= SAID)
    if 0 < told < STUB / 2 and signs and not metered and (weak or sight.metadata.is_article):
        raise PaywallStub(weak or signs[0])


def _told(sight: Sight) -> int:
    return sum(block.words for block in sight.story if block.text not in sight.teasers)


def _first(pattern: re.Pattern[str], blocks: list[Block]) -> str | None:
    matches = (match for block in blocks for match in pattern.finditer(block.text[:SAID]))
    sentences = map(sentence_of, matches)
    return next((sentence for sentence in sentences if not OTHER_PLEA.search(sentence)), None)


def _is_last(sight: Sight, plea: str) -> bool:
    """Tell whether the story ends right above *plea*: one further down or in its midst stands in the way of nothing."""
    own = {block.text for block in sight.own}
    place = next(number for number, block in enumerate(sight.inner) if plea in block.text)
    above = any(block.text in own for block in sight.inner[max(place - NEAR, 0) : place])
    below = sight.inner[place:]
    after = [block for before, block in itertools.pairwise(below) if block.text in own and not is_linked(before)]
    return above and count_all(after) * 2 < sight.words


def _is_cut(sight: Sight) -> bool:
    """Tell whether the story breaks off in the midst of a sentence."""
    last = [block for block in sight.story if block.is_prose or block.words >= 15]
    return bool(last) and bool(CUT.search(last[-1].text))
