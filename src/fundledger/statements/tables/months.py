"""Names of months, long and short, as banks of Europe write them."""

from __future__ import annotations

from functools import lru_cache

from fundledger.statements.layout import plain_letters

# A language a line, January to December; a name is known by any beginning of three letters or more that no other month has.
_LONG = """
january february march april may june july august september october november december
januar februar märz april mai juni juli august september oktober november dezember
jänner feber mrz april mai juni juli august september oktober november dezember
sausis vasaris kovas balandis gegužė birželis liepa rugpjūtis rugsėjis spalis lapkritis gruodis
sausio vasario kovo balandžio gegužės birželio liepos rugpjūčio rugsėjo spalio lapkričio gruodžio
janvāris februāris marts aprīlis maijs jūnijs jūlijs augusts septembris oktobris novembris decembris
jaanuar veebruar märts aprill mai juuni juuli august september oktoober november detsember
styczeń luty marzec kwiecień maj czerwiec lipiec sierpień wrzesień październik listopad grudzień
stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia
январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь
января февраля марта апреля мая июня июля августа сентября октября ноября декабря
січень лютий березень квітень травень червень липень серпень вересень жовтень листопад грудень
січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня
студзеня лютага сакавіка красавіка мая чэрвеня ліпеня жніўня верасня кастрычніка лістапада снежня
janvier février mars avril mai juin juillet août septembre octobre novembre décembre
enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre
gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre
januari februari maart april mei juni juli augustus september oktober november december
januari februari mars april maj juni juli augusti september oktober november december
januar februar marts april maj juni juli august september oktober november december
janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro
tammikuu helmikuu maaliskuu huhtikuu toukokuu kesäkuu heinäkuu elokuu syyskuu lokakuu marraskuu joulukuu
leden únor březen duben květen červen červenec srpen září říjen listopad prosinec
ledna února března dubna května června července srpna září října listopadu prosince
"""
_SHORT = """
jan feb mar apr may jun jul aug sept oct nov dec
saus vas kov bal geg bir lie rgp rgs spa lap gru
sau vas kov bal geg birž liep rugp rugs spal lapkr gruodž
janv févr mars avr mai juin juil août sept oct nov déc
ene feb mar abr may jun jul ago sep oct nov dic
gen feb mar apr mag giu lug ago set ott nov dic
sty lut mar kwi maj cze lip sie wrz paź lis gru
янв фев мар апр май июн июл авг сен окт ноя дек
jan fev mar abr mai jun jul ago set out nov dez
jan feb mrt apr mei jun jul aug sep okt nov dec
jän feb mär apr mai jun jul aug sep okt nov dez
jaan veebr märts apr mai juuni juuli aug sept okt nov dets
"""


def _names() -> dict[str, int]:
    found: dict[str, set[int]] = {}
    sure: dict[str, int] = {}
    for text in (_LONG, _SHORT):
        for line in text.split("\n"):
            for number, name in enumerate(map(plain_letters, line.split()), 1):
                sure.setdefault(name, number)
                for size in range(3, len(name)):
                    found.setdefault(name[:size], set()).add(number)
    return {name: min(numbers) for name, numbers in found.items() if len(numbers) == 1} | sure


# Polish and Czech "listopad" are not one month, "červen" begins "červenec": exact names are kept as the first line with them says.
_MONTHS = _names()


@lru_cache(maxsize=1024)
def month(name: str) -> int | None:
    """The number of a month by its name or the beginning of it; None for another word.

    The word "listopad" is November in Polish and Czech alike, "lipiec" July; a beginning that two months share is no name.
    """
    return _MONTHS.get(plain_letters(name))
