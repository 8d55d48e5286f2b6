package ics_test

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	ical "github.com/arran4/golang-ical"

	"teleconsult/server/interop/ics"
)

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func event(t testing.TB) ics.Event {
	t.Helper()
	start := time.Date(2026, 5, 12, 12, 30, 0, 0, time.UTC)
	return ics.Event{
		Method: ics.Request, UID: "0197-abc@teleconsult.aphp.fr", Sequence: 2,
		Stamp: time.Date(2026, 5, 1, 8, 0, 0, 0, time.UTC), Start: start, End: start.Add(30 * time.Minute),
		Zone: zone(t, "Europe/Paris"), Language: "fr", Brand: "AP-HP", Phone: "01 23 45 67 89",
		Link:      "https://teleconsult.aphp.fr/p/7Kd3Qx9mB2LfT0pZ",
		Organizer: "secretariat@aphp.fr", Attendee: "jeanne@exemple.fr",
	}
}

// unfold joins folded lines (RFC 5545, 3.1) after checking the form of each.
func unfold(t *testing.T, file string) []string {
	t.Helper()
	if !strings.HasSuffix(file, "\r\n") || strings.Contains(strings.ReplaceAll(file, "\r\n", ""), "\n") {
		t.Fatal("every line ends with CRLF")
	}
	var lines []string
	for line := range strings.SplitSeq(strings.TrimSuffix(file, "\r\n"), "\r\n") {
		if len(line) > 75 {
			t.Errorf("line of %d octets: %q", len(line), line)
		}
		if !utf8.ValidString(line) {
			t.Errorf("a character is cut: %q", line)
		}
		if rest, ok := strings.CutPrefix(line, " "); ok && len(lines) > 0 {
			lines[len(lines)-1] += rest
			continue
		}
		lines = append(lines, line)
	}
	return lines
}

func has(t *testing.T, lines []string, want ...string) {
	t.Helper()
	for _, w := range want {
		found := false
		for _, l := range lines {
			found = found || l == w
		}
		if !found {
			t.Errorf("no line %q in\n%s", w, strings.Join(lines, "\n"))
		}
	}
}

func hasNot(t *testing.T, lines []string, unwanted ...string) {
	t.Helper()
	for _, l := range lines {
		for _, u := range unwanted {
			if strings.HasPrefix(l, u) {
				t.Errorf("unwanted %q", l)
			}
		}
	}
}

func TestRequest(t *testing.T) {
	file, err := ics.Write(event(t))
	if err != nil {
		t.Fatal(err)
	}
	lines := unfold(t, file)
	has(t, lines,
		"BEGIN:VCALENDAR", "VERSION:2.0", "CALSCALE:GREGORIAN", "METHOD:REQUEST",
		"BEGIN:VTIMEZONE", "TZID:Europe/Paris", "BEGIN:STANDARD", "BEGIN:DAYLIGHT", "END:VTIMEZONE",
		"RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU", "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU",
		"TZOFFSETFROM:+0100", "TZOFFSETTO:+0200",
		"UID:0197-abc@teleconsult.aphp.fr", "SEQUENCE:2", "DTSTAMP:20260501T080000Z",
		"DTSTART;TZID=Europe/Paris:20260512T143000", "DTEND;TZID=Europe/Paris:20260512T150000",
		"SUMMARY;LANGUAGE=fr:Rendez-vous vidéo AP-HP", "CLASS:PRIVATE", "STATUS:CONFIRMED",
		"URL:https://teleconsult.aphp.fr/p/7Kd3Qx9mB2LfT0pZ", "LOCATION:https://teleconsult.aphp.fr/p/7Kd3Qx9mB2LfT0pZ",
		"CONFERENCE;FEATURE=AUDIO,VIDEO;LABEL=Rejoindre;VALUE=URI:https://teleconsult.aphp.fr/p/7Kd3Qx9mB2LfT0pZ",
		"ORGANIZER;CN=AP-HP:mailto:secretariat@aphp.fr",
		"BEGIN:VALARM", "ACTION:DISPLAY", "TRIGGER:-PT15M", "END:VALARM", "END:VEVENT", "END:VCALENDAR",
	)
	if !strings.Contains(strings.Join(lines, "\n"), "RSVP=FALSE:mailto:jeanne@exemple.fr") {
		t.Error("no attendee")
	}
	if _, err = ical.ParseCalendar(strings.NewReader(file)); err != nil {
		t.Errorf("cannot be read back: %v", err)
	}
}

func TestCancelTakesTheSameEventOut(t *testing.T) {
	e := event(t)
	e.Method, e.Sequence = ics.Cancel, 3
	file, err := ics.Write(e)
	if err != nil {
		t.Fatal(err)
	}
	lines := unfold(t, file)
	has(t, lines, "METHOD:CANCEL", "STATUS:CANCELLED", "SEQUENCE:3", "UID:0197-abc@teleconsult.aphp.fr",
		"DTSTART;TZID=Europe/Paris:20260512T143000")
	hasNot(t, lines, "BEGIN:VALARM", "CONFERENCE")
}

func TestPublishInvitesNobody(t *testing.T) {
	e := event(t)
	e.Method, e.Attendee = ics.Publish, ""
	file, err := ics.Write(e)
	if err != nil {
		t.Fatal(err)
	}
	lines := unfold(t, file)
	has(t, lines, "METHOD:PUBLISH")
	hasNot(t, lines, "ATTENDEE")
}

func TestTelephoneAndEnglish(t *testing.T) {
	e := event(t)
	e.Telephone = true
	file, err := ics.Write(e)
	if err != nil {
		t.Fatal(err)
	}
	lines := unfold(t, file)
	has(t, lines, "SUMMARY;LANGUAGE=fr:Rendez-vous téléphonique AP-HP", "LOCATION:Par téléphone")
	hasNot(t, lines, "CONFERENCE")

	e = event(t)
	e.Language = "en"
	if file, err = ics.Write(e); err != nil {
		t.Fatal(err)
	}
	has(t, unfold(t, file), "SUMMARY;LANGUAGE=en:Video appointment AP-HP",
		`DESCRIPTION;LANGUAGE=en:Open your personal link 5 minutes before the time:\n`+
			`https://teleconsult.aphp.fr/p/7Kd3Qx9mB2LfT0pZ\nIf nobody comes: 01 23 45 67 89`)
}

func TestWinterTimeAndOtherZones(t *testing.T) {
	e := event(t)
	e.Start = time.Date(2026, 12, 1, 13, 30, 0, 0, time.UTC)
	e.End = e.Start.Add(time.Hour)
	file, err := ics.Write(e)
	if err != nil {
		t.Fatal(err)
	}
	has(t, unfold(t, file), "DTSTART;TZID=Europe/Paris:20261201T143000")

	e.Zone = zone(t, "Indian/Reunion")
	if file, err = ics.Write(e); err != nil {
		t.Fatal(err)
	}
	lines := unfold(t, file)
	has(t, lines, "DTSTART:20261201T133000Z")
	hasNot(t, lines, "BEGIN:VTIMEZONE")
}

func TestTextIsEscaped(t *testing.T) {
	e := event(t)
	e.Brand = `Hôpital, A; B \ C` + "\r\nATTENDEE:mailto:evil@example.test"
	file, err := ics.Write(e)
	if err != nil {
		t.Fatal(err)
	}
	hasNot(t, unfold(t, file), "ATTENDEE:mailto:evil")
}

func TestBadEvents(t *testing.T) {
	for name, spoil := range map[string]func(*ics.Event){
		"method":           func(e *ics.Event) { e.Method = "REPLY" },
		"no uid":           func(e *ics.Event) { e.UID = "" },
		"end first":        func(e *ics.Event) { e.End = e.Start },
		"no zone":          func(e *ics.Event) { e.Zone = nil },
		"no stamp":         func(e *ics.Event) { e.Stamp = time.Time{} },
		"sequence":         func(e *ics.Event) { e.Sequence = -1 },
		"no attendee":      func(e *ics.Event) { e.Attendee = "" },
		"nobody publishes": func(e *ics.Event) { e.Method, e.Organizer = ics.Publish, "" },
		"not UTF-8":        func(e *ics.Event) { e.Link = "\xb1" },
		"two lines":        func(e *ics.Event) { e.Attendee = "a@b.fr\r\nX:1" },
	} {
		t.Run(name, func(t *testing.T) {
			e := event(t)
			spoil(&e)
			if _, err := ics.Write(e); err == nil {
				t.Error("must be refused")
			}
		})
	}
}

func FuzzWrite(f *testing.F) {
	f.Add("AP-HP", "01 23 45 67 89", "https://example.test/p/x")
	f.Add("éàü, ; \\ \n", strings.Repeat("é", 200), strings.Repeat("x", 300))
	f.Add("AP-HP", "\xc2", "\xb1")
	f.Fuzz(func(t *testing.T, brand, phone, link string) {
		e := event(t)
		e.Brand, e.Phone, e.Link = brand, phone, link
		file, err := ics.Write(e)
		if err != nil {
			return
		}
		lines := unfold(t, file)
		if lines[0] != "BEGIN:VCALENDAR" || lines[len(lines)-1] != "END:VCALENDAR" {
			t.Fatal("not one calendar")
		}
		for _, l := range lines {
			if strings.HasPrefix(l, "BEGIN:") && !strings.Contains("BEGIN:VCALENDAR BEGIN:VTIMEZONE BEGIN:STANDARD BEGIN:DAYLIGHT BEGIN:VEVENT BEGIN:VALARM", l) {
				t.Fatalf("injected %q", l)
			}
		}
		e.Link = event(t).Link
		sound, err := ics.Write(e)
		if err == nil {
			err = validate(sound)
		}
		if err != nil {
			t.Fatal(err)
		}
	})
}
