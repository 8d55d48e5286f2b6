package department

import (
	"net/mail"
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"teleconsult/server/fault"
	"teleconsult/server/outreach"
)

// Settings are what a manager decides about a department.
type Settings struct {
	Name     string `json:"name"`
	Hospital string `json:"hospital"`
	Phone    string `json:"phone" doc:"What a patient calls when nobody comes."`
	Email    string `json:"email" doc:"Receives the patients' replies."`
	Timezone string `json:"timezone" doc:"IANA name." example:"Europe/Paris"`
	// Tools are in order of preference.
	Tools       []string `json:"tools" doc:"Meeting tools in order of preference; another than the first wants a reason."`
	SecureTools []string `json:"secureTools" doc:"Tools that the hospital holds to be secure for health data."`
	// MeetingHosts are exact hosts, or suffixes that start with a dot.
	MeetingHosts       []string `json:"meetingHosts" doc:"The department's own meeting servers: visio.hopital.fr, or .hopital.fr for all below it."`
	DoxyMeAllowed      bool     `json:"doxyMeAllowed" doc:"Accepts doxy.me, whose rooms are permanent."`
	PortalURL          string   `json:"portalUrl" doc:"The patient portal, https."`
	NotifyBothChannels bool     `json:"notifyBothChannels" doc:"The notice goes by e-mail and SMS where both are known."`
	BirthDateAsked     bool     `json:"birthDateAsked" doc:"The personal page asks for the birth date first."`
	CodingTarget       string   `json:"codingTarget" example:"Gilda"`
	Unit               string   `json:"unit,omitempty" doc:"Code of the unit (UF) that acts are filed under." example:"123"`
	Speciality         string   `json:"speciality,omitempty" enum:",general,psychiatry,neurology,gynaecology,specialist" doc:"Proposes the code of an act; nothing while it is not said."`
	// Delivery is nil in a change that leaves it as it is.
	Delivery *outreach.Delivery `json:"delivery,omitempty" doc:"How patients are reached. Without it nothing changes; what is missing in it stands for the product's own rule."`
}

// settingsOf returns a department's settings, lists never nil.
func settingsOf(d Department) Settings {
	delivery := d.Delivery.WithDefaults().Delivery()
	return Settings{
		Name: d.Name, Hospital: d.Hospital, Phone: d.Phone, Email: d.Email, Timezone: d.Zone.String(),
		Tools: list(d.Tools), SecureTools: list(d.SecureTools), MeetingHosts: list(d.MeetingHosts), DoxyMeAllowed: d.DoxyMeAllowed,
		PortalURL: d.PortalURL, NotifyBothChannels: d.NotifyBoth, BirthDateAsked: d.BirthDateAsked, CodingTarget: d.CodingTarget,
		Unit: d.Unit, Speciality: d.Speciality, Delivery: &delivery,
	}
}

// apply returns d with settings that were checked.
func (s Settings) apply(d Department) (Department, error) {
	zone, err := time.LoadLocation(s.Timezone)
	if err != nil {
		return d, err
	}
	d.Name, d.Hospital, d.Phone, d.Email, d.Zone = s.Name, s.Hospital, s.Phone, s.Email, zone
	d.Tools, d.SecureTools, d.MeetingHosts, d.DoxyMeAllowed = s.Tools, s.SecureTools, s.MeetingHosts, s.DoxyMeAllowed
	d.PortalURL, d.NotifyBoth, d.BirthDateAsked, d.CodingTarget = s.PortalURL, s.NotifyBothChannels, s.BirthDateAsked, s.CodingTarget
	d.Unit, d.Speciality = s.Unit, s.Speciality
	if s.Delivery != nil {
		d.Delivery = *s.Delivery
	}
	return d, nil
}

// trimmed returns the settings without the spaces around what was typed, hosts in lower case.
func (s Settings) trimmed() Settings {
	for _, text := range []*string{&s.Name, &s.Hospital, &s.Phone, &s.Email, &s.Timezone, &s.PortalURL, &s.CodingTarget, &s.Unit} {
		*text = strings.TrimSpace(*text)
	}
	hosts := make([]string, 0, len(s.MeetingHosts))
	for _, host := range s.MeetingHosts {
		if host = strings.ToLower(strings.TrimSpace(host)); host != "" {
			hosts = append(hosts, host)
		}
	}
	s.MeetingHosts = hosts
	return s
}

// changed names the settings that differ, as the API calls them, without their values.
func (s Settings) changed(next Settings) []string {
	fields := []struct {
		name string
		same bool
	}{
		{"name", s.Name == next.Name},
		{"hospital", s.Hospital == next.Hospital},
		{"phone", s.Phone == next.Phone},
		{"email", s.Email == next.Email},
		{"timezone", s.Timezone == next.Timezone},
		{"tools", slices.Equal(s.Tools, next.Tools)},
		{"secureTools", slices.Equal(s.SecureTools, next.SecureTools)},
		{"meetingHosts", slices.Equal(s.MeetingHosts, next.MeetingHosts)},
		{"doxyMeAllowed", s.DoxyMeAllowed == next.DoxyMeAllowed},
		{"portalUrl", s.PortalURL == next.PortalURL},
		{"notifyBothChannels", s.NotifyBothChannels == next.NotifyBothChannels},
		{"birthDateAsked", s.BirthDateAsked == next.BirthDateAsked},
		{"codingTarget", s.CodingTarget == next.CodingTarget},
		{"unit", s.Unit == next.Unit},
		{"speciality", s.Speciality == next.Speciality},
		{"delivery", reflect.DeepEqual(s.Delivery, next.Delivery)},
	}
	names := []string{}
	for _, f := range fields {
		if !f.same {
			names = append(names, f.name)
		}
	}
	return names
}

// Longest texts, in characters.
const (
	maxText   = 200
	maxShort  = 60
	maxURL    = 2000
	maxHosts  = 50
	doxyMe    = "doxy_me"
	maxEmail  = 254
	maxDomain = 253
)

var (
	// phoneForm takes what is dialled in France and short numbers; what the number reaches only a call can tell.
	phoneForm  = regexp.MustCompile(`^\+?[0-9][0-9 .()\x{a0}\x{202f}-]{2,28}[0-9]$`)
	hostForm   = regexp.MustCompile(`^\.?[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)+$`)
	codeForm   = regexp.MustCompile(`^[A-Z0-9][A-Z0-9-]{1,19}$`)
	unitForm   = regexp.MustCompile(`^[0-9A-Z]{0,10}$`)
	onlyDigits = regexp.MustCompile(`^[0-9.]+$`)
)

type checks struct{ violations []fault.Violation }

func (c *checks) add(field, code, message string) {
	c.violations = append(c.violations, fault.Violation{Field: field, Code: code, Message: message})
}

// checkCode says whether a department may be called by this code.
func (c *checks) checkCode(code string) {
	if !codeForm.MatchString(code) {
		c.add("code", "code_invalid", "Le code compte de 2 à 20 lettres majuscules, chiffres ou tirets. Exemple : CARDIO-1.")
	}
}

// check finds everything that is wrong with trimmed settings; known are the codes of all meeting tools.
func (c *checks) check(s Settings, known []string) {
	c.text("name", s.Name, maxText, "Indiquez le nom du service.")
	c.text("hospital", s.Hospital, maxText, "Indiquez l’hôpital.")
	c.text("codingTarget", s.CodingTarget, maxShort, "Indiquez le logiciel dans lequel les actes sont codés. Exemple : Gilda.")
	if !phoneForm.MatchString(s.Phone) {
		c.add("phone", "phone_invalid", "Indiquez le numéro que les patients appellent. Exemple : 01 40 00 00 01.")
	}
	if !isEmail(s.Email) {
		c.add("email", "email_invalid", "Indiquez l’adresse e-mail du secrétariat. Exemple : secretariat.service@aphp.fr.")
	}
	if !unitForm.MatchString(s.Unit) {
		c.add("unit", "unit_invalid", "Le code de l’unité (UF) compte au plus 10 chiffres ou lettres majuscules. Exemple : 123.")
	}
	if _, known := Specialities[s.Speciality]; !known {
		c.add("speciality", "speciality_unknown", "Choisissez une spécialité de la liste.")
	}
	if !isZone(s.Timezone) {
		c.add("timezone", "timezone_unknown", "Ce fuseau horaire n’est pas connu. Exemple : Europe/Paris.")
	}
	if !isSecureURL(s.PortalURL) {
		c.add("portalUrl", "portal_url_invalid", "Indiquez l’adresse complète du portail, qui commence par https://.")
	}
	if len(s.Tools) == 0 {
		c.add("tools", "tools_missing", "Choisissez au moins un outil de visioconférence.")
	}
	c.codes("tools", s.Tools, known)
	c.codes("secureTools", s.SecureTools, known)
	if slices.Contains(s.Tools, doxyMe) && !s.DoxyMeAllowed {
		c.add("tools", "doxy_me_not_allowed", "doxy.me est dans la liste sans être autorisé : autorisez-le, ou retirez-le de la liste.")
	}
	c.hosts(s.MeetingHosts)
	if s.Delivery != nil {
		c.violations = append(c.violations, s.Delivery.Check()...)
	}
}

func (c *checks) text(field, text string, longest int, missing string) {
	switch {
	case text == "":
		c.add(field, "required", missing)
	case utf8.RuneCountInString(text) > longest:
		c.add(field, "too_long", "Ce texte est trop long.")
	case !utf8.ValidString(text) || strings.ContainsFunc(text, unicode.IsControl):
		c.add(field, "unreadable_value", "Ce texte contient des caractères qui ne se lisent pas.")
	}
}

func (c *checks) codes(field string, codes, known []string) {
	seen := map[string]bool{}
	for _, code := range codes {
		if !slices.Contains(known, code) {
			c.add(field, "tool_unknown", "Cet outil n’est pas connu.")
			return
		}
		if seen[code] {
			c.add(field, "tool_twice", "Chaque outil ne figure qu’une fois dans la liste.")
			return
		}
		seen[code] = true
	}
}

// hosts takes "visio.hopital.fr" and ".hopital.fr"; a suffix of one label (".fr") would let in half the internet.
func (c *checks) hosts(hosts []string) {
	if len(hosts) > maxHosts {
		c.add("meetingHosts", "too_many", "Il y a trop de serveurs dans la liste.")
		return
	}
	for i, host := range hosts {
		if len(host) > maxDomain || !hostForm.MatchString(host) || onlyDigits.MatchString(host) {
			c.add("meetingHosts", "host_invalid",
				"Indiquez des noms de serveurs sans https:// ni chemin. Exemples : visio.hopital.fr, ou .hopital.fr pour tous ceux du domaine.")
			return
		}
		if slices.Contains(hosts[:i], host) {
			c.add("meetingHosts", "host_twice", "Chaque serveur ne figure qu’une fois dans la liste.")
			return
		}
	}
}

func isEmail(address string) bool {
	parsed, err := mail.ParseAddress(address)
	if err != nil || parsed.Address != address || len(address) > maxEmail {
		return false
	}
	_, domain, _ := strings.Cut(address, "@")
	return hostForm.MatchString(strings.ToLower(domain)) && domain[0] != '.'
}

// isZone refuses "Local" and "", which Go reads as a zone and nobody else does.
func isZone(name string) bool {
	if name != "UTC" && !strings.Contains(name, "/") {
		return false
	}
	_, err := time.LoadLocation(name)
	return err == nil
}

func isSecureURL(address string) bool {
	u, err := url.Parse(address)
	return err == nil && u.Scheme == "https" && u.User == nil && len(address) <= maxURL && hostForm.MatchString(strings.ToLower(u.Hostname()))
}
