package coding_test

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"teleconsult/server/coding"
	"teleconsult/server/department"
	"teleconsult/server/encounter"
	"teleconsult/server/fault"
)

func day(text string) time.Time {
	d, err := time.Parse(time.DateOnly, text)
	if err != nil {
		panic(err)
	}
	return d
}

// list resembles the seeded one, with a row that has ended.
var list = []coding.Code{
	{ID: "tc", Code: "TC", Modality: "any", ValidFrom: day("2018-09-15")},
	{ID: "tcg", Code: "TCG", Modality: "any", Speciality: "general", ValidFrom: day("2018-09-15")},
	{ID: "tcs", Code: "TCS", Modality: "video", Speciality: "specialist", ValidFrom: day("2024-12-22")},
	{ID: "tlc", Code: "TLC", Modality: "video", ValidFrom: day("2017-01-01"), ValidTo: day("2018-09-14")},
}

func TestOfferFor(t *testing.T) {
	for _, c := range []struct {
		name     string
		list     []coding.Code
		act      coding.Act
		want     string
		proposed string
	}{
		{"video today", list, coding.Act{Day: day("2026-05-12"), Modality: encounter.Video}, "TC TCG TCS", "TC"},
		{"first day of a code", list, coding.Act{Day: day("2024-12-22"), Modality: encounter.Video}, "TC TCG TCS", "TC"},
		{"the day before", list, coding.Act{Day: day("2024-12-21"), Modality: encounter.Video}, "TC TCG", "TC"},
		{"last day of a code", list, coding.Act{Day: day("2018-09-14"), Modality: encounter.Video}, "TLC", "TLC"},
		{"no code yet", list, coding.Act{Day: day("2016-01-01"), Modality: encounter.Video}, "", ""},
		{"without TC the first is proposed", list[1:], coding.Act{Day: day("2026-05-12"), Modality: encounter.Video}, "TCG TCS", "TCG"},
		{"telephone in the exception", list, coding.Act{Day: day("2022-09-30"), Modality: encounter.Telephone}, "TC TCG", "TC"},
		{"telephone a day later", list, coding.Act{Day: day("2022-10-01"), Modality: encounter.Telephone}, "", ""},
		{"telephone a day too early", list, coding.Act{Day: day("2020-04-03"), Modality: encounter.Telephone}, "", ""},
		{"telephone on the first day", list, coding.Act{Day: day("2020-04-04"), Modality: encounter.Telephone}, "TC TCG", "TC"},
	} {
		t.Run(c.name, func(t *testing.T) {
			offer := coding.OfferFor(c.list, c.act, coding.TelephoneException())
			var names []string
			proposed := ""
			for _, choice := range offer.Choices {
				names = append(names, choice.Code.Code)
				if choice.Proposed {
					proposed += choice.Code.Code
				}
			}
			if got := strings.Join(names, " "); got != c.want || proposed != c.proposed {
				t.Errorf("choices %q proposed %q, want %q and %q", got, proposed, c.want, c.proposed)
			}
			if (offer.Explanation == "") != (c.want != "") {
				t.Errorf("explanation %q for choices %q", offer.Explanation, c.want)
			}
		})
	}
}

func TestEntry(t *testing.T) {
	video := coding.Act{Day: day("2026-05-12"), Modality: encounter.Video, Held: true}
	telephone := coding.Act{Day: day("2026-05-12"), Modality: encounter.Telephone, Held: true}
	inException := coding.Act{Day: day("2021-05-12"), Modality: encounter.Telephone, Held: true}
	for _, c := range []struct {
		name string
		in   coding.Input
		act  coding.Act
		want string
	}{
		{"coded", coding.Input{State: "coded", ActivityCodeID: "tc"}, video, ""},
		{"not held", coding.Input{State: "coded", ActivityCodeID: "tc"}, coding.Act{Day: video.Day, Modality: encounter.Video}, "act_not_held"},
		{"not held, not billable", coding.Input{State: "not-billable", Reason: "x"}, coding.Act{Day: video.Day}, "act_not_held"},
		{"no code", coding.Input{State: "coded"}, video, "code_missing"},
		{"unknown code", coding.Input{State: "coded", ActivityCodeID: "te2"}, video, "code_unknown"},
		{"ended code", coding.Input{State: "coded", ActivityCodeID: "tlc"}, video, "code_not_valid_on_day"},
		{"code of later", coding.Input{State: "coded", ActivityCodeID: "tcs"}, coding.Act{Day: day("2021-05-12"), Modality: encounter.Video, Held: true}, "code_not_valid_on_day"},
		{"telephone after the exception", coding.Input{State: "coded", ActivityCodeID: "tc"}, telephone, "telephone_not_billable"},
		{"telephone after the exception, no code", coding.Input{State: "coded"}, telephone, "telephone_not_billable"},
		{"telephone after the exception, not billable", coding.Input{State: "not-billable", Reason: "téléphone seul"}, telephone, ""},
		{"telephone in the exception", coding.Input{State: "coded", ActivityCodeID: "tcg"}, inException, ""},
		{"video code by telephone", coding.Input{State: "coded", ActivityCodeID: "video"}, inException, "code_not_for_modality"},
		{"not billable", coding.Input{State: "not-billable", Reason: "déjà facturé"}, video, ""},
		{"not billable without reason", coding.Input{State: "not-billable", Reason: " \n"}, video, "reason_missing"},
		{"long reason", coding.Input{State: "not-billable", Reason: strings.Repeat("é", 501)}, video, "too_long"},
		{"no state", coding.Input{ActivityCodeID: "tc"}, video, "state_unknown"},
		{"not an entry's state", coding.Input{State: "to-code"}, video, "state_unknown"},
		{"refused, another reason", coding.Input{State: "refused", ReasonCode: "other", Reason: "serveur fermé"}, video, ""},
		{"refused without reason", coding.Input{State: "refused"}, video, "reason_missing"},
		{"refused for a reason of another state", coding.Input{State: "refused", ReasonCode: "free"}, video, "reason_unknown"},
		{"refused, not held", coding.Input{State: "refused", ReasonCode: "rights"}, coding.Act{Day: video.Day}, "act_not_held"},
		{"reopened", coding.Input{State: "reopened", Reason: "à revoir"}, video, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			codes := append([]coding.Code{{ID: "video", Code: "V", Modality: "video", ValidFrom: day("2018-01-01")}}, list...)
			entry, err := c.in.Entry(codes, c.act, coding.TelephoneException())
			if got := code(err); got != c.want {
				t.Fatalf("%v, want %q", err, c.want)
			}
			if err == nil && (entry.State != c.in.State || entry.Code.ID != c.in.ActivityCodeID || entry.Reason != c.in.Reason) {
				t.Errorf("entry %+v", entry)
			}
		})
	}
}

// code is the code of the first violation, else of the fault.
func code(err error) string {
	var f *fault.Error
	if !errors.As(err, &f) {
		return ""
	}
	if len(f.Violations) > 0 {
		return f.Violations[0].Code
	}
	return f.Code
}

func TestEntryDropsWhatDoesNotBelongToTheState(t *testing.T) {
	act := coding.Act{Day: day("2026-05-12"), Modality: encounter.Video, Held: true}
	in := coding.Input{State: coding.NotBillable, ActivityCodeID: "tc", Reason: " acte\r\ngratuit\x00 "}
	if e, err := in.Entry(list, act, coding.Period{}); err != nil || e.Code.ID != "" || e.Reason != "acte gratuit" {
		t.Errorf("entry %+v, %v", e, err)
	}
	in = coding.Input{State: coding.Coded, ActivityCodeID: "tc", Reason: "acte gratuit"}
	if e, err := in.Entry(list, act, coding.Period{}); err != nil || e.Reason != "" || e.Code.Code != "TC" {
		t.Errorf("entry %+v, %v", e, err)
	}
}

var specialities = slices.Sorted(maps.Keys(department.Specialities))

// Whatever the list and the act: what is offered is accepted, what is not offered is refused, and exactly
// one choice is proposed.
func TestWhatIsOfferedIsWhatIsAccepted(t *testing.T) {
	anyDay := rapid.Custom(func(t *rapid.T) time.Time {
		return day("2018-01-01").AddDate(0, 0, rapid.IntRange(0, 3650).Draw(t, "day"))
	})
	rapid.Check(t, func(t *rapid.T) {
		var codes []coding.Code
		for i := range rapid.IntRange(0, 6).Draw(t, "codes") {
			c := coding.Code{
				ID: string(rune('a' + i)), Code: rapid.SampledFrom([]string{"TC", "TCG", "TCS", "X"}).Draw(t, "code"),
				Modality: rapid.SampledFrom([]string{"any", "video", "telephone"}).Draw(t, "for"), ValidFrom: anyDay.Draw(t, "from"),
				Speciality: rapid.SampledFrom(specialities).Draw(t, "of"),
			}
			if rapid.Bool().Draw(t, "ended") {
				c.ValidTo = c.ValidFrom.AddDate(0, 0, rapid.IntRange(0, 400).Draw(t, "span"))
			}
			codes = append(codes, c)
		}
		act := coding.Act{
			Day: anyDay.Draw(t, "act"), Held: true, Speciality: rapid.SampledFrom(specialities).Draw(t, "speciality"),
			Duration: time.Duration(rapid.IntRange(0, 30).Draw(t, "minutes")) * time.Minute,
			Modality: rapid.SampledFrom([]encounter.Modality{encounter.Video, encounter.Telephone}).Draw(t, "modality"),
		}
		offered, proposed := map[string]bool{}, 0
		offer := coding.OfferFor(codes, act, coding.TelephoneException())
		if first, ok := offer.Proposed(); ok != (len(offer.Choices) > 0) || ok != (offer.Why != "") || ok && first.ID != offer.Choices[0].ID {
			t.Fatalf("proposed %+v because of %q", first, offer.Why)
		}
		if offer.Certain && (len(offer.Choices) == 0 || len(offer.Flags) > 0 || act.Speciality == "") {
			t.Fatalf("certain of %+v", offer)
		}
		for _, choice := range offer.Choices {
			offered[choice.ID] = true
			if choice.Proposed {
				proposed++
			}
		}
		if len(offered) > 0 && proposed != 1 || len(offered) == 0 && proposed != 0 {
			t.Fatalf("%d proposed of %d", proposed, len(offered))
		}
		for _, c := range codes {
			_, err := coding.Input{State: coding.Coded, ActivityCodeID: c.ID}.Entry(codes, act, coding.TelephoneException())
			if offered[c.ID] != (err == nil) {
				t.Fatalf("offered %v, but %v", offered[c.ID], err)
			}
		}
	})
}

func TestActOfTakesTheLocalDay(t *testing.T) {
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	f := &encounter.Facts{
		Department: department.Department{Zone: paris}, Status: encounter.Planned, Modality: encounter.Video,
		PlannedStart: time.Date(2024, time.December, 21, 22, 50, 0, 0, time.UTC), // 23:50 in Paris
	}
	if a := coding.ActOf(f); !a.Day.Equal(day("2024-12-21")) || a.Held {
		t.Errorf("planned: %+v", a)
	}
	f.Status, f.StartedAt = encounter.Finished, f.PlannedStart.Add(15*time.Minute) // 00:05 of the next day
	if a := coding.ActOf(f); !a.Day.Equal(day("2024-12-22")) || !a.Held {
		t.Errorf("held: %+v", a)
	}
}

// A reason of the list has words of its own; what is written beside it follows.
func TestReasonsInWords(t *testing.T) {
	act := coding.Act{Day: day("2026-05-12"), Modality: encounter.Video, Held: true}
	for state, reasons := range coding.Reasons {
		for reason, words := range reasons {
			e, err := coding.Input{State: state, ReasonCode: reason, Reason: "NDA fermé"}.Entry(list, act, coding.Period{})
			want := words + " : NDA fermé"
			if reason == "other" {
				want = "NDA fermé"
			}
			if err != nil || e.Reason != want || e.ReasonCode != reason {
				t.Errorf("%s %s: %+v, %v", state, reason, e, err)
			}
		}
	}
}

func TestPeriod(t *testing.T) {
	if (coding.Period{}).Covers(day("2021-01-01")) {
		t.Error("the zero period covers a day: a forgotten setting would let telephone acts be billed")
	}
}
