package ics_test

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"teleconsult/server/interop/ics"
)

// This file is a strict reader of what ics writes, after RFC 5545 (form), 5546 (methods), 7986 (CONFERENCE) and
// 6068 (mailto). It knows no more than is used: anything else is an error.

type contentLine struct {
	name   string
	params map[string][]string
	value  string
}

type component struct {
	name  string
	lines []contentLine
	inner []component
}

func (c component) all(name string) (found []contentLine) {
	for _, l := range c.lines {
		if l.name == name {
			found = append(found, l)
		}
	}
	return found
}

func (c component) one(name string) string {
	if found := c.all(name); len(found) == 1 {
		return found[0].value
	}
	return ""
}

// Grammar of a content line (RFC 5545, 3.1): a parameter's value is quoted, or free of quotes and of ; : and ,
var (
	lineForm  = regexp.MustCompile(`^([A-Z0-9-]+)((?:;[A-Z0-9-]+=(?:"[^"\x00-\x08\x0a-\x1f\x7f]*"|[^";:,\x00-\x08\x0a-\x1f\x7f]*)(?:,(?:"[^"\x00-\x08\x0a-\x1f\x7f]*"|[^";:,\x00-\x08\x0a-\x1f\x7f]*))*)*):([^\x00-\x08\x0a-\x1f\x7f]*)$`)
	paramForm = regexp.MustCompile(`;([A-Z0-9-]+)=((?:"[^"]*"|[^";:,]*)(?:,(?:"[^"]*"|[^";:,]*))*)`)
	valueForm = regexp.MustCompile(`"([^"]*)"|([^",]+)`)
	// TEXT (3.3.11): backslash, semicolon and comma are escaped, and only they and the newline
	textForm     = regexp.MustCompile(`^(?:[^\\;,]|\\[\\;,nN])*$`)
	utcForm      = regexp.MustCompile(`^\d{8}T\d{6}Z$`)
	localForm    = regexp.MustCompile(`^\d{8}T\d{6}$`)
	offsetForm   = regexp.MustCompile(`^[+-]\d{4}$`)
	durationForm = regexp.MustCompile(`^-?P(?:\d+D)?(?:T(?:\d+H)?(?:\d+M)?(?:\d+S)?)?$`)
	ruleForm     = regexp.MustCompile(`^FREQ=YEARLY;BYMONTH=(?:[1-9]|1[0-2]);BYDAY=-?[1-5]?(?:MO|TU|WE|TH|FR|SA|SU)$`)
	mailtoForm   = regexp.MustCompile(`^mailto:[^\s@<>?#&;=/\[\]"]+@[^\s@<>?#&;=/\[\]"]+$`)
)

func readLine(line string) (contentLine, error) {
	found := lineForm.FindStringSubmatch(line)
	if found == nil {
		return contentLine{}, fmt.Errorf("no content line: %q", line)
	}
	l := contentLine{name: found[1], value: found[3], params: map[string][]string{}}
	for _, p := range paramForm.FindAllStringSubmatch(found[2], -1) {
		if l.params[p[1]] != nil {
			return l, fmt.Errorf("parameter %s twice: %q", p[1], line)
		}
		for _, v := range valueForm.FindAllStringSubmatch(p[2], -1) {
			l.params[p[1]] = append(l.params[p[1]], v[1]+v[2])
		}
	}
	return l, nil
}

// readFile reads a whole file: CRLF, folds that cut no character, components inside each other.
func readFile(file string) (component, error) {
	if !utf8.ValidString(file) || !strings.HasSuffix(file, "\r\n") || strings.ContainsAny(strings.ReplaceAll(file, "\r\n", ""), "\r\n") {
		return component{}, fmt.Errorf("not lines of UTF-8 that end with CRLF")
	}
	var unfolded []string
	for line := range strings.SplitSeq(strings.TrimSuffix(file, "\r\n"), "\r\n") {
		if len(line) > 75 || line == "" || !utf8.ValidString(line) {
			return component{}, fmt.Errorf("a line of %d octets: %q", len(line), line)
		}
		if rest, folded := strings.CutPrefix(line, " "); folded && unfolded != nil {
			unfolded[len(unfolded)-1] += rest
			continue
		}
		unfolded = append(unfolded, line)
	}
	open := []component{{}}
	for _, line := range unfolded {
		l, err := readLine(line)
		if err != nil {
			return component{}, err
		}
		last := &open[len(open)-1]
		switch {
		case l.name == "BEGIN":
			open = append(open, component{name: l.value})
		case l.name == "END" && l.value == last.name && len(open) > 1:
			done := *last
			open = open[:len(open)-1]
			open[len(open)-1].inner = append(open[len(open)-1].inner, done)
		case l.name == "END" || len(open) == 1:
			return component{}, fmt.Errorf("%q stands outside", line)
		case len(last.inner) > 0:
			return component{}, fmt.Errorf("%q stands after a component; properties come first", line)
		default:
			last.lines = append(last.lines, l)
		}
	}
	if len(open) != 1 || len(open[0].inner) != 1 || open[0].inner[0].name != "VCALENDAR" {
		return component{}, fmt.Errorf("not one calendar")
	}
	return open[0].inner[0], nil
}

// rule is what a component may hold: name -> least and most.
type rule map[string][2]int

var (
	once, maybe = [2]int{1, 1}, [2]int{0, 1}
	calendarOf  = rule{"PRODID": once, "VERSION": once, "METHOD": once, "CALSCALE": maybe}
	zoneOf      = rule{"TZID": once}
	shiftOf     = rule{"DTSTART": once, "TZOFFSETFROM": once, "TZOFFSETTO": once, "RRULE": maybe, "TZNAME": maybe}
	alarmOf     = rule{"ACTION": once, "TRIGGER": once, "DESCRIPTION": once} // a display alarm (RFC 5545, 3.6.6)
	// RFC 5546: 3.2.1, 3.2.2 and 3.2.5; SEQUENCE may be left out at 0 only, and is asked for in a CANCEL
	eventOf = map[string]rule{
		"PUBLISH": event5546(rule{"ATTENDEE": {0, 0}}),
		"REQUEST": event5546(rule{"ATTENDEE": {1, 1}}),
		"CANCEL":  event5546(rule{"ATTENDEE": maybe, "SEQUENCE": once, "CONFERENCE": {0, 0}}),
	}
)

func event5546(change rule) rule {
	r := rule{
		"UID": once, "DTSTAMP": once, "DTSTART": once, "DTEND": maybe, "ORGANIZER": once, "SUMMARY": once, "SEQUENCE": maybe, "STATUS": maybe,
		"DESCRIPTION": maybe, "LOCATION": maybe, "CLASS": maybe, "TRANSP": maybe, "URL": maybe, "CONFERENCE": {0, 9},
	}
	for name, counts := range change {
		r[name] = counts
	}
	return r
}

func (r rule) check(c component) error {
	for name, counts := range r {
		if n := len(c.all(name)); n < counts[0] || n > counts[1] {
			return fmt.Errorf("%s %d times in %s", name, n, c.name)
		}
	}
	for _, l := range c.lines {
		if _, ok := r[l.name]; !ok {
			return fmt.Errorf("%s in %s", l.name, c.name)
		}
		if err := checkValue(l); err != nil {
			return err
		}
	}
	return nil
}

// checkValue holds a value against the type of its property.
func checkValue(l contentLine) error {
	ok := true
	switch l.name {
	case "SUMMARY", "DESCRIPTION", "LOCATION", "TZNAME", "UID", "TZID", "PRODID":
		ok = textForm.MatchString(l.value)
	case "DTSTAMP":
		ok = utcForm.MatchString(l.value) && len(l.params) == 0
	case "DTSTART", "DTEND":
		ok = utcForm.MatchString(l.value) && l.params["TZID"] == nil || localForm.MatchString(l.value)
	case "SEQUENCE":
		n, err := strconv.Atoi(l.value)
		ok = err == nil && n >= 0
	case "TZOFFSETFROM", "TZOFFSETTO":
		ok = offsetForm.MatchString(l.value)
	case "TRIGGER":
		ok = durationForm.MatchString(l.value)
	case "RRULE":
		ok = ruleForm.MatchString(l.value)
	case "ORGANIZER", "ATTENDEE":
		ok = mailtoForm.MatchString(l.value)
		for name, values := range l.params {
			allowed := map[string][]string{"ROLE": {"REQ-PARTICIPANT"}, "PARTSTAT": {"NEEDS-ACTION"}, "RSVP": {"FALSE"}, "CUTYPE": {"INDIVIDUAL"}}[name]
			ok = ok && len(values) == 1 && (name == "CN" || l.name == "ATTENDEE" && slices.Contains(allowed, values[0]))
		}
	case "URL", "CONFERENCE":
		u, err := url.Parse(l.value)
		ok = err == nil && u.IsAbs() && (l.name == "URL" || slices.Equal(l.params["VALUE"], []string{"URI"}))
	case "CLASS":
		ok = l.value == "PRIVATE"
	case "TRANSP":
		ok = l.value == "OPAQUE"
	case "ACTION":
		ok = l.value == "DISPLAY"
	}
	if !ok {
		return fmt.Errorf("%s;%v:%q", l.name, l.params, l.value)
	}
	return nil
}

// validate holds a whole file against the standards.
func validate(file string) error {
	calendar, err := readFile(file)
	if err != nil {
		return err
	}
	if err = calendarOf.check(calendar); err != nil {
		return err
	}
	method := calendar.one("METHOD")
	if calendar.one("VERSION") != "2.0" || eventOf[method] == nil {
		return fmt.Errorf("version or method %q", method)
	}
	zones, events := map[string]bool{}, 0
	for _, c := range calendar.inner {
		switch c.name {
		case "VTIMEZONE":
			if zones[c.one("TZID")] {
				return fmt.Errorf("a zone twice")
			}
			zones[c.one("TZID")] = true
			err = checkZone(c)
		case "VEVENT":
			events++
			err = checkEvent(method, c, zones)
		default:
			err = fmt.Errorf("component %s", c.name)
		}
		if err != nil {
			return err
		}
	}
	used := strings.Contains(strings.ReplaceAll(file, "\r\n ", ""), ";TZID=")
	if events != 1 || used != (len(zones) > 0) {
		return fmt.Errorf("%d events, zones %v, used %v", events, zones, used)
	}
	return nil
}

func checkZone(c component) error {
	if err := zoneOf.check(c); err != nil {
		return err
	}
	seen := map[string]bool{}
	for _, shift := range c.inner {
		if err := shiftOf.check(shift); err != nil {
			return err
		}
		if start := shift.one("DTSTART"); !localForm.MatchString(start) || len(shift.inner) > 0 {
			return fmt.Errorf("%s starts %q", shift.name, start)
		}
		seen[shift.name] = true
	}
	if !seen["STANDARD"] || !seen["DAYLIGHT"] || len(seen) != 2 {
		return fmt.Errorf("a zone of %v", seen)
	}
	return nil
}

func checkEvent(method string, c component, zones map[string]bool) error {
	if err := eventOf[method].check(c); err != nil {
		return err
	}
	start, end := c.all("DTSTART")[0], c.all("DTEND")[0]
	for _, l := range []contentLine{start, end} {
		if z := l.params["TZID"]; z != nil && (len(z) != 1 || !zones[z[0]]) || z == nil && !utcForm.MatchString(l.value) {
			return fmt.Errorf("%s in the zone %v, which is not told", l.name, z)
		}
	}
	if utcForm.MatchString(start.value) != utcForm.MatchString(end.value) {
		return fmt.Errorf("start and end are of two kinds")
	}
	if status := c.one("STATUS"); status != map[string]string{"CANCEL": "CANCELLED"}[method] && (method == "CANCEL" || status != "CONFIRMED") {
		return fmt.Errorf("status %q of a %s", status, method)
	}
	for _, inner := range c.inner {
		if inner.name != "VALARM" || method == "CANCEL" || len(inner.inner) > 0 {
			return fmt.Errorf("%s in a %s", inner.name, method)
		}
		if err := alarmOf.check(inner); err != nil {
			return err
		}
	}
	return nil
}

// Every method, language, manner, zone and edge of the clock that the product can write.
func TestEveryFileHoldsTheStandards(t *testing.T) {
	starts := map[string]time.Time{
		"summer": time.Date(2026, 5, 12, 12, 30, 0, 0, time.UTC), "winter": time.Date(2026, 12, 1, 13, 30, 0, 0, time.UTC),
		"before the gap": time.Date(2026, 3, 29, 0, 45, 0, 0, time.UTC), "after the gap": time.Date(2026, 3, 29, 1, 0, 0, 0, time.UTC),
		"first of the repeated hour": time.Date(2026, 10, 25, 0, 15, 0, 0, time.UTC), "second of it": time.Date(2026, 10, 25, 1, 15, 0, 0, time.UTC),
		"new year": time.Date(2026, 12, 31, 22, 50, 0, 0, time.UTC),
	}
	texts := map[string]string{"short": "AP-HP", "long": strings.Repeat("Hôpital, à « É » ; \\ \"", 30), "two scripts": "مستشفى 医院 😀", "none": ""}
	for startName, start := range starts {
		for _, zoneName := range []string{"Europe/Paris", "Indian/Reunion", "America/Cayenne"} {
			for textName, text := range texts {
				for bits := range 12 {
					e := event(t)
					e.Method = []ics.Method{ics.Request, ics.Cancel, ics.Publish}[bits%3]
					e.Telephone, e.Language = bits/3%2 != 0, []string{"fr", "en"}[bits/6]
					e.Start, e.End, e.Zone, e.Brand, e.Phone = start, start.Add(20*time.Minute), zone(t, zoneName), text, text
					file, err := ics.Write(e)
					if err == nil {
						err = validate(file)
					}
					if err != nil {
						t.Errorf("%s %s %s %s %s %v: %v", startName, zoneName, textName, e.Method, e.Language, e.Telephone, err)
					}
					if got := startOf(t, file); !got.Equal(start) {
						t.Errorf("%s %s: says %s, is %s", startName, zoneName, got, start)
					}
				}
			}
		}
	}
}

// startOf is the moment that a reader understands: of a time that occurs twice, the first (RFC 5545, 3.3.5).
func startOf(t *testing.T, file string) time.Time {
	t.Helper()
	calendar, err := readFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range calendar.inner {
		if c.name != "VEVENT" {
			continue
		}
		l := c.all("DTSTART")[0]
		if l.params["TZID"] == nil {
			at, err := time.Parse("20060102T150405Z", l.value)
			if err != nil {
				t.Fatal(err)
			}
			return at
		}
		location := zone(t, l.params["TZID"][0])
		at, err := time.ParseInLocation("20060102T150405", l.value, location)
		if err != nil {
			t.Fatal(err)
		}
		if earlier := at.Add(-time.Hour); earlier.In(location).Format("20060102T150405") == l.value {
			return earlier
		}
		return at
	}
	t.Fatal("no event")
	return time.Time{}
}

func TestAddressesAreURIs(t *testing.T) {
	for _, address := range []string{"a+b@exemple.fr", "o'neil@exemple.fr", "a%b@exemple.fr", "a&b=c?d#e/f@exemple.fr", "é@exemple.fr", `"a b"@exemple.fr`} {
		e := event(t)
		e.Attendee = address
		file, err := ics.Write(e)
		if err == nil {
			err = validate(file)
		}
		if err != nil {
			t.Errorf("%s: %v", address, err)
		}
	}
}

// The reader itself notices what is wrong.
func TestTheReaderIsStrict(t *testing.T) {
	file, err := ics.Write(event(t))
	if err != nil || validate(file) != nil {
		t.Fatal(err, validate(file))
	}
	for name, change := range map[string][2]string{
		"line feed":          {"VERSION:2.0\r\n", "VERSION:2.0\n"},
		"no stamp":           {"DTSTAMP:", "X-STAMP:"},
		"two sequences":      {"SEQUENCE:2\r\n", "SEQUENCE:2\r\nSEQUENCE:3\r\n"},
		"no attendee":        {"ATTENDEE;", "CONTACT;"},
		"zone not told":      {"TZID:Europe/Paris", "TZID:Europe/Rome"},
		"bare comma":         {"SUMMARY;LANGUAGE=fr:", "SUMMARY;LANGUAGE=fr:a,b"},
		"alarm without text": {"ACTION:DISPLAY", "ACTION:AUDIO"},
		"cancelled request":  {"STATUS:CONFIRMED", "STATUS:CANCELLED"},
		"method":             {"METHOD:REQUEST", "METHOD:CANCEL"},
		"not closed":         {"END:VALARM\r\n", ""},
		"long line":          {"CLASS:PRIVATE", "COMMENT:" + strings.Repeat("x", 80)},
		"parameter":          {"ATTENDEE;", "ATTENDEE;CN=a:b;"},
	} {
		spoilt := strings.Replace(file, change[0], change[1], 1)
		if spoilt == file {
			t.Errorf("%s: nothing was spoilt in\n%s", name, file)
		}
		if validate(spoilt) == nil {
			t.Errorf("%s is not noticed", name)
		}
	}
}
