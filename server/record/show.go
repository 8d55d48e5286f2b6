package record

import (
	"context"

	"teleconsult/server/auth"
	"teleconsult/server/encounter"
)

// Service shows the note and keeps what was put into the record.
type Service struct {
	Encounters *encounter.Service
}

// Draft is the note as the facts give it now.
type Draft struct {
	Text    string
	Version string
	// TransferredVersion is what stands in the record, "" when nothing does. It differs from Version when a
	// fact has changed since.
	TransferredVersion string
}

// Show returns the note to those who may see the encounter; the view is traced. Before there is anything to
// put into the record it is a preview.
func (s *Service) Show(ctx context.Context, caller auth.Caller, encounterID string) (Draft, error) {
	f, err := s.Encounters.Read(ctx, caller, auth.EncounterRead, encounterID, "note.read")
	if err != nil {
		return Draft{}, err
	}
	text := Note(f)
	d := Draft{Text: text, Version: Version(text)}
	if f.Transfer != nil {
		d.TransferredVersion = f.Transfer.NoteVersion
	}
	return d, nil
}
