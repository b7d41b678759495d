"""Find which place an adjective speaks of: "Russian" of Russia. The list is everyday English, made to be extended."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from spacy.tokens import Doc

from bot.analyse.grammar import text_of
from bot.models import CharSpan, Entity, Kind

_LINES = """
afghan: afghanistan
african: africa
albanian: albania
algerian: algeria
american: united states, america, us, usa
angolan: angola
argentine: argentina
argentinian: argentina
armenian: armenia
asian: asia
australian: australia
austrian: austria
azerbaijani: azerbaijan
bahraini: bahrain
bangladeshi: bangladesh
bavarian: bavaria
belarusian: belarus
belgian: belgium
bolivian: bolivia
bosnian: bosnia, bosnia and herzegovina
brazilian: brazil
british: britain, great britain, united kingdom, uk
bulgarian: bulgaria
burmese: burma, myanmar
burundian: burundi
californian: california
cambodian: cambodia
cameroonian: cameroon
canadian: canada
catalan: catalonia
chadian: chad
chechen: chechnya
chilean: chile
chinese: china
colombian: colombia
congolese: congo, democratic republic of congo, democratic republic of the congo, republic of congo
costa rican: costa rica
crimean: crimea
croatian: croatia
cuban: cuba
cypriot: cyprus
czech: czech republic, czechia
danish: denmark
dominican: dominica, dominican republic
dutch: netherlands, holland
ecuadorean: ecuador
ecuadorian: ecuador
egyptian: egypt
emirati: united arab emirates, uae
english: england
eritrean: eritrea
estonian: estonia
ethiopian: ethiopia
european: europe
fijian: fiji
filipino: philippines
finnish: finland
flemish: flanders
french: france
gabonese: gabon
gambian: gambia
gazan: gaza, gaza strip
georgian: georgia
german: germany
ghanaian: ghana
greek: greece
greenlandic: greenland
guatemalan: guatemala
guinean: guinea, equatorial guinea
guyanese: guyana
haitian: haiti
hawaiian: hawaii
honduran: honduras
hungarian: hungary
icelandic: iceland
indian: india
indonesian: indonesia
iranian: iran
iraqi: iraq
irish: ireland, republic of ireland
israeli: israel
italian: italy
ivorian: ivory coast, côte d’ivoire, cote d’ivoire
jamaican: jamaica
japanese: japan
jordanian: jordan
kashmiri: kashmir
kazakh: kazakhstan
kenyan: kenya
korean: korea, north korea, south korea
kosovan: kosovo
kuwaiti: kuwait
kyrgyz: kyrgyzstan
lao: laos
laotian: laos
latvian: latvia
lebanese: lebanon
liberian: liberia
libyan: libya
lithuanian: lithuania
macedonian: macedonia, north macedonia
malagasy: madagascar
malawian: malawi
malaysian: malaysia
maldivian: maldives
malian: mali
maltese: malta
mauritanian: mauritania
mexican: mexico
moldovan: moldova
mongolian: mongolia
montenegrin: montenegro
moroccan: morocco
mozambican: mozambique
namibian: namibia
nepalese: nepal
nepali: nepal
nicaraguan: nicaragua
nigerian: nigeria
nigerien: niger
north korean: north korea
northern irish: northern ireland
norwegian: norway
omani: oman
pakistani: pakistan
palestinian: palestine
panamanian: panama
papuan: papua, papua new guinea
paraguayan: paraguay
peruvian: peru
philippine: philippines
polish: poland
portuguese: portugal
puerto rican: puerto rico
qatari: qatar
quebecois: quebec
romanian: romania
russian: russia, russian federation
rwandan: rwanda
salvadoran: el salvador
samoan: samoa
saudi: saudi arabia
scottish: scotland
senegalese: senegal
serbian: serbia
siberian: siberia
sicilian: sicily
singaporean: singapore
slovak: slovakia
slovenian: slovenia
somali: somalia
south african: south africa
south korean: south korea
south sudanese: south sudan
soviet: soviet union, ussr
spanish: spain
sri lankan: sri lanka
sudanese: sudan
surinamese: suriname
swedish: sweden
swiss: switzerland
syrian: syria
taiwanese: taiwan
tajik: tajikistan
tanzanian: tanzania
texan: texas
thai: thailand
tibetan: tibet
timorese: east timor, timor-leste
togolese: togo
tongan: tonga
tunisian: tunisia
turkish: turkey, türkiye
turkmen: turkmenistan
ugandan: uganda
ukrainian: ukraine
uruguayan: uruguay
uzbek: uzbekistan
venezuelan: venezuela
vietnamese: vietnam
welsh: wales
yemeni: yemen
zambian: zambia
zimbabwean: zimbabwe
"""

PLACES_OF: dict[str, tuple[str, ...]] = {
    adjective: tuple(places.split(", "))
    for adjective, _, places in (line.partition(": ") for line in _LINES.split("\n") if line)
}
"""For each adjective, in lower case, the names of what it may speak of."""

MODIFIERS = frozenset({"acomp", "amod", "compound", "conj"})
"""What an adjective is to its noun or verb. "A Russian" and "the Russians" are people, not the place."""


def find_demonyms(
    doc: Doc, entities: Sequence[Entity], within_name: NDArray[np.bool_]
) -> Iterator[tuple[int, CharSpan]]:
    """Yield each adjective that speaks of one place among *entities*, after the place's number.

    An adjective that fits two of them, as "Korean" does, and one that is part of a name are left out.

    Args:
        doc: the article's parse.
        entities: the places among them count.
        within_name: which tokens are part of a name, ``(len(doc),)``.
    """
    text = text_of(doc)
    named: dict[str, set[int]] = defaultdict(set)
    for number, entity in enumerate(entities):
        if entity.kind is Kind.PLACE:
            for mention in entity.mentions:
                named[mention.of(text).lower()].add(number)
    taken = -1
    for token in doc:
        if token.i <= taken or not token.text[0].isupper() or within_name[token.i]:
            continue
        for last in (token.i + 1, token.i):  # "South Korean" before "Korean"
            adjective = doc[token.i : last + 1]
            places = PLACES_OF.get(adjective.text.lower(), ())
            if places and adjective[-1].dep_ in MODIFIERS and adjective[-1].tag_ not in {"NNS", "NNPS"}:
                taken = last
                meant = set().union(*(named[place] for place in places))
                if len(meant) == 1:
                    yield meant.pop(), CharSpan(adjective.start_char, adjective.end_char)
                break
