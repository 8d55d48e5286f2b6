package review

import (
	"encoding/hex"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"teleconsult/server/encounter"
	"teleconsult/server/fault"
	"teleconsult/server/invitation/cell"
	"teleconsult/server/invitation/column"
	"teleconsult/server/meeting"
	"teleconsult/server/patient"
)

// Reading is a row whose cells were understood as far as they can be alone.
type Reading struct {
	Row
	// Values are what was understood, and as typed what was not.
	Values  map[column.Field]string
	Patient patient.Patient
	// Person is what the patient is recognised by.
	Person patient.Person
	Plan   encounter.Plan
	Link   encounter.LinkInput
	// Meeting is what the link's text says, the zero value without one.
	Meeting meeting.Result
	// LinkKeys are what the link is recognised by.
	LinkKeys [][]byte
	problems []RowProblem
}

// Read understands the cells of a row.
func (d Desk) Read(row Row) Reading {
	r := reader{Desk: d, Reading: Reading{Row: row, Values: map[column.Field]string{}}, today: d.Now.In(d.Department.Zone)}
	for field, text := range row.Values {
		text = strings.TrimSpace(text)
		if rest, quoted := strings.CutPrefix(text, "'"); quoted && strings.IndexAny(rest, "=+-@") == 0 {
			text = rest // a spreadsheet's sign for "this is text", which our own files have too
		}
		if text != "" {
			r.Values[field] = text
		}
	}
	r.person()
	r.readLink()
	r.plan()
	r.session()
	return r.Reading
}

// ReadAll is Read for many rows, on all processors.
func (d Desk) ReadAll(rows []Row) []Reading {
	readings := make([]Reading, len(rows))
	share(len(rows), func(i int) { readings[i] = d.Read(rows[i]) })
	return readings
}

// share does n pieces of work that do not know of each other, on all processors.
func share(n int, do func(i int)) {
	const least = 100 // fewer are not worth the trouble
	workers := min(runtime.GOMAXPROCS(0), n/least+1)
	var group sync.WaitGroup
	for w := range workers {
		group.Go(func() {
			for i := w; i < n; i += workers {
				do(i)
			}
		})
	}
	group.Wait()
}

// reader is the work on one row.
type reader struct {
	Desk
	Reading
	today time.Time
}

func (r *reader) add(p RowProblem) { r.problems = append(r.problems, p) }

// note adds what a cell's reader has to say.
func (r *reader) note(field column.Field, n *cell.Note) {
	if n != nil {
		r.add(RowProblem{Field: field, Code: n.Code, Severity: n.Severity, Message: n.Message})
	}
}

// take reads a cell that holds one text, and keeps what was understood.
func (r *reader) take(field column.Field, read func(text string) (string, *cell.Note)) string {
	text := r.Values[field]
	if text == "" {
		return ""
	}
	value, n := read(text)
	r.note(field, n)
	if value != "" {
		r.Values[field] = value
	}
	return value
}

func (r *reader) person() {
	p := patient.Patient{
		DepartmentID: r.Department.ID, IPP: r.take(column.IPP, cell.IPP), Email: r.take(column.Email, cell.Email),
		Mobile: r.take(column.Mobile, cell.Mobile), Language: r.take(column.Language, cell.Language),
	}
	family, given, n := cell.Names(r.Values[column.FamilyName], r.Values[column.GivenName], r.Values[column.FullName])
	field := column.FamilyName
	if r.Values[column.FamilyName] != "" && r.Values[column.GivenName] == "" {
		field = column.GivenName
	}
	r.note(field, n)
	p.FamilyName, p.GivenName = family, given
	delete(r.Values, column.FullName)
	r.keep(column.FamilyName, family)
	r.keep(column.GivenName, given)
	if text := r.Values[column.BirthDate]; text != "" {
		born, n := cell.BirthDate(text, r.today)
		r.note(column.BirthDate, n)
		if p.BirthDate = born; !born.IsZero() {
			r.Values[column.BirthDate] = born.Format(time.DateOnly)
		}
	}
	r.represented(&p)
	r.Patient = p.Normalise()
	r.Person = patient.PersonOf(r.Patient)
	if r.Patient.Mobile != "" {
		r.Values[column.Mobile] = r.Patient.Mobile
	}
}

func (r *reader) keep(field column.Field, value string) {
	if value != "" {
		r.Values[field] = value
	}
}

// represented reads who decides for the patient. That the patient is a minor is known once the date is.
func (r *reader) represented(p *patient.Patient) {
	representative := patient.Representative{
		Name: r.Values[column.RepresentativeName], Relationship: r.take(column.RepresentativeRelationship, cell.Relationship),
		Email: r.take(column.RepresentativeEmail, cell.Email), Mobile: r.take(column.RepresentativeMobile, cell.Mobile),
	}
	if representative == (patient.Representative{}) {
		return
	}
	p.Protection, p.Representative = patient.ProtectedAdult, &representative
	if representative.Relationship == "" && r.Values[column.RepresentativeRelationship] == "" {
		representative.Relationship = "parent"
		p.Representative = &representative
	}
}

// readLink reads the pasted invitation or the address of the meeting.
func (r *reader) readLink() {
	text := r.Values[column.Link]
	if code := r.Values[column.Passcode]; text != "" && code != "" {
		text += "\nCode secret : " + code
	}
	r.Link = encounter.LinkInput{Text: text, Declared: r.Defaults.Declared, Settled: r.Accepted, Reference: r.Values[column.Reference]}
	if text == "" {
		return
	}
	result, err := meeting.ParseIn(text, r.Now, r.Department.Zone)
	if err != nil {
		r.add(RowProblem{Field: column.Link, Code: fault.CodeOf(err), Severity: cell.Error, Message: detailOf(err)})
		r.Link.Text = ""
		return
	}
	r.Meeting, r.Link.Read = result, &result
	if result.URL != "" {
		r.LinkKeys = r.Service.LinkKeys(result)
	}
}

// session recognises a session of ORTIF by its reference: it serves one encounter, like a meeting. Which tool the encounter
// has that a row was made from, the row does not say.
func (r *reader) session() {
	if r.Link.Reference == "" || r.Plan.Tool != encounter.ToolORTIF && r.EncounterID == "" {
		return
	}
	alone := encounter.LinkInput{Reference: r.Link.Reference}
	if _, keys, err := r.Service.CheckLink(&encounter.Facts{Tool: encounter.ToolORTIF}, alone); err == nil {
		r.LinkKeys = append(r.LinkKeys, keys...)
	}
}

func (r *reader) plan() {
	p := encounter.Plan{
		PractitionerID: r.Defaults.PractitionerID, DurationMinutes: r.Defaults.DurationMinutes, Modality: r.Defaults.Modality,
		TelephoneReason: r.take(column.TelephoneReason, cell.TelephoneReason),
	}
	r.when(&p)
	if text := r.Values[column.Duration]; text != "" {
		minutes, n := cell.Minutes(text)
		r.note(column.Duration, n)
		if p.DurationMinutes = minutes; minutes > 0 {
			r.Values[column.Duration] = strconv.Itoa(minutes)
		}
	}
	if m := r.take(column.Modality, cell.Modality); m != "" {
		p.Modality = encounter.Modality(m)
	} else if p.TelephoneReason != "" {
		p.Modality = encounter.Telephone
	}
	if p.Modality == encounter.Telephone && p.TelephoneReason == "" {
		p.TelephoneReason = r.Defaults.TelephoneReason
	}
	r.tool(&p)
	r.practitioner(&p)
	if slices.Contains(r.Accepted, "time_ambiguous") {
		p.RepeatedHour = "first"
	}
	r.Plan = p
}

// when takes the date and the hour from their cells, or from the invitation.
func (r *reader) when(p *encounter.Plan) {
	if text := r.Values[column.Date]; text != "" {
		date, clock, n := cell.Date(text, r.today)
		r.note(column.Date, n)
		p.Date, p.Clock = date, clock
		r.keep(column.Date, date)
	}
	if text := r.Values[column.Time]; text != "" {
		clock, n := cell.Clock(text)
		r.note(column.Time, n)
		p.Clock = clock
	}
	if r.Meeting.HasStart {
		said := r.Meeting.StartsAt.In(r.Department.Zone)
		if r.Values[column.Date] == "" {
			p.Date = said.Format(time.DateOnly)
		}
		if p.Clock == "" && r.Values[column.Time] == "" {
			p.Clock = said.Format("15:04")
		}
	}
	r.keep(column.Date, p.Date)
	r.keep(column.Time, p.Clock)
}

// tool is what the row says, else what the link or the session is of, else the list's, else the department's first.
func (r *reader) tool(p *encounter.Plan) {
	written := r.take(column.Tool, cell.Tool)
	if p.Modality == encounter.Telephone {
		return
	}
	p.Tool, p.ToolReason = written, r.Defaults.ToolReason
	if p.Tool == "" && r.Meeting.URL != "" {
		p.Tool = string(r.Meeting.Tool)
	}
	session := r.Link.Reference != "" && r.Meeting.URL == "" && r.Department.Lists(encounter.ToolORTIF)
	if p.Tool == "" && session {
		p.Tool = encounter.ToolORTIF
	}
	if p.Tool == "" {
		p.Tool = r.Defaults.Tool
	}
	if p.Tool == "" && len(r.Department.Tools) > 0 {
		p.Tool = r.Department.Tools[0]
	}
	switch {
	case p.ToolReason != "":
	case r.Meeting.URL != "":
		p.ToolReason = "Invitation reçue de " + encounter.ToolNames[p.Tool]
	case session && p.Tool == encounter.ToolORTIF:
		p.ToolReason = "Session préparée dans " + encounter.ToolNames[p.Tool]
	}
}

// practitioner finds who is meant by the name, the RPPS or the address in the cell.
func (r *reader) practitioner(p *encounter.Plan) {
	text := r.Values[column.Practitioner]
	if text == "" && p.PractitionerID == "" && len(r.Practitioners) == 1 {
		p.PractitionerID = r.Practitioners[0].ID
	}
	if text == "" {
		return
	}
	p.PractitionerID = ""
	if found := r.colleagues(text); len(found) == 1 {
		p.PractitionerID = found[0].ID
		r.Values[column.Practitioner] = found[0].Name()
	} else {
		message := "Ce praticien n’est pas du service. Choisissez-le dans la liste."
		if len(found) > 1 {
			message = "Plusieurs praticiens du service portent ce nom. Choisissez-le dans la liste."
		}
		r.add(RowProblem{Field: column.Practitioner, Code: "practitioner_unknown", Severity: cell.Error, Message: message})
	}
}

func detailOf(err error) string {
	if f, ok := asFault(err); ok {
		return f.Detail
	}
	return "Ce texte n’est pas lisible."
}

// key names a meeting's key among a row's keys.
func key(linkKey []byte) string { return "m|" + hex.EncodeToString(linkKey) }
