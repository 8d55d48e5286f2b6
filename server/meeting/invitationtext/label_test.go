package invitationtext

import (
	"slices"
	"testing"
)

func TestReadLabels(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, text string
		ids        []string
		passcode   string
		masked     bool
		topic      string
	}{
		{"fr", "ID de réunion : 876 5432 1098\nCode secret : 012345", []string{"87654321098"}, "012345", false, ""},
		{"fr other words", "N° de réunion : 876-5432-1098\nMot de passe : aB3", []string{"87654321098"}, "aB3", false, ""},
		{"fr long words", "Numéro de la réunion (code d’accès) : 2555 123 4567\nMot de passe de la réunion : Xy", []string{"25551234567"}, "Xy", false, ""},
		{"fr identifiant", "Identifiant de réunion : 876.5432.1098 ; Code d'accès : 7", []string{"87654321098"}, "7", false, ""},
		{"en", "Meeting ID: 876 5432 1098\nPasscode: 012345", []string{"87654321098"}, "012345", false, ""},
		{"en webinar", "Webinar ID: 876 5432 1098\nPassword: a", []string{"87654321098"}, "a", false, ""},
		{"de", "Meeting-ID: 876 5432 1098\nKenncode: 012345", []string{"87654321098"}, "012345", false, ""},
		{"de Teams", "Besprechungs-ID: 312 345 678 901\nKennwort: ab", []string{"312345678901"}, "ab", false, ""},
		{"de Webex", "Meeting-Kennnummer (Zugriffscode): 2555 123 4567\nMeeting Passwort: aB", []string{"25551234567"}, "aB", false, ""},
		{"es", "ID de reunión: 876 5432 1098\nCódigo de acceso: 012345", []string{"87654321098"}, "012345", false, ""},
		{"es Teams", "Id. de reunión: 312 345 678 901\nContraseña: ab", []string{"312345678901"}, "ab", false, ""},
		{"pt", "ID da reunião: 876 5432 1098\nSenha de acesso: 012345", []string{"87654321098"}, "012345", false, ""},
		{"pt Portugal", "ID da Reunião: 876 5432 1098\nPalavra-passe: ab", []string{"87654321098"}, "ab", false, ""},
		{"one line", "Topic: Visit Time: May 12 Meeting ID: 876 5432 1098 Passcode: 01 Join https://x.example", []string{"87654321098"}, "01", false, "Visit"},
		{"value below its label", "Meeting ID:\n876 5432 1098\nPasscode:\n012345", []string{"87654321098"}, "012345", false, ""},
		{"labels without colon", "ID de réunion\n876 5432 1098\nCode secret\n012345", []string{"87654321098"}, "012345", false, ""},
		{"repeated", "Meeting ID: 876 5432 1098\nMeeting ID: 87654321098", []string{"87654321098"}, "", false, ""},
		{"two", "Meeting ID: 876 5432 1098\nMeeting ID: 812 3456 7890", []string{"87654321098", "81234567890"}, "", false, ""},
		{"a time beside the number", "Meeting ID: 876 5432 1098 - 14:30", []string{"87654321098"}, "", false, ""},
		{"signs of a passcode", "Passcode: aB@-_*9.", nil, "aB@-_*9", false, ""},
		{"passcode in groups", "Code secret : 876 543.", nil, "876543", false, ""},
		{"passcode in brackets", "(Passcode: 012345)", nil, "012345", false, ""},
		{"quoted passcode", "Code secret : « 012345 »", nil, "", false, ""},
		{"glued quotes", "Code secret : \"012345\".", nil, "012345", false, ""},
		{"bold passcode", "*Passcode:* *Kx9*", nil, "Kx9", false, ""},
		{"no passcode", "Passcode: None\nCode secret : aucun", nil, "", false, ""},
		{"masked stars", "Passcode: ******", nil, "", true, ""},
		{"masked dots", "Code secret : •••••• Afficher", nil, "", true, ""},
		{"masked crosses", "Kenncode: xxxxxx", nil, "", true, ""},
		{"masked, then shown", "Passcode: ******\nPasscode: 012345", nil, "012345", false, ""},
		{"phone passcode first", "Phone passcode: 111\nPasscode: 222", nil, "222", false, ""},
		{"phone passcode after", "Passcode: 222\nNumeric passcode: 111", nil, "222", false, ""},
		{"passcode for phones", "Password: 7wrD\nPassword if joining from a phone: 79738978", nil, "7wrD", false, ""},
		{"only for phones", "Passcode for phone: 111", nil, "", false, ""},
		{"dial-in section", "Dial by your location\nPasscode: 111", nil, "111", false, ""},
		{"dial-in section after", "Passcode: aB\nDial by your location\nMeeting ID: 876 5432 1098\nPasscode: 111", []string{"87654321098"}, "aB", false, ""},
		{"Webex password for phones in brackets", "Password: aB3dE7 (22337 from phones)", nil, "aB3dE7", false, ""},
		{"Webex access code is the number", "Access code: 2555 123 4567", nil, "", false, ""},
		{"conference number is not the meeting's", "Phone conference ID: 123 456 789#", nil, "", false, ""},
		{"conference number, fr", "ID de conférence téléphonique : 123 456 789#", nil, "", false, ""},
		{"conference number, de", "Telefonkonferenz-ID: 123 456 789#", nil, "", false, ""},
		{"video number", "Video ID: 123 456 789 0", nil, "", false, ""},
		{"PIN is not a passcode", "PIN: 123 456 789#", nil, "", false, ""},
		{"room code", "Code de la réunion : abc-defg-hij", []string{"abc-defg-hij"}, "", false, ""},
		{"topic", "Sujet : Rendez-vous vidéo", nil, "", false, "Rendez-vous vidéo"},
		{"subject of a forwarded mail", "Objet : TR: RE: Consultation", nil, "", false, "Consultation"},
		{"topic with a colon", "Topic: Visit: second part", nil, "", false, "Visit: second part"},
		{"topic of a calendar", "BEGIN:VEVENT\nSUMMARY;LANGUAGE=fr:Suivi\\, vidéo\nEND:VEVENT", nil, "", false, "Suivi, vidéo"},
		{"empty topic", "Topic:\nTime: now", nil, "", false, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			clean, err := Clean(tt.text)
			if err != nil {
				t.Fatal(err)
			}
			w := ReadLabels(clean)
			if !slices.Equal(w.IDs, tt.ids) || w.Passcode != tt.passcode || w.Masked != tt.masked || w.Topic != tt.topic {
				t.Errorf("got %q %q %v %q, want %q %q %v %q",
					w.IDs, w.Passcode, w.Masked, w.Topic, tt.ids, tt.passcode, tt.masked, tt.topic)
			}
		})
	}
}
