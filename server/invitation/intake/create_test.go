package intake

import (
	"context"
	"testing"

	"teleconsult/server/auth"
	"teleconsult/server/fault"
	"teleconsult/server/invitation"
	"teleconsult/server/invitation/sheet"
)

// TestListsAreReadInTurn: whoever waits longer than their request lasts is told to come back.
func TestListsAreReadInTurn(t *testing.T) {
	t.Parallel()
	s := New(invitation.New(nil), sheet.Limits{Bytes: 1 << 20, Rows: 10})
	for range atOnce {
		s.turns <- struct{}{}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := s.Create(ctx, auth.Caller{}, "", Source{Text: "Nom;Prénom"})
	if fault.CodeOf(err) != "busy" || fault.KindOf(err) != fault.KindUnavailable {
		t.Errorf("a third list at once: %v", err)
	}
}
