package starttime

import (
	"regexp"
	"strings"
	"sync"
	"time"
	_ "time/tzdata" // names of zones are part of the texts: they must be known on every machine
)

// zoneWords gives, per IANA zone, the folded words that name it: cities as the meeting products
// print them in five languages, Windows and everyday names. Winter abbreviations stand for the
// zone itself ("14:30 CET" in July is what a clock in Paris shows).
const zoneWords = `
Europe/Paris: paris, parigi, pariser, france, france metropolitaine, metropole, romance standard time, romance, europe summer time, europe time, central european summer time, central european standard time, central european time, heure d'ete d'europe centrale, heure normale d'europe centrale, heure d'europe centrale, heure avancee d'europe centrale, mitteleuropaische sommerzeit, mitteleuropaische normalzeit, mitteleuropaische zeit, hora de verano de europa central, hora estandar de europa central, hora central europea, hora de europa central, horario de verao da europa central, hora de verao da europa central, horario da europa central, hora da europa central, cet, cest, hec, haec, hnec, met
Europe/Brussels: brussels, bruxelles, bruselas, brussel, bruxelas
Europe/Madrid: madrid, hora peninsular, espana, barcelona
Europe/Berlin: berlin, berliner, deutschland, mez, mesz, w. europe standard time, frankfurt, munich, munchen, hamburg
Europe/Amsterdam: amsterdam
Europe/Rome: rome, rom, roma, milan, milano
Europe/Vienna: vienna, wien, viena, vienne, wiener
Europe/Zurich: zurich, zuricher, zurcher, bern, berne, geneva, geneve, genf
Europe/Stockholm: stockholm, estocolmo
Europe/Copenhagen: copenhagen, copenhague, kopenhagen
Europe/Oslo: oslo
Europe/Luxembourg: luxembourg, luxemburg
Europe/Monaco: monaco
Europe/Andorra: andorra, andorre
Europe/Belgrade: belgrade, belgrad, belgrado, sarajevo
Europe/Budapest: budapest, central europe standard time
Europe/Prague: prague, prag, praga
Europe/Warsaw: warsaw, varsovie, warschau, varsovia
Europe/London: london, londres, londoner, edinburgh, edimbourg, edimburgo, gmt standard time, british summer time, bst
Europe/Dublin: dublin
Europe/Lisbon: lisbon, lisbonne, lissabon, lisboa, portugal continental, western european time, western european summer time, wet, west
Atlantic/Reykjavik: reykjavik, greenwich standard time
Atlantic/Canary: canarias, canary islands
Atlantic/Azores: azores, acores
Atlantic/Madeira: madeira
Europe/Athens: athens, athenes, athen, atenas, eastern european time, eastern european summer time, eet, eest
Europe/Bucharest: bucharest, bucarest, bukarest, gtb standard time
Europe/Helsinki: helsinki, helsinque
Europe/Kyiv: kyiv, kiev, kiew, fle standard time
Europe/Istanbul: istanbul, estambul, istambul, turkey standard time
Europe/Moscow: moscow, moscou, moskau, moscu, russian standard time, msk
Africa/Casablanca: casablanca, rabat, morocco standard time
Africa/Algiers: algiers, alger, algier, argel
Africa/Tunis: tunis, tunez
Africa/Dakar: dakar
Africa/Abidjan: abidjan
Africa/Lagos: lagos, w. central africa standard time
Africa/Cairo: cairo, le caire, kairo, el cairo, egypt standard time
Africa/Johannesburg: johannesburg, south africa standard time
Africa/Nairobi: nairobi
Africa/Luanda: luanda
Indian/Reunion: saint-denis, la reunion
Indian/Mauritius: mauritius standard time, port louis
Indian/Mayotte: mayotte, mamoudzou
America/Martinique: martinique, fort-de-france
America/Guadeloupe: guadeloupe, pointe-a-pitre
America/Cayenne: cayenne, guyane
America/Miquelon: miquelon
Pacific/Noumea: noumea
Pacific/Tahiti: tahiti, papeete
America/New_York: new york, nueva york, nova york, eastern time, eastern standard time, hora del este, heure de l'est, est, edt, et
America/Chicago: chicago, central time, central standard time, hora central, heure du centre, cst, cdt
America/Denver: denver, mountain time, mountain standard time, mst, mdt
America/Los_Angeles: los angeles, pacific time, pacific standard time, hora del pacifico, heure du pacifique, pst, pdt
America/Toronto: toronto
America/Montreal: montreal
America/Mexico_City: mexico city, ciudad de mexico, mexico
America/Bogota: bogota
America/Lima: lima
America/Santiago: santiago
America/Argentina/Buenos_Aires: buenos aires
America/Sao_Paulo: sao paulo, brasilia, e. south america standard time, horario de brasilia, hora de brasilia, brt
Asia/Dubai: dubai, abu dhabi, arabian standard time
Asia/Jerusalem: jerusalem, tel aviv, israel standard time
Asia/Beirut: beirut, beyrouth
Asia/Kolkata: kolkata, mumbai, new delhi, chennai, india standard time
Asia/Tokyo: tokyo, tokio, toquio, tokyo standard time, jst
Asia/Shanghai: shanghai, beijing, pekin, china standard time
Asia/Hong_Kong: hong kong
Asia/Singapore: singapore, singapour
Australia/Sydney: sydney, canberra
UTC: coordinated universal time, temps universel coordonne, temps universel
`

// unsureZones are also everyday words of a language ("est" is French for "is"), so they count
// only in capitals.
var unsureZones = map[string]bool{"est": true, "et": true, "met": true, "west": true, "wet": true, "cst": true, "mst": true, "hec": true, "rom": true}

var zoneTable = sync.OnceValue(func() map[string]string {
	table := map[string]string{}
	for line := range strings.Lines(zoneWords) {
		name, words, ok := strings.Cut(strings.TrimSpace(line), ": ")
		if !ok {
			continue
		}
		for w := range strings.SplitSeq(words, ", ") {
			table[w] = name
		}
	}
	return table
})

// zoneNames is one pattern for every word of the table, longest first.
var zoneNames = sync.OnceValue(func() string {
	words := make([]string, 0, len(zoneTable()))
	for w := range zoneTable() {
		words = append(words, regexp.QuoteMeta(w))
	}
	sortLongestFirst(words)
	return strings.Join(words, "|")
})

var (
	ianaName   = regexp.MustCompile(`(?i)\b((?:Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Europe|Indian|Pacific|Etc)/[A-Za-z][A-Za-z_+-]*(?:/[A-Za-z][A-Za-z_-]*)?)`)
	offsetName = regexp.MustCompile(`^[([]?(?:(?:utc|gmt)\s?([+-])\s?(\d{1,2})(?::?(\d{2}))?|([+-])(\d{2}):?(\d{2})|(utc|gmt|z)\b)(?:\s?[)\]])?`)
	separators = regexp.MustCompile(`^(?:[\s,;|(\[)\]·.-]|(?:h|hrs?|horas|uhr)\b)+`)
	leadWords  = regexp.MustCompile(`^(?:(?:heure d'(?:ete|hiver)|hora de verano|hor(?:a|ario) de verao) d[eao] |(?:a l'|en |a )?(?:heure|hora|horario|time)(?: locale| local)?(?: de la| de| da| do| of| in)? |heure d'|(?:fuseau(?: horaire)?|time ?zone|zeitzone|zona horaria|fuso horario) ?:? ?(?:de )?|ortszeit |in |at )`)
	namedZone  = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^(?:` + zoneNames() + `)\b`)
	})
	bracketZone = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`[(\[](?:(?:heure|hora|horario|time) (?:de |of |d')?)?(` + zoneNames() + `)\b`)
	})
	phraseZone = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`\b(?:heure|hora|horario|zeit in|ortszeit) (?:locale |local )?(?:de |d'|da |do )?(` +
			zoneNames() + `)\b|\b(` + zoneNames() + `)(?:er)?[ -](?:local )?(?:time|zeit|ortszeit)\b`)
	})
	zoneLabel = regexp.MustCompile(`^(?:fuseau(?: horaire)?|time ?zone|zeitzone|zona horaria|huso horario|fuso horario|x-wr-timezone)\s?:\s?(.+)$`)
)

// zone is a place in a text that says a zone: a named one wins over an offset.
type zone struct {
	loc   *time.Location
	fixed bool   // an offset only
	word  string // the folded word, for "cet" and "cest", which tell the two 02:30 apart
}

// zoneAt reads the zone at the beginning of what follows a clock, or in brackets soon after.
// original is the same text before folding.
func zoneAt(folded, original string) zone {
	const window = 120
	if runes := []rune(folded); len(runes) > window {
		folded, original = string(runes[:window]), string([]rune(original)[:window])
	}
	if m := ianaName.FindString(original); m != "" {
		if loc, err := time.LoadLocation(canonicalCase(m)); err == nil {
			return zone{loc: loc}
		}
	}
	var found zone
	rest := folded
	for range 6 {
		rest = rest[len(separators.FindString(rest)):]
		if word := namedZone().FindString(rest); word != "" && sure(word, folded, original, len(folded)-len(rest)) {
			return named(word)
		}
		if lead := leadWords.FindString(rest); lead != "" {
			rest = rest[len(lead):]
			continue
		}
		m := offsetName.FindStringSubmatch(rest)
		if m == nil {
			break
		}
		if found.loc == nil {
			found = zone{loc: offset(m), fixed: true}
		}
		rest = rest[len(m[0]):]
	}
	if m := bracketZone().FindStringSubmatchIndex(folded); m != nil {
		if word := folded[m[2]:m[3]]; sure(word, folded, original, m[2]) {
			return named(word)
		}
	}
	return found
}

func named(word string) zone {
	loc, err := time.LoadLocation(zoneTable()[word])
	if err != nil {
		return zone{}
	}
	return zone{loc: loc, word: word}
}

// sure tells whether a word that may be an everyday one is written in capitals.
func sure(word, folded, original string, at int) bool {
	if !unsureZones[word] {
		return true
	}
	from := len([]rune(folded[:at]))
	written := []rune(original)[from : from+len([]rune(word))]
	return strings.ToUpper(string(written)) == string(written)
}

// offset makes a fixed zone from the groups of offsetName.
func offset(m []string) *time.Location {
	sign, hours, minutes := m[1], m[2], m[3]
	if sign == "" {
		sign, hours, minutes = m[4], m[5], m[6]
	}
	seconds := number(hours)*3600 + number(minutes)*60
	const most = 14 * 3600
	if seconds > most {
		return nil
	}
	if sign == "-" {
		seconds = -seconds
	}
	if seconds == 0 {
		return time.UTC
	}
	return time.FixedZone("", seconds)
}

// canonicalCase gives "Europe/Paris" for "europe/paris".
func canonicalCase(name string) string {
	if _, err := time.LoadLocation(name); err == nil {
		return name
	}
	b := []byte(strings.ToLower(name))
	for i, c := range b {
		if c >= 'a' && c <= 'z' && (i == 0 || b[i-1] == '/' || b[i-1] == '_' || b[i-1] == '-') {
			b[i] = c - 'a' + 'A'
		}
	}
	return string(b)
}

// textZone reads the zone that the text names elsewhere: on a line of its own, else in a phrase
// such as "heure de Paris".
func textZone(lines []line) zone {
	for _, l := range lines {
		if m := zoneLabel.FindStringSubmatchIndex(l.folded); m != nil {
			at := len([]rune(l.folded[:m[2]]))
			if z := zoneAt(l.folded[m[2]:], string([]rune(l.original)[at:])); z.loc != nil {
				return z
			}
		}
	}
	for _, l := range lines {
		if m := phraseZone().FindStringSubmatchIndex(l.folded); m != nil {
			at := max(m[2], m[4])
			word := l.folded[at:max(m[3], m[5])]
			if sure(word, l.folded, l.original, at) {
				return named(word)
			}
		}
	}
	return zone{}
}
