package prescription_test

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"teleconsult/server/prescription"
)

func TestPropose(t *testing.T) {
	reachable := prescription.Situation{Email: true, Mobile: true}
	with := func(change func(*prescription.Situation)) prescription.Situation {
		s := reachable
		change(&s)
		return s
	}
	for _, c := range []struct {
		name string
		s    prescription.Situation
		want prescription.Channel
		why  string
	}{
		{"the account is open and nothing presses", with(func(s *prescription.Situation) { s.Portal = "open" }), "portal", "demain"},
		{"wanted today", with(func(s *prescription.Situation) { s.Portal, s.WantedToday = "open", true }), "drop", "aujourd’hui"},
		{"wanted today, the pharmacist is known", with(func(s *prescription.Situation) {
			s.Portal, s.WantedToday, s.PharmacistAddress = "open", true, true
		}), "mssante", "pharmacien"},
		{"a qualified identity", with(func(s *prescription.Situation) { s.QualifiedINS, s.SecureMail = true, true }), "mssante", "Mon espace santé"},
		{"a qualified identity, but no account of ours", with(func(s *prescription.Situation) { s.QualifiedINS = true }), "drop", "SMS"},
		{"no account on the portal", with(func(s *prescription.Situation) { s.Portal = "declined" }), "drop", "portail n’est pas ouvert"},
		{"the account is not confirmed", reachable, "drop", "portail n’est pas ouvert"},
		{"an e-mail address only", prescription.Situation{Email: true}, "drop", "au téléphone"},
		{"the drop failed", with(func(s *prescription.Situation) { s.Failed = []prescription.Channel{"drop"} }), "dispose", "précédent"},
		{"nobody to write to", prescription.Situation{WantedToday: true}, "on-site", "main propre"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := prescription.Propose(c.s)
			if got.Channel != c.want || !strings.Contains(got.Why, c.why) {
				t.Errorf("%s because %q, want %s because …%s…", got.Channel, got.Why, c.want, c.why)
			}
		})
	}
}

// Whatever the situation: what is proposed is allowed, and what is proposed or allowed is never forbidden.
func TestNothingForbiddenIsProposed(t *testing.T) {
	channels := []prescription.Channel{"portal", "mssante", "drop", "dispose", "email", "on-site"}
	rapid.Check(t, func(t *rapid.T) {
		s := prescription.Situation{
			WantedToday: rapid.Bool().Draw(t, "today"), Portal: rapid.SampledFrom([]string{"", "open", "declined", "impossible"}).Draw(t, "portal"),
			QualifiedINS: rapid.Bool().Draw(t, "ins"), PharmacistAddress: rapid.Bool().Draw(t, "pharmacist"), SecureMail: rapid.Bool().Draw(t, "account"),
			Email: rapid.Bool().Draw(t, "email"), Mobile: rapid.Bool().Draw(t, "mobile"),
			Failed: rapid.SliceOfDistinct(rapid.SampledFrom(channels), rapid.ID).Draw(t, "failed"),
		}
		p := prescription.Propose(s)
		switch {
		case p.Channel == prescription.Email:
			t.Fatal("ordinary e-mail is proposed")
		case p.Channel == prescription.Portal && (s.WantedToday || s.Portal != "open"):
			t.Fatal("a portal that will not do is proposed")
		case p.Channel == prescription.MSSante && !s.PharmacistAddress && (!s.QualifiedINS || !s.SecureMail):
			t.Fatal("secure mail to nobody is proposed")
		case (p.Channel == prescription.Drop || p.Channel == prescription.Dispose) && !s.Email && !s.Mobile:
			t.Fatal("a link to nobody is proposed")
		case p.Channel != prescription.OnSite && slices.Contains(s.Failed, p.Channel):
			t.Fatal("what failed is proposed again")
		case s.Allows(p.Channel) != "":
			t.Fatal("what is proposed is forbidden")
		case len(p.Options) != len(channels):
			t.Fatal("a channel is missing")
		}
		for _, o := range p.Options {
			if o.Why == "" || o.Allowed != (s.Allows(o.Channel) == "") {
				t.Fatalf("option %+v", o)
			}
		}
	})
}
