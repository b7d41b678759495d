"""What walls say, and by which names in their code they are known: English, German, French, Spanish."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.errors import (
    AgeGate,
    AppWall,
    BotWall,
    CaptchaWall,
    ConsentWall,
    IssueViewer,
    MissingPage,
    NoArticle,
    OfferPage,
    ParkedDomain,
    RegionBlocked,
    SignInWall,
    SiteDown,
    WithdrawnStory,
)


@dataclass(frozen=True, slots=True)
class Wall:
    """One kind of wall and how it is told."""

    refusal: type[NoArticle]
    title: re.Pattern[str]  # a whole title of such a page
    words: re.Pattern[str]  # what it says to the reader
    marks: re.Pattern[str] | None = None  # names in its code that no other page has


def _title(*patterns: str) -> re.Pattern[str]:
    return re.compile(r"\W*(?:" + "|".join(patterns) + r")\W*", re.I)


def _words(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.I)


_THING = r"(?:page|article|story|content|url|link|resource|document|file|site|video|item|post|entry)"
_AGE = r"(?:1[368]|21)"

CAPTCHA = Wall(
    CaptchaWall,
    _title(
        r"(?:security|captcha|human|robot|bot) (?:check|challenge|verification|test)",
        r"captcha(?: required)?",
        r"(?:please )?(?:complete|solve) (?:the|this) (?:captcha|puzzle|challenge|security check).{0,40}",
        r"sicherheits(?:abfrage|überprüfung)",
        r"vérification de sécurité",
        r"verificación de seguridad",
    ),
    _words(
        r"(?:complete|solve|pass|answer)(?: the| this| a)?(?: following)? (?:captcha|puzzle|security (?:check|"
        r"challenge))",
        r"(?:enter|type) the (?:characters|letters|code|text|words) (?:you see|shown|in the (?:image|picture)|below|"
        r"above)",
        r"press (?:&|and) hold",
        r"i(?:.m| am) not a robot",
        r"slide (?:right |the \w+ )?to (?:complete|verify|secure)",
        r"ich bin kein roboter|je ne suis pas un robot|no soy un robot",
        r"(?:geben sie|bitte) .{0,40}(?:zeichen|captcha) .{0,30}(?:ein|lösen)",
        r"(?:saisissez|recopiez) .{0,30}(?:caractères|captcha)|(?:escriba|introduzca|resuelva) .{0,30}(?:caracteres|"
        r"captcha)",
    ),
    re.compile(r"g-recaptcha|h-captcha|hcaptcha\.com|recaptcha/api|px-captcha|cf-turnstile|funcaptcha|arkoselabs"),
)
BOT = Wall(
    BotWall,
    _title(
        r"(?:just a|one) moment(?:,? please)?|please wait|slow down|(?:429\W*)?too many requests|un instant",
        r"attention required.{0,20}",
        r"(?:403 )?(?:access|request) (?:to this (?:page|site) has been )?(?:denied|blocked|rejected|forbidden)",
        r"(?:error )?403(?: -)?(?: forbidden| error)?|forbidden",
        r"pardon our interruption",
        r"(?:are|is) you (?:a )?(?:human|robot|bot)|are you (?:a )?(?:human|robot|bot)\W*",
        r"(?:checking|verifying|verify) (?:your browser|(?:that )?you are (?:a )?human|(?:if )?the site connection "
        r"is secure).{0,60}",
        r"robot or human|human verification|bot verification|ddos protection.{0,30}",
        r"(?:you have been|you.ve been) blocked|sorry, you have been blocked",
        r"(?:zugriff|zugang) (?:verweigert|gesperrt)|accès (?:refusé|interdit|bloqué)|acceso (?:denegado|bloqueado)",
    ),
    _words(
        r"checking (?:your browser|if the site connection is secure)|request is being (?:verified|checked)",
        r"(?:prove|show|tell us|convince us)(?: us)?(?: that)? you(?:.re| are) (?:a )?(?:human|person|real)",
        r"(?:lot of|too many|unusual number of) requests from (?:you|this)",
        r"verif(?:y|ying)(?: that)? (?:you are|you.re|that you.re|your browser)\b",
        r"(?:review|check) the security of your connection",
        r"(?:unusual|suspicious|automated) (?:traffic|activity|requests|behaviou?r)(?: (?:has been )?(?:detected "
        r")?(?:from|on|coming from) your| detected)",
        r"detected (?:unusual|suspicious|automated) (?:traffic|activity)",
        r"you(?:.re| are) (?:a (?:human|person|real)|not a (?:robot|bot|machine))",
        r"you (?:do not|don.t) have permission to access",
        r"(?:you have been|you.ve been|your (?:ip|ip address|request|access)(?: has been| was| is)) (?:temporarily "
        r")?blocked",
        r"made us think (?:that )?you (?:are|were|might be) a bot",
        r"request unsuccessful|incident id\b|\bray id\b",
        r"(?:disable|turn off)(?: any| your)? ad ?blocker",
        r"requests? (?:from your (?:network|computer|device)|look(?:s|ed)? (?:automated|like a bot))",
        r"ungewöhnliche[nr]? (?:datenverkehr|zugriffe|aktivität)|überprüf(?:en|ung).{0,40}(?:mensch|browser|roboter)|"
        r"keine berechtigung",
        r"trafic (?:inhabituel|suspect|anormal)|(?:vérifi|assurer).{0,40}(?:humain|robot|navigateur)|vous avez été "
        r"bloqué",
        r"tráfico (?:inusual|sospechoso)|(?:verific|comprob).{0,40}(?:humano|robot|navegador)|ha sido bloquead",
    ),
    re.compile(
        r"cdn-cgi/challenge-platform|_incapsula_resource|captcha-delivery\.com|perimeterx|px-cdn\.net|distil_|"
        r"awswaf|kpsdk|/_sec/cp_challenge"
    ),
)
MISSING = Wall(
    MissingPage,
    _title(
        r"(?:http )?(?:error |status )?(?:404|410)(?: error)?(?:\W+(?:" + _THING + r" )?(?:not found|gone|missing))?",
        r"(?:" + _THING + r" )?not found(?:\W+(?:error )?404)?|nothing (?:was )?found(?: here)?",
        r"(?:the |this |that |your |requested )*" + _THING + r" (?:you requested |you(?:.re| are) looking for )?"
        r"(?:was |is |could |can |does |has |cannot |can.t |doesn.t |isn.t |couldn.t )*(?:be |been )?(?:not )?(?:be )?"
        r"(?:found|exist|available|here|unavailable|no longer available|removed|deleted|expired|gone|moved|"
        r"missing)(?: any ?more)?",
        r"(?:oops|sorry|uh-oh|whoops|hmm)?\W*(?:we )?(?:can.t|cannot|couldn.t|can.t seem to|could not)(?: seem to)? "
        r"find (?:that|this|the|your)? ?(?:" + _THING + r").{0,40}",
        r"(?:lost|gone|missing|broken) (?:page|link)",
        r"(?:fehler 404|404 fehler|(?:seite|artikel|inhalt|dokument) (?:wurde )?(?:leider )?nicht (?:mehr "
        r")?(?:gefunden|verfügbar|vorhanden))",
        r"(?:erreur 404|(?:page|article|contenu) (?:introuvable|non trouvée?|indisponible|n.existe (?:pas|plus)))",
        r"(?:error 404|(?:página|artículo|contenido|noticia) (?:no (?:encontrad[ao]|disponible|existe)))",
    ),
    _words(
        r"(?:the |this |that )?(?:requested |original )?"
        + _THING
        + r" (?:that |which )?(?:you(?:.re| are|.ve| have)? |has |have |you )?"
        r"(?:been )?(?:requested|looking for|trying to (?:reach|access|view|find|open)|tried to (?:reach|open)|"
        r"followed|clicked)",
        r"this "
        + _THING
        + r" (?:is|was|has|does|may|might|isn.t|doesn.t|could)(?: not)?(?: have)?(?: been)?(?: be)?(?: not)? "
        r"(?:no longer|not|exist|available|moved|removed|deleted|expired|archived|unavailable|found|taken down|here)",
        r"(?:page|article|story|url) (?:you requested |at this address )?(?:was not|could not be|cannot be|can.t be|"
        r"wasn.t|couldn.t be) found",
        r"we (?:can.t|cannot|couldn.t|could not|were unable to|are unable to|weren.t able to)(?: seem to)? (?:find|"
        r"locate) (?:the|that|this|what|your)",
        r"(?:may|might) have (?:been )?(?:moved|deleted|removed|expired|mistyped)|the (?:address|link) (?:may|might) "
        r"(?:be|have)",
        r"(?:aufgerufene|gesuchte|angeforderte|gewünschte) (?:seite|artikel|inhalt).{0,60}(?:nicht|verschoben|"
        r"gelöscht)|(?:seite|artikel) (?:existiert|ist|wurde) .{0,40}(?:nicht|gelöscht|verschoben|verfügbar)",
        r"(?:page|article|contenu) (?:que vous|demandée?|recherchée?).{0,80}|(?:n.existe (?:pas|plus)|n.est plus "
        r"(?:disponible|en ligne)|a été (?:supprimée?|déplacée?))",
        r"(?:página|artículo|contenido|noticia) (?:que (?:busca|ha solicitado|intenta|estás buscando)|"
        r"solicitad[ao]).{0,80}|ya no (?:existe|está disponible)|ha sido (?:eliminad|movid|retirad)",
    ),
)
DOWN = Wall(
    SiteDown,
    _title(
        r"(?:http |error )*5\d\d\W*(?:bad gateway|service (?:temporarily )?unavailable|internal server error|gateway "
        r"time-?out|"
        r"origin error|error|backend fetch failed|server error|web server is down|connection timed out).{0,20}",
        r"bad gateway|service (?:temporarily )?unavailable|internal server error|gateway time-?out|server error|"
        r"backend fetch failed|application error|database error|error establishing a database connection",
        r"(?:site |website |under |scheduled |planned |down for |undergoing )*maintenance(?: mode)?",
        r"technical (?:difficulties|problems|issues)|(?:temporary |site |service )?outage|temporarily (?:down|offline)",
        r"(?:we.ll|we will) be (?:right )?back(?: soon| shortly)?|(?:sorry, )?(?:something|things) (?:has |have "
        r")?(?:went|gone) wrong",
        r"wartungs(?:arbeiten|modus)|(?:wir sind )?(?:bald|gleich) (?:wieder|zurück).{0,20}|interner serverfehler",
        r"(?:site )?en maintenance|maintenance en cours|erreur interne du serveur|(?:sitio )?en mantenimiento",
    ),
    _words(
        r"(?:down|offline|closed|unavailable)(?: briefly| temporarily)? (?:for|due to) (?:scheduled |planned |"
        r"routine |essential )?maintenance",
        r"(?:performing|undergoing|carrying out|doing)(?: some| a bit of)? (?:scheduled |planned |routine |essential "
        r")?(?:maintenance|upgrades?)",
        r"(?:we.ll|will|should) be back (?:online|soon|shortly|up|in a|by|at|later|tomorrow)",
        r"(?:upgrading|updating|working on|rebuilding) (?:our|the) (?:systems?|site|website|servers?)",
        r"the server (?:is temporarily|encountered|returned|was unable|did not)|temporarily unable to service your "
        r"request",
        r"(?:nginx|apache|varnish|openresty|cloudfront)(?:/[\d.]+)?\s*$|varnish cache server|guru meditation",
        r"our (?:engineers|technicians|developers) are (?:on it|working|looking)|come back (?:in a|later|soon)",
        r"(?:experiencing|having) (?:some )?technical (?:difficulties|problems|issues)|something went wrong",
        r"error establishing a database connection|there has been a critical error",
        r"wartungsarbeiten|technische(?:n|r)? (?:störung|probleme)|(?:travaux|opération) de maintenance|problème "
        r"technique|tareas de mantenimiento|problemas técnicos",
    ),
)
REGION = Wall(
    RegionBlocked,
    _title(
        r"(?:451\W*)?unavailable (?:due to|for) legal reasons|(?:http |error )*451",
        r"(?:this |our )?(?:site|content|page|service|article|video)? ?(?:is )?(?:currently )?(?:not available|"
        r"unavailable|blocked|restricted) in (?:your|this) (?:country|region|location|area|territory).{0,20}",
        r"(?:geo|region|country)[- ]?(?:block(?:ed)?|restrict(?:ed|ion)|locked)",
    ),
    _words(
        r"(?:not|isn.t|un)\s?(?:currently )?(?:available|accessible|offered|shown)[^.]{0,40} (?:in|from|to "
        r"(?:visitors|readers|users) (?:in|from)) "
        r"(?:your (?:country|region|location|area|territory|part)|(?:most |some |certain )?european|the e(?:u|ea)\b)",
        r"(?:n.t|\bnot|\bun\w+|\bblock\w+|\brestrict\w+)\b[^.]{0,80} your (?:country|region|location|territory)",
        r"only (?:be )?(?:available|accessible|shown|viewed|watched)[^.]{0,40} (?:in|from|within) (?:the )?(?-i:[A-Z])",
        r"unavailable (?:to|for) (?:visitors|readers|users) (?:from|in) the european",
        r"(?:unavailable|blocked|restricted) in (?:your|this) (?:country|region|location|area|territory)",
        r"access(?:ing)? (?:this|our) (?:web)?site from (?:a country|the (?:eu|european|eea)|within|outside)",
        r"from (?:a country|countries|a region|an area) (?:belonging to|in|inside|within|that|where) .{0,120}(?:gdpr|"
        r"data protection|not|cannot|unavailable)",
        r"(?:due to|because of|in light of) (?:the )?(?:gdpr|general data protection|european data|licensing "
        r"restrictions|rights restrictions|legal reasons)",
        r"in (?:ihrem land|ihrer region) (?:leider )?nicht (?:verfügbar|erreichbar)|(?:pas|non) (?:accessible|"
        r"disponible) dans votre (?:pays|région)|no (?:está )?disponible en (?:su|tu) (?:país|región)",
    ),
)
AGE = Wall(
    AgeGate,
    _title(
        r"(?:are you|i am|you must be) (?:over |at least )?(?:"
        + _AGE
        + r")(?: years)?(?: of age| old)?(?: or (?:over|older))?.{0,30}",
        r"age (?:check|verification|gate|restricted|restriction|confirmation)|(?:verify|confirm|check) your age",
        r"(?:for )?adults? only|(?:alters(?:prüfung|verifikation|abfrage|freigabe))|vérification de l.âge|"
        r"verificación de edad",
    ),
    _words(
        r"(?:you must be|are you|i am|i.m|confirm (?:that )?you(?:.re| are))(?: over| at least| aged)? " + _AGE + r"\b",
        r"(?:enter|confirm|verify|provide) your (?:date of birth|age|birthday|year of birth)",
        r"confirm that you are of (?:legal )?age|(?:not suitable|unsuitable) for (?:minors|children|anyone under)",
        r"(?:legal|minimum) (?:drinking|smoking|gambling)? ?age\b.{0,60}(?:enter|your|you)",
        r"(?:sind sie|bist du|ich bin)(?: mindestens| über| schon)* "
        + _AGE
        + r"|(?:avez-vous|j.ai)(?: plus de)? "
        + _AGE
        + r" ans|(?:es|eres|soy) (?:usted )?mayor de "
        + _AGE,
    ),
)
APP = Wall(
    AppWall,
    _title(
        r"(?:open|read|continue|view|see)(?: this| the)?(?: story| article| page)? in (?:the|our)(?: \w+){0,3} "
        r"app.{0,20}",
        r"(?:get|download|install|try) (?:the|our)(?: \w+){0,4} app.{0,30}",
        r".{0,40}\b(?:better|only|exclusive(?:ly)?|faster) (?:in|on) (?:the|our)(?: \w+){0,3} app",
    ),
    _words(
        r"(?:open|read|continue|view|see|keep reading)\b[^.]{0,60} (?:in|on|with) (?:the|our)(?: [\w’']+){0,4} app\b",
        r"(?:download|get|install|use|switch to) (?:the|our)(?: [\w’']+){0,4} app (?:to|and) (?:read|continue|view|"
        r"keep|see|get)",
        r"(?:only|exclusively) (?:available )?(?:in|on|through) (?:the|our)(?: [\w’']+){0,3} app\b",
        r"in der app (?:öffnen|weiterlesen|lesen)|(?:ouvrir|lire|continuer) dans l.application|(?:abrir|leer|"
        r"continuar) en la (?:app|aplicación)",
    ),
)
SIGN_IN = Wall(
    SignInWall,
    _title(
        r"(?:please )?(?:log|sign)[ -]?in(?: or (?:register|sign up|create an account|join))?(?: (?:to|with) .{1,50})?",
        r"(?:member|subscriber|user|account|reader)s? (?:log|sign)[ -]?in|login required|authentication required",
        r"(?:create|register for) (?:an|your|a free) account(?: .{1,40})?|register(?: now)?(?: to continue| for "
        r"free)?|enter your (?:e-?mail|password).{0,30}",
        r"you (?:must|need to|have to) (?:be (?:logged|signed) in|log in|sign in).{0,50}",
        r"(?:bitte )?(?:anmelden|einloggen|login|anmeldung)(?: oder registrieren)?|(?:se connecter|connexion|"
        r"identifiez-vous|connectez-vous)(?: .{1,40})?|(?:iniciar|inicia|inicie) sesión(?: .{1,40})?|acceder",
    ),
    _words(
        r"(?:you (?:must|need to|have to)|please) (?:be (?:logged|signed) in|log ?in|sign ?in)\b(?! (?:and|or) "
        r"comment)(?!.{0,20}comment)",
        r"(?:log|sign) ?in (?:or (?:register|sign up|create) .{0,40})?to (?:your account to )?(?:continue|view|see|"
        r"read|access|carry on|proceed)",
        r"(?:forgot(?:ten)?|lost) (?:your )?(?:password|user ?name)|(?:stay|keep me|remain) (?:logged|signed) in",
        r"passwort vergessen|angemeldet bleiben|mot de passe oublié|rester connecté|(?:olvidado|olvidaste) (?:su|tu|"
        r"la) contraseña|mantener la sesión",
    ),
)
CONSENT = Wall(
    ConsentWall,
    _title(
        r"before (?:you|we) (?:continue|proceed|go)(?: to .{1,40})?",
        r"(?:we (?:value|care about|respect|take) )?your privacy(?: (?:matters|is important|seriously|choices|"
        r"settings|rights))?(?: to us)?|your privacy, your choice",
        r"(?:cookie|privacy|consent|tracking)(?: and (?:cookie|privacy))? (?:consent|settings|preferences|choices|"
        r"notice|wall|policy|centre|center|options|banner)s?",
        r"(?:this (?:web)?site|we) uses? cookies|(?:manage|accept|about) (?:your )?cookies|cookies(?: on .{1,40}| "
        r"and privacy)?|consent",
        r"(?:cookie|datenschutz)-?(?:einstellungen|hinweis|zustimmung)|einwilligung|(?:ihre|wir schätzen ihre) "
        r"privatsphäre.{0,30}|.{0,30}mit (?:werbung|cookies).{0,30}",
        r"(?:votre|le respect de votre) vie privée.{0,40}|(?:gestion|paramètres) des cookies|.{0,40}(?:su|tu) "
        r"privacidad.{0,40}|(?:configuración|aviso) de cookies",
        r"(?:please )?(?:enable|turn on|allow) cookies|cookies (?:are )?(?:required|disabled|blocked)",
    ),
    _words(
        r"\bcookies?\b[^.]{0,200}\b(?:you|your|we|our|us|consent)\b|\b(?:you|your|we|our|us|"
        r"consent)\b[^.]{0,200}\bcookies?\b",
        r"\b(?:we|our|us|partners|vendors|you|your)\b[^.]{0,160}\b(?:personal data|personali[sz]ed (?:ads|"
        r"advertising|content)|consent|unique identifiers|legitimate interest|ad measurement)",
        r"(?:accept|reject|agree to|allow) all|without (?:personali[sz]ed )?(?:ads|advertising|tracking) for|change "
        r"your (?:choice|mind|preferences)|withdraw (?:your )?consent",
        r"(?:cookies|werbung|tracking|einwilligung|zustimmung|personenbezogene|datenschutz)[^.]{0,160}\b(?:sie|"
        r"ihre[rnms]?|wir|uns|unsere?[rn]?)\b|\b(?:sie|ihre[rnms]?|wir|uns|unsere?[rn]?)\b[^.]{0,160}(?:cookies|"
        r"werbung|tracking|einwilligung|zustimmung|personenbezogene)|(?:alle )?(?:akzeptieren|zustimmen|ablehnen)",
        r"\b(?:vous|votre|vos|nous|nos)\b[^.]{0,160}(?:cookies|consentement|données personnelles|publicités? "
        r"personnalisée)|cookies[^.]{0,160}\b(?:vous|votre|nous|nos)\b|tout (?:accepter|refuser)|continuer sans "
        r"accepter",
        r"(?:cookies|consentimiento|datos personales)[^.]{0,160}\b(?:usted|su|sus|tu|tus|nuestros|nosotros|"
        r"utilizamos|usamos|puede|puedes)\b|(?:utilizamos|usamos|nuestros|su|tu)\b[^.]{0,160}cookies|(?:aceptar|"
        r"rechazar) (?:todo|todas|y continuar)",
    ),
)
PARKED = Wall(
    ParkedDomain,
    _title(
        r".{0,60}(?:domain )?(?:is|may be) for sale.{0,20}|(?:domain|website) (?:parked|expired|for sale|not "
        r"configured)|parked domain",
        r"[\w-]+\.\w{2,10} is (?:available|for sale)",
        r"future home of .{0,50}|welcome to nginx|apache2? (?:\w+ )?default page.{0,20}|(?:default|coming soon|under "
        r"construction)(?: page)?|index of /.{0,40}",
    ),
    _words(
        r"(?:this|the) (?:domain|website|web address)(?: name)? (?:is|has|may be|was)(?: been)?(?: recently)?(?: "
        r"now)? (?:for sale|parked|expired|available for|registered|not configured)",
        r"[\w-]+\.\w{2,10} (?:is|may be) for sale|(?:buy|inquire about|make an offer on|interested in|own|get) this "
        r"domain|domain(?: name)? (?:is )?for sale",
        r"relevant searches|related searches|if you see this page, the (?:nginx )?web server is successfully installed",
        r"diese domain (?:steht zum verkauf|ist zu verkaufen)|domain (?:kaufen|zu verkaufen)|ce (?:nom de )?domaine "
        r"est (?:à vendre|en vente)|este dominio está (?:en venta|a la venta)",
    ),
    re.compile(r"parkingcrew|sedoparking|bodis\.com|parklogic|above\.com/|dan\.com/|afternic|hugedomains"),
)
WITHDRAWN = Wall(
    WithdrawnStory,
    _title(
        r"(?:article|story|report|post) (?:retracted|withdrawn|removed by the editors?)|(?:retraction|retracted|"
        r"withdrawn)(?: notice)?",
        r"(?:notice of )?(?:retraction|withdrawal)(?: notice)?",
    ),
    _words(
        r"^(?:editor.?s.? note\W+)?(?:this|an earlier|a previous|the) (?:article|story|report|version|post|"
        r"column)\b[^.]{0,80}(?:has|have|was|were) (?:been )?"
        r"(?:retracted|withdrawn|unpublished|published in error|taken down|removed (?:because|after|following|from|"
        r"at|by|pending|for))",
        r"\bwe have (?:retracted|withdrawn|unpublished|removed|taken down) (?:this|the|an?) (?:article|story|report|"
        r"post)",
        r"(?:the )?(?:post|paper|outlet|publisher|newsroom|editors?) (?:has|have) (?:retracted|withdrawn|"
        r"unpublished) (?:this|the) (?:article|story|report)",
    ),
)
OFFERS = Wall(
    OfferPage,
    _title(
        r"(?:choose|select|pick|complete|start|get|manage|confirm)(?: your| a| our)? (?:digital )?(?:subscriptions?|"
        r"plan|membership|offer|trial|order).{0,30}",
        r"subscribe(?: (?:now|today|here|to .{1,40}))?|subscriptions?(?: (?:offers?|options|plans))?|checkout|"
        r"(?:special|introductory|our|subscription) offers?|become a (?:member|subscriber).{0,30}|your (?:basket|"
        r"cart|order)",
        r"(?:jetzt )?abonnieren|(?:abo|unsere abos?|angebote|abo-?shop|abonnements?)|(?:nos )?offres(?: "
        r"d.abonnement)?|(?:je m.abonne|abonnez-vous)(?: .{1,40})?|suscríbete(?: .{1,40})?|suscripciones",
    ),
    _words(
        r"[£$€]\s?\d[\d.,]*(?: ?(?:a|per|for|/|each|every|for your first)? ?(?:\d+ )?(?:first )?(?:week|month|year|"
        r"mo|wk|yr|issue)s?)",
        r"\d[\d.,]* ?(?:€|euros?|eur)\s?(?:pro|im|par|al|/)\s?(?:monat|woche|jahr|mois|an|semaine|mes|año)",
        r"cancel (?:any ?time|whenever)|billed (?:monthly|annually|every|as)|payment (?:method|details)|unlimited "
        r"(?:digital )?access|free trial|jederzeit kündbar|sans engagement|sin permanencia|renews automatically",
    ),
)
ISSUE = Wall(
    IssueViewer,
    _title(
        r"(?:digital |e-?)(?:paper|edition|reader|issue)(?: .{1,40})?|(?:print|replica) edition(?: .{1,40})?|(?:page|"
        r"issue|flip ?book) viewer|flip ?book",
    ),
    _words(
        r"\bpage \d+(?: ?[-–/] ?\d+)? of \d+\b|\bseite \d+ (?:von|/) \d+|\bpage \d+ (?:sur|/) \d+",
        r"(?:zoom (?:in|out)|thumbnails|two[- ]page view|double page|single page|full ?screen|flip (?:page|view)|"
        r"turn the page|page view|text view)\W*$",
        r"(?:download|open|print) (?:this |the |full |whole |entire )*(?:issue|edition|page)(?: as)?(?: pdf)?\W*$",
    ),
    re.compile(r"pressreader|flip-?book|pagesuite|issuu\.com|epaper-?(?:viewer|reader)|turnjs|page-?flip"),
)
WALLS = (BOT, CAPTCHA, DOWN, REGION, MISSING, WITHDRAWN, AGE, APP, PARKED, SIGN_IN, OFFERS, ISSUE, CONSENT)
"""In the order in which they are asked: what is told by fewer words first."""
