package department

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"teleconsult/server/fault"
	"teleconsult/server/outreach"
)

var tools = []string{"ortif", "zoom", "lasuite_visio", "jitsi", "doxy_me", "other"}

func good() Settings {
	return Settings{
		Name: "Cardiologie", Hospital: "Hôpital Exemple", Phone: "01 40 00 00 01", Email: "secretariat.cardio@exemple.fr",
		Timezone: "Europe/Paris", Tools: []string{"ortif", "zoom", "other"}, SecureTools: []string{"ortif", "lasuite_visio"},
		MeetingHosts: []string{"visio.exemple.fr", ".bbb.exemple.fr"}, PortalURL: "https://portail.exemple.fr/espace",
		BirthDateAsked: true, CodingTarget: "Gilda",
	}
}

// violated lists "field:code" of all violations, in their order.
func violated(err error) string {
	var found []string
	if f, ok := errors.AsType[*fault.Error](err); ok {
		for _, v := range f.Violations {
			found = append(found, v.Field+":"+v.Code)
		}
	}
	return strings.Join(found, " ")
}

func TestSettingsAreChecked(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change func(*Settings)
		want   string
	}{
		"all well":                {func(*Settings) {}, ""},
		"no meeting servers":      {func(s *Settings) { s.MeetingHosts = nil }, ""},
		"no secure tool":          {func(s *Settings) { s.SecureTools = nil }, ""},
		"a short number":          {func(s *Settings) { s.Phone = "3624" }, ""},
		"an international number": {func(s *Settings) { s.Phone = "+590 590 00-00.00" }, ""},
		"another zone":            {func(s *Settings) { s.Timezone = "America/Guadeloupe" }, ""},
		"doxy.me allowed":         {func(s *Settings) { s.DoxyMeAllowed, s.Tools = true, []string{"doxy_me"} }, ""},
		"a portal on a port":      {func(s *Settings) { s.PortalURL = "https://portail.exemple.fr:8443" }, ""},

		"no name":              {func(s *Settings) { s.Name = "   " }, "name:required"},
		"a long name":          {func(s *Settings) { s.Name = strings.Repeat("é", 201) }, "name:too_long"},
		"a name of two lines":  {func(s *Settings) { s.Name = "Cardiologie\r\nBcc: x" }, "name:unreadable_value"},
		"no hospital":          {func(s *Settings) { s.Hospital = "" }, "hospital:required"},
		"no telephone":         {func(s *Settings) { s.Phone = "" }, "phone:phone_invalid"},
		"words for a number":   {func(s *Settings) { s.Phone = "poste 12 34" }, "phone:phone_invalid"},
		"an address cut short": {func(s *Settings) { s.Email = "secretariat@exemple" }, "email:email_invalid"},
		"a named address":      {func(s *Settings) { s.Email = "Secrétariat <s@exemple.fr>" }, "email:email_invalid"},
		"no zone":              {func(s *Settings) { s.Timezone = "" }, "timezone:timezone_unknown"},
		"the machine's zone":   {func(s *Settings) { s.Timezone = "Local" }, "timezone:timezone_unknown"},
		"an unknown zone":      {func(s *Settings) { s.Timezone = "Europe/Lutece" }, "timezone:timezone_unknown"},
		"a path for a zone":    {func(s *Settings) { s.Timezone = "../../etc/passwd" }, "timezone:timezone_unknown"},
		"no tool":              {func(s *Settings) { s.Tools = nil }, "tools:tools_missing"},
		"an unknown tool":      {func(s *Settings) { s.Tools = []string{"ortif", "pigeon"} }, "tools:tool_unknown"},
		"a tool twice":         {func(s *Settings) { s.Tools = []string{"ortif", "zoom", "ortif"} }, "tools:tool_twice"},
		"secure and unknown":   {func(s *Settings) { s.SecureTools = []string{"pigeon"} }, "secureTools:tool_unknown"},
		"secure twice":         {func(s *Settings) { s.SecureTools = []string{"ortif", "ortif"} }, "secureTools:tool_twice"},
		"doxy.me not allowed":  {func(s *Settings) { s.Tools = []string{"ortif", "doxy_me"} }, "tools:doxy_me_not_allowed"},
		"a link for a server":  {func(s *Settings) { s.MeetingHosts = []string{"https://visio.exemple.fr"} }, "meetingHosts:host_invalid"},
		"a path":               {func(s *Settings) { s.MeetingHosts = []string{"visio.exemple.fr/salle"} }, "meetingHosts:host_invalid"},
		"a port":               {func(s *Settings) { s.MeetingHosts = []string{"visio.exemple.fr:8443"} }, "meetingHosts:host_invalid"},
		"an address":           {func(s *Settings) { s.MeetingHosts = []string{"192.0.2.1"} }, "meetingHosts:host_invalid"},
		"a whole country":      {func(s *Settings) { s.MeetingHosts = []string{".fr"} }, "meetingHosts:host_invalid"},
		"everything":           {func(s *Settings) { s.MeetingHosts = []string{"*.exemple.fr"} }, "meetingHosts:host_invalid"},
		"a server twice":       {func(s *Settings) { s.MeetingHosts = []string{"visio.exemple.fr", "Visio.Exemple.fr "} }, "meetingHosts:host_twice"},
		"too many servers":     {func(s *Settings) { s.MeetingHosts = slices.Repeat([]string{"a.fr"}, 51) }, "meetingHosts:too_many"},
		"a portal without TLS": {func(s *Settings) { s.PortalURL = "http://portail.exemple.fr" }, "portalUrl:portal_url_invalid"},
		"a script":             {func(s *Settings) { s.PortalURL = "javascript:alert(1)" }, "portalUrl:portal_url_invalid"},
		"a portal with a name": {func(s *Settings) { s.PortalURL = "https://aphp.fr@exemple.fr" }, "portalUrl:portal_url_invalid"},
		"no coding software":   {func(s *Settings) { s.CodingTarget = "" }, "codingTarget:required"},
		"everything at once": {
			func(s *Settings) { *s = Settings{} },
			"name:required hospital:required codingTarget:required phone:phone_invalid email:email_invalid timezone:timezone_unknown " +
				"portalUrl:portal_url_invalid tools:tools_missing",
		},
	} {
		s := good()
		test.change(&s)
		var c checks
		c.check(s.trimmed(), tools)
		if got := violated(fault.Invalid(c.violations...)); got != test.want {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
}

func TestCodes(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]string{
		"CARDIO": "", "UF-1234": "", "4A": "", "": "code:code_invalid", "A": "code:code_invalid", "cardio": "code:code_invalid",
		"-A": "code:code_invalid", "CARDIO 1": "code:code_invalid", strings.Repeat("A", 21): "code:code_invalid",
	} {
		var c checks
		c.checkCode(code)
		if got := violated(fault.Invalid(c.violations...)); got != want {
			t.Errorf("%q: %q, want %q", code, got, want)
		}
	}
}

func TestWhatChangedIsNamed(t *testing.T) {
	t.Parallel()
	if got := good().changed(good()); len(got) != 0 {
		t.Errorf("nothing: %v", got)
	}
	next := good()
	next.Tools = []string{"zoom", "ortif", "other"}
	next.NotifyBothChannels = true
	if got := good().changed(next); !slices.Equal(got, []string{"tools", "notifyBothChannels"}) {
		t.Errorf("the order of the tools and both channels: %v", got)
	}
	if got := good().changed(Settings{}); len(got) != 11 { // doxy.me and both channels are off in either
		t.Errorf("everything: %v", got)
	}
}

func TestSettingsGoThereAndBack(t *testing.T) {
	t.Parallel()
	d, err := good().apply(Department{ID: "x", Code: "CARDIO"})
	if err != nil || d.ID != "x" || d.Code != "CARDIO" || d.Zone.String() != "Europe/Paris" {
		t.Fatalf("%+v, %v", d, err)
	}
	shown := settingsOf(d)
	if got := good().changed(shown); !slices.Equal(got, []string{"delivery"}) {
		t.Errorf("lost on the way: %v; what was left to the product is shown", got)
	}
	hours, off := 12, 0
	shown.Delivery.UnreadHours, shown.Delivery.LateMinutes, shown.Delivery.ReminderMinutes = &hours, &off, []int{}
	if d, err = shown.apply(d); err != nil {
		t.Fatal(err)
	}
	if got := shown.changed(settingsOf(d)); len(got) != 0 {
		t.Errorf("lost on the way: %v", got)
	}
	if d, err = good().apply(d); err != nil || *d.Delivery.UnreadHours != 12 {
		t.Errorf("a change that does not speak of delivery changed it: %+v, %v", d.Delivery, err)
	}
}

func TestWrongDeliverySettingsAreRefused(t *testing.T) {
	t.Parallel()
	s := good()
	s.Delivery = &outreach.Delivery{ReminderMinutes: []int{1}}
	var c checks
	c.check(s, []string{"ortif", "zoom", "jitsi", "lasuite_visio", "other", "teams"})
	if got := violated(fault.Invalid(c.violations...)); !strings.Contains(got, "delivery.reminderMinutes:out_of_range") {
		t.Errorf("violations %q", got)
	}
}

func TestTheOrderOfToolsIsThePreference(t *testing.T) {
	t.Parallel()
	d := Department{Tools: []string{"ortif", "zoom", "jitsi"}, SecureTools: []string{"ortif", "lasuite_visio"}}
	for tool, want := range map[string]struct{ listed, first, secure bool }{
		"ortif":         {true, true, true},
		"zoom":          {true, false, false},
		"jitsi":         {true, false, false},
		"lasuite_visio": {false, false, true},
		"teams":         {false, false, false},
		"":              {false, false, false},
	} {
		if d.Lists(tool) != want.listed || d.IsFirst(tool) != want.first || d.IsSecure(tool) != want.secure {
			t.Errorf("%q: listed %v, first %v, secure %v", tool, d.Lists(tool), d.IsFirst(tool), d.IsSecure(tool))
		}
	}
	if (Department{}).IsFirst("") {
		t.Error("no tool is the first of none")
	}
}
