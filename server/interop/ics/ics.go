// Package ics writes the calendar file of an appointment: iCalendar (RFC 5545) with the scheduling
// methods of RFC 5546 and the CONFERENCE property of RFC 7986.
//
// It says nothing that a shared calendar should not show: a neutral title, CLASS:PRIVATE, and the
// personal link instead of the meeting's own address, passcode or host link.
package ics

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	ical "github.com/arran4/golang-ical"
)

// Method is what the receiving calendar is to do.
type Method string

// The methods.
const (
	Request Method = "REQUEST" // put it in, or replace the earlier version
	Cancel  Method = "CANCEL"  // take it out
	Publish Method = "PUBLISH" // a file to download: nobody is invited
)

// Event is one appointment.
type Event struct {
	Method Method
	// UID is the same for the whole life of the appointment, such as encounter id@host.
	UID string
	// Sequence rises with every change; a calendar ignores what is older than it knows.
	Sequence int
	// Stamp is when this file is written.
	Stamp      time.Time
	Start, End time.Time
	// Zone is the department's. Europe/Paris is written with its rules, any other in UTC.
	Zone     *time.Location
	Language string // "fr" or "en"
	// Telephone: the patient is called; otherwise it is a video call.
	Telephone bool
	// Brand is the short name of the hospital, such as "AP-HP".
	Brand string
	// Phone is the department's telephone, as people write it.
	Phone string
	// Link is the personal page.
	Link string
	// Organizer and Attendee are e-mail addresses; Publish has no attendee.
	Organizer string
	Attendee  string
}

const (
	productID = "-//Teleconsult//Teleconsult//FR"
	paris     = "Europe/Paris"
	// attribute of a VALARM: how long before the start it rings
	alarm = "-PT15M"
)

// Write returns the whole file, lines ended by CRLF and folded at 75 octets.
func Write(e Event) (string, error) {
	if err := e.check(); err != nil {
		return "", err
	}
	e.Brand, e.Phone = plain(e.Brand), plain(e.Phone)
	calendar := ical.NewCalendarFor("Teleconsult")
	calendar.SetProductId(productID)
	calendar.SetCalscale("GREGORIAN")
	calendar.SetMethod(ical.Method(e.Method))
	local := e.local()
	if local {
		addParis(calendar)
	}
	event := ical.NewEvent(e.UID)
	calendar.AddVEvent(event)
	event.SetDtStampTime(e.Stamp.UTC())
	event.SetSequence(e.Sequence)
	e.setTime(event, ical.ComponentPropertyDtStart, e.Start, local)
	e.setTime(event, ical.ComponentPropertyDtEnd, e.End, local)
	words := e.words()
	event.SetSummary(words.summary, language(e.Language))
	event.SetDescription(words.description, language(e.Language))
	event.SetLocation(words.location)
	event.SetClass(ical.ClassificationPrivate)
	event.SetTimeTransparency(ical.TransparencyOpaque)
	if e.Link != "" {
		event.SetURL(e.Link)
	}
	event.SetOrganizer(mailto(e.Organizer), ical.WithCN(parameterText(e.Brand)))
	if e.Method != Publish {
		event.AddAttendee(mailto(e.Attendee), ical.CalendarUserTypeIndividual, ical.ParticipationRoleReqParticipant,
			ical.ParticipationStatusNeedsAction, parameter("RSVP", "FALSE"))
	}
	if e.Method == Cancel {
		event.SetStatus(ical.ObjectStatusCancelled)
	} else {
		event.SetStatus(ical.ObjectStatusConfirmed)
		e.addWayIn(event, words)
	}
	return calendar.Serialize(ical.WithNewLineWindows), nil
}

func (e Event) check() error {
	switch {
	case e.Method != Request && e.Method != Cancel && e.Method != Publish:
		return fmt.Errorf("ics: unknown method %q", e.Method)
	case e.UID == "" || slices.ContainsFunc([]string{e.UID, e.Organizer, e.Attendee, e.Link}, unreadable):
		return errors.New("ics: UID, addresses and link must be there and on one line")
	case e.Zone == nil || !e.End.After(e.Start) || e.Stamp.IsZero() || e.Sequence < 0:
		return errors.New("ics: zone, times or sequence are not usable")
	case e.Organizer == "" || e.Method != Publish && e.Attendee == "":
		return errors.New("ics: an organiser and an attendee are required") // RFC 5546, 3.2.1, 3.2.2 and 3.2.5
	}
	return nil
}

func unreadable(s string) bool {
	return !utf8.ValidString(s) || strings.ContainsFunc(s, unicode.IsControl)
}

// plain keeps a text on one line and out of the quotes of a parameter, which know no escape.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsControl(r):
			return ' '
		case r == '"':
			return '\''
		}
		return r
	}, strings.ToValidUTF8(s, ""))
}

// parameterText leaves what a parameter can hold without quotes: the library would escape the rest with
// backslashes, which mean nothing there (RFC 5545, 3.2).
func parameterText(s string) string {
	return strings.Join(strings.FieldsFunc(strings.ReplaceAll(s, "'", "’"), func(r rune) bool { return strings.ContainsRune(` ,;:\\`, r) }), " ")
}

// mailto is the address as a URI; what has a meaning there is escaped (RFC 6068, 2).
func mailto(address string) string {
	return "mailto:" + mailtoEscapes.Replace(strings.ToValidUTF8(address, ""))
}

var mailtoEscapes = strings.NewReplacer("%", "%25", "?", "%3F", "#", "%23", "&", "%26", ";", "%3B", "=", "%3D", "/", "%2F",
	"[", "%5B", "]", "%5D", `"`, "%22", " ", "%20", "<", "%3C", ">", "%3E", `\`, "%5C", "^", "%5E", "`", "%60", "{", "%7B", "|", "%7C", "}", "%7D")

// local tells whether the times are written as the clocks show them. In the hour that autumn repeats they
// would stand for the first of the two (RFC 5545, 3.3.5): the second is written in UTC, like other zones.
func (e Event) local() bool {
	if e.Zone.String() != paris {
		return false
	}
	for _, t := range []time.Time{e.Start, e.End} {
		if t.In(e.Zone).Format(wallClock) == t.Add(-time.Hour).In(e.Zone).Format(wallClock) {
			return false
		}
	}
	return true
}

const wallClock = "20060102T150405"

func (e Event) setTime(event *ical.VEvent, property ical.ComponentProperty, t time.Time, local bool) {
	if local {
		event.SetProperty(property, t.In(e.Zone).Format(wallClock), ical.WithTZID(paris))
		return
	}
	event.SetProperty(property, t.UTC().Format(wallClock+"Z"))
}

// addWayIn adds the button that calendars show (RFC 7986, 5.11) and the reminder.
func (e Event) addWayIn(event *ical.VEvent, w words) {
	if e.Link != "" && !e.Telephone {
		event.AddProperty(ical.ComponentProperty("CONFERENCE"), e.Link, ical.WithValue("URI"),
			parameter("FEATURE", "AUDIO", "VIDEO"), parameter("LABEL", w.join))
	}
	ring := event.AddAlarm()
	ring.SetAction(ical.ActionDisplay)
	ring.SetDescription(w.summary)
	ring.SetTrigger(alarm)
}

func parameter(name string, values ...string) ical.PropertyParameter {
	return &ical.KeyValues{Key: name, Value: values}
}

func language(l string) ical.PropertyParameter { return parameter("LANGUAGE", l) }

// words are what people read.
type words struct{ summary, description, location, join string }

func (e Event) words() words {
	w := words{location: e.Link}
	var lines []string
	switch {
	case e.Language == "en" && e.Telephone:
		w.summary, w.location = "Telephone appointment "+e.Brand, "By telephone"
		lines = []string{"We call you at the agreed time. Our number may be hidden.", e.Link}
	case e.Language == "en":
		w.summary, w.join = "Video appointment "+e.Brand, "Join"
		lines = []string{"Open your personal link 5 minutes before the time:", e.Link}
	case e.Telephone:
		w.summary, w.location = "Rendez-vous téléphonique "+e.Brand, "Par téléphone"
		lines = []string{"Nous vous appelons à l'heure dite. Le numéro peut être masqué.", e.Link}
	default:
		w.summary, w.join = "Rendez-vous vidéo "+e.Brand, "Rejoindre"
		lines = []string{"Ouvrez votre lien personnel 5 minutes avant l'heure :", e.Link}
	}
	w.summary = strings.TrimSpace(w.summary)
	switch {
	case e.Phone == "":
	case e.Language == "en":
		lines = append(lines, "If nobody comes: "+e.Phone)
	default:
		lines = append(lines, "Si personne ne vient : "+e.Phone)
	}
	w.description = strings.Join(lines, "\n")
	return w
}

// addParis writes the rules of Central European time as they have been since 1996 (directive 2000/84/EC).
func addParis(calendar *ical.Calendar) {
	zone := calendar.AddTimezone(paris)
	summer := &ical.Daylight{}
	set(&summer.ComponentBase, "CEST", "19810329T020000", "+0100", "+0200", "FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU")
	winter := zone.AddStandard()
	set(&winter.ComponentBase, "CET", "19961027T030000", "+0200", "+0100", "FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU")
	zone.Components = append(zone.Components, summer)
}

func set(c *ical.ComponentBase, name, from, offsetFrom, offsetTo, rule string) {
	c.AddProperty(ical.ComponentPropertyDtStart, from)
	c.AddProperty(ical.ComponentPropertyRrule, rule)
	c.AddProperty(ical.ComponentProperty(ical.PropertyTzname), name)
	c.AddProperty(ical.ComponentProperty(ical.PropertyTzoffsetfrom), offsetFrom)
	c.AddProperty(ical.ComponentProperty(ical.PropertyTzoffsetto), offsetTo)
}
