package record_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"

	"teleconsult/server/consent"
	"teleconsult/server/department"
	"teleconsult/server/encounter"
	"teleconsult/server/patient"
	"teleconsult/server/record"
)

// flat is a text with every run of white space as one space, so that the wrapping does not matter.
func flat(text string) string { return strings.Join(strings.Fields(text), " ") }

func local(f *encounter.Facts, t time.Time, layout string) string {
	zone := f.Department.Zone
	if zone == nil {
		zone = time.UTC
	}
	return t.In(zone).Format(layout)
}

// noteOf is the first version of the note of these facts.
func noteOf(d record.Draft, f *encounter.Facts) string { return record.NoteOf(f, d, nil).Text }

func plain(f *encounter.Facts) string { return noteOf(record.Draft{}, f) }

var somethingSaid = record.Report{
	Findings: "Lésion de l’avant-bras en voie de guérison.\nPas de fièvre.\n\n\nBonne tolérance.", Conclusion: "Évolution favorable.",
	Identity: record.IdentityDocument, Participants: "Mme Lise Blanc, infirmière, près du patient",
}

func moment(f *encounter.Facts, t time.Time) string { return local(f, t, "02/01/2006 à 15:04") }

// owed lists what the note must say of these facts, each by a piece of text; it knows the law and the
// tutorial, not the code of the note.
func owed(f *encounter.Facts) map[string]string {
	want := map[string]string{
		"patient": "DURAND-LE GOFF Zoé", "birth date": "03/02/1950", "ipp": "IPP non renseigné", "identity check": "Contrôle de l'identité :",
		"practitioner": "Dr Claire Martin", "rpps": "RPPS non renseigné", "participants": "Participants :",
		"planned": "Prévue : le " + local(f, f.PlannedStart, "02/01/2006"), "planned start": local(f, f.PlannedStart, "15:04"),
		"planned end": local(f, f.PlannedEnd, "15:04"), "zone": "fuseau", "tool": "Outil : " + encounter.ToolNames[f.Tool],
		"modality": "Modalité : vidéo", "portal": "Espace patient :",
		"information": "Information : ", "agreement": "Accord : ", "prescription": "Ordonnance : ", "incidents": "Incident",
	}
	if f.Patient.IPP != "" {
		want["ipp"] = "IPP " + f.Patient.IPP
	}
	if f.Practitioner.RPPS != "" {
		want["rpps"] = "RPPS 10000023084"
	}
	if r := f.Patient.Representative; r != nil {
		want["representative"] = "Représentant légal : " + r.Name + " ("
	}
	if f.Modality == encounter.Telephone {
		want["modality"] = "Modalité : téléphone"
		want["criterion"] = "critère : " + encounter.TelephoneReasons[f.TelephoneReason]
	}
	if f.ToolReason != "" {
		want["tool reason"] = "Motif du choix de l'outil : " + flat(f.ToolReason)
	}
	owedOfCourse(f, want)
	owedOfAnswers(f, want)
	return want
}

func owedOfCourse(f *encounter.Facts, want map[string]string) {
	switch f.Status {
	case encounter.Finished:
		want["real start"] = "tenue le " + local(f, f.StartedAt, "02/01/2006 de 15:04")
		want["real end"] = "à " + local(f, f.FinishedAt, "15:04")
	case encounter.Cancelled:
		want["reason"] = encounter.CancelReasons[f.CancelReason]
		want["cancelled at"] = moment(f, f.CancelledAt)
		if !f.StartedAt.IsZero() {
			want["real start"] = "commencée le " + moment(f, f.StartedAt)
		}
	case encounter.InProgress:
		want["real start"] = "commencée le " + moment(f, f.StartedAt)
	case encounter.Planned, encounter.Arrived:
	}
	for i, incident := range f.Incidents {
		want["incident "+string(rune('0'+i))] = "Incident technique : " + encounter.IncidentKinds[incident.Kind] +
			" ; conséquence : " + encounter.IncidentConsequences[incident.Consequence] + " ; précision : " + flat(incident.Text)
	}
	if f.Status == encounter.Finished && len(f.Incidents) == 0 {
		want["incidents"] = "Incidents techniques : aucun"
	}
	if p := f.Prescription; p != nil {
		want["prescription at"] = "enregistré le " + moment(f, p.DecidedAt) + " par Dr Claire Martin"
		want["channel"] = map[string]string{
			"none": "aucune ordonnance", "portal": "Espace patient, annoncée pour le lendemain", "mssante": "MSSanté", "dispose": "Dispose",
			"drop": "dépôt de fichier chiffré", "email": "e-mail ordinaire", "on-site": "remise sur place",
		}[p.Channel]
		if p.Proof != "" && p.DeliveryID == "" && p.Channel != "portal" {
			want["proof"] = "Preuve de remise : " + flat(p.Proof)
		}
		if p.RiskAcceptedBy != "" {
			want["risk"] = "accepté par la patiente elle-même"
		}
	}
}

func owedOfAnswers(f *encounter.Facts, want map[string]string) {
	if i := f.Information; i != nil {
		want["informed at"] = moment(f, i.At)
		want["informed how"] = map[consent.Mode]string{consent.Web: "page personnelle", consent.Oral: "de vive voix le " + moment(f, i.At) + " par " + i.By}[i.Mode]
		if i.NoticeVersion != "" {
			want["notice"] = "notice version 3f2a9c0d11e2"
		}
		if i.Tool != f.Tool {
			want["informed for"] = "pour un autre outil : Webex"
		}
	} else {
		want["information"] = "Information : aucune information enregistrée"
	}
	switch d := f.Consent(); d.Verdict {
	case consent.Unknown:
		want["agreement"] = "Accord : aucune décision enregistrée"
	case consent.Agreed:
		want["agreement"] = "Accord : accord donné"
		want["decided"] = decided(f, d)
	case consent.Refused, consent.Withdrawn:
		want["agreement"] = "Accord : " + map[consent.Verdict]string{consent.Refused: "refus exprimé", consent.Withdrawn: "accord retiré"}[d.Verdict]
		want["decided"] = decided(f, d)
		want["explanation"] = "Explications sur le refus : " + flat(d.Explanation)
		want["on site"] = "Consultation sur place : pas encore proposée"
	}
	if f.OnSiteOffered != nil {
		want["on site"] = "Consultation sur place : proposée le " + moment(f, f.OnSiteOffered.At) + " par " + f.OnSiteOffered.By
	}
	if p := f.Portal; p != nil {
		want["portal"] = "Espace patient : " + map[string]string{
			"open": "compte ouvert", "declined": "le patient ne souhaite pas de compte", "impossible": "compte impossible",
		}[p.Answer]
		want["portal at"] = moment(f, p.At)
	}
}

func decided(f *encounter.Facts, d consent.Decision) string {
	text := map[consent.Mode]string{consent.Web: "sur la page personnelle", consent.Oral: "de vive voix", consent.Paper: "sur papier"}[d.Mode]
	text += " le " + moment(f, d.DecidedAt)
	if d.Giver == consent.ByRepresentative {
		text += " par le représentant légal, Paule Durand"
	} else {
		text += " par le patient"
	}
	if d.RecorderName != "" {
		text += ", recueilli par " + d.RecorderName
	}
	return text
}

func owedOfReport(f *encounter.Facts, r record.Report) map[string]string {
	want := map[string]string{"version": "Version : 1"}
	for item, typed := range map[string]string{"CONSTATATIONS": r.Findings, "CONCLUSION ET DÉCISIONS": r.Conclusion, "PRESCRIPTIONS ET SUITES": r.FollowUp} {
		if typed != "" {
			want[item] = item + " " + flat(typed)
		}
	}
	if r.Findings+r.Conclusion+r.FollowUp == "" && r.Follows {
		want["follows"] = "compte rendu à suivre"
	}
	if r.Identity != "" {
		want["identity"] = "Contrôle de l'identité : pendant l'appel : " + map[record.IdentityCheck]string{
			"stated": "nom, prénom et date de naissance énoncés", "document": "pièce d'identité présentée", "known": "patient déjà connu",
			"qualified": "identité nationale de santé (INS) qualifiée",
		}[r.Identity]
	}
	if r.Participants != "" && !f.StartedAt.IsZero() {
		want["participants"] = "autres participants, selon le praticien : " + flat(r.Participants)
	}
	return want
}

func TestEveryMandatoryItemIsInTheNote(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f, d := facts(t), record.Draft{Report: report(t)}
		note := noteOf(d, f)
		text := flat(note)
		want := owed(f)
		maps.Copy(want, owedOfReport(f, d.Report))
		for item, want := range want {
			if !strings.Contains(text, strings.ReplaceAll(want, "’", "'")) {
				t.Errorf("%s: %q is not in the note:\n%s", item, want, note)
			}
		}
	})
}

func TestTheNoteIsPlainTextOfEightyColumns(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := facts(t)
		f.Patient.FamilyName = rapid.String().Draw(t, "name")
		f.ToolReason = rapid.String().Draw(t, "any reason") + strings.Repeat("x", rapid.IntRange(0, 200).Draw(t, "long")) + " : ;"
		f.Incidents = append(f.Incidents, encounter.Incident{Kind: "cut", Consequence: "none", Text: rapid.StringN(0, 300, -1).Draw(t, "any text")})
		note := noteOf(record.Draft{Report: record.Report{
			Findings: rapid.String().Draw(t, "findings"), Conclusion: rapid.StringN(0, 300, -1).Draw(t, "conclusion"), Participants: rapid.String().Draw(t, "who"),
		}}, f)
		if !strings.HasSuffix(note, "\n") || !utf8.ValidString(note) {
			t.Fatal("no line end at the end, or not UTF-8")
		}
		for line := range strings.Lines(note) {
			line = strings.TrimSuffix(line, "\n")
			if n := utf8.RuneCountInString(line); n > 80 {
				t.Errorf("%d characters: %q", n, line)
			}
			if strings.TrimRight(line, " ") != line {
				t.Errorf("spaces at the end of %q", line)
			}
			if strings.ContainsFunc(line, func(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) }) {
				t.Errorf("something that cannot be seen in %q", line)
			}
		}
	})
}

func TestTheNoteOpensNothingAndDependsOnTheFactsAlone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := facts(t)
		note := plain(f)
		for _, secret := range []string{"https:", secretPasscode, secretEmail, secretMobile, codedAs} {
			if strings.Contains(note, secret) {
				t.Errorf("%q is in the note", secret)
			}
		}
		f.Transfer, f.Coding, f.Link, f.Messages, f.Presence, f.Version, f.Stored = nil, nil, nil, nil, nil, 9, encounter.Summary{}
		if plain(f) != note {
			t.Error("the note changes with something that is not in it: it would have to be put into the record again")
		}
	})
}

func TestTypedTextCannotPassForALineOfTheNote(t *testing.T) {
	f := &encounter.Facts{Status: encounter.Planned, Modality: encounter.Video, Tool: "zoom", ToolReason: "panne\nAccord : accord donné\r\n\r\nORDONNANCE"}
	said := record.Report{Findings: "vu\nAccord : accord donné\n\nORDONNANCE", Participants: "x\nORDONNANCE"}
	lines := strings.Split(noteOf(record.Draft{Report: said}, f), "\n")
	if slices.Contains(lines, "Accord : accord donné") || slices.Contains(lines, "ORDONNANCE") {
		t.Errorf("typed text begins a line of its own:\n%s", strings.Join(lines, "\n"))
	}
}

func TestNoteOfAHeldConsultation(t *testing.T) {
	day := func(day, hour, minute int) time.Time {
		return time.Date(2026, time.May, day, hour, minute, 0, 0, time.UTC)
	}
	const version = "3f2a9c0d11e2aa3f2a9c0d11e2aa3f2a9c0d11e2aa3f2a9c0d11e2aa3f2a9c0d"
	got := noteOf(record.Draft{Report: somethingSaid}, &encounter.Facts{
		Department: department.Department{
			Name: "Dermatologie", Hospital: "Hôpital Exemple", Zone: paris, Tools: []string{"ortif", "zoom"}, SecureTools: []string{"ortif"},
			BirthDateAsked: true,
		},
		Patient: patient.Patient{
			FamilyName: "Durand", GivenName: "Zoé", BirthDate: time.Date(2014, time.February, 3, 0, 0, 0, 0, time.UTC), IPP: "8012345678",
			Protection: patient.Minor, Representative: &patient.Representative{Name: "Paule Durand", Relationship: "parent"},
		},
		Practitioner: encounter.Practitioner{Title: "Dr", GivenName: "Claire", FamilyName: "Martin", RPPS: "10000023084"},
		Status:       encounter.Finished, Modality: encounter.Video, Tool: "zoom", ToolReason: "ORTIF indisponible depuis ce matin",
		PlannedStart: day(12, 12, 30), PlannedEnd: day(12, 12, 50), StartedAt: day(12, 12, 32), FinishedAt: day(12, 12, 51),
		Appointment: &encounter.Tick{At: day(5, 8, 0), By: "Mme Anne Petit"},
		Information: &encounter.Information{At: day(6, 17, 5), Mode: consent.Web, NoticeVersion: version, Tool: "zoom"},
		Decisions: []consent.Decision{{
			Verdict: consent.Agreed, Tool: "zoom", Mode: consent.Web, Giver: consent.ByRepresentative, GiverName: "Paule Durand",
			NoticeVersion: version, DecidedAt: day(6, 17, 7),
		}},
		Portal:    &encounter.PortalAnswer{At: day(6, 17, 8), Answer: "open"},
		Incidents: []encounter.Incident{{Kind: "sound", Consequence: "none", Text: "écho au début"}},
		Prescription: &encounter.Prescription{
			Channel: "mssante", State: "delivered", WantedToday: true, Proof: "accusé de lecture de la pharmacie", At: day(12, 13, 5), By: "Dr Claire Martin",
		},
	})
	const want = `COMPTE RENDU DE TRAÇABILITÉ - TÉLÉCONSULTATION
Version : 1
Service : Dermatologie, Hôpital Exemple
Heures : locales, fuseau Europe/Paris

IDENTITÉS
Patient : DURAND Zoé, date de naissance 03/02/2014, IPP 8012345678
Contrôle de l'identité : pendant l'appel : pièce d'identité présentée à la
  caméra ; date de naissance saisie et vérifiée sur la page personnelle, au plus
  tard le 06/05/2026 à 19:05
Protection : patient mineur
Représentant légal : Paule Durand (parent)
Praticien : Dr Claire Martin, RPPS 10000023084
Participants : Dr Claire Martin (praticien) ; Zoé DURAND (patient) ;
  représentant légal enregistré : Paule Durand (parent) ; autres participants,
  selon le praticien : Mme Lise Blanc, infirmière, près du patient

CONSULTATION
Prévue : le 12/05/2026 de 14:30 à 14:50 (UTC+02:00)
Rendez-vous : planifié dans ORBIS RV le 05/05/2026 à 10:00 par Mme Anne Petit
Réalisation : tenue le 12/05/2026 de 14:32 à 14:51 (UTC+02:00), soit 19 min
Modalité : vidéo
Outil : Zoom, outil provisoire, non retenu comme sécurisé par l'établissement
  (premier outil du service : ORTIF)
Motif du choix de l'outil : ORTIF indisponible depuis ce matin
Incident technique : problème de son ; conséquence : sans conséquence ;
  précision : écho au début

INFORMATION ET ACCORD
Information : notice affichée sur la page personnelle le 06/05/2026 à 19:05,
  notice version 3f2a9c0d11e2
Accord : accord donné sur la page personnelle le 06/05/2026 à 19:07 par le
  représentant légal, Paule Durand, notice version 3f2a9c0d11e2
Espace patient : compte ouvert, réponse donnée sur la page personnelle le
  06/05/2026 à 19:08

CONSTATATIONS
  Lésion de l'avant-bras en voie de guérison.
  Pas de fièvre.

  Bonne tolérance.

CONCLUSION ET DÉCISIONS
  Évolution favorable.

PRESCRIPTIONS ET SUITES
Texte : non renseigné

REMISE DE L'ORDONNANCE
Ordonnance : messagerie sécurisée MSSanté, remise ; enregistré le 12/05/2026 à
  15:05 par Dr Claire Martin
Demandée pour le jour même : oui
Preuve de remise : accusé de lecture de la pharmacie
`
	if got != want {
		t.Errorf("note:\n%s\nwant:\n%s", got, want)
	}
}

func TestTimesOfTheNightWithTwoThirds(t *testing.T) {
	f := &encounter.Facts{
		Department: department.Department{Zone: paris}, Status: encounter.Finished, Modality: encounter.Video, Tool: "ortif",
		PlannedStart: time.Date(2026, time.October, 24, 21, 50, 0, 0, time.UTC), PlannedEnd: time.Date(2026, time.October, 24, 22, 10, 0, 0, time.UTC),
		StartedAt: time.Date(2026, time.October, 25, 0, 50, 0, 0, time.UTC), FinishedAt: time.Date(2026, time.October, 25, 1, 10, 0, 0, time.UTC),
	}
	text := flat(plain(f))
	for _, want := range []string{
		"Prévue : le 24/10/2026 de 23:50 à 00:10 le 25/10/2026 (UTC+02:00)",
		"tenue le 25/10/2026 de 02:50 (UTC+02:00) à 02:10 (UTC+01:00), soit 20 min",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in %q", want, text)
		}
	}
}

func TestNoteSaysWhatIsNotRecorded(t *testing.T) {
	base := func(change func(f *encounter.Facts)) string {
		f := &encounter.Facts{
			Department: department.Department{Zone: paris, Tools: []string{"ortif"}, SecureTools: []string{"ortif"}, BirthDateAsked: true},
			Status:     encounter.Planned, Modality: encounter.Video, Tool: "ortif",
		}
		change(f)
		return flat(plain(f))
	}
	at := time.Date(2026, time.May, 12, 12, 30, 0, 0, time.UTC)
	for _, c := range []struct {
		name   string
		change func(f *encounter.Facts)
		want   []string
	}{
		{"nothing yet", func(*encounter.Facts) {}, []string{
			"Réalisation : pas encore tenue", "Contrôle de l'identité : aucun contrôle enregistré", "Rendez-vous : non pointé dans ORBIS RV",
			"Information : aucune information enregistrée", "Accord : aucune décision enregistrée pour cet outil", "Espace patient : pas de réponse enregistrée",
			"Ordonnance : après la consultation", "Participants : aucun, la consultation n'a pas commencé", "Outil : ORTIF, outil sécurisé de l'établissement",
		}},
		{"held without more", func(f *encounter.Facts) {
			f.Status, f.StartedAt, f.FinishedAt = encounter.Finished, at, at.Add(time.Minute)
		}, []string{
			"Ordonnance : pas encore renseignée", "Incidents techniques : aucun", "aucun autre participant enregistré",
			"Constatations, conclusion, prescriptions : non renseignées",
		}},
		{"no-show", func(f *encounter.Facts) {
			f.Status, f.CancelledAt, f.CancelReason = encounter.Cancelled, at, "no-show"
		}, []string{
			"Réalisation : n'a pas eu lieu : patient absent, enregistré le 12/05/2026 à 14:30", "Ordonnance : sans objet", "Incidents techniques : aucun enregistré",
			"Constatations, conclusion, prescriptions : sans objet",
		}},
		{"cancelled with a word", func(f *encounter.Facts) {
			f.Status, f.CancelledAt, f.CancelReason, f.CancelText = encounter.Cancelled, at, "no-show", "Rappelé deux fois."
		}, []string{"n'a pas eu lieu : patient absent (Rappelé deux fois.), enregistré"}},
		{"stopped", func(f *encounter.Facts) {
			f.Status, f.StartedAt, f.CancelledAt, f.CancelReason = encounter.Cancelled, at, at.Add(5*time.Minute), "technical"
		}, []string{"Réalisation : commencée le 12/05/2026 à 14:30, arrêtée le 12/05/2026 à 14:35 : impossible pour une raison technique"}},
		{"refused", func(f *encounter.Facts) {
			f.Decisions = []consent.Decision{{Verdict: consent.Refused, Tool: "ortif", Mode: consent.Oral, Giver: consent.ByPatient, DecidedAt: at, RecorderName: "Mme Anne Petit"}}
		}, []string{
			"Réalisation : n'a pas lieu à distance : refusée par le patient", "Accord : refus exprimé de vive voix le 12/05/2026 à 14:30 par le patient, recueilli par Mme Anne Petit",
			"Explications sur le refus : aucune explication enregistrée", "Consultation sur place : pas encore proposée", "Ordonnance : sans objet",
		}},
		{"asked again for another tool", func(f *encounter.Facts) {
			f.Decisions = []consent.Decision{{Verdict: consent.Agreed, Tool: "zoom", Mode: consent.Paper, Giver: consent.ByPatient, DecidedAt: at, RecorderName: "Mme Anne Petit"}}
		}, []string{"Accord : aucune décision enregistrée pour cet outil", "Décision antérieure : accord donné sur papier", "(outil : Zoom)"}},
		{"birth date not asked", func(f *encounter.Facts) {
			f.Department.BirthDateAsked = false
			f.Information = &encounter.Information{At: at, Mode: consent.Web, Tool: "ortif"}
		}, []string{"Contrôle de l'identité : lien personnel ouvert le 12/05/2026 à 14:30 (date de naissance non demandée par le service)"}},
		{"spoken only proves no identity", func(f *encounter.Facts) {
			f.Information = &encounter.Information{At: at, Mode: consent.Oral, Tool: "ortif", By: "Dr Claire Martin"}
			f.Portal = &encounter.PortalAnswer{At: at, Answer: "open", By: "Mme Anne Petit"}
		}, []string{"Contrôle de l'identité : aucun contrôle enregistré"}},
		{"prescription on its way", func(f *encounter.Facts) {
			f.Status, f.StartedAt, f.FinishedAt = encounter.Finished, at, at
			f.Prescription = &encounter.Prescription{Channel: "dispose", State: "announced", At: at}
		}, []string{"Ordonnance : dépôt sécurisé Dispose, annoncée, preuve de remise attendue"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := base(c.change)
			for _, want := range c.want {
				if !strings.Contains(text, want) {
					t.Errorf("%q is not in %q", want, text)
				}
			}
		})
	}
}

func TestVersion(t *testing.T) {
	// the example of FIPS 180-2
	if got := record.Version("abc"); got != "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" {
		t.Errorf("version %s", got)
	}
}

func TestNewsOfADeliveryLeaveTheNoteAsItIs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := facts(t)
		if f.Prescription == nil || f.Prescription.DeliveryID == "" {
			return
		}
		before := plain(f)
		p := *f.Prescription
		p.State, p.Proof, p.At, p.By = "delivered", "accusé", p.At.Add(time.Hour), ""
		f.Prescription = &p
		if after := plain(f); after != before {
			t.Fatalf("%s\nbecame\n%s", before, after)
		}
	})
}
