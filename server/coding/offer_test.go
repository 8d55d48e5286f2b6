package coding_test

import (
	"strings"
	"testing"
	"time"

	"teleconsult/server/coding"
	"teleconsult/server/encounter"
)

// ofToday has a code for every kind of speciality, and one that ends.
var ofToday = []coding.Code{
	{ID: "tcg", Code: "TCG", Modality: "any", Speciality: "general", ValidFrom: day("2018-09-15")},
	{ID: "tcs-psy", Code: "TCS", Modality: "video", Speciality: "psychiatry", ValidFrom: day("2024-12-22")},
	{ID: "tcs", Code: "TCS", Modality: "video", Speciality: "specialist", ValidFrom: day("2024-12-22")},
	{ID: "tc", Code: "TC", Modality: "any", ValidFrom: day("2018-09-15")},
	{ID: "tte", Code: "TTE", Modality: "video", ValidFrom: day("2018-09-15")},
}

func TestProposalBySpeciality(t *testing.T) {
	for _, c := range []struct {
		name, speciality, day string
		want                  string
		certain               bool
		why                   string
	}{
		{"not said", "", "2026-05-12", "tc tte tcg tcs-psy tcs", false, "celle du service n’est pas renseignée ; vidéo ; valable le 12/05/2026"},
		{"general practice", "general", "2026-05-12", "tcg tc tte tcs-psy tcs", true, "médecine générale"},
		{"its own before that of all specialists", "psychiatry", "2026-05-12", "tcs-psy tcs tc tte tcg", true, "psychiatrie"},
		{"another speciality", "specialist", "2026-05-12", "tcs tc tte tcg tcs-psy", true, "autre spécialité"},
		{"one without a row of its own", "neurology", "2026-05-12", "tcs tc tte tcg tcs-psy", true, "neurologie"},
		{"before there was TCS", "neurology", "2024-12-21", "tc tte tcg", true, "toutes les spécialités"},
	} {
		t.Run(c.name, func(t *testing.T) {
			act := coding.Act{Day: day(c.day), Modality: encounter.Video, Speciality: c.speciality, Held: true, Duration: 20 * time.Minute}
			offer := coding.OfferFor(ofToday, act, coding.TelephoneException())
			var ids []string
			for _, choice := range offer.Choices {
				ids = append(ids, choice.ID)
			}
			if got := strings.Join(ids, " "); got != c.want || offer.Certain != c.certain || !strings.Contains(offer.Why, c.why) {
				t.Errorf("%q certain %v because of %q, want %q, %v, %q", got, offer.Certain, offer.Why, c.want, c.certain, c.why)
			}
		})
	}
}

// Codes that fit equally well are a person's choice, unless one of them is everybody's.
func TestATieIsNotCertain(t *testing.T) {
	list := []coding.Code{
		{ID: "a", Code: "A", Modality: "any", Speciality: "general", ValidFrom: day("2018-01-01")},
		{ID: "b", Code: "B", Modality: "any", Speciality: "general", ValidFrom: day("2018-01-01")},
	}
	act := coding.Act{Day: day("2026-05-12"), Modality: encounter.Video, Speciality: "general", Held: true, Duration: time.Hour}
	if o := coding.OfferFor(list, act, coding.Period{}); o.Certain || o.Choices[0].ID != "a" {
		t.Errorf("%+v", o)
	}
	list[0].Speciality, list[1].Speciality = "psychiatry", "neurology"
	if o := coding.OfferFor(list, act, coding.Period{}); o.Certain || !strings.Contains(o.Why, "aucun code n’est prévu") {
		t.Errorf("%+v", o)
	}
}

func TestWhatAPersonHasToLookAt(t *testing.T) {
	video := coding.Act{Day: day("2021-05-12"), Modality: encounter.Video, Speciality: "general", Held: true, Duration: 20 * time.Minute}
	with := func(change func(*coding.Act)) coding.Act {
		act := video
		change(&act)
		return act
	}
	incident := func(consequence string) coding.Act {
		return with(func(a *coding.Act) { a.Incidents = []encounter.Incident{{Kind: "cut", Consequence: consequence}} })
	}
	telephone := func(reason string) coding.Act {
		return with(func(a *coding.Act) { a.Modality, a.TelephoneReason = encounter.Telephone, reason })
	}
	for _, c := range []struct {
		name string
		act  coding.Act
		want string
	}{
		{"nothing", video, ""},
		{"an incident without consequence", incident("none"), ""},
		{"stopped", incident("stopped"), "interrupted"},
		{"put off", incident("rescheduled"), "interrupted"},
		{"went on by telephone", incident("continued-by-telephone"), "continued_by_telephone"},
		{"two minutes", with(func(a *coding.Act) { a.Duration = 2 * time.Minute }), "short"},
		{"by telephone for the age", telephone("age-70"), ""},
		{"by telephone because the video failed", telephone("technical-fallback"), "telephone_criterion"},
		{"by telephone without a device", telephone("no-terminal"), "telephone_criterion"},
	} {
		t.Run(c.name, func(t *testing.T) {
			offer := coding.OfferFor(ofToday, c.act, coding.TelephoneException())
			if r := c.act.TelephoneReason; r != "" && !strings.Contains(offer.Why, encounter.TelephoneReasons[r]) {
				t.Errorf("%s does not say why by telephone", offer.Why)
			}
			var found []string
			for _, f := range offer.Flags {
				found = append(found, f.Code)
			}
			if got := strings.Join(found, " "); got != c.want || offer.Certain != (c.want == "") || len(offer.Choices) == 0 {
				t.Errorf("flags %q, certain %v, want %q", got, offer.Certain, c.want)
			}
		})
	}
}
