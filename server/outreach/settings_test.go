package outreach_test

import (
	"encoding/json"
	"math"
	"reflect"
	"slices"
	"testing"

	"teleconsult/notifications"
	"teleconsult/server/outreach"
)

func TestWhatIsMissingIsTheProductsOwn(t *testing.T) {
	var d outreach.Delivery
	if err := json.Unmarshal([]byte(`{"channels":{"invitation":["sms"]},"lateMinutes":0,"reminderMinutes":[60,0,1440],"consentReminderHours":[]}`), &d); err != nil {
		t.Fatal(err)
	}
	p := d.WithDefaults()
	if !slices.Equal(p.Channels["invitation"], []notifications.Channel{sms}) || !slices.Equal(p.Channels["notice"], []notifications.Channel{email, sms}) ||
		!slices.Equal(p.Channels["reminder"], []notifications.Channel{sms, email}) {
		t.Errorf("channels %v", p.Channels)
	}
	if p.LateMinutes != 0 || p.UnreadHours != 24 || p.ReceiptMinutes != 60 || p.LinkTestHours != 48 || p.SMSPriceCents != 7 || p.TextHours != (outreach.TextHours{From: 8, Until: 20}) {
		t.Errorf("policy %+v", p)
	}
	if !slices.Equal(p.ReminderMinutes, []int{1440, 60}) || len(p.ConsentReminderHours) != 0 {
		t.Errorf("reminders %v, consent reminders %v", p.ReminderMinutes, p.ConsentReminderHours)
	}
}

func TestSettingsAreKeptAsTheyWere(t *testing.T) {
	for _, stored := range []string{`{}`, `{"reminderMinutes":[]}`, `{"unreadHours":0,"smsPriceCents":0}`} {
		var d outreach.Delivery
		if err := json.Unmarshal([]byte(stored), &d); err != nil {
			t.Fatal(err)
		}
		if again, err := json.Marshal(d); err != nil || string(again) != stored {
			t.Errorf("%s became %s (%v)", stored, again, err)
		}
	}
	whole := outreach.Delivery{}.WithDefaults()
	if again := whole.Delivery().WithDefaults(); !reflect.DeepEqual(again.Delivery(), whole.Delivery()) {
		t.Errorf("%+v became %+v", whole, again)
	}
}

func TestCheckSettings(t *testing.T) {
	number := func(n int) *int { return &n }
	price := func(p float64) *float64 { return &p }
	for _, c := range []struct {
		name string
		d    outreach.Delivery
		want []string
	}{
		{"nothing", outreach.Delivery{}, nil},
		{"the product's own", outreach.Delivery{}.WithDefaults().Delivery(), nil},
		{"all off", outreach.Delivery{
			UnreadHours: number(0), ReceiptMinutes: number(0), LinkTestHours: number(0), LateMinutes: number(0), ReminderMinutes: []int{},
		}, nil},
		{"channels", outreach.Delivery{Channels: map[notifications.Purpose][]notifications.Channel{
			"test": {email}, "notice": {}, "reminder": {"fax"}, "invitation": {sms, sms},
		}}, []string{
			"delivery.channels.invitation channel_twice", "delivery.channels.notice channel_missing", "delivery.channels.reminder channel_unknown",
			"delivery.channels purpose_unknown",
		}},
		{"both", outreach.Delivery{Both: []notifications.Purpose{"notice", "party"}}, []string{"delivery.both purpose_unknown"}},
		{"too soon, twice, too many", outreach.Delivery{ReminderMinutes: []int{5}, ConsentReminderHours: []int{24, 24}}, []string{
			"delivery.reminderMinutes out_of_range", "delivery.consentReminderHours twice",
		}},
		{"too many", outreach.Delivery{ReminderMinutes: []int{10, 20, 30, 40, 50, 60, 70}}, []string{"delivery.reminderMinutes too_many"}},
		{"numbers", outreach.Delivery{
			UnreadHours: number(-1), ReceiptMinutes: number(4), LinkTestHours: number(99999), LateMinutes: number(121), EmailsPerMinute: number(-5),
			SMSPerMinute: number(1 << 40), SMSFromHour: number(24), SMSUntilHour: number(25), SMSPriceCents: price(math.NaN()),
		}, []string{
			"delivery.unreadHours out_of_range", "delivery.linkTestHours out_of_range", "delivery.receiptMinutes out_of_range",
			"delivery.lateMinutes out_of_range", "delivery.emailsPerMinute out_of_range", "delivery.smsPerMinute out_of_range",
			"delivery.smsFromHour out_of_range", "delivery.smsUntilHour out_of_range", "delivery.smsPriceCents out_of_range",
		}},
		{"a night", outreach.Delivery{SMSFromHour: number(20), SMSUntilHour: number(8)}, []string{"delivery.smsUntilHour out_of_range"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			for _, v := range c.d.Check() {
				got = append(got, v.Field+" "+v.Code)
				if v.Message == "" {
					t.Error("a violation without words")
				}
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}
