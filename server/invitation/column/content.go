package column

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// shape is what a cell looks like. It is seen quickly and coarsely; package cell reads what it says.
type shape int

const (
	empty shape = iota
	text
	addressed // an e-mail address
	linked
	patientNumber
	mobilePhone
	otherPhone
	dated
	datedTimed
	serialDay
	timed
	lasting
	counted
	titled // Dr Martin
	nameCapitals
	nameMixed // DUPONT Jeanne
	nameSmall
	shapes
)

// data are the shapes that a header does not have.
var data = []shape{addressed, linked, patientNumber, mobilePhone, otherPhone, dated, datedTimed, serialDay, timed, lasting, counted}

// seen is one cell.
type seen struct {
	shape shape
	// month counts from year 0; it is set for a dated cell that tells its year.
	month int
	// hour is that of a timed cell, number the value of a counted one.
	hour, number int
	// several words
	several bool
}

// longestSeen, in bytes, is enough of a cell to see its shape.
const longestSeen = 400

var (
	linkShape   = regexp.MustCompile(`(?i)https?://|\bwww\.|\b(?:zoom\.us|meet\.google\.com|teams\.microsoft\.com|teams\.live\.com|webex\.com|jit\.si|doxy\.me)/`)
	mailShape   = regexp.MustCompile(`[^\s@]@[^\s@]+\.[^\s@]`)
	phoneBlanks = regexp.MustCompile(`[\s.()\-]+`)
	ippShape    = regexp.MustCompile(`^80\d{8,11}$`)
	mobileShape = regexp.MustCompile(`^(?:(?:\+33|0033|33)0?|0)?[67]\d{8}(?:$|[^\d])`)
	// What a spreadsheet makes of long numbers.
	ippPower    = regexp.MustCompile(`^8[.,]0\d*e\+?(?:0?9|1[0-2])$`)
	mobilePower = regexp.MustCompile(`^[67](?:[.,]\d+)?e\+?0?8$|^3[.,][34]\d*e\+?10$`)
	abroadShape = regexp.MustCompile(`^(?:\+|00)\d{8,14}$`)
	phoneShape  = regexp.MustCompile(`^(?:\+33|0033|0)[1-589]\d{8}(?:$|[^\d])`)
	dottedTime  = regexp.MustCompile(`^([01]?\d|2[0-3])\.[0-5]\d$`)
	numericDate = regexp.MustCompile(`^(?:\pL{2,9}\.? )?(\d{1,2})[-/.](\d{1,2})(?:[-/.](\d{4}|\d{2}))?\b(.*)$`)
	spacedDate  = regexp.MustCompile(`^(\d{1,2}) (\d{1,2}) ((?:19|20)\d{2})(.*)$`)
	isoDate     = regexp.MustCompile(`^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(.*)$`)
	wordDate    = regexp.MustCompile(`^(?:\pL{2,9}\.? )?\d{1,2}(?:er)?[ \-/.]?(jan|fev|feb|mar|avr|apr|mai|may|juin|jun|juil|jul|aou|aug|sep|oct|nov|dec)\pL*\.?(?:[ \-/.]+(\d{4}|\d{2}))?\b(.*)$`)
	midnight    = regexp.MustCompile(`^[t ]*00[:h]00`)
	timeWithin  = regexp.MustCompile(`\d ?[h:]`)
	serialShape = regexp.MustCompile(`^(\d{5})(?:[.,](\d+))?$`)
	timeShape   = regexp.MustCompile(`^(\d{1,2})(?: ?h ?(?:\d{1,2})?|:\d{2}(?::\d{2})?)(?: ?[ap]m)?(?: ?[-/a] ?\d{1,2}[h:].*)?$`)
	partShape   = regexp.MustCompile(`^0[.,]\d{2,}$`)
	lastShape   = regexp.MustCompile(`^\d{1,3} ?(?:min|mins|mn|minutes?|')$`)
	countShape  = regexp.MustCompile(`^\d+$`)
	titleShape  = regexp.MustCompile(`^(?:dr|docteur|pr|professeur)\b\.? ?\pL`)
)

// look tells the shape of a cell.
func look(cell string) seen {
	if len(cell) > longestSeen {
		if linkShape.MatchString(cell[:longestSeen]) || mentionsLink(cell) {
			return seen{shape: linked}
		}
		return seen{shape: text}
	}
	cell = strings.Trim(strings.Join(strings.Fields(cell), " "), `'"`)
	if cell == "" || cell == "-" {
		return seen{}
	}
	low := strings.ToLower(cell)
	compact := phoneBlanks.ReplaceAllString(low, "")
	switch {
	case linkShape.MatchString(low):
		return seen{shape: linked}
	case mailShape.MatchString(low):
		return seen{shape: addressed}
	case ippShape.MatchString(compact) || ippPower.MatchString(low):
		return seen{shape: patientNumber}
	case mobileShape.MatchString(compact) || mobilePower.MatchString(low):
		return seen{shape: mobilePhone}
	case phoneShape.MatchString(compact):
		return seen{shape: otherPhone}
	case abroadShape.MatchString(compact):
		return seen{shape: mobilePhone}
	}
	if s, ok := lookNumber(low); ok {
		return s
	}
	if s, ok := lookDate(plain(low)); ok {
		return s
	}
	if titleShape.MatchString(low) {
		return seen{shape: titled}
	}
	return lookName(cell)
}

// mentionsLink looks for a link in a long cell, which is a pasted invitation.
func mentionsLink(cell string) bool {
	return strings.Contains(cell, "https://") || strings.Contains(cell, "http://")
}

func plain(low string) string {
	return strings.NewReplacer("é", "e", "è", "e", "û", "u", "ô", "o").Replace(low)
}

func lookNumber(low string) (seen, bool) {
	if m := serialShape.FindStringSubmatch(low); m != nil {
		// 5000 is in 1913, 73050 the end of 2099
		if days := atoi(m[1]); days >= 5000 && days <= 73050 {
			if strings.Trim(m[2], "0") != "" {
				return seen{shape: datedTimed, month: 1900*12 + days*12/365}, true
			}
			return seen{shape: serialDay, month: 1900*12 + days*12/365}, true
		}
	}
	switch m := timeShape.FindStringSubmatch(low); {
	case m != nil && atoi(m[1]) < 24:
		return seen{shape: timed, hour: atoi(m[1])}, true
	case partShape.MatchString(low):
		part, err := strconv.ParseFloat(strings.Replace(low, ",", ".", 1), 64)
		return seen{shape: timed, hour: int(part * 24)}, err == nil
	case lastShape.MatchString(low):
		return seen{shape: lasting}, true
	case len(low) == 8 && countShape.MatchString(low):
		// 20260512 or 12052026
		for _, m := range [][2]string{{low[:4], low[4:6]}, {low[4:], low[2:4]}} {
			if year, month := atoi(m[0]), atoi(m[1]); year >= 1900 && year < 2100 && month >= 1 && month <= 12 {
				return seen{shape: dated, month: year*12 + month}, true
			}
		}
		return seen{shape: counted}, true
	case countShape.MatchString(low):
		return seen{shape: counted, number: atoi(low)}, true
	}
	return seen{}, false
}

// atoi reads digits that a pattern has matched; what is too long for a number is none.
func atoi(digits string) int {
	n, err := strconv.Atoi(digits)
	if err != nil {
		return -1
	}
	return n
}

func lookDate(low string) (seen, bool) {
	var year, rest string
	var month int
	if m := isoDate.FindStringSubmatch(low); m != nil {
		year, month, rest = m[1], atoi(m[2]), m[4]
	} else if m := dottedTime.FindStringSubmatch(low); m != nil {
		return seen{shape: timed, hour: atoi(m[1])}, true
	} else if m := numericDate.FindStringSubmatch(low); m != nil {
		year, month, rest = m[3], min(atoi(m[2]), 12), m[4]
		if atoi(m[1]) > 31 || atoi(m[2]) > 31 {
			return seen{}, false
		}
	} else if m := spacedDate.FindStringSubmatch(low); m != nil {
		year, month, rest = m[3], min(atoi(m[2]), 12), m[4]
	} else if m := wordDate.FindStringSubmatch(low); m != nil {
		month, year, rest = monthOf(m[1]), m[2], m[3]
		if len(year) == 2 && strings.HasPrefix(rest, ":") {
			year, rest = "", " "+year+rest // 12 mai 14:30
		}
	} else {
		return seen{}, false
	}
	s := seen{shape: dated}
	if timeWithin.MatchString(rest) && !midnight.MatchString(rest) {
		s.shape = datedTimed
	}
	if year != "" {
		s.month = century(year)*12 + month
	}
	return s, true
}

// months are known by their first letters, after which French and English go their own ways.
var months = [][]string{
	{"jan"}, {"fe"}, {"mar"}, {"av", "ap"}, {"mai", "may"}, {"juin", "jun"}, {"juil", "jul"}, {"ao", "au"}, {"se"}, {"oc"}, {"no"}, {"de"},
}

func monthOf(word string) int {
	return 1 + slices.IndexFunc(months, func(beginnings []string) bool {
		return slices.ContainsFunc(beginnings, func(b string) bool { return strings.HasPrefix(word, b) })
	})
}

// century completes a year of two digits well enough to tell births from appointments.
func century(year string) int {
	const turn = 40
	n := atoi(year)
	switch {
	case len(year) > 2:
		return n
	case n < turn:
		return 2000 + n
	}
	return 1900 + n
}

// shortWords are titles and sexes, which are no names.
var shortWords = []string{"m", "mr", "mme", "mlle", "f", "h", "oui", "non", "o", "n", "x", "ok"}

// longestName, in bytes.
const longestName = 60

func lookName(cell string) seen {
	odd := func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.Is(unicode.M, r) && !strings.ContainsRune(" -'’.,()", r)
	}
	if len(cell) > longestName || strings.ContainsFunc(cell, odd) || slices.Contains(shortWords, strings.ToLower(strings.Trim(cell, "."))) {
		return seen{shape: text}
	}
	capitals, small := 0, 0
	words := strings.FieldsFunc(cell, func(r rune) bool { return r == ' ' || r == ',' })
	for _, word := range words {
		switch letters := []rune(word); {
		case slices.Contains(shortWords, strings.ToLower(strings.Trim(word, "."))):
		case len(letters) > 1 && word == strings.ToUpper(word) && word != strings.ToLower(word):
			capitals++
		case unicode.IsUpper(letters[0]) || len(words) == 1:
			small++
		}
	}
	s := seen{shape: nameSmall, several: capitals+small > 1}
	switch {
	case capitals+small == 0:
		s.shape = text
	case capitals > 0 && small > 0:
		s.shape = nameMixed
	case capitals > 0:
		s.shape = nameCapitals
	}
	return s
}
