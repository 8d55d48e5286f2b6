package review_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"teleconsult/notifications"
	"teleconsult/server/consent"
	"teleconsult/server/encounter"
	"teleconsult/server/invitation/column"
	"teleconsult/server/invitation/review"
	"teleconsult/server/patient"
)

// jeanne is the person of row 1 as the hospital knows her.
func jeanne(changes ...func(*patient.Patient)) patient.Patient {
	p := patient.Patient{
		ID: "00000000-0000-4000-8000-000000000001", IPP: "8012345678", FamilyName: "Dupont", GivenName: "Jeanne",
		BirthDate: time.Date(1980, time.January, 2, 0, 0, 0, 0, time.UTC), Email: "jeanne1@exemple.fr", Language: "fr", Protection: patient.Unprotected,
	}
	for _, c := range changes {
		c(&p)
	}
	return p
}

// consultation is one of hers on 20 May at an hour in Paris, by Zoom.
func consultation(d review.Desk, hour int, changes ...func(*encounter.Facts)) *encounter.Facts {
	start := time.Date(2026, time.May, 20, hour-2, 0, 0, 0, time.UTC)
	m := d.Practitioners[0]
	f := &encounter.Facts{
		ID: "00000000-0000-4000-8000-0000000000ff", Department: d.Department, Patient: jeanne(), Status: encounter.Planned, Modality: encounter.Video,
		Practitioner: encounter.Practitioner{ID: m.ID, Title: m.Title, FamilyName: m.FamilyName, GivenName: m.GivenName},
		Tool:         "zoom", PlannedStart: start, PlannedEnd: start.Add(20 * time.Minute), CreatedAt: lunch.AddDate(0, 0, -7), Version: 1,
	}
	for _, c := range changes {
		c(f)
	}
	return f
}

func told(purpose string) func(*encounter.Facts) {
	return func(f *encounter.Facts) {
		f.Messages = append(f.Messages, encounter.MessageFact{
			ID: uuid.NewString(), Purpose: purpose, Channel: "email", Recipient: "jeanne1@exemple.fr", Status: "delivered", CreatedAt: lunch, NotBefore: lunch, At: lunch,
		})
	}
}

func decided(v consent.Verdict) func(*encounter.Facts) {
	return func(f *encounter.Facts) {
		f.Decisions = append(f.Decisions, consent.Decision{Verdict: v, Tool: f.Tool, DecidedAt: lunch, RecordedAt: lunch})
	}
}

func TestWhoIsMeant(t *testing.T) {
	d := newDesk(t)
	homonym := jeanne(func(p *patient.Patient) { p.ID, p.IPP = "00000000-0000-4000-8000-000000000002", "8011111111" })
	nameless := values{column.FamilyName: "", column.GivenName: "", column.BirthDate: ""}
	for _, c := range []struct {
		name    string
		known   []patient.Patient
		changes []values
		want    string
		who     string // new, or the known patient's IPP
	}{
		{"nobody", nil, nil, "", "new"},
		{"by name and birth date", []patient.Patient{jeanne()}, nil, "", "8012345678"},
		{"by name and birth date, written otherwise", []patient.Patient{jeanne()}, []values{{column.FamilyName: "Dûpont", column.GivenName: "JEANNE"}}, "", "8012345678"},
		{"by IPP alone", []patient.Patient{jeanne()}, []values{nameless, {column.IPP: "80 1234 5678"}}, "", "8012345678"},
		{"by IPP and name", []patient.Patient{jeanne()}, []values{{column.BirthDate: "", column.IPP: "8012345678"}}, "", "8012345678"},
		{"by IPP and family name", []patient.Patient{jeanne()}, []values{{column.BirthDate: "", column.GivenName: "", column.IPP: "8012345678"}}, "", "8012345678"},
		{"another birthday", []patient.Patient{jeanne()}, []values{{column.BirthDate: "03/01/1980"}}, "", "new"},
		{"the IPP of another, by name", []patient.Patient{jeanne()}, []values{{column.FamilyName: "DURAND", column.IPP: "8012345678"}}, "ipp:ipp_of_another!", ""},
		{"the IPP of another, by birthday", []patient.Patient{jeanne()}, []values{{column.BirthDate: "03/01/1980", column.IPP: "8012345678"}}, "ipp:ipp_of_another!", ""},
		{"the IPP of another, by birthday alone", []patient.Patient{jeanne()}, []values{nameless, {column.BirthDate: "03/01/1980", column.IPP: "8012345678"}}, "ipp:ipp_of_another!", ""},
		{"another IPP", []patient.Patient{jeanne()}, []values{{column.IPP: "8099999999"}}, "ipp:ipp_differs!", ""},
		{"an IPP that was not known yet", []patient.Patient{jeanne(func(p *patient.Patient) { p.IPP = "" })}, []values{{column.IPP: "8099999999"}}, "", "known"},
		{"an unknown IPP alone", nil, []values{nameless, {column.IPP: "8099999999"}}, "familyName:name_missing! givenName:name_missing! birthDate:birth_date_missing!", "new"},
		{"homonyms", []patient.Patient{jeanne(), homonym}, nil, "ipp:several_patients!", ""},
		{"homonyms told apart", []patient.Patient{jeanne(), homonym}, []values{{column.IPP: "8011111111"}}, "", "8011111111"},
	} {
		t.Run(c.name, func(t *testing.T) {
			v := judge(t, d, review.Known{Patients: c.known}, row(1, c.changes...))[0]
			if got := problems(v); got != c.want {
				t.Fatalf("got %q, want %q", got, c.want)
			}
			switch f := v.Deed.Facts; {
			case c.who == "" && (f != nil || v.Outcome != nil):
				t.Errorf("somebody is meant: %+v", v.Outcome)
			case c.who == "new" && (f == nil || !v.Deed.NewPatient || f.Patient.ID == jeanne().ID):
				t.Errorf("deed %+v", v.Deed)
			case c.who != "" && c.who != "new" && (f == nil || v.Deed.NewPatient || !v.Deed.New || c.who != "known" && f.Patient.IPP != c.who || v.Outcome.Patient != "known"):
				t.Errorf("deed %+v", v.Deed)
			}
		})
	}
}

func TestWhatIsPlannedAlready(t *testing.T) {
	d := newDesk(t)
	nguyen := values{column.Practitioner: "Dr Nguyen"}
	link := values{column.Link: zoom(1)}
	for _, c := range []struct {
		name    string
		planned *encounter.Facts
		changes values
		accept  []string
		want    string
		purpose notifications.Purpose // "" where nothing is foreseen
	}{
		{"at that moment", consultation(d, 9), link, nil, "", "notice"},
		{"at that moment, with a link of its own", consultation(d, 9, func(f *encounter.Facts) { f.Link = &encounter.Link{Tool: "zoom", URL: zoom(2)} }), link, nil, "link:link_replaced", "notice"},
		{"at that moment, with that link", consultation(d, 9, func(f *encounter.Facts) { f.Link = &encounter.Link{Tool: "zoom", URL: zoom(1)} }), link, nil, "", "notice"},
		{"told already", consultation(d, 9, told("notice")), link, nil, "row:already_invited!", "notice"},
		{"told already, once more", consultation(d, 9, told("notice")), link, []string{"already_invited"}, "row:already_invited", "notice"},
		{"agreed, and waiting for the link", consultation(d, 9, told("notice"), decided(consent.Agreed)), link, nil, "", "invitation"},
		{"agreed, and still no link", consultation(d, 9, told("notice"), decided(consent.Agreed)), nil, nil, "link:link_missing!", "notice"},
		{"agreed and invited", consultation(d, 9, decided(consent.Agreed), func(f *encounter.Facts) {
			f.Link = &encounter.Link{Tool: "zoom", URL: zoom(1)}
		}, told("invitation")), link, nil, "row:already_invited!", "invitation"},
		{"declined", consultation(d, 9, decided(consent.Refused)), link, nil, "row:consent_refused!", ""},
		{"begun", consultation(d, 9, func(f *encounter.Facts) { f.Status = encounter.InProgress }), link, nil, "row:already_started!", ""},
		{"on its way", consultation(d, 9, func(f *encounter.Facts) {
			f.Messages = []encounter.MessageFact{{Purpose: "notice", Channel: "email", Status: "queued"}}
		}), link, nil, "row:already_queued!", ""},
		{"with somebody else", consultation(d, 9), nguyen, nil, "practitioner:other_practitioner!", "notice"},
		{"with somebody else, accepted", consultation(d, 9), nguyen, []string{"other_practitioner"}, "practitioner:other_practitioner", "notice"},
		{"later that day", consultation(d, 15), link, nil, "time:same_day!", "notice"},
		{"later that day, accepted", consultation(d, 15), link, []string{"same_day"}, "time:same_day", "notice"},
		{"with a reason that it has", consultation(d, 9), values{column.Tool: "Teams"}, nil, "", "notice"},
	} {
		t.Run(c.name, func(t *testing.T) {
			known := review.Known{Patients: []patient.Patient{jeanne()}, Planned: map[string][]*encounter.Facts{jeanne().ID: {c.planned}}}
			v := judge(t, d, known, accepting(row(1, c.changes), c.accept...))[0]
			if got := problems(v); got != c.want {
				t.Fatalf("got %q, want %q", got, c.want)
			}
			for _, p := range v.Problems {
				if p.Acceptable != (p.Severity == "error" && slices.Contains([]string{"same_day", "other_practitioner", "already_invited"}, p.Code)) {
					t.Errorf("%s is acceptable: %v", p.Code, p.Acceptable)
				}
			}
			if (v.Outcome == nil) != (c.purpose == "") || v.Outcome != nil && v.Outcome.Purpose != c.purpose {
				t.Errorf("outcome %+v, want %q", v.Outcome, c.purpose)
			}
			same := c.planned.PlannedStart.Hour() == 7
			if v.Deed.Facts != nil && v.Deed.New == same || v.Deed.Facts != nil && same != (v.Deed.Facts.ID == c.planned.ID) {
				t.Errorf("deed %+v", v.Deed)
			}
			if len(v.Deed.LinkKeys) > 0 && (c.changes[column.Link] == "" || strings.Contains(c.name, "that link")) {
				t.Errorf("a link is to be attached: %+v", v.Deed.Link)
			}
		})
	}
}

func TestRowsMadeFromConsultations(t *testing.T) {
	d := newDesk(t)
	f := consultation(d, 9)
	made := func(changes values) review.Row {
		return review.Row{Number: 1, Line: 1, EncounterID: f.ID, Values: changes}
	}
	for _, c := range []struct {
		name    string
		planned *encounter.Facts
		changes values
		want    string
		contact bool
	}{
		{"as it is", f, nil, "", false},
		{"told already, which is why it is in the list", consultation(d, 9, told("notice")), nil, "", false},
		{"gone", nil, nil, "row:not_found!", false},
		{"over", consultation(d, 9, func(f *encounter.Facts) { f.Status = encounter.Finished }), nil, "row:already_started!", false},
		{"past", consultation(d, 9, func(f *encounter.Facts) { f.PlannedStart = lunch.Add(-time.Minute) }), nil, "row:date_in_past! time:too_late!", false},
		{"another address", f, values{column.Email: "neuve@exemple.fr"}, "", true},
		{"an address that is none", f, values{column.Email: "jeanne"}, "email:email_unreadable!", false},
		{"a mobile without its zero", f, values{column.Mobile: "612345678"}, "mobile:mobile_zero_restored", true},
		{"a mistyped address", f, values{column.Email: "jeanne@gmial.com"}, "email:email_typo!", true},
		{"a link", f, values{column.Link: zoom(1)}, "", false},
		{"a host that looks alike", f, values{column.Link: "https://zoom.us.evil.example/j/80000000001?pwd=Zm9v.1"}, "link:suspicious_host!", false},
		{"an invitation to another day", f, values{column.Link: invited("21 mai 2026 09:00 AM")}, "link:date_differs!", false},
		{"ORTIF, by its session", consultation(d, 9, func(f *encounter.Facts) { f.Tool = "ortif" }), values{column.Reference: "S-1"}, "", false},
		{"by telephone", consultation(d, 9, func(f *encounter.Facts) { f.Modality, f.Tool = encounter.Telephone, "telephone" }), values{column.Link: zoom(1)}, "link:telephone_has_no_link!", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			known := review.Known{Encounters: map[string]*encounter.Facts{}}
			if c.planned != nil {
				known.Encounters[f.ID] = c.planned
			}
			v := judge(t, d, known, made(c.changes))[0]
			if got := problems(v); got != c.want {
				t.Fatalf("got %q, want %q", got, c.want)
			}
			if v.Deed.Contact != c.contact || v.Deed.New || v.Deed.NewPatient {
				t.Errorf("deed %+v", v.Deed)
			}
			if c.planned != nil && (v.Values[column.FamilyName] != "Dupont" || v.Values[column.Date] != "2026-05-20" && c.name != "past" || v.Values[column.IPP] != "8012345678") {
				t.Errorf("values %v", v.Values)
			}
			if c.planned != nil && c.planned.Patient.Email != "jeanne1@exemple.fr" {
				t.Error("the stored facts were changed")
			}
		})
	}
}

func TestTheContactThatIsKnown(t *testing.T) {
	d := newDesk(t)
	email := notifications.Recipient{Channel: notifications.ChannelEmail, Address: "jeanne1@exemple.fr"}
	refused := encounter.Reputation{Refused: map[string]bool{"+33612345678": true}}
	failed := encounter.Reputation{Failures: map[notifications.Recipient]notifications.Failure{email: {}}}
	both := values{column.Mobile: "06 12 34 56 78"}
	for _, c := range []struct {
		name     string
		patients []patient.Patient
		r        encounter.Reputation
		changes  values
		want     string
		channels string
	}{
		{"nothing is known", nil, encounter.Reputation{}, both, "", "email j•••@exemple.fr"},
		{"the mobile refuses", nil, refused, both, "mobile:refused", "email j•••@exemple.fr"},
		{"the mobile alone", nil, encounter.Reputation{}, values{column.Email: "", column.Mobile: "06 12 34 56 78"}, "", "sms •• •• •• 56 78"},
		{"the address failed, the mobile comes first", nil, failed, both, "email:failed_before", "sms •• •• •• 56 78"},
		{"the address failed, and is all there is", nil, failed, nil, "email:failed_before", "email j•••@exemple.fr"},
		{"another address is stored", []patient.Patient{jeanne(func(p *patient.Patient) { p.Email = "vieille@exemple.fr" })}, encounter.Reputation{}, nil, "email:contact_changes", "email j•••@exemple.fr"},
		{"a mobile is stored, too", []patient.Patient{jeanne(func(p *patient.Patient) { p.Mobile = "+33612345678" })}, encounter.Reputation{}, values{column.Email: ""}, "", "email j•••@exemple.fr"},
		{"an unknown language stays as it was", []patient.Patient{jeanne(func(p *patient.Patient) { p.Language = "en" })}, encounter.Reputation{}, nil, "", "email j•••@exemple.fr"},
	} {
		t.Run(c.name, func(t *testing.T) {
			v := judge(t, d, review.Known{Patients: c.patients, Reputation: c.r}, row(1, c.changes))[0]
			var channels []string
			if v.Outcome == nil {
				t.Fatalf("no outcome: %s", problems(v))
			}
			for _, o := range v.Outcome.Channels {
				channels = append(channels, string(o.Channel)+" "+o.To)
			}
			if got := strings.Join(channels, ", "); problems(v) != c.want || got != c.channels {
				t.Errorf("%q by %s, want %q by %s", problems(v), got, c.want, c.channels)
			}
		})
	}
	f := consultation(d, 9, func(f *encounter.Facts) {
		f.Patient.Email, f.Patient.Mobile = "", "+33612345678"
		f.Messages = []encounter.MessageFact{{Purpose: "notice", Channel: "sms", Recipient: "+33612345678", Status: "undelivered", Code: "21610", CreatedAt: lunch, At: lunch}}
	})
	v := judge(t, d, review.Known{Encounters: map[string]*encounter.Facts{f.ID: f}, Reputation: refused}, review.Row{Number: 1, Line: 1, EncounterID: f.ID})[0]
	if got := problems(v); got != "mobile:contact_missing! mobile:refused" || v.Outcome != nil {
		t.Errorf("whoever refused the only channel: %s", got)
	}
}

func TestAUsedMeeting(t *testing.T) {
	d := newDesk(t)
	used := map[string]string{}
	for _, link := range []string{zoom(1), zoom(2)} {
		reading := d.Read(row(1, values{column.Link: link}))
		if len(reading.LinkKeys) != 2 {
			t.Fatalf("%d keys", len(reading.LinkKeys))
		}
		by := map[bool]string{true: consultation(d, 9).ID, false: uuid.NewString()}[link == zoom(2)]
		for _, k := range reading.LinkKeys {
			used[string(k)] = by
		}
	}
	session := d.Read(row(1, values{column.Tool: "ORTIF", column.Reference: "S-1"}))
	for _, k := range session.LinkKeys {
		used[string(k)] = uuid.NewString()
	}
	known := review.Known{
		Patients: []patient.Patient{jeanne()}, Planned: map[string][]*encounter.Facts{jeanne().ID: {consultation(d, 9)}}, Used: used,
	}
	for _, c := range []struct {
		name    string
		changes values
		want    string
	}{
		{"by another", values{column.Link: zoom(1)}, "link:link_already_used!"},
		{"by another, written otherwise", values{column.Link: "https://zoom.us/w/80000000001?pwd=autre"}, "link:link_already_used!"},
		{"by this one", values{column.Link: zoom(2)}, ""},
		{"by nobody", values{column.Link: zoom(3)}, ""},
	} {
		if got := problems(judge(t, d, known, row(1, c.changes))[0]); got != c.want {
			t.Errorf("used %s: %q, want %q", c.name, got, c.want)
		}
	}
	if got := problems(judge(t, d, known, row(2, values{column.Tool: "ORTIF", column.Reference: "S-1", column.Practitioner: "Nguyen"}))[0]); !strings.Contains(got, "link:link_already_used!") {
		t.Errorf("a session that was used: %q", got)
	}
}
