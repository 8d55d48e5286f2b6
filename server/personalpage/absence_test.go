package personalpage_test

import (
	"context"
	"testing"
	"time"

	"teleconsult/server/encounter"
	"teleconsult/server/personalpage"
)

func TestSilenceBecomesAnAbsence(t *testing.T) {
	h := newHospital(t)
	pages := &personalpage.Service{Encounters: h.Service}
	f, b, path := h.agreed()
	h.attach(f)
	h.clock = f.PlannedStart
	b.get(path + "/waiting-room")
	look := func(after time.Duration, want string) {
		t.Helper()
		h.clock = h.clock.Add(after)
		if err := pages.TellAbsences(context.Background()); err != nil {
			t.Fatal(err)
		}
		if got := h.facts(f).Presence; got.State != want {
			t.Errorf("after %v of silence the patient is %s, want %s", after, got.State, want)
		}
	}
	look(encounter.PresenceFor, encounter.Present)
	arrived := f.PlannedStart
	look(time.Second, encounter.Away)
	if p := h.facts(f).Presence; !p.Since.Equal(arrived) {
		t.Errorf("away since %v, want the last sign of life at %v", p.Since, arrived)
	}
	b.get(path + "/waiting-room") // back again
	b.post(path + "/join")
	look(time.Hour, encounter.InMeeting) // the video application may freeze the page behind it
}
