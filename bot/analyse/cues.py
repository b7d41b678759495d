"""The verbs that attribute, by the complement that holds the content.

A verb is listed in a frame if, in English news text, that complement is a content more often than not. The
lists were drawn up by counting how often each verb with each complement is an attribution in PolNeAR's train
split (Newell, Margolin and Ruths 2018), keeping those above one half, and then by reading them.
"""

from __future__ import annotations

CLAUSE = frozenset(
    """
    accuse acknowledge add admit advise agree allege announce anticipate argue ask assert assure believe boast brag
    caution charge claim clarify comment complain concede conclude confess confide confirm contend continue convince
    counter declare demand demonstrate deny describe disclose discuss doubt echo emphasise emphasize estimate exclaim
    explain express fear figure find forget hint hope imagine imply indicate inform insist joke lament learn maintain
    mention mumble note notice observe opine point pledge post posit predict proclaim promise propose protest question
    quip read realise realize reason recall reckon recognise recognize recommend recount reflect reiterate relate remark
    remember remind repeat reply report request respond retort reveal rule say show shout signal speculate state stress
    suggest suspect swear sympathise sympathize tell testify theorise theorize think tweet urge vow warn whisper wonder
    worry write
    """.split()
)
"""With a clause: "said that …"."""

OBJECT = frozenset(
    """
    accuse acknowledge announce applaud articulate assail assert bemoan blame blast call characterise characterize
    chide cite condemn confirm congratulate credit criticise criticize declare decry deem defend denounce deny deride
    describe detail disclose discuss dismiss dispute dub echo emphasise emphasize endorse explain highlight hail label
    lambast lambaste lament liken list mention mock note oppose outline portray praise predict promise propose question
    quote reaffirm rebuff rebuke rebut recall recite recount reference reiterate reject repeat repudiate request
    retweet reveal ridicule say slam state stress thank tout voice
    """.split()
)
"""With an object: "rejected the plan", "called the plan a disaster"."""

INFINITIVE = frozenset(
    """
    agree ask aim claim decline demand hope offer pledge prefer promise propose refuse threaten urge vow want
    """.split()
)
"""With an infinitive: "vowed to rebuild it"."""

PREPOSITION: dict[str, frozenset[str]] = {
    "accuse": frozenset({"of"}),
    "allude": frozenset({"to"}),
    "apologise": frozenset({"for"}),
    "apologize": frozenset({"for"}),
    "ask": frozenset({"about", "for"}),
    "blame": frozenset({"for", "on"}),
    "boast": frozenset({"about", "of"}),
    "brag": frozenset({"about"}),
    "call": frozenset({"for", "on"}),
    "charge": frozenset({"with"}),
    "cite": frozenset({"as"}),
    "comment": frozenset({"on"}),
    "complain": frozenset({"about", "of"}),
    "criticise": frozenset({"for"}),
    "criticize": frozenset({"for"}),
    "describe": frozenset({"as"}),
    "disagree": frozenset({"with"}),
    "dismiss": frozenset({"as"}),
    "hint": frozenset({"at"}),
    "hope": frozenset({"for"}),
    "joke": frozenset({"about"}),
    "know": frozenset({"as"}),
    "liken": frozenset({"to"}),
    "point": frozenset({"to"}),
    "portray": frozenset({"as"}),
    "praise": frozenset({"as", "for"}),
    "rail": frozenset({"against"}),
    "refer": frozenset({"to"}),
    "regard": frozenset({"as"}),
    "see": frozenset({"as"}),
    "speak": frozenset({"about", "of"}),
    "talk": frozenset({"about", "of"}),
    "view": frozenset({"as"}),
    "vouch": frozenset({"for"}),
    "warn": frozenset({"about", "against", "of"}),
}
"""With a prepositional object: "called for talks"."""

NOUNS = frozenset(
    """
    accusation allegation announcement argument assertion assurance belief claim comment complaint concern conclusion
    criticism declaration denial estimate fear hope message opinion pledge prediction promise remark report statement
    suggestion testimony threat view vow warning
    """.split()
)
"""Nouns with a clause of their own: "the claim that …"."""

SAYING = (CLAUSE | frozenset("answer begin crack deadpan fire go interject laugh offer snap sigh".split())) - frozenset(
    "accuse convince demonstrate find forget learn notice realise realize recognise recognize show think".split()
)
"""Verbs beside a quotation that need no other sign to be its cue."""
