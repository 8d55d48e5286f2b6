package invitationtext

import "regexp"

// A repetition is sure where the product or the calendar says so; "every day" alone may be the
// opening hours of a secretariat, so it counts only at the beginning of a line, where the
// products print it under the time, or on the line of the time.
var (
	surelyRepeats = regexp.MustCompile(`(?m)^rrule[:;]|` +
		`\b(?:recurring|repeating) (?:zoom )?meeting|meet anytime|\boccurrences?\b|` +
		`reunion (?:zoom )?(?:recurrente|periodique|repetee)|serie de reunions|` +
		`(?:wiederkehrende[sn]?|regelmas+ige?[sn]?|regelmas+ig stattfindende[sn]?|sich wiederholende[sn]?) (?:zoom-)?(?:meeting|besprechung|termin)|serientermin|terminserie|` +
		`reunion (?:de zoom )?(?:recurrente|periodica)|se produce cada|` +
		`reuniao (?:zoom )?(?:recorrente|periodica)|\bocorrencias?\b|\bocurrencias?\b|` +
		`\boccurs every\b|se (?:produit|repete) (?:chaque|tou)|findet (?:jede|statt jede)|\brepeats (?:every|daily|weekly|monthly)|` +
		`^(?:daily|weekly|monthly|tous les jours|quotidien(?:ne)?|hebdomadaire|mensuel(?:le)?|taglich|wochentlich|monatlich|diari[oa]|semanal|mensual|diariamente|semanalmente|mensal|mensalmente|chaque semaine|cada semana)\s?:\s*(?:<?https?|$)`)
	repeats = `(?:every (?:other |\d+ )?(?:day|week|month|weekday|mon|tue|wed|thu|fri|sat|sun)|weekly|monthly|` +
		`chaque (?:jour|semaine|mois|lun|mar|mer|jeu|ven|sam|dim)|tous les (?:\d+ )?(?:jours|mois|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche)|toutes les (?:\d+ |deux )?semaines|hebdomadaire|` +
		`jede[nrs]? (?:tag|woche|monat|zweite|\d|mon|diens|mitt|don|frei|sams|sonn)|alle (?:\d+|zwei) (?:tage|wochen|monate)|taglich|wochentlich|monatlich|` +
		`cada (?:\d+ )?(?:dia|semana|mes|lun|mar|mie|jue|vie|sab|dom)|todos los (?:dias|meses|lunes|martes|miercoles|jueves|viernes)|todas las semanas|semanalmente|mensualmente|` +
		`tod[ao]s? (?:as |os )?(?:semanas?|dias?|mes|meses|segunda|terca|quarta|quinta|sexta|sabado|domingo)|a cada (?:\d+ )?(?:dia|semana|mes)|mensalmente)`
	repeatsFirst  = regexp.MustCompile(`(?m)^\W*` + repeats + `s?\b`)
	repeatsInTime = regexp.MustCompile(`(?m)^\W*(?:heure|time|uhrzeit|hora|horario|when|quand|wann|cuando|quando|date|datum|fecha|data|recurrence|wiederholung|recurrencia|recorrencia|repetition)\b[^:\n]{0,28}:[^\n]*\b` + repeats)
)

// Recurring tells whether the text that Clean gave says that the meeting takes place repeatedly.
func Recurring(text string) bool {
	f := Fold(text)
	return surelyRepeats.MatchString(f) || repeatsFirst.MatchString(f) || repeatsInTime.MatchString(f)
}
