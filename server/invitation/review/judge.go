package review

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"teleconsult/notifications"
	"teleconsult/server/consent"
	"teleconsult/server/encounter"
	"teleconsult/server/fault"
	"teleconsult/server/invitation/cell"
	"teleconsult/server/invitation/column"
	"teleconsult/server/meeting"
	"teleconsult/server/patient"
	"teleconsult/server/staff"
)

// Judge says of each reading what will happen to it. The index knows all rows that may be in its way, itself included.
func (d Desk) Judge(readings []Reading, index Index, known Known) ([]Verdict, error) {
	people := known.people()
	judgements := make([]judgement, len(readings))
	share(len(readings), func(i int) {
		judgements[i] = judgement{Desk: d, Reading: readings[i], known: known, people: people}
		judgements[i].problems = slices.Clone(readings[i].problems)
		judgements[i].judge()
	})
	verdicts := make([]Verdict, 0, len(readings))
	for i := range judgements {
		j := &judgements[i]
		if err := j.foresee(); err != nil {
			return nil, err
		}
		j.problems = append(j.problems, index.problems(j.Reading)...)
		verdicts = append(verdicts, j.verdict(index.keys[j.Number]))
	}
	return verdicts, nil
}

// judgement is the work on one reading.
type judgement struct {
	Desk
	Reading
	known   Known
	people  people
	deed    Deed
	outcome *RowOutcome
}

func (j *judgement) add(field column.Field, code string, severity cell.Severity, message string) {
	j.problems = append(j.problems, RowProblem{Field: field, Code: code, Severity: severity, Message: message})
}

// doubt adds an error that a person may overrule, unless somebody did.
func (j *judgement) doubt(p RowProblem) {
	p.Severity, p.Acceptable = cell.Error, true
	if slices.Contains(j.Accepted, p.Code) {
		p.Severity, p.Acceptable = cell.Warning, false
	}
	j.problems = append(j.problems, p)
}

func (j *judgement) judge() {
	var f *encounter.Facts
	if j.EncounterID != "" {
		f = j.named()
	} else if p, ok := j.whom(); ok {
		f = j.planned(p)
	}
	if f == nil {
		return
	}
	j.contact(f)
	j.attach(f)
	j.deed.Facts = f
}

// fatal errors leave nothing to foresee.
func fatal(code string) bool {
	return slices.Contains([]string{"not_found", "already_started", "consent_refused", "already_queued"}, code)
}

// named is the encounter that the row was made from, with what was corrected.
func (j *judgement) named() *encounter.Facts {
	stored := j.known.Encounters[j.EncounterID]
	if stored == nil {
		j.add(RowField, "not_found", cell.Error, "Cette consultation n’existe plus ou n’est plus accessible.")
		return nil
	}
	f := *stored
	j.mayBeInvited(&f)
	contact := j.typedContact(f.Patient)
	j.deed.Contact = contact.differs(f.Patient)
	f.Patient = contact.input().Applied(f.Patient)
	for _, v := range patient.Check(f.Patient, j.Now, f.PlannedStart, slices.Contains(j.Accepted, "email_typo")) {
		j.violation(v)
	}
	return &f
}

func (j *judgement) mayBeInvited(f *encounter.Facts) {
	if err := f.MayBeInvited(); err != nil {
		j.add(RowField, fault.CodeOf(err), cell.Error, detailOf(err))
	} else if !f.PlannedStart.After(j.Now) {
		j.add(RowField, "date_in_past", cell.Error, "L’heure de cette consultation est passée.")
	}
}

// whom is the patient that is meant: the known one with what was typed, or a new one. It is false where that cannot be
// told.
func (j *judgement) whom() (p patient.Patient, ok bool) {
	known, err := j.people.find(j.Patient, j.Person)
	if err != nil {
		j.problems = append(j.problems, *err)
		return p, false
	}
	j.deed.NewPatient = known == nil
	p = j.Patient
	if known == nil {
		p.ID = uuid.Must(uuid.NewV7()).String()
	} else {
		typed := p
		p = *known
		p.Email, p.Mobile = or(typed.Email, p.Email), or(typed.Mobile, p.Mobile)
		if j.Values[column.Language] != "" {
			p.Language = typed.Language
		}
		if typed.Representative != nil {
			p.Protection, p.Representative = typed.Protection, typed.Representative
		}
		j.deed.Contact = changed(*known, p)
	}
	return p, true
}

// changed tells whether a known patient is reached or represented in another way.
func changed(known, p patient.Patient) bool {
	same := known.Email == p.Email && known.Mobile == p.Mobile && known.Language == p.Language && known.Protection == p.Protection
	if known.Representative != nil && p.Representative != nil {
		return !same || *known.Representative != *p.Representative
	}
	return !same || (known.Representative == nil) != (p.Representative == nil)
}

func or(typed, stored string) string {
	if typed != "" {
		return typed
	}
	return stored
}

// planned is the encounter that the row means: one that is planned for that moment already, else a new one.
func (j *judgement) planned(p patient.Patient) *encounter.Facts {
	f, violations := encounter.Draft(j.Department, j.member(), j.protected(p), j.Plan, slices.Contains(j.Accepted, "email_typo"), j.Now)
	for _, v := range violations {
		j.violation(v)
	}
	j.deed.New = true
	for _, other := range j.known.Planned[p.ID] {
		switch {
		case j.deed.NewPatient || f.PlannedStart.IsZero():
		case other.PlannedStart.Equal(f.PlannedStart):
			return j.update(other, p)
		case sameDay(other.PlannedStart, f.PlannedStart, j.Department.Zone):
			j.doubt(RowProblem{Field: column.Time, Code: "same_day", Message: "Ce patient a déjà une consultation ce jour-là à " +
				other.PlannedStart.In(j.Department.Zone).Format("15h04") + ". Une seconde serait prévue."})
		}
	}
	return f
}

// update is an encounter that is planned already, with what the row adds to it.
func (j *judgement) update(stored *encounter.Facts, p patient.Patient) *encounter.Facts {
	f := *stored
	f.Patient = p
	j.deed.New = false
	j.problems = slices.DeleteFunc(j.problems, func(p RowProblem) bool {
		return p.Code == "tool_reason_missing" || p.Code == "tool_not_listed" || p.Code == "telephone_reason_missing"
	})
	j.mayBeInvited(&f)
	if j.Plan.PractitionerID != "" && j.Values[column.Practitioner] != "" && j.Plan.PractitionerID != f.Practitioner.ID {
		j.doubt(RowProblem{Field: column.Practitioner, Code: "other_practitioner", Message: "Cette consultation est prévue avec " +
			name(f.Practitioner) + ". Elle le resterait."})
	}
	if f.Told("invitation") || f.Told("notice") && f.Consent().Verdict != consent.Agreed { // who agreed waits for the invitation
		j.doubt(RowProblem{Field: RowField, Code: "already_invited", Message: "Ce patient a déjà été informé de cette consultation. Il le serait une seconde fois."})
	}
	return &f
}

func name(p encounter.Practitioner) string {
	return strings.Join(strings.Fields(p.Title+" "+p.GivenName+" "+p.FamilyName), " ")
}

// protected says that a represented patient is a minor where the birth date does.
func (j *judgement) protected(p patient.Patient) patient.Patient {
	day, err := time.Parse(time.DateOnly, j.Plan.Date)
	if p.Representative != nil && err == nil && !p.BirthDate.IsZero() && p.IsMinorOn(day) {
		p.Protection = patient.Minor
	}
	return p
}

func (j *judgement) member() staff.Member {
	for _, m := range j.Practitioners {
		if m.ID == j.Plan.PractitionerID {
			return m
		}
	}
	return staff.Member{}
}

func sameDay(a, b time.Time, zone *time.Location) bool {
	return a.In(zone).Format(time.DateOnly) == b.In(zone).Format(time.DateOnly)
}

// contact says what is known against the address and the number that the messages go to.
func (j *judgement) contact(f *encounter.Facts) {
	email, mobile := f.Patient.Contact()
	emailField, mobileField := column.Email, column.Mobile
	if f.Patient.Representative != nil {
		emailField, mobileField = column.RepresentativeEmail, column.RepresentativeMobile
	}
	for _, c := range []struct {
		field   column.Field
		channel notifications.Channel
		address string
		words   string
	}{
		{emailField, notifications.ChannelEmail, email, "Le dernier message à cette adresse n’est pas arrivé. Vérifiez-la."},
		{mobileField, notifications.ChannelSMS, mobile, "Le dernier SMS à ce numéro n’est pas arrivé. Vérifiez-le."},
	} {
		if j.known.Reputation.Refused[c.address] && c.channel == notifications.ChannelSMS {
			j.add(c.field, "refused", cell.Warning, "Ce numéro a refusé nos SMS : rien n’y sera envoyé.")
		} else if _, failed := j.known.Reputation.Failures[notifications.Recipient{Channel: c.channel, Address: c.address}]; failed {
			j.add(c.field, "failed_before", cell.Warning, c.words)
		}
	}
	if j.deed.Contact && j.deed.New {
		j.add(emailField, "contact_changes", cell.Warning, "Le contact enregistré pour ce patient est différent : il sera remplacé.")
	}
}

// attach holds the link against the rules, and puts it into the facts.
func (j *judgement) attach(f *encounter.Facts) {
	answered := f.Consent().Verdict == consent.Agreed
	switch {
	case f.Modality == encounter.Telephone:
		if j.Link.Text != "" {
			j.add(column.Link, "telephone_has_no_link", cell.Error, "Une consultation par téléphone n’a pas de lien : videz cette case.")
		}
		return
	case j.Link.Text == "" && (j.Link.Reference == "" || !f.InvitesItself()):
		if answered && f.Link == nil {
			j.add(column.Link, "link_missing", cell.Error, "Le patient a donné son accord : il ne manque que le lien de la réunion.")
		}
		return
	case j.Link.Text != "" && j.Meeting.URL == "":
		j.unusable()
		return
	case f.InvitesItself() && j.Link.Reference == "":
		j.add(column.Reference, "reference_missing", cell.Error, "ORTIF invite le patient lui-même : indiquez la référence de la session ORTIF.")
		return
	}
	link, keys, err := j.Service.CheckLink(f, j.Link)
	if err != nil {
		j.linkProblems(err)
		return
	}
	for _, k := range keys {
		if by, used := j.known.Used[string(k)]; used && by != f.ID {
			j.add(column.Link, "link_already_used", cell.Error,
				"Cette réunion a déjà servi à une autre consultation. Un lien ne sert qu’une fois : créez une nouvelle réunion.")
			return
		}
	}
	if f.Link != nil && f.Link.URL == link.URL && f.Link.Reference == link.Reference {
		return
	}
	if f.Link != nil {
		j.add(column.Link, "link_replaced", cell.Warning, "Cette consultation a déjà un lien : il sera remplacé.")
	}
	link.AttachedAt = j.Now
	f.Link, f.Tool = &link, link.Tool
	j.deed.Link, j.deed.LinkKeys = j.Link, keys
}

// unusable says why a text gives no link, whichever tool is planned.
func (j *judgement) unusable() {
	for _, f := range j.Meeting.Findings {
		if f.Severity == meeting.SeverityError {
			j.add(column.Link, string(f.Code), cell.Error, f.Message)
		}
	}
}

// settleable are what a person may accept about a link.
var settleable = []string{"id_mismatch", "recurring", "date_differs", "time_differs", "tool_differs"}

func (j *judgement) linkProblems(err error) {
	f, ok := asFault(err)
	if !ok || len(f.Violations) == 0 {
		j.add(column.Link, fault.CodeOf(err), cell.Error, detailOf(err))
		return
	}
	for _, v := range f.Violations {
		field := column.Link
		if v.Field == "reference" {
			field = column.Reference
		}
		p := RowProblem{Field: field, Code: v.Code, Severity: cell.Error, Message: v.Message}
		p.Acceptable = slices.Contains(settleable, v.Code)
		j.problems = append(j.problems, p)
	}
}

func hostOf(link string) string {
	u, err := url.Parse(link)
	if err != nil {
		return ""
	}
	return u.Hostname()
}
