package invitationtext

import "testing"

func TestRecurring(t *testing.T) {
	t.Parallel()
	tests := map[string]bool{
		"Every week on Tue, until Jun 9, 2026, 5 occurrence(s)":          true,
		"Time: This is a recurring meeting Meet anytime":                 true,
		"Chaque semaine le Mar":                                          true,
		"Toutes les semaines":                                            true,
		"Jede Woche am Di":                                               true,
		"Wöchentlich: https://us02web.zoom.us/meeting/x/ics":             true,
		"Cada semana el mar":                                             true,
		"Toda semana na Ter":                                             true,
		"Heure : Il s'agit d'une réunion récurrente":                     true,
		"Quand : Se produit chaque mardi":                                true,
		"When: Occurs every Tuesday effective 5/12/2026":                 true,
		"Wann: Jeden Dienstag ab 12.05.2026":                             true,
		"Tous les mardis à 14h30":                                        true,
		"Uhrzeit: Dies ist ein regelmäßig stattfindendes Meeting":        true,
		"Regelmäßiges Zoom-Meeting":                                      true,
		"RRULE:FREQ=WEEKLY":                                              true,
		"Hora: Esta es una reunión recurrente":                           true,
		"Reunião recorrente":                                             true,
		"Le secrétariat est joignable tous les jours de 9h à 17h.":       false,
		"Das Sekretariat ist täglich erreichbar.":                        false,
		"We answer every day.":                                           false,
		"Heure : 12 mai 2026 14:30 Paris":                                false,
		"Prenez ce médicament chaque semaine, puis rappelez le service.": false,
		"El servicio atiende todos los días.":                            false,
		"Sujet : Suivi hebdomadaire\nHeure : 12 mai 2026 14:30 Paris":    false,
	}
	for text, want := range tests {
		if got := Recurring(text); got != want {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
}
