package starttime

import "regexp"

var link = regexp.MustCompile(`(?i)\b(?:https?|zoommtg|zoomus|msteams):[^\s<>"]+|\b(?:[a-z0-9-]+\.)+[a-z]{2,}/[^\s<>"]*`)

// withoutLinks blanks links, whose digits look like dates.
func withoutLinks(s string) string {
	return link.ReplaceAllString(s, " ")
}

var languageWords = map[string]*regexp.Regexp{
	"en": regexp.MustCompile(`\b(?:the|you|your|is|join|meeting|time|topic|inviting|passcode|password|when|with|please|appointment|date|at|on|and|for|call|video)\b`),
	"fr": regexp.MustCompile(`\b(?:le|la|les|vous|votre|est|rejoindre|participer|reunion|heure|sujet|invite|code|secret|quand|avec|merci|rendez-vous|et|pour|une?|des?|lien|a)\b`),
	"de": regexp.MustCompile(`\b(?:der|die|das|sie|ihr|ist|beitreten|teilnehmen|besprechung|uhr|uhrzeit|thema|kenncode|wann|mit|bitte|termin|und|fur|zu|am|um)\b`),
	"es": regexp.MustCompile(`\b(?:el|la|los|usted|su|es|unirse|reunion|hora|tema|invitando|acceso|cuando|con|gracias|cita|y|para|una?|de|enlace)\b`),
	"pt": regexp.MustCompile(`\b(?:o|os|voce|seu|sua|entrar|reuniao|horario|topico|convidando|senha|quando|com|obrigado|consulta|e|para|uma?|da|do|em)\b`),
}

// language gives the code of the language with the most known words; "" when none has more
// than the others.
func language(folded string) string {
	best, count := "", 0
	for code, words := range languageWords {
		n := len(words.FindAllStringIndex(folded, -1))
		switch {
		case n > count:
			best, count = code, n
		case n == count:
			best = ""
		}
	}
	return best
}
