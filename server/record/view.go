package record

import (
	"cmp"
	"time"
)

// NoteBody is the note of an encounter, ready to be copied, with what it is made of.
type NoteBody struct {
	Text               string        `json:"text" doc:"Plain text, lines of at most 80 characters."`
	Number             int           `json:"number" minimum:"1" doc:"Of this version of the note."`
	Version            string        `json:"version" doc:"Hexadecimal SHA-256 of the text; of the text that stands in the record where that was deleted here."`
	TransferredVersion string        `json:"transferredVersion,omitempty" doc:"What stands in the record; absent when nothing does."`
	Draft              DraftView     `json:"draft"`
	Versions           []VersionView `json:"versions" doc:"What was put into the record, the first one first."`
	Closing            ClosingView   `json:"closing"`
	KeptDays           int           `json:"keptDays" doc:"Days after the last transfer at which the typed text is deleted here."`
}

// DraftView is what the practitioner has typed.
type DraftView struct {
	Findings      string        `json:"findings"`
	Conclusion    string        `json:"conclusion"`
	FollowUp      string        `json:"followUp"`
	ReportFollows bool          `json:"reportFollows"`
	IdentityCheck IdentityCheck `json:"identityCheck,omitempty" enum:"stated,document,known,qualified"`
	Participants  string        `json:"participants"`
	Revision      int64         `json:"revision" doc:"0 while nothing was saved."`
	ChangedAt     *time.Time    `json:"changedAt,omitempty"`
	ErasedAt      *time.Time    `json:"erasedAt,omitempty" doc:"When the typed text was deleted."`
}

// VersionView is a version of the note that was put into the record.
type VersionView struct {
	Number        int        `json:"number"`
	Version       string     `json:"version"`
	TransferredAt time.Time  `json:"transferredAt"`
	TransferredBy string     `json:"transferredBy"`
	ErasedAt      *time.Time `json:"erasedAt,omitempty" doc:"When its text was deleted here."`
}

// ClosingView says what an encounter lacks, or who closed it.
type ClosingView struct {
	Missing  []Lack     `json:"missing"`
	ClosedAt *time.Time `json:"closedAt,omitempty" doc:"Absent when it is open, or was changed since."`
	ClosedBy string     `json:"closedBy,omitempty"`
}

func (s *Service) view(p Pages) NoteBody {
	d := p.Draft
	b := NoteBody{
		Text: p.Note.Text, Number: p.Note.Number, Version: p.Note.Version, KeptDays: cmp.Or(s.Kept, DefaultKept),
		Draft: DraftView{
			Findings: d.Findings, Conclusion: d.Conclusion, FollowUp: d.FollowUp, ReportFollows: d.Follows, IdentityCheck: d.Identity,
			Participants: d.Participants, Revision: d.Revision, ChangedAt: some(d.ChangedAt), ErasedAt: some(d.ErasedAt),
		},
		Versions: make([]VersionView, 0, len(p.Issued)), Closing: ClosingView{Missing: append([]Lack{}, p.Missing...)},
	}
	for _, v := range p.Issued {
		b.TransferredVersion = v.Version
		b.Versions = append(b.Versions, VersionView{
			Number: v.Number, Version: v.Version, TransferredAt: v.At, TransferredBy: v.By, ErasedAt: some(v.ErasedAt),
		})
	}
	if c := p.Closing; c != nil {
		b.Closing.ClosedAt, b.Closing.ClosedBy = some(c.At), c.By
	}
	return b
}

func some(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}
