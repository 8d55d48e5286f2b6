package starttime

import (
	"testing"
	"time"

	"teleconsult/server/meeting/invitationtext"
)

// pasted is a Monday in spring.
var pasted = time.Date(2026, 5, 4, 9, 0, 0, 0, time.UTC)

func paris(t *testing.T) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

const (
	noZone = 1 << iota
	noYear
	twice
	never
)

func TestRead(t *testing.T) {
	t.Parallel()
	const at1430 = "2026-05-12T14:30:00+02:00"
	tests := []struct {
		text, want string
		flags      int
	}{
		// French
		{"Heure : 12 mai 2026 02:30 PM Paris", at1430, 0},
		{"mardi 12 mai 2026 à 14h30 (heure de Paris)", at1430, 0},
		{"Rendez-vous le 12/05/2026 à 14 h 30, heure de Paris", at1430, 0},
		{"mar. 12 mai 2026 14:30 – 15:00 (CEST)", at1430, 0},
		{"12 mai 2026, de 14h30 à 15h", at1430, noZone},
		{"de 14h30 à 15h, le 12 mai 2026", at1430, noZone},
		{"le 12/05 à 14h30", at1430, noZone | noYear},
		{"le 12 mai 2026 à 14 heures 30", at1430, noZone},
		{"le 12 mai 2026 à 14h", "2026-05-12T14:00:00+02:00", noZone},
		{"le 12 mai 2026 à 2h30 de l'après-midi", at1430, noZone},
		{"1er juin 2026 à 9h05", "2026-06-01T09:05:00+02:00", noZone},
		{"12 AOÛT 2026 8h05 Paris", "2026-08-12T08:05:00+02:00", 0},
		{"Date : 12 mai 2026\nHeure : 14h30", at1430, noZone},
		{"Heure : 14h30\nDate : 12 mai 2026", at1430, noZone},
		{"Début : mardi 12 mai 2026 14:30\nFin : mardi 12 mai 2026 15:00", at1430, noZone},
		{"12 mai 2026 14:30 Paris, Madrid", at1430, 0},
		{"12 mai 2026 14:30 (UTC+01:00) Bruxelles, Copenhague, Madrid, Paris", at1430, 0},
		{"12 mai 2026 14:30 (UTC+02:00)", at1430, 0},
		{"12 mai 2026 14:30 Heure d'été d'Europe centrale", at1430, 0},
		{"12 mai 2026 14:30\nHeure d'Europe centrale - Paris", at1430, 0},
		{"12 mai 2026 14:30 heure de l'Est", "2026-05-12T14:30:00-04:00", 0},
		{"12/05/26 14:30", at1430, noZone},
		{"Le 12 mai 2026 à 14h30 est prévue la consultation", at1430, noZone},
		{"Les horaires sont à l'heure de Paris.\nLe 12 mai 2026 à 14h30", at1430, 0},
		{"12 mai 2026 10:30 heure de Montréal", "2026-05-12T10:30:00-04:00", 0},
		{"ID de réunion : 876 5432 1098\nMardi 12 mai 2026 - 14:30", at1430, noZone},
		// English
		{"Time: May 12, 2026 02:30 PM Paris", at1430, 0},
		{"Tuesday, May 12, 2026 2:30 PM | (UTC+02:00) Brussels, Copenhagen, Madrid, Paris | 30 mins", at1430, 0},
		{"Tuesday, May 12 · 2:30 – 3:00pm\nTime zone: Europe/Paris", at1430, noYear},
		{"Tuesday, May 12⋅2:30 – 3:00pm\nTime zone: Europe/Paris", at1430, noYear},
		{"Tuesday, May 12 · 11:30am – 12:15pm\nTime zone: Europe/Paris", "2026-05-12T11:30:00+02:00", noYear},
		{"Tuesday, May 12 · 11:30 – 12:15pm\nTime zone: Europe/Paris", "2026-05-12T11:30:00+02:00", noYear},
		{"Tuesday, May 12 · 2 – 3pm\nTime zone: Europe/Paris", "2026-05-12T14:00:00+02:00", noYear},
		{"Tuesday May 12, 2026 ⋅ 2:30pm – 3pm\nCentral European Time - Paris", at1430, 0},
		{"2:30 pm | Europe Summer Time (Paris, GMT+02:00) | Tuesday, May 12, 2026", at1430, 0},
		{"Please join us on the 12th of May 2026 at 2.30pm Paris time", at1430, 0},
		{"at 2:30 p.m. on May 12th, 2026 (Paris time)", at1430, 0},
		{"Time: 5/12/2026 2:30 PM Paris\nJoin the meeting", at1430, 0},
		{"Time: 12/05/2026 14:30 Paris\nJoin the meeting", at1430, 0},
		{"Time: 5/13/2026 14:30 Paris", "2026-05-13T14:30:00+02:00", 0},
		{"Join the meeting on Tuesday 12/05/2026 2:30 PM Paris time", at1430, 0},
		{"When: Tuesday, May 12, 2026 2:30 PM-3:00 PM (UTC-05:00) Eastern Time (US & Canada)", "2026-05-12T14:30:00-04:00", 0},
		{"Time: May 12, 2026 12:30 AM Paris", "2026-05-12T00:30:00+02:00", 0},
		{"Time: May 12, 2026 12:00 PM London", "2026-05-12T12:00:00+01:00", 0},
		{"Time: Nov 3, 2026 09:00 AM Pacific Time (US and Canada)", "2026-11-03T09:00:00-08:00", 0},
		{"12 May 2026 14:30 BST", "2026-05-12T14:30:00+01:00", 0},
		{"12 May 2026 14:30 GMT", "2026-05-12T14:30:00Z", 0},
		{"12 May 2026 14:30 UTC", "2026-05-12T14:30:00Z", 0},
		{"12 May 2026 14:30 CET", at1430, 0},
		{"12 May 2026 14:30 EST", "2026-05-12T14:30:00-04:00", 0},
		{"12-May-2026 14:30 (GMT+2:00)", at1430, 0},
		{"August 19, 2026, 6:00pm – September 6, 2026, 7:00pm ·\nTime zone: Africa/Lagos", "2026-08-19T18:00:00+01:00", 0},
		{"Saturday, November 14, 2026\n9:00 AM | (UTC+03:00) Nairobi | 2 hrs 30 mins", "2026-11-14T09:00:00+03:00", 0},
		{"Friday, Jan 9 · 9 – 10am\nTime zone: Europe/Paris", "2027-01-09T09:00:00+01:00", noYear},
		// German
		{"Uhrzeit: 12.Mai 2026 02:30 PM Paris", at1430, 0},
		{"Dienstag, den 12. Mai 2026 um 14.30 Uhr", at1430, noZone},
		{"Dienstag, 12. Mai · 14:30 bis 15:00 Uhr\nZeitzone: Europe/Berlin", at1430, noYear},
		{"12.05.2026 um 14 Uhr 30 Berliner Zeit", at1430, 0},
		{"Datum: 12.05.2026\nUhrzeit: 14:30 Uhr (MESZ)", at1430, 0},
		{"um 12:30 am 12. Mai 2026", "2026-05-12T12:30:00+02:00", noZone},
		{"am 12.05. um 14:30 Uhr", at1430, noZone | noYear},
		{"3. März 2027, 9 Uhr", "2027-03-03T09:00:00+01:00", noZone},
		{"Wann: Dienstag, 12. Mai 2026 14:30-15:00 (UTC+01:00) Amsterdam, Berlin, Bern, Rom, Stockholm, Wien.", at1430, 0},
		// Spanish
		{"Hora: 12 may. 2026 02:30 PM Madrid", at1430, 0},
		{"martes 12 de mayo del 2026 a las 2:30 de la tarde (hora de Madrid)", at1430, 0},
		{"Hora: 20 dic. 2026 05:00 p. m. Lima", "2026-12-20T17:00:00-05:00", 0},
		{"martes, 12 de mayo · 14:30 – 15:00\nZona horaria: Europe/Madrid", at1430, noYear},
		{"Cuándo: martes, 12 de mayo de 2026 14:30-15:00 (UTC+01:00) Bruselas, Copenhague, Madrid, París.", at1430, 0},
		// Portuguese
		{"Horário: 12 mai. 2026 02:30 da tarde São Paulo", "2026-05-12T14:30:00-03:00", 0},
		{"12 de maio de 2026, às 14h30 (Lisboa)", "2026-05-12T14:30:00+01:00", 0},
		{"terça-feira, 12 de maio de 2026 às 14h30min, horário de Brasília", "2026-05-12T14:30:00-03:00", 0},
		{"Terça-feira, 12 de maio · 14:30 – 15:00\nFuso horário: America/Sao_Paulo", "2026-05-12T14:30:00-03:00", noYear},
		// machine forms
		{"2026-05-12T14:30:00+02:00", at1430, 0},
		{"2026-05-12T12:30:00.000Z", "2026-05-12T12:30:00Z", 0},
		{"2026-05-12 14:30 Europe/Paris", at1430, 0},
		{"Date: 2026-05-12\nTime: 14:30–15:00 (Europe/Paris)", at1430, 0},
		{"BEGIN:VEVENT\nDTSTART:20260512T123000Z\nEND:VEVENT", "2026-05-12T12:30:00Z", 0},
		{"BEGIN:VEVENT\nDTSTART:20260512T143000\nEND:VEVENT", at1430, noZone},
		{"DTSTART;TZID=\"Romance Standard Time\":20260512T143000", at1430, 0},
		{"DTSTART;TZID=\"(UTC+01:00) Brussels, Copenhagen, Madrid, Paris\":20260512T143000", at1430, 0},
		{"DTSTART;TZID=/freeassociation.sourceforge.net/Europe/Paris:20260512T143000", at1430, 0},
		// clock changes
		{"29 mars 2026 02:30 Paris", "", never},
		{"29/03/2026 02:30", "", never | noZone},
		{"29 mars 2026 03:00 Paris", "2026-03-29T03:00:00+02:00", 0},
		{"25 octobre 2026 02:30 Paris", "2026-10-25T02:30:00+02:00", twice},
		{"25 octobre 2026 02:30 CEST", "2026-10-25T02:30:00+02:00", 0},
		{"25 octobre 2026 02:30 CET", "2026-10-25T02:30:00+01:00", 0},
		{"25 octobre 2026 02:30 UTC+1", "2026-10-25T02:30:00+01:00", 0},
		{"25 octobre 2026 03:00 Paris", "2026-10-25T03:00:00+01:00", 0},
		{"DTSTART;TZID=Europe/Paris:20260329T023000", "", never},
		// the year that is not written
		{"4 mai à 12h", "2026-05-04T12:00:00+02:00", noZone | noYear},
		{"4 mai à 9h", "2027-05-04T09:00:00+02:00", noZone | noYear},
		{"29 février à 9h", "2028-02-29T09:00:00+01:00", noZone | noYear},
		// dates that are not the meeting's
		{"Envoyé : lundi 4 mai 2026 09:12\nHeure : 12 mai 2026 14:30 Paris", at1430, 0},
		{"De : A\nEnvoyé : lundi 4 mai 2026 09:12\nÀ : B\nObjet : Consultation", "", 0},
		{"From: A <a@b.example>\nDate: Mon, 4 May 2026 09:12:00 +0200\nSubject: x\n\nMay 12, 2026 2:30 PM Paris", at1430, 0},
		{"Von: A\nGesendet: Montag, 4. Mai 2026 09:12\nAn: B\n12.05.2026 14:30 Uhr", at1430, noZone},
		{"On Mon, May 4, 2026 at 9:12 AM A <a@b.example> wrote:\nMay 12, 2026 2:30 PM Paris", at1430, 0},
		{"Le lun. 4 mai 2026 à 09:12, Jean Dupont\n<jean@b.example> a écrit :\n12 mai 2026 14:30 Paris", at1430, 0},
		{"Em seg., 4 de mai. de 2026 às 09:12, A <a@b.example> escreveu:\n12 de maio de 2026 14:30 Lisboa", "2026-05-12T14:30:00+01:00", 0},
		{"Patient né le 01/02/1960, rendez-vous le 12/05/2026 à 14h30", at1430, noZone},
		{"De : A Envoyé : lundi 4 mai 2026 09:12 À : B Heure : 12 mai 2026 14:30 Paris", at1430, 0},
		// nothing to read
		{"", "", 0},
		{"le 12 mai 2026", "", 0},
		{"à 14h30", "", 0},
		{"Téléphone 01.70.95.01.03, ouvert 24/7 de 9h à 18h", "", 0},
		{"31 février 2026 à 14h30", "", 0},
		{"12 mai 2026 à 25h70", "", 0},
		{"+33 1 70 95 01 03", "", 0},
		{"https://x.example/2026-05-12T14:30", "", 0},
		{"version 5.12.10 14:30", "2010-12-05T14:30:00+01:00", noZone},
	}
	loc := paris(t)
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			t.Parallel()
			clean, err := invitationtext.Clean(tt.text)
			if err != nil {
				t.Fatal(err)
			}
			w := Read(clean, pasted, loc)
			got := ""
			if w.Found {
				got = w.Start.Format(time.RFC3339)
			}
			if got != tt.want {
				t.Errorf("start %q, want %q", got, tt.want)
			}
			if f := flagsOf(w); f != tt.flags {
				t.Errorf("flags %04b, want %04b (zone, year, twice, never from the right)", f, tt.flags)
			}
		})
	}
}

func flagsOf(w When) int {
	flags := 0
	for i, set := range []bool{w.ZoneAssumed, w.YearAssumed, w.Ambiguous, w.Skipped} {
		if set {
			flags |= 1 << i
		}
	}
	return flags
}

func TestZoneTableIsKnown(t *testing.T) {
	t.Parallel()
	for word, name := range zoneTable() {
		if _, err := time.LoadLocation(name); err != nil {
			t.Errorf("%s: %v", word, err)
		}
		if invitationtext.Fold(word) != word {
			t.Errorf("%q is not folded", word)
		}
	}
}
