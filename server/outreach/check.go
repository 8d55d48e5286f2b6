package outreach

import (
	"maps"
	"slices"

	"teleconsult/notifications"
	"teleconsult/server/fault"
)

// Bounds of what a department may choose.
const (
	maxLeads     = 6
	maxLeadHours = 60 * 24
	maxPerMinute = 100_000
	maxPrice     = 1000
)

// Check finds everything that is wrong with settings; the fields are named below "delivery".
func (d Delivery) Check() []fault.Violation {
	var c checks
	for _, purpose := range slices.Sorted(maps.Keys(d.Channels)) {
		c.channels(purpose, d.Channels[purpose])
	}
	for _, purpose := range d.Both {
		if !slices.Contains(Purposes(), purpose) {
			c.add("both", "purpose_unknown", "Ce type de message n’est pas connu.")
			break
		}
	}
	c.leads("reminderMinutes", d.ReminderMinutes, 10, maxLeadHours*60, "Un rappel part entre 10 minutes et 60 jours avant l’heure prévue.")
	c.leads("consentReminderHours", d.ConsentReminderHours, 1, maxLeadHours, "Une relance part entre 1 heure et 60 jours avant l’heure prévue.")
	c.number("unreadHours", d.UnreadHours, 1, maxLeadHours, "Indiquez de 1 heure à 60 jours, ou 0 pour ne pas changer de canal.")
	c.number("linkTestHours", d.LinkTestHours, 1, maxLeadHours, "Indiquez de 1 heure à 60 jours, ou 0 pour ne rien envoyer.")
	c.number("receiptMinutes", d.ReceiptMinutes, 5, 24*60, "Indiquez de 5 minutes à 24 heures, ou 0 pour attendre sans limite.")
	c.number("lateMinutes", d.LateMinutes, 5, 120, "Indiquez de 5 minutes à 2 heures, ou 0 pour ne rien envoyer.")
	c.number("emailsPerMinute", d.EmailsPerMinute, 1, maxPerMinute, "Indiquez un nombre par minute, ou 0 pour ne pas limiter.")
	c.number("smsPerMinute", d.SMSPerMinute, 1, maxPerMinute, "Indiquez un nombre par minute, ou 0 pour ne pas limiter.")
	c.hours(d.WithDefaults().TextHours)
	if p := d.SMSPriceCents; p != nil && (*p < 0 || *p > maxPrice || *p != *p) {
		c.add("smsPriceCents", "out_of_range", "Indiquez un prix en centimes, de 0 à 1 000.")
	}
	return c.violations
}

type checks struct{ violations []fault.Violation }

func (c *checks) add(field, code, message string) {
	c.violations = append(c.violations, fault.Violation{Field: "delivery." + field, Code: code, Message: message})
}

func (c *checks) channels(purpose notifications.Purpose, chosen []notifications.Channel) {
	if !slices.Contains(Purposes(), purpose) {
		c.add("channels", "purpose_unknown", "Ce type de message n’est pas connu.")
		return
	}
	field := "channels." + string(purpose)
	if len(chosen) == 0 {
		c.add(field, "channel_missing", "Choisissez au moins un canal : e-mail ou SMS.")
	}
	for i, channel := range chosen {
		switch {
		case channel != notifications.ChannelEmail && channel != notifications.ChannelSMS:
			c.add(field, "channel_unknown", "Un message part par e-mail ou par SMS.")
			return
		case slices.Contains(chosen[:i], channel):
			c.add(field, "channel_twice", "Chaque canal ne figure qu’une fois dans la liste.")
			return
		}
	}
}

func (c *checks) leads(field string, leads []int, least, most int, message string) {
	if len(leads) > maxLeads {
		c.add(field, "too_many", "6 envois au plus.")
		return
	}
	for i, n := range leads {
		switch {
		case n < least || n > most:
			c.add(field, "out_of_range", message)
			return
		case slices.Contains(leads[:i], n):
			c.add(field, "twice", "Chaque délai ne figure qu’une fois dans la liste.")
			return
		}
	}
}

// hours holds against a day what it lets through: with nothing let through no SMS would ever go.
func (c *checks) hours(h TextHours) {
	if h.From < 0 || h.From > 23 {
		c.add("smsFromHour", "out_of_range", "Indiquez une heure entière, de 0 à 23.")
	}
	if h.Until < 1 || h.Until > 24 || h.Until <= h.From {
		c.add("smsUntilHour", "out_of_range", "Indiquez une heure entière après la première, 24 au plus.")
	}
}

// number takes 0, which is "off", and what lies between the bounds.
func (c *checks) number(field string, n *int, least, most int, message string) {
	if n != nil && *n != 0 && (*n < least || *n > most) {
		c.add(field, "out_of_range", message)
	}
}
