package invitationtext

import (
	"regexp"
	"strings"
)

// Labels are the values that a text gives beside words such as "Meeting ID:".
type Labels struct {
	// IDs are the meeting's numbers (digits only) and room codes, in order, without repetition.
	IDs []string
	// Passcode is as written; a code for telephones counts only when there is no other.
	Passcode string
	// Masked: a passcode is there, but the product hid it.
	Masked bool
	Topic  string
	// Personal: the text calls the meeting's number or room a personal one.
	Personal bool
}

// Labels as the products print them in five languages, folded (no accents, lower case).
const (
	idLabels = `(?:meeting|webinar|session)[ -]?(?:id|number|nr|nummer|kennnummer|code)|meeting (?:link )?id|` +
		`id(?:entifiant)?\.? (?:de |du |de la |da |do |d'une |de l')?(?:reunion|reuniao|webinaire|webinar|seminario web|meeting|conference zoom|videollamada|videochamada|seance)|` +
		`(?:n[o°]|num|numero)\.? (?:de |de la |da |du )?(?:reunion|reuniao|meeting|webinaire|session)|` +
		`(?:besprechungs|sitzungs|webinar|meeting)-?(?:id|nummer|kennnummer|kennung)|` +
		`(?:zoom |teams )?id(?: zoom| teams)?|code de (?:la )?(?:reunion|visio(?:conference)?|salle)|codigo de (?:la )?(?:reunion|reuniao)|codigo da reuniao|besprechungscode`
	passcodeLabels = `(?:meeting |webinar |event |session )?(?:passcode|password|pass code)|` +
		`code secret|code d'acces|mot de passe|mdp|` +
		`(?:meeting-?|sitzungs|besprechungs|webinar-?)? ?(?:kenncode|kennwort|passwort|zugangscode|passcode)|` +
		`codigo de acceso|contrasena|clave(?: de acceso)?|codigo secreto|` +
		`senha(?: de acesso)?|codigo de acesso|palavra-passe|access code|pwd`
	topicLabels = `topic|sujet|thema|tema|topico|assunto|objet|subject|betreff|asunto|meeting topic|titre|title|titel|titulo|summary`
	// qualifier may stand between a label and its colon: "(access code)", "de la réunion".
	qualifier = `(?:[ ]?\([^)\n]{0,60}\)|[ ](?:de|du|da|do|der|des|of|for|pour|para|fur|if|per|zum|zur|del|numeri\w*|phone|telefon\w*|telephone)[^:\n]{0,45}?)?`
)

var (
	idLine       = regexp.MustCompile(`(?:^|[\s|;,(•·*-])(` + idLabels + `)` + qualifier + `\s?[:#=]?[\s*]*(\d+(?:[ .-]\d+)*|[a-z]{3}-[a-z]{4}-[a-z]{3}\b)`)
	passcodeLine = regexp.MustCompile(`(?:^|[\s|;,(•·*-])(` + passcodeLabels + `)(` + qualifier + `)\s?[:=][ \t]*(\S+)`)
	maskedLine   = regexp.MustCompile(`(?:^|[\s|;,(•·*-])(?:` + passcodeLabels + `)` + qualifier + `\s?:?\s*(?:[*•●∙·⁎＊]\s?){3,}`)
	nextLabel    = regexp.MustCompile(`\s(?:(?:time|heure|uhrzeit|zeit|hora|horario|date|when|quand|wann|cuando|quando|` + idLabels + `|` + passcodeLabels + `)\s?:\s|https?://)`)
	topicLine    = regexp.MustCompile(`(?m)^\W{0,3}(?:` + topicLabels + `)(?:;[^:\n]*)?\s?:[ \t]*(\S[^\n]*)$`)
	phoneWord    = regexp.MustCompile(`(?:phone|telefon|sms|numeri|audio|dial|tel\b|video ?id|conference|konferenz|conferencia|anruf|llamada|chamada)`)
	loneLabel    = regexp.MustCompile(`^\W*(?:` + idLabels + `|` + passcodeLabels + `)` + qualifier + `\W*$`)
	phoneBefore  = regexp.MustCompile(`(?:phone|telefon\w*|telephone|sms|numeri\w*|audio|video|conference|konferenz|conferencia|user|tenant|patient)[ -]*$`)
	phoneSection = regexp.MustCompile(`^\W*(?:dial (?:by|in)|one[- ]tap|join by phone|join by sip|join by h\.?323|join from a video|join by video|` +
		`composez|composer|appuyez une fois|une seule touche|numero(?:ter|tez)|rejoindre par telephone|rejoignez(?:-nous)? par telephone|participer par telephone|par telephone|` +
		`einwahl|wahlen sie|nach standort|per telefon|schnelleinwahl|mit einem tippen|` +
		`marcar|marque|un toque|por telefono|llame|` +
		`discar|discagem|disque|um toque|por telefone|ligar)`)
	pmiWord = regexp.MustCompile(`\bpmi\b|\bnpr\b|personal meeting (?:id|room)|id(?:entifiant)? personnel (?:de )?reunion|n[o°] personnel de reunion|` +
		`(?:id(?:entifiant)?|numero) (?:de )?reunion personnel|salle de reunion personnelle|personliche[rsn]? meeting|` +
		`id personal de (?:la )?reunion|sala personal de reunion|sala de reunion(?:es)? personal|id (?:de reuniao )?pessoal|sala (?:de reuniao )?pessoal`)
	// bareCode is a line of a short note: "Code : 1234".
	bareCode = regexp.MustCompile(`(?:^\W*|[/|,;-] ?)(?:code|pass|codigo)\s?:\s?([^\s#]+)\W*$`)
	// spokenCode has no colon: "passcode 0123", "le code secret est 0123".
	spokenCode = regexp.MustCompile(`\b(?:` + passcodeLabels + `) (?:(?:est|is|ist|es|e|lautet) )?([a-z0-9@*_-]*\d[a-z0-9@*_-]*)(?:[\s.,;)]|$)`)
	noPasscode = regexp.MustCompile(`^(?:none|aucun|keine?r?|kein|ninguno|ninguna|nenhuma?|n/a|non|no|nein|nao|-+|/)$`)
	replyMark  = regexp.MustCompile(`(?i)^(?:(?:re|fw|fwd|tr|wg|aw|rv|enc|res|rif)\s?:\s*)+`)
)

// ReadLabels reads the labelled values of a text that Clean gave. They are taken from the text
// itself, not from its folded form, so that the capitals of a passcode stay.
func ReadLabels(text string) Labels {
	var w Labels
	phonePasscode, byPhone := "", false
	lines := strings.Split(text, "\n")
	for i, l := range lines {
		if !mayLabel(l) {
			continue
		}
		folded := Fold(l)
		if phoneSection.MatchString(folded) {
			byPhone = true
		}
		joined, joinedFolded := l, folded
		if i+1 < len(lines) && (strings.HasSuffix(l, ":") || len(folded) <= 100 && loneLabel.MatchString(folded)) { // the value is on the next line
			joined = strings.TrimRight(l, ": ") + ": " + lines[i+1]
			joinedFolded = Fold(joined)
		}
		w.readIDs(joinedFolded)
		code, masked, phone := readPasscode(joined, joinedFolded)
		w.Masked = w.Masked || masked
		switch {
		case code == "":
		case phone || byPhone:
			if phonePasscode == "" && !phone {
				phonePasscode = code
			}
		case w.Passcode == "":
			w.Passcode = code
		}
	}
	if w.Passcode == "" && !w.Masked {
		w.Passcode = phonePasscode
	}
	if w.Passcode != "" {
		w.Masked = false
	}
	w.Topic = readTopic(text)
	w.Personal = pmiWord.MatchString(Fold(text))
	return w
}

// mayLabel is a quick look: a label has a colon, a digit, a mask, or a short line for itself.
func mayLabel(l string) bool {
	const short = 100
	return l != "" && (len(l) <= short || strings.ContainsAny(l, ":=0123456789*•●"))
}

func (w *Labels) readIDs(folded string) {
	for _, m := range idLine.FindAllStringSubmatchIndex(folded, -1) {
		if phoneBefore.MatchString(folded[max(0, m[2]-24):m[2]]) || phoneWord.MatchString(folded[m[3]:m[4]]) && !strings.Contains(folded[m[3]:m[4]], "(") {
			continue
		}
		id := folded[m[4]:m[5]]
		if id[0] >= '0' && id[0] <= '9' {
			id = digits(id)
			if len(id) < 9 || len(id) > 16 {
				continue
			}
		}
		if !containsFold(w.IDs, id) {
			w.IDs = append(w.IDs, id)
		}
	}
}

func containsFold(list []string, s string) bool {
	for _, have := range list {
		if strings.EqualFold(have, s) {
			return true
		}
	}
	return false
}

func digits(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
}

// readPasscode gives the first passcode of a line; masked says that the product hid it, phone
// that it is the one for telephones.
func readPasscode(original, folded string) (code string, masked, phone bool) {
	if maskedLine.MatchString(folded) {
		return "", true, false
	}
	for _, m := range passcodeLine.FindAllStringSubmatchIndex(folded, -1) {
		from, to := runesBefore(folded, m[6]), runesBefore(folded, m[7])
		value := trimValue(string([]rune(original)[from:to]))
		if parts := digitGroups.FindString(folded[m[6]:]); parts != "" {
			value = digits(parts)
		}
		switch {
		case value == "" || noPasscode.MatchString(strings.ToLower(value)):
			continue
		case isMask(value):
			return "", true, false
		case strings.HasPrefix(folded[m[2]:m[3]], "access") && meetingNumber.MatchString(folded[m[6]:]):
			continue // Webex calls its meeting number an access code
		}
		phone = phoneWord.MatchString(folded[m[4]:m[5]]) || phoneBefore.MatchString(folded[max(0, m[2]-24):m[2]])
		if !phone {
			return value, false, false
		}
		code = value
	}
	if code == "" && !strings.Contains(folded, "#") {
		code = looseCode(original, folded)
	}
	return code, false, phone
}

// looseCode reads a passcode from the words of a person rather than of a product.
func looseCode(original, folded string) string {
	const shortest = 4
	for _, form := range []*regexp.Regexp{bareCode, spokenCode} {
		m := form.FindStringSubmatchIndex(folded)
		if m == nil || meetingNumber.MatchString(folded[m[2]:]) || phoneBefore.MatchString(folded[max(0, m[0]-24):m[0]+1]) {
			continue
		}
		value := trimValue(string([]rune(original)[runesBefore(folded, m[2]):runesBefore(folded, m[3])]))
		if len(value) >= shortest {
			return value
		}
	}
	return ""
}

// digitGroups is a number that a person wrote in groups, up to the end of the line.
var digitGroups = regexp.MustCompile(`^\d{1,4}(?: \d{1,4})+\W*$`)

var meetingNumber = regexp.MustCompile(`^\d{3,4}[ -]?\d{3,4}[ -]?\d{3,4}\b`)

func runesBefore(s string, at int) int { return len([]rune(s[:at])) }

// trimValue takes off the signs of the sentence around a value, not those that belong to it.
func trimValue(s string) string {
	s = strings.TrimLeft(s, "\"'«“”‘(<[")
	s = strings.TrimRight(s, ".,;:\"'»“”’>]")
	if number := strings.TrimRight(s, "#"); digits(number) == number {
		s = number // the key that ends a code on a telephone
	}
	if strings.HasSuffix(s, ")") && !strings.Contains(s, "(") {
		s = strings.TrimRight(s, ").")
	}
	const longest = 64
	if len(s) > longest {
		return ""
	}
	return s
}

func isMask(s string) bool {
	const shortest = 3
	return len([]rune(s)) >= shortest && (strings.Trim(s, "*•●∙·⁎＊") == "" || strings.Trim(s, "xX") == "" && len(s) > shortest)
}

// readTopic gives the labelled topic; a mail's subject loses its reply marks.
func readTopic(text string) string {
	folded := Fold(text)
	m := topicLine.FindStringSubmatchIndex(folded)
	if m == nil {
		return firstLineTopic(text)
	}
	value := folded[m[2]:m[3]]
	if next := nextLabel.FindStringIndex(value); next != nil { // line ends were lost on the way
		value = value[:next[0]]
	}
	from := runesBefore(folded, m[2])
	return cut(replyMark.ReplaceAllString(string([]rune(text)[from:from+len([]rune(value))]), ""))
}

var meetHeading = regexp.MustCompile(`(?m)^(?:google meet joining info|informations? (?:pour|de) .*google meet|google meet-teilnahme.*|informacion para unirse .*google meet|como participar do google meet|informacoes .*google meet.*)`)

// firstLineTopic reads the form of Google Calendar, where the topic is the first line.
func firstLineTopic(text string) string {
	if !meetHeading.MatchString(Fold(text)) {
		return ""
	}
	first, _, _ := strings.Cut(text, "\n")
	if strings.ContainsAny(first, "·:") {
		return ""
	}
	return cut(first)
}

func cut(s string) string {
	const longest = 200
	s = strings.TrimSpace(s)
	if r := []rune(s); len(r) > longest {
		s = strings.TrimSpace(string(r[:longest]))
	}
	return s
}
