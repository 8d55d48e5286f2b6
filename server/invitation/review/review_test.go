package review_test

import (
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"teleconsult/server/department"
	"teleconsult/server/encounter"
	"teleconsult/server/invitation/column"
	"teleconsult/server/invitation/review"
	"teleconsult/server/outreach"
	"teleconsult/server/secret"
	"teleconsult/server/staff"
)

// lunch is 12 May 2026, 14:00 in Paris.
var lunch = time.Date(2026, time.May, 12, 12, 0, 0, 0, time.UTC)

// newDesk is a department that uses Zoom first, with two practitioners of one name.
func newDesk(t testing.TB) review.Desk {
	t.Helper()
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	member := func(family, given, rpps string) staff.Member {
		return staff.Member{
			ID: uuid.NewSHA1(uuid.NameSpaceOID, []byte(family+given)).String(), Title: "Dr", FamilyName: family, GivenName: given, RPPS: rpps,
			Email: strings.ToLower(given) + "@exemple.fr",
		}
	}
	d := review.Desk{
		Now: lunch,
		Department: department.Department{
			ID: uuid.NewString(), Code: "DERM", Name: "Dermatologie", Hospital: "Hôpital Exemple", Phone: "01 00 00 00 00", Email: "derm@exemple.fr",
			Zone: paris, Tools: []string{"zoom", "ortif", "teams", "jitsi"}, SecureTools: []string{"ortif"}, BirthDateAsked: true,
		},
		Practitioners: []staff.Member{member("Martin", "Claire", "10000023084"), member("Martin", "Paul", "10000023092"), member("Nguyen", "Élodie", "")},
		Service:       &encounter.Service{Now: func() time.Time { return lunch }, Secrets: secret.New([32]byte{1}), PublicURL: "https://teleconsult.exemple.fr"},
	}
	d.Defaults = review.BatchDefaults{
		PractitionerID: d.Practitioners[0].ID, DurationMinutes: 20, Modality: encounter.Video, Tool: "zoom",
		Declared: []string{"waiting_room_on", "id_generated", "password_required", "host_video_on", "participant_video_on", "audio_both", "no_join_before_host", "no_auto_recording", "lobby_on"},
	}
	return d
}

type values = map[column.Field]string

// row is somebody new who is to be seen on 20 May at nine, with changes; a changed "" is an empty cell.
func row(number int, changes ...values) review.Row {
	all := values{
		column.FamilyName: "DUPONT" + strings.Repeat("É", number-1), column.GivenName: "Jeanne", column.BirthDate: "02/01/1980",
		column.Email: fmt.Sprintf("jeanne%d@exemple.fr", number), column.Date: "20/05/2026", column.Time: fmt.Sprintf("%02d:00", 8+number),
	}
	for _, c := range changes {
		maps.Copy(all, c)
	}
	return review.Row{Number: number, Line: number + 1, Values: all}
}

func accepting(r review.Row, codes ...string) review.Row {
	r.Accepted = codes
	return r
}

// show stands for the message: what it would be is none of this room's business.
func show(_ *encounter.Facts, w outreach.Wanted) (review.Shown, error) {
	return review.Shown{Text: "Bonjour.\n\n" + strings.Repeat("Un long texte. ", 30), Segments: map[bool]int{true: 4}[w.Channel == "sms"], Cents: 20}, nil
}

func judge(t testing.TB, d review.Desk, known review.Known, rows ...review.Row) []review.Verdict {
	t.Helper()
	readings := d.ReadAll(rows)
	index := review.NewIndex()
	index.Add(readings)
	if known.Show == nil {
		known.Show = show
	}
	verdicts, err := d.Judge(readings, index, known)
	if err != nil || len(verdicts) != len(rows) {
		t.Fatalf("%d verdicts (%v)", len(verdicts), err)
	}
	return verdicts
}

// problems are those of a verdict, the errors with a !.
func problems(v review.Verdict) string {
	all := []string{}
	for _, p := range v.Problems {
		mark := map[bool]string{true: "!"}[p.Severity == "error"]
		all = append(all, string(p.Field)+":"+p.Code+mark)
	}
	return strings.Join(all, " ")
}

func zoom(n int) string {
	return fmt.Sprintf("https://us02web.zoom.us/j/%d?pwd=Zm9vYmFyMTIzNDU2Nzg5.1", 80_000_000_000+n)
}

const invitation = `Dr Martin vous invite à une réunion Zoom planifiée.

Sujet : Rendez-vous
Heure : %s Paris

Participer à la réunion Zoom
https://us02web.zoom.us/j/87654321098?pwd=QWxhZGRpbjpvcGVuIHNlc2FtZQ.1

ID de réunion : 876 5432 1098
Code secret : 012345`

func invited(at string) string { return fmt.Sprintf(invitation, at) }

func TestACellAlone(t *testing.T) {
	for _, c := range []struct {
		name    string
		changes values
		accept  []string
		want    string
	}{
		{"nothing is wrong", values{}, nil, ""},
		{"with a link", values{column.Link: zoom(1)}, nil, ""},
		{"a name of digits", values{column.FamilyName: "DUPONT 2"}, nil, "familyName:name_unreadable!"},
		{"no name", values{column.FamilyName: "", column.GivenName: ""}, nil, "familyName:name_missing! givenName:name_missing!"},
		{"no given name", values{column.GivenName: ""}, nil, "givenName:name_missing!"},
		{"names in one cell", values{column.FamilyName: "", column.GivenName: "", column.FullName: "DUPONT Jeanne"}, nil, ""},
		{"names in one cell, guessed", values{column.FamilyName: "", column.GivenName: "", column.FullName: "Jeanne Dupont"}, nil, "familyName:names_guessed"},
		{"no birth date", values{column.BirthDate: ""}, nil, "birthDate:birth_date_missing!"},
		{"born on 30 February", values{column.BirthDate: "30/02/1980"}, nil, "birthDate:date_impossible!"},
		{"born tomorrow", values{column.BirthDate: "13/05/2026"}, nil, "birthDate:birth_date_impossible!"},
		{"born without a year", values{column.BirthDate: "02/01"}, nil, "birthDate:birth_year_missing!"},
		{"an IPP that is none", values{column.IPP: "123"}, nil, "ipp:ipp_invalid!"},
		{"an IPP that a spreadsheet mangled", values{column.IPP: "8,01235E+12"}, nil, "ipp:ipp_mangled!"},
		{"an address that is none", values{column.Email: "jeanne"}, nil, "email:email_unreadable!"},
		{"two addresses", values{column.Email: "a@exemple.fr ; b@exemple.fr"}, nil, "email:several_addresses!"},
		{"a mistyped address", values{column.Email: "jeanne@gmial.com"}, nil, "email:email_typo!"},
		{"a mistyped address that is right", values{column.Email: "jeanne@gmial.com"}, []string{"email_typo"}, ""},
		{"no contact", values{column.Email: ""}, nil, "mobile:contact_missing!"},
		{"the zero is missing", values{column.Mobile: "612345678"}, nil, "mobile:mobile_zero_restored"},
		{"a landline", values{column.Mobile: "01 42 34 56 78"}, nil, "mobile:mobile_not_mobile!"},
		{"a number that a spreadsheet mangled", values{column.Mobile: "6,12346E+08"}, nil, "mobile:mobile_mangled!"},
		{"an unknown language", values{column.Language: "klingon"}, nil, "language:language_unknown"},
		{"a past day", values{column.Date: "11/05/2026"}, nil, "date:date_in_past!"},
		{"a past hour", values{column.Date: "12/05/2026", column.Time: "13:59"}, nil, "time:date_in_past!"},
		{"a day that does not exist", values{column.Date: "31/06/2026"}, nil, "date:date_impossible!"},
		{"a year that was mistyped", values{column.Date: "20/05/2062"}, nil, "date:date_too_far!"},
		{"no day", values{column.Date: ""}, nil, "date:date_invalid!"},
		{"no hour", values{column.Time: ""}, nil, "time:time_invalid!"},
		{"day and hour in one cell", values{column.Date: "20/05/2026 14:30", column.Time: ""}, nil, ""},
		{"25 o'clock", values{column.Time: "25:00"}, nil, "time:time_impossible!"},
		{"an hour that is skipped", values{column.Date: "28/03/2027", column.Time: "02:30"}, nil, "time:time_does_not_exist!"},
		{"an hour that comes twice", values{column.Date: "25/10/2026", column.Time: "02:30"}, nil, "time:time_ambiguous!"},
		{"an hour that comes twice, the first", values{column.Date: "25/10/2026", column.Time: "02:30"}, []string{"time_ambiguous"}, ""},
		{"three hours long", values{column.Duration: "999"}, nil, "duration:duration_out_of_range!"},
		{"long as a rope", values{column.Duration: "longtemps"}, nil, "duration:duration_unreadable!"},
		{"on the spot", values{column.Modality: "présentiel"}, nil, "modality:modality_on_site!"},
		{"by telephone, without why", values{column.Modality: "téléphone"}, nil, "telephoneReason:telephone_reason_missing!"},
		{"a tool that is none", values{column.Tool: "Minitel"}, nil, "tool:tool_unknown!"},
		{"a tool that the department has not", values{column.Tool: "Webex"}, nil, "tool:tool_not_listed!"},
		{"nobody's patient", values{column.Practitioner: "Dr Knock"}, nil, "practitioner:practitioner_unknown!"},
		{"one of two of that name", values{column.Practitioner: "Dr Martin"}, nil, "practitioner:practitioner_unknown!"},
		{"a minor alone", values{column.BirthDate: "02/01/2015"}, nil, "representativeName:representative_missing!"},
		{"a representative without a name", values{column.RepresentativeEmail: "m@exemple.fr"}, nil, "representativeName:representative_missing!"},
		{"an unreachable representative", values{column.RepresentativeName: "Anne Dupont"}, nil, "representativeMobile:contact_missing!"},
		{"whose relation is a riddle", values{
			column.RepresentativeName: "Anne Dupont", column.RepresentativeEmail: "a@exemple.fr", column.RepresentativeRelationship: "voisine de palier",
		}, nil, "representativeRelationship:relationship_unknown!"},
		{"a text that is no link", values{column.Link: "lien à venir"}, nil, "link:no_link!"},
		{"a host that looks alike", values{column.Link: "https://us02web.zoom.us.evil.example/j/80000000001?pwd=Zm9v.1"}, nil, "link:suspicious_host!"},
		{"a personal room", values{column.Link: "https://zoom.us/my/dr.martin"}, nil, "link:personal_room!"},
		{"the host's link", values{column.Link: "https://us02web.zoom.us/s/87654321098?zak=eyJ0.abc"}, nil, "link:no_link!"},
		{"a host that nobody knows", values{column.Link: "https://visio.exemple.fr/salle/12"}, nil, "tool:tool_not_listed! link:host_not_allowed!"},
		{"a link without its passcode", values{column.Link: "https://us02web.zoom.us/j/87654321098"}, nil, "link:passcode_missing!"},
		{"the passcode in its own column", values{column.Link: "https://us02web.zoom.us/j/87654321098", column.Passcode: "012345"}, nil, ""},
		{"an invitation with two numbers", values{column.Link: strings.Replace(invited("20 mai 2026 09:00 AM"), "876 5432 1098", "876 5432 1099", 1)}, nil, "link:id_mismatch!"},
		{"an invitation with two numbers, accepted", values{column.Link: strings.Replace(invited("20 mai 2026 09:00 AM"), "876 5432 1098", "876 5432 1099", 1)}, []string{"id_mismatch"}, ""},
		{"a meeting that comes again", values{column.Link: invited("20 mai 2026 09:00 AM") + "\nCette réunion se répète chaque semaine"}, nil, "link:recurring!"},
		{"two meetings", values{column.Link: zoom(1) + "\n" + zoom(2)}, nil, "link:several_links!"},
		{"an invitation to another hour", values{column.Link: invited("20 mai 2026 02:30 PM")}, nil, "link:time_differs!"},
		{"an invitation to another hour, accepted", values{column.Link: invited("20 mai 2026 02:30 PM")}, []string{"time_differs"}, ""},
		{"an invitation to another day", values{column.Link: invited("21 mai 2026 09:00 AM")}, nil, "link:date_differs!"},
		{"a link of another tool than the row says", values{column.Tool: "Teams", column.Link: zoom(1)}, nil, "link:tool_differs!"},
		{"a telephone call with a link", values{column.Modality: "téléphone", column.TelephoneReason: "Équipement du patient insuffisant", column.Link: zoom(1)}, nil, "link:telephone_has_no_link!"},
		{"ORTIF without its session", values{column.Tool: "ORTIF", column.Link: "https://ortif.sante-idf.fr/salle/abc"}, nil, "reference:reference_missing!"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := newDesk(t)
			v := judge(t, d, review.Known{}, accepting(row(1, c.changes), c.accept...))[0]
			if got := problems(v); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
			for _, p := range v.Problems {
				if p.Message == "" || !strings.HasSuffix(strings.TrimSpace(p.Message), ".") {
					t.Errorf("%s says %q", p.Code, p.Message)
				}
			}
			if v.Sendable() != !strings.Contains(c.want, "!") {
				t.Errorf("sendable: %v", v.Sendable())
			}
			if v.Sendable() && (v.Outcome == nil || v.Deed.Facts == nil || len(v.Outcome.Channels) == 0) {
				t.Errorf("outcome %+v", v.Outcome)
			}
		})
	}
}
