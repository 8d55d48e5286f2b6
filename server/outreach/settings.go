package outreach

import (
	"maps"
	"slices"

	"teleconsult/notifications"
)

// Delivery is how a department reaches its patients, as it stores them: what is missing stands for the
// product's own rule (see WithDefaults), and 0 is "off" or "no limit".
type Delivery struct {
	Channels map[notifications.Purpose][]notifications.Channel `json:"channels,omitzero" required:"false" doc:"Channels per purpose, in the order in which they are tried."`
	Both     []notifications.Purpose                           `json:"both,omitzero" required:"false" doc:"Purposes that go by all channels at once."`
	// UnreadHours and the like are nil where the product's own rule stands.
	UnreadHours          *int     `json:"unreadHours,omitzero" required:"false" nullable:"false" doc:"How long before the start an invitation that was not read goes by the next channel; 0 is off."`
	ReceiptMinutes       *int     `json:"receiptMinutes,omitzero" required:"false" nullable:"false" doc:"How long an SMS may be without a receipt, or any message not have left, before the next channel is tried; 0 is for ever."`
	ReminderMinutes      []int    `json:"reminderMinutes,omitzero" required:"false" doc:"Reminders, in minutes before the start; whole days are counted in the department's calendar."`
	ConsentReminderHours []int    `json:"consentReminderHours,omitzero" required:"false" doc:"When who has not answered is asked again, in hours before the start."`
	LinkTestHours        *int     `json:"linkTestHours,omitzero" required:"false" nullable:"false" doc:"When who has not tried the device is asked to, in hours before the start; 0 is off."`
	LateMinutes          *int     `json:"lateMinutes,omitzero" required:"false" nullable:"false" doc:"When a patient who waits is told that the practitioner is late, in minutes after the start; 0 is off."`
	EmailsPerMinute      *int     `json:"emailsPerMinute,omitzero" required:"false" nullable:"false" doc:"0 is no limit."`
	SMSPerMinute         *int     `json:"smsPerMinute,omitzero" required:"false" nullable:"false" doc:"0 is no limit."`
	SMSFromHour          *int     `json:"smsFromHour,omitzero" required:"false" nullable:"false" doc:"The first hour of the day at which an SMS goes that no patient waits for."`
	SMSUntilHour         *int     `json:"smsUntilHour,omitzero" required:"false" nullable:"false" doc:"The hour from which such an SMS waits for the next day; 24 is midnight."`
	SMSPriceCents        *float64 `json:"smsPriceCents,omitzero" required:"false" nullable:"false" doc:"What one part of an SMS costs, in euro cents, for estimates."`
}

// Policy is Delivery with nothing missing.
type Policy struct {
	// Channels are tried in this order; every purpose that concerns an encounter has at least one.
	Channels map[notifications.Purpose][]notifications.Channel
	// Both go by all channels at once.
	Both []notifications.Purpose
	// UnreadHours and LinkTestHours are before the start, ReceiptMinutes after an SMS was accepted or a message was due, LateMinutes
	// after the start; 0 is off.
	UnreadHours, ReceiptMinutes, LinkTestHours, LateMinutes int
	// ReminderMinutes and ConsentReminderHours are before the start, the earliest first.
	ReminderMinutes, ConsentReminderHours []int
	// EmailsPerMinute and SMSPerMinute are limits; 0 is none.
	EmailsPerMinute, SMSPerMinute int
	// TextHours are when SMS go that no patient waits for.
	TextHours TextHours
	// SMSPriceCents is the price of one part, in euro cents.
	SMSPriceCents float64
}

// Purposes lists what an encounter's patient can be told, and for which channels can be chosen. The link and the
// password of a document are not among them: their ways follow from each other, and no fallback may bring them together.
func Purposes() []notifications.Purpose {
	return []notifications.Purpose{
		notifications.PurposeNotice, notifications.PurposeConsentReminder, notifications.PurposeInvitation, notifications.PurposeLinkTest,
		notifications.PurposeReminder, notifications.PurposeDelay, notifications.PurposeCancellation, notifications.PurposePrescriptionNotice,
	}
}

// LeadsHome tells whether messages of a purpose hold the link to the personal page.
func LeadsHome(purpose string) bool {
	switch notifications.Purpose(purpose) { //nolint:exhaustive // all others do
	case notifications.PurposeCancellation, notifications.PurposePrescriptionNotice, notifications.PurposeDocumentLink, notifications.PurposeDocumentMail,
		notifications.PurposeDocumentPassword:
		return false
	}
	return true
}

// productChannels: what is to be read goes by e-mail first, what is short or urgent by SMS.
func productChannels(p notifications.Purpose) []notifications.Channel {
	switch p {
	case notifications.PurposeConsentReminder, notifications.PurposeReminder, notifications.PurposeDelay:
		return []notifications.Channel{notifications.ChannelSMS, notifications.ChannelEmail}
	case notifications.PurposeNotice, notifications.PurposeInvitation, notifications.PurposeLinkTest, notifications.PurposeCancellation,
		notifications.PurposePrescriptionNotice, notifications.PurposeDocumentLink, notifications.PurposeDocumentMail, notifications.PurposeDocumentPassword,
		notifications.PurposeDayDigest, notifications.PurposeTest:
	}
	return []notifications.Channel{notifications.ChannelEmail, notifications.ChannelSMS}
}

// WithDefaults puts the product's own rules where the department has none.
func (d Delivery) WithDefaults() Policy {
	p := Policy{
		Channels: map[notifications.Purpose][]notifications.Channel{}, Both: slices.Clone(d.Both),
		UnreadHours: or(d.UnreadHours, 24), ReceiptMinutes: or(d.ReceiptMinutes, 60), LinkTestHours: or(d.LinkTestHours, 48),
		LateMinutes: or(d.LateMinutes, 15), EmailsPerMinute: or(d.EmailsPerMinute, 0), SMSPerMinute: or(d.SMSPerMinute, 0),
		TextHours:       TextHours{From: or(d.SMSFromHour, 8), Until: or(d.SMSUntilHour, 20)},
		SMSPriceCents:   or(d.SMSPriceCents, 7),
		ReminderMinutes: []int{7 * 1440, 1440, 120}, ConsentReminderHours: []int{72, 24},
	}
	for _, purpose := range Purposes() {
		p.Channels[purpose] = productChannels(purpose)
		if chosen := d.Channels[purpose]; len(chosen) > 0 {
			p.Channels[purpose] = slices.Clone(chosen)
		}
	}
	if d.ReminderMinutes != nil {
		p.ReminderMinutes = earliestFirst(d.ReminderMinutes)
	}
	if d.ConsentReminderHours != nil {
		p.ConsentReminderHours = earliestFirst(d.ConsentReminderHours)
	}
	return p
}

// Delivery is the policy as the API shows it, with nothing left out.
func (p Policy) Delivery() Delivery {
	return Delivery{
		Channels: maps.Clone(p.Channels), Both: append([]notifications.Purpose{}, p.Both...), UnreadHours: &p.UnreadHours,
		ReceiptMinutes: &p.ReceiptMinutes, ReminderMinutes: append([]int{}, p.ReminderMinutes...),
		ConsentReminderHours: append([]int{}, p.ConsentReminderHours...), LinkTestHours: &p.LinkTestHours, LateMinutes: &p.LateMinutes,
		EmailsPerMinute: &p.EmailsPerMinute, SMSPerMinute: &p.SMSPerMinute,
		SMSFromHour: &p.TextHours.From, SMSUntilHour: &p.TextHours.Until, SMSPriceCents: &p.SMSPriceCents,
	}
}

// earliestFirst sorts lead times, the longest first, and leaves out what is off.
func earliestFirst(leads []int) []int {
	sorted := slices.DeleteFunc(slices.Clone(leads), func(n int) bool { return n <= 0 })
	slices.Sort(sorted)
	slices.Reverse(sorted)
	return sorted
}

func or[T any](chosen *T, product T) T {
	if chosen == nil {
		return product
	}
	return *chosen
}
