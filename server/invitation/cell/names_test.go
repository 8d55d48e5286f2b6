package cell

import (
	"strings"
	"testing"
)

func TestNames(t *testing.T) {
	t.Parallel()
	const guessed, unreadable = "w:names_guessed", "e:name_unreadable"
	for _, c := range []struct{ family, given, full, wantFamily, wantGiven, note string }{
		{"", "", "", "", "", ""},
		{"DUPONT", "Jeanne", "", "DUPONT", "Jeanne", ""},
		{"Dupont", "jeanne", "", "Dupont", "jeanne", ""},
		{" DUPONT ", "Jeanne\u00a0Marie", "", "DUPONT", "Jeanne Marie", ""},
		{"Mme DUPONT", "Jeanne", "", "DUPONT", "Jeanne", ""},
		{"M. DUPONT", "Jean", "", "DUPONT", "Jean", ""},
		{"M.DUPONT", "Jean", "", "DUPONT", "Jean", ""},
		{"DUPONT", "Mme Jeanne", "", "DUPONT", "Jeanne", ""},
		{"DUPONT", "M.-Claude", "", "DUPONT", "M.-Claude", ""},
		{"O’BRIEN", "Sean", "", "O’BRIEN", "Sean", ""},
		{"DUPONT", "", "", "DUPONT", "", ""},
		{"LE GOFF", "", "", "LE GOFF", "", ""},
		{"", "Jeanne", "", "", "Jeanne", ""},
		{"DUPONT Jeanne", "", "", "DUPONT", "Jeanne", ""},
		{"DUPONT, Jeanne", "", "", "DUPONT", "Jeanne", ""},
		{"DUPONT ép. MARTIN", "Jeanne", "", "MARTIN", "Jeanne", guessed},
		{"MARTIN née DUPONT", "Jeanne", "", "MARTIN", "Jeanne", guessed},
		{"née DUPONT", "Jeanne", "", "DUPONT", "Jeanne", guessed},
		{"DUPONT", "Jeanne", "autre chose", "DUPONT", "Jeanne", ""},
		{"DUPONT", "", "Jeanne DUPONT", "DUPONT", "Jeanne", ""},
		{"", "Jeanne", "Jeanne Dupont", "Dupont", "Jeanne", ""},
		{"", "", "DUPONT Jeanne", "DUPONT", "Jeanne", ""},
		{"", "", "Jeanne DUPONT", "DUPONT", "Jeanne", ""},
		{"", "", "DUPONT, Jeanne", "DUPONT", "Jeanne", ""},
		{"", "", "Dupont, Jeanne", "Dupont", "Jeanne", ""},
		{"", "", "Jeanne, DUPONT", "DUPONT", "Jeanne", ""},
		{"", "", "DE LA TOUR Anne-Marie", "DE LA TOUR", "Anne-Marie", ""},
		{"", "", "Anne-Marie de LA TOUR", "de LA TOUR", "Anne-Marie", ""},
		{"", "", "DUPONT-MARTIN Jean Paul", "DUPONT-MARTIN", "Jean Paul", ""},
		{"", "", "M. Jean DUPONT", "DUPONT", "Jean", ""},
		{"", "", "Mme DUPONT Jeanne", "DUPONT", "Jeanne", ""},
		{"", "", "DUPONT Jeanne (Mme)", "DUPONT", "Jeanne", ""},
		{"", "", "Dr DUPONT Jeanne", "DUPONT", "Jeanne", ""},
		{"", "", "O'BRIEN Sean", "O'BRIEN", "Sean", ""},
		{"", "", "McDONALD Fiona", "McDONALD", "Fiona", ""},
		{"", "", "d'ALMEIDA Rui", "d'ALMEIDA", "Rui", ""},
		{"", "", "DUPONT J.", "DUPONT", "J.", ""},
		{"", "", "ÉLUARD Élise", "ÉLUARD", "Élise", ""},
		{"", "", "DUPONT", "DUPONT", "", ""},
		{"", "", "Jeanne Dupont", "Dupont", "Jeanne", guessed},
		{"", "", "jeanne dupont", "dupont", "jeanne", guessed},
		{"", "", "Anne de la Tour", "de la Tour", "Anne", guessed},
		{"", "", "de la Tour Anne", "de la Tour", "Anne", guessed},
		{"", "", "Dupont J.", "Dupont", "J.", guessed},
		{"", "", "DUPONT JEANNE", "DUPONT", "JEANNE", guessed},
		{"", "", "DE LA TOUR ANNE-MARIE", "DE LA TOUR", "ANNE-MARIE", guessed},
		{"", "", "DUPONT ép. MARTIN Jeanne", "MARTIN", "Jeanne", guessed},
		{"", "", "DUPONT Jeanne ép. MARTIN", "MARTIN", "Jeanne", guessed},
		{"", "", "MARTIN née DUPONT Jeanne", "MARTIN", "Jeanne", guessed},
		{"", "", "Jeanne MARTIN née DUPONT", "MARTIN", "Jeanne", guessed},
		{"", "", "DUPONT Jeanne veuve MARTIN", "MARTIN", "Jeanne", guessed},
		{"", "", "DUPONT (MARTIN) Jeanne", "DUPONT", "Jeanne", guessed},
		{"", "", "DUPONT Jeanne MARTIN", "DUPONT MARTIN", "Jeanne", guessed},
		{"", "", "DUPONT Jeanne 12/05/1957", "", "", unreadable},
		{"DUPONT2", "Jeanne", "", "", "", unreadable},
		{"DUPONT", "jeanne@exemple.fr", "", "", "", unreadable},
		{"DUPONT", "(Jeanne)", "", "", "", unreadable},
		{"-", "-", "", "", "", ""},
		{strings.Repeat("mr.", 200) + "DUPONT", "Jeanne", "", "", "", unreadable}, // titles without end
	} {
		family, given, note := Names(c.family, c.given, c.full)
		if family != c.wantFamily || given != c.wantGiven {
			t.Errorf("Names(%q, %q, %q) = %q, %q, want %q, %q", c.family, c.given, c.full, family, given, c.wantFamily, c.wantGiven)
		}
		checkNote(t, c.family+"|"+c.given+"|"+c.full, note, c.note)
	}
}

func TestChoices(t *testing.T) {
	t.Parallel()
	checkTexts(t, "Language", Language, []textCase{
		{"", "", ""},
		{"fr", "fr", ""},
		{"Français", "fr", ""},
		{"FRA", "fr", ""},
		{"fr-FR", "fr", ""},
		{"Anglais", "en", ""},
		{"English", "en", ""},
		{"en_GB", "en", ""},
		{"arabe", "", "w:language_unknown"},
	})
	checkTexts(t, "Modality", Modality, []textCase{
		{"", "", ""},
		{"vidéo", "video", ""},
		{"Visio", "video", ""},
		{"visioconférence", "video", ""},
		{"Téléconsultation", "video", ""},
		{"TLC", "video", ""},
		{"Zoom", "video", ""},
		{"Téléphone", "telephone", ""},
		{"tél.", "telephone", ""},
		{"Consultation téléphonique", "telephone", ""},
		{"phone", "telephone", ""},
		{"présentiel", "", "e:modality_on_site"},
		{"visio ou téléphone", "", "e:modality_unknown"},
		{"consultation", "", "e:modality_unknown"},
	})
	checkTexts(t, "TelephoneReason", TelephoneReason, []textCase{
		{"", "", ""},
		{"Covid", "covid", ""},
		{"age-70", "age-70", ""},
		{"patient de plus de 70 ans", "age-70", ""},
		{"> 70 ans", "age-70", ""},
		{"82 ans", "age-70", ""},
		{"Personne âgée", "age-70", ""},
		{"ALD", "ald", ""},
		{"affection de longue durée", "ald", ""},
		{"Enceinte", "pregnancy", ""},
		{"grossesse", "pregnancy", ""},
		{"pregnancy", "pregnancy", ""},
		{"pas d’internet", "no-broadband", ""},
		{"no-broadband", "no-broadband", ""},
		{"pas d'ordinateur", "no-terminal", ""},
		{"pas d’appareil pour la vidéo", "no-terminal", ""},
		{"no-terminal", "no-terminal", ""},
		{"panne de la vidéo", "technical-fallback", ""},
		{"technical-fallback", "technical-fallback", ""},
		{"autre raison", "other", ""},
		{"préfère", "", "e:telephone_reason_unknown"},
	})
	checkTexts(t, "Tool", Tool, []textCase{
		{"", "", ""},
		{"ORTIF", "ortif", ""},
		{"Zoom", "zoom", ""},
		{"https://us02web.zoom.us/j/87654321098", "zoom", ""},
		{"Microsoft Teams", "teams", ""},
		{"https://teams.microsoft.com/l/meetup-join/x", "teams", ""},
		{"Webex", "webex", ""},
		{"Jitsi Meet", "jitsi", ""},
		{"https://meet.jit.si/x", "jitsi", ""},
		{"Google Meet", "google_meet", ""},
		{"meet", "google_meet", ""},
		{"https://meet.google.com/abc-defg-hij", "google_meet", ""},
		{"BBB", "bigbluebutton", ""},
		{"BigBlueButton", "bigbluebutton", ""},
		{"Doctolib", "doctolib", ""},
		{"doxy.me", "doxy_me", ""},
		{"La Suite Visio", "lasuite_visio", ""},
		{"lasuite_visio", "lasuite_visio", ""},
		{"https://visio.numerique.gouv.fr/abc", "lasuite_visio", ""},
		{"WhatsApp", "other", ""},
		{"un autre outil", "other", ""},
		{"visio", "", "w:tool_unclear"},
		{"téléphone", "", "e:tool_is_telephone"},
		{"MonOutil", "", "e:tool_unknown"},
	})
	checkTexts(t, "Relationship", Relationship, []textCase{
		{"", "", ""},
		{"Mère", "parent", ""},
		{"père", "parent", ""},
		{"parents", "parent", ""},
		{"Tuteur", "guardian", ""},
		{"tutrice légale", "guardian", ""},
		{"Curatelle", "curator", ""},
		{"curateur", "curator", ""},
		{"Grand-mère", "other", ""},
		{"beau-père", "other", ""},
		{"tante", "other", ""},
		{"sœur", "other", ""},
		{"guardian", "guardian", ""},
		{"représentant légal", "", "e:relationship_unknown"},
	})
}
