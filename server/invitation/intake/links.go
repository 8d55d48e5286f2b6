package intake

import (
	"context"
	"maps"
	"time"

	"teleconsult/server/auth"
	"teleconsult/server/db"
	"teleconsult/server/fault"
	"teleconsult/server/invitation/batch"
	"teleconsult/server/invitation/column"
	"teleconsult/server/meeting"
)

// Unmatched is a pasted invitation that belongs to no row.
type Unmatched struct {
	StartsAt *time.Time `json:"startsAt,omitempty"`
	Reason   string     `json:"reason" doc:"In French."`
}

// Links gives pasted invitations to the rows that begin at their hours and have no link; one that fits several rows, or
// none, is told and not guessed.
func (s *Service) Links(ctx context.Context, caller auth.Caller, id, text string) (attached int, unmatched []Unmatched, err error) {
	unmatched = []Unmatched{}
	invitations := split(text)
	err = s.Within(ctx, caller, id, "batch.links", func(ctx context.Context, tx db.Tx, b *batch.List) error {
		if len(invitations) == 0 {
			return fault.New(fault.KindUnprocessable, "no_invitation", "Aucune invitation n’a été reconnue dans ce texte.")
		}
		rows, err := batch.OpenRows(ctx, tx, b.ID)
		if err != nil {
			return err
		}
		desk, err := s.Desk(ctx, tx, b)
		if err != nil {
			return err
		}
		free := map[string][]batch.Row{}
		for _, r := range rows {
			if r.LeftOut || r.Values(b.Columns)[column.Link] != "" || r.Review.Outcome != nil && r.Review.Outcome.Link != nil {
				continue
			}
			free[r.Review.Values[column.Date]+" "+r.Review.Values[column.Time]] = append(free[r.Review.Values[column.Date]+" "+r.Review.Values[column.Time]], r)
		}
		for _, one := range invitations {
			result, err := meeting.ParseIn(one, desk.Now, desk.Department.Zone)
			if err != nil || !result.HasStart {
				unmatched = append(unmatched, Unmatched{Reason: "Cette invitation ne dit pas sa date et son heure : collez-la dans la ligne voulue."})
				continue
			}
			local := result.StartsAt.In(desk.Department.Zone)
			at := local.Format("2006-01-02 15:04")
			if found := free[at]; len(found) != 1 {
				starts := result.StartsAt.UTC()
				unmatched = append(unmatched, Unmatched{StartsAt: &starts, Reason: whyUnmatched(len(found))})
				continue
			}
			r := free[at][0]
			r.Corrections = withLink(r.Corrections, one)
			if err = batch.UpdateRow(ctx, tx, b.ID, r); err != nil {
				return err
			}
			free[at] = nil
			attached++
		}
		if err = batch.Update(ctx, tx, b, s.Encounters.Now()); err != nil {
			return err
		}
		_, err = s.ReviewOpen(ctx, tx, b)
		return err
	})
	return attached, unmatched, err
}

func withLink(corrections map[column.Field]string, text string) map[column.Field]string {
	out := maps.Clone(corrections)
	if out == nil {
		out = map[column.Field]string{}
	}
	out[column.Link] = text
	return out
}

func whyUnmatched(rows int) string {
	if rows == 0 {
		return "Aucune ligne sans lien ne commence à cette heure."
	}
	return "Plusieurs lignes sans lien commencent à cette heure : collez l’invitation dans la bonne."
}
