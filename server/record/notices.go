package record

import (
	"context"

	"teleconsult/server/auth"
	"teleconsult/server/consent"
	"teleconsult/server/db"
	"teleconsult/server/encounter"
	"teleconsult/server/trace"
	"teleconsult/templates/pages"
)

// ShownNotice is the text of a notice as the patient was shown it, however the product's text changed since.
type ShownNotice struct {
	Version  string          `json:"version" doc:"Hexadecimal SHA-256 of language, tool and text; decisions name it."`
	Language string          `json:"language" enum:"fr,en"`
	Tool     string          `json:"tool" doc:"The tool's code, telephone by telephone."`
	Sections []NoticeSection `json:"sections"`
	// Standing: the decision that stands was taken on this text.
	Standing bool `json:"standing" doc:"The decision that stands was taken on this text."`
}

// NoticeSection is a part of a notice under its title.
type NoticeSection struct {
	Title string       `json:"title"`
	Parts []NoticePart `json:"parts"`
}

// NoticePart is a paragraph, or a list.
type NoticePart struct {
	Text  string   `json:"text,omitempty"`
	Items []string `json:"items,omitempty"`
}

// Notices returns the texts on which the patient was informed and decided, the oldest first; the look is traced.
func (s *Service) Notices(ctx context.Context, caller auth.Caller, encounterID string) ([]ShownNotice, error) {
	shown := []ShownNotice{}
	departments := caller.Departments(auth.EncounterRead)
	err := s.Encounters.DB.InTx(ctx, db.Departments(departments...), func(ctx context.Context, tx db.Tx) error {
		f, err := encounter.Load(ctx, tx, encounterID, departments...)
		if err != nil {
			return err
		}
		found, err := consent.Notices(ctx, tx, versionsOf(f)...)
		if err != nil {
			return err
		}
		for _, n := range found {
			shown = append(shown, ShownNotice{
				Version: n.Version, Language: n.Language, Tool: n.Tool, Sections: sectionsOf(n.Body),
				Standing: n.Version == f.Consent().NoticeVersion,
			})
		}
		return trace.Append(ctx, tx, s.Encounters.Now(), caller.Actor(), f.Traced("notices.read", nil))
	})
	return shown, err
}

// versionsOf are the texts that the information and the decisions point at.
func versionsOf(f *encounter.Facts) []string {
	var versions []string
	if f.Information != nil {
		versions = append(versions, f.Information.NoticeVersion)
	}
	for _, d := range f.Decisions {
		versions = append(versions, d.NoticeVersion)
	}
	return versions
}

func sectionsOf(body string) []NoticeSection {
	sections := []NoticeSection{}
	for _, s := range pages.NoticeSections(body) {
		section := NoticeSection{Title: s.Title, Parts: []NoticePart{}}
		for _, p := range s.Parts {
			section.Parts = append(section.Parts, NoticePart(p))
		}
		sections = append(sections, section)
	}
	return sections
}
