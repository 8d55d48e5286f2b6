package record

import (
	"context"
	"time"

	"teleconsult/server/auth"
	"teleconsult/server/db"
	"teleconsult/server/encounter"
	"teleconsult/server/record/pdf"
)

// Service shows the note, keeps what the practitioner types and what was put into the record, and closes encounters.
type Service struct {
	Encounters *encounter.Service
	// Kept is how many days after the last transfer the typed text is kept, 0 for DefaultKept.
	Kept int
}

// DefaultKept is the hospital's retention of clinical text outside the record, in days.
const DefaultKept = 90

// Pages are the note with what it was made of, and what the encounter lacks.
type Pages struct {
	Facts  *encounter.Facts
	Note   Note
	Draft  Draft
	Issued []Issued
	// Closing is nil while the encounter is open, or open again.
	Closing *Closing
	Missing []Lack
}

// pagesOf reads everything about the note of these facts, and says what is missing now. A closing that something
// came after no longer holds.
func (s *Service) pagesOf(ctx context.Context, tx db.Tx, f *encounter.Facts) (Pages, error) {
	p := Pages{Facts: f}
	var err error
	if p.Draft, err = draftOf(ctx, tx, f); err != nil {
		return p, err
	}
	if p.Issued, err = issuedOf(ctx, tx, f); err != nil {
		return p, err
	}
	if p.Closing, err = lastClosing(ctx, tx, f); err != nil {
		return p, err
	}
	p.Note = NoteOf(f, p.Draft, p.Issued)
	p.Missing = Missing(f, p.Draft, s.Encounters.Now())
	if p.Closing != nil && (len(p.Missing) > 0 || p.Closing.At.Before(lastFact(f))) {
		p.Closing = nil
	}
	return p, nil
}

// Show returns the note to those who may see the encounter; the view is traced. Before there is anything to
// put into the record it is a preview.
func (s *Service) Show(ctx context.Context, caller auth.Caller, encounterID string) (Pages, error) {
	f, err := s.Encounters.Read(ctx, caller, auth.EncounterRead, encounterID, "note.read")
	if err != nil {
		return Pages{}, err
	}
	return s.pages(ctx, caller, f)
}

func (s *Service) pages(ctx context.Context, caller auth.Caller, f *encounter.Facts) (p Pages, err error) {
	err = s.Encounters.DB.InTx(ctx, caller.Scope(auth.EncounterRead), func(ctx context.Context, tx db.Tx) error {
		p, err = s.pagesOf(ctx, tx, f)
		return err
	})
	return p, err
}

// Print returns the note as a PDF with the department's head; the look is traced.
func (s *Service) Print(ctx context.Context, caller auth.Caller, encounterID string) (content []byte, number int, err error) {
	f, err := s.Encounters.Read(ctx, caller, auth.EncounterRead, encounterID, "note.print")
	if err != nil {
		return nil, 0, err
	}
	p, err := s.pages(ctx, caller, f)
	if err != nil {
		return nil, 0, err
	}
	content, err = pdf.Render(p.printed(s.Encounters.Now()))
	return content, p.Note.Number, err
}

// printed is the note under the department's head. Its state is the reader's to know: a draft must not pass for
// what stands in the record.
func (p Pages) printed(now time.Time) pdf.Document {
	w := writer{facts: p.Facts}
	d := p.Facts.Department
	state := "projet, pas encore versé au dossier"
	if n := len(p.Issued); n > 0 && p.Issued[n-1].Version == p.Note.Version {
		state = "versée au dossier " + w.moment(p.Issued[n-1].At) + by(p.Issued[n-1].By)
	}
	return pdf.Document{
		Hospital: d.Hospital, Department: d.Name, Phone: d.Phone, Patient: w.patient(),
		Number: p.Note.Number, State: state, Hash: p.Note.Version, Made: now, Blocks: p.Note.blocks,
	}
}
