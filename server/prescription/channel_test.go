package prescription_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"teleconsult/server/encounter"
	"teleconsult/server/fault"
	"teleconsult/server/prescription"
)

func TestCheckNamesEveryBrokenRule(t *testing.T) {
	for _, c := range []struct {
		name string
		in   prescription.Input
		want []string
	}{
		{"none needs nothing", prescription.Input{Channel: "none"}, nil},
		{"none forgets what is meaningless", prescription.Input{Channel: "none", State: "announced", WantedToday: true, RiskAcceptedBy: "x"}, nil},
		{"portal announced", prescription.Input{Channel: "portal", State: "announced"}, nil},
		{"portal delivered without proof", prescription.Input{Channel: "portal", State: "delivered"}, nil},
		{"portal is not for today", prescription.Input{Channel: "portal", State: "announced", WantedToday: true}, []string{"channel:portal_is_next_day"}},
		{"secure mail announced", prescription.Input{Channel: "mssante", State: "announced", WantedToday: true}, nil},
		{"secure mail delivered", prescription.Input{Channel: "mssante", State: "delivered", Proof: "accusé de lecture"}, nil},
		{"secure mail without proof", prescription.Input{Channel: "mssante", State: "delivered"}, []string{"proof:proof_missing"}},
		{"a proof of spaces is none", prescription.Input{Channel: "dispose", State: "delivered", Proof: " \t\u00a0"}, []string{"proof:proof_missing"}},
		{"drop without proof", prescription.Input{Channel: "drop", State: "delivered"}, []string{"proof:proof_missing"}},
		{"paper without proof", prescription.Input{Channel: "on-site", State: "delivered"}, []string{"proof:proof_missing"}},
		{"e-mail without accepted risk", prescription.Input{Channel: "email", State: "announced"}, []string{"riskAcceptedBy:risk_not_accepted"}},
		{"e-mail with accepted risk", prescription.Input{Channel: "email", State: "announced", RiskAcceptedBy: "la patiente"}, nil},
		{
			"e-mail with nothing",
			prescription.Input{Channel: "email", State: "delivered"},
			[]string{"proof:proof_missing", "riskAcceptedBy:risk_not_accepted"},
		},
		{"nothing at all", prescription.Input{}, []string{"channel:channel_unknown", "state:state_unknown"}},
		{"unknown channel", prescription.Input{Channel: "fax", State: "delivered"}, []string{"channel:channel_unknown"}},
		{"long texts", prescription.Input{
			Channel: "email", State: "delivered", Proof: strings.Repeat("é", 501), RiskAcceptedBy: strings.Repeat("é", 201),
		}, []string{"proof:too_long", "riskAcceptedBy:too_long"}},
		{"just short enough", prescription.Input{
			Channel: "email", State: "delivered", Proof: strings.Repeat("é", 500), RiskAcceptedBy: strings.Repeat("é", 200),
		}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := violations(c.in.Normalise().Check()); !slices.Equal(got, c.want) {
				t.Errorf("violations %v, want %v", got, c.want)
			}
		})
	}
}

func violations(err error) []string {
	var f *fault.Error
	if !errors.As(err, &f) {
		return nil
	}
	var found []string
	for _, v := range f.Violations {
		found = append(found, v.Field+":"+v.Code)
	}
	return found
}

// Whatever is said: what passes never goes by a forbidden way.
func TestNothingForbiddenPasses(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := prescription.Input{
			Channel:     prescription.Channel(rapid.SampledFrom([]string{"none", "portal", "mssante", "dispose", "drop", "email", "on-site", "", "fax"}).Draw(t, "channel")),
			State:       prescription.State(rapid.SampledFrom([]string{"announced", "delivered", "", "read"}).Draw(t, "state")),
			WantedToday: rapid.Bool().Draw(t, "today"), Proof: rapid.SampledFrom([]string{"", " ", "\x00", "vu"}).Draw(t, "proof"),
			RiskAcceptedBy: rapid.SampledFrom([]string{"", "\n", "le patient"}).Draw(t, "risk"),
		}.Normalise()
		if in.Check() != nil {
			return
		}
		switch {
		case in.Channel == "email" && in.RiskAcceptedBy == "":
			t.Fatal("ordinary e-mail without the accepted risk")
		case in.Channel == "portal" && in.WantedToday:
			t.Fatal("wanted today, on the portal tomorrow")
		case in.Channel != "none" && in.Channel != "portal" && in.State == "delivered" && in.Proof == "":
			t.Fatal("delivered without proof")
		case in.Channel == "none" && (in.WantedToday || in.State != "delivered"):
			t.Fatal("no prescription, yet something is open")
		case in != in.Normalise():
			t.Fatal("normalising twice is not normalising once")
		}
	})
}

func TestNormaliseKeepsTextsOnOneLine(t *testing.T) {
	in := prescription.Input{Channel: "email", Proof: " accusé\r\n de\u00a0lecture\x00 ", RiskAcceptedBy: "\tle patient"}.Normalise()
	if in.Proof != "accusé de lecture" || in.RiskAcceptedBy != "le patient" {
		t.Errorf("got %q and %q", in.Proof, in.RiskAcceptedBy)
	}
}

func TestHeld(t *testing.T) {
	for status, want := range map[encounter.Status]string{
		encounter.Planned: "not_finished", encounter.Arrived: "not_finished", encounter.InProgress: "not_finished",
		encounter.Finished: "", encounter.Cancelled: "not_held",
	} {
		if got := fault.CodeOf(prescription.Held(status)); got != want {
			t.Errorf("%s: %q, want %q", status, got, want)
		}
	}
}
