package coding

import (
	"context"

	"teleconsult/server/auth"
	"teleconsult/server/db"
)

// Codes offers the codes that are valid on the day of the consultation and for its modality, one of them
// proposed. Before the consultation they are those of the planned day.
func (s *Service) Codes(ctx context.Context, caller auth.Caller, encounterID string) (Offer, error) {
	f, err := s.Encounters.Read(ctx, caller, auth.ActCode, encounterID, "activity-codes.read")
	if err != nil {
		return Offer{}, err
	}
	var list []Code
	err = s.Encounters.DB.InTx(ctx, caller.Scope(auth.ActCode), func(ctx context.Context, tx db.Tx) (err error) {
		list, err = Codes(ctx, tx)
		return err
	})
	if err != nil {
		return Offer{}, err
	}
	return OfferFor(list, ActOf(f), s.Telephone), nil
}
