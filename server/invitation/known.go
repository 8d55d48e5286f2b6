package invitation

import (
	"context"
	"slices"
	"time"

	"teleconsult/notifications"
	"teleconsult/notifications/sms"
	"teleconsult/server/db"
	"teleconsult/server/department"
	"teleconsult/server/encounter"
	"teleconsult/server/invitation/batch"
	"teleconsult/server/invitation/review"
	"teleconsult/server/outreach"
	"teleconsult/server/patient"
	"teleconsult/server/staff"
)

// Desk is where the rows of a list are read now.
func (s *Service) Desk(ctx context.Context, tx db.Tx, b *batch.List) (review.Desk, error) {
	d, err := department.Load(ctx, tx, b.DepartmentID)
	if err != nil {
		return review.Desk{}, err
	}
	practitioners, err := staff.Practitioners(ctx, tx, b.DepartmentID)
	return review.Desk{
		Now: s.Encounters.Now(), Department: d, Practitioners: practitioners, Defaults: b.Defaults, Service: s.Encounters,
	}, err
}

// part is how many rows are judged at once: what is known of all rows of a list would take much memory.
const part = 500

// Judge reviews rows of a list, a part at a time, and hands each part on; among are all rows that may be in their way,
// themselves included.
func (s *Service) Judge(
	ctx context.Context, tx db.Tx, b *batch.List, rows, among []batch.Row, take func(rows []batch.Row, verdicts []review.Verdict) error,
) error {
	desk, err := s.Desk(ctx, tx, b)
	if err != nil {
		return err
	}
	index := review.NewIndex()
	for some := range slices.Chunk(among, part) {
		index.Add(desk.ReadAll(Reviewable(b, some)))
	}
	show := s.show(ctx, tx, desk)
	for some := range slices.Chunk(rows, part) {
		readings := desk.ReadAll(Reviewable(b, some))
		known, err := s.Known(ctx, tx, desk, readings, b.SendAt)
		if err != nil {
			return err
		}
		known.Show = show
		verdicts, err := desk.Judge(readings, index, known)
		if err != nil {
			return err
		}
		if err = take(some, verdicts); err != nil {
			return err
		}
	}
	return nil
}

// JudgeOne is Judge for one row.
func (s *Service) JudgeOne(ctx context.Context, tx db.Tx, b *batch.List, r batch.Row) (verdict review.Verdict, err error) {
	one := []batch.Row{r}
	err = s.Judge(ctx, tx, b, one, one, func(_ []batch.Row, verdicts []review.Verdict) error {
		verdict = verdicts[0]
		return nil
	})
	return verdict, err
}

// Reviewable are stored rows as the review looks at them.
func Reviewable(b *batch.List, rows []batch.Row) []review.Row {
	out := make([]review.Row, 0, len(rows))
	for _, r := range rows {
		out = append(out, r.Reviewable(b.Columns))
	}
	return out
}

// Known gathers what the hospital knows about readings, in few queries however many they are.
func (s *Service) Known(ctx context.Context, tx db.Tx, desk review.Desk, readings []review.Reading, at time.Time) (review.Known, error) {
	known := review.Known{At: at}
	var err error
	asked := ask(readings)
	id := desk.Department.ID
	if known.Patients, err = patient.Recognise(ctx, tx, id, asked.ipps, asked.people); err != nil {
		return known, err
	}
	if known.Encounters, err = loadByID(ctx, tx, id, asked.encounters); err != nil {
		return known, err
	}
	if known.Planned, err = s.planned(ctx, tx, desk, known.Patients, readings); err != nil {
		return known, err
	}
	if known.Used, err = usedMeetings(ctx, tx, asked.keys); err != nil {
		return known, err
	}
	if known.Reputation, err = s.reputation(ctx, tx, known, readings); err != nil {
		return known, err
	}
	return known, nil
}

// asked is what readings ask about.
type asked struct {
	ipps, encounters []string
	people           []patient.Person
	keys             [][]byte
}

func ask(readings []review.Reading) (a asked) {
	for _, r := range readings {
		a.keys = append(a.keys, r.LinkKeys...)
		if r.EncounterID != "" {
			a.encounters = append(a.encounters, r.EncounterID)
			continue
		}
		if r.Patient.IPP != "" {
			a.ipps = append(a.ipps, r.Patient.IPP)
		}
		if !r.Patient.BirthDate.IsZero() && r.Patient.FamilyName != "" {
			a.people = append(a.people, patient.PersonOf(r.Patient))
		}
	}
	return a
}

func loadByID(ctx context.Context, tx db.Tx, departmentID string, ids []string) (map[string]*encounter.Facts, error) {
	found := map[string]*encounter.Facts{}
	if len(ids) == 0 {
		return found, nil
	}
	all, err := encounter.LoadMany(ctx, tx, ids, []string{departmentID})
	for _, f := range all {
		found[f.ID] = f
	}
	return found, err
}

// planned are the coming encounters of known patients in the days that the rows are about.
func (s *Service) planned(
	ctx context.Context, tx db.Tx, desk review.Desk, patients []patient.Patient, readings []review.Reading,
) (map[string][]*encounter.Facts, error) {
	found := map[string][]*encounter.Facts{}
	var days, ids []string
	for _, r := range readings {
		if _, err := time.Parse(time.DateOnly, r.Plan.Date); err == nil {
			days = append(days, r.Plan.Date)
		}
	}
	if len(patients) == 0 || len(days) == 0 {
		return found, nil
	}
	for _, p := range patients {
		ids = append(ids, p.ID)
	}
	slices.Sort(days)
	encounters, err := comingEncounters(ctx, tx, desk.Department, ids, days[0], days[len(days)-1])
	if err != nil || len(encounters) == 0 {
		return found, err
	}
	all, err := encounter.LoadMany(ctx, tx, encounters, []string{desk.Department.ID})
	for _, f := range all {
		found[f.Patient.ID] = append(found[f.Patient.ID], f)
	}
	return found, err
}

// reputation is what is known of all addresses that the messages may go to.
func (s *Service) reputation(ctx context.Context, tx db.Tx, known review.Known, readings []review.Reading) (r encounter.Reputation, err error) {
	var all []notifications.Recipient
	var mobiles []string
	add := func(p patient.Patient) {
		email, mobile := p.Contact()
		for _, c := range []notifications.Recipient{{Channel: notifications.ChannelEmail, Address: email}, {Channel: notifications.ChannelSMS, Address: mobile}} {
			if c.Address != "" {
				all = append(all, c)
			}
		}
		if mobile != "" {
			mobiles = append(mobiles, mobile)
		}
	}
	for _, reading := range readings {
		add(reading.Patient)
	}
	for _, p := range known.Patients {
		add(p)
	}
	for _, f := range known.Encounters {
		add(f.Patient)
	}
	vault := s.Encounters.Outbox.Vault
	if r.Failures, err = notifications.Failures(ctx, tx, vault, all); err != nil {
		return r, err
	}
	r.Refused, err = notifications.Refused(ctx, tx, vault, notifications.ChannelSMS, mobiles)
	return r, err
}

// maskedToken stands for the personal link where somebody else reads; it has the length and the letters of a real one.
const maskedToken = "xxxxxxxxxxxxxxxx"

// show renders what a patient would get.
func (s *Service) show(ctx context.Context, tx db.Tx, desk review.Desk) func(f *encounter.Facts, w outreach.Wanted) (review.Shown, error) {
	preview := s.Encounters.Outbox.NewPreview()
	price := desk.Department.Delivery.WithDefaults().SMSPriceCents
	return func(f *encounter.Facts, w outreach.Wanted) (review.Shown, error) {
		w.Calendar = "" // the file that goes with it says nothing else
		m, err := s.Encounters.Message(f, w, maskedToken, desk.Now)
		if err != nil {
			return review.Shown{}, err
		}
		out, err := preview.Of(ctx, tx, m)
		if err != nil || w.Channel != notifications.ChannelSMS {
			return review.Shown{Text: out.Text}, err
		}
		cost := sms.Cost(out.Text, price)
		return review.Shown{Text: sms.Transliterate(out.Text), Segments: cost.Segments, Cents: cost.Cents}, nil
	}
}
