package patient

import (
	"net/mail"
	"regexp"
	"slices"
	"strings"

	"github.com/nyaruka/phonenumbers"
)

// frenchMobile is the national rule for mobiles (plan de numérotation, Arcep). It is asked before the library,
// which refuses the range kept for fiction (06 39 98), used in training and tests.
var frenchMobile = regexp.MustCompile(`^(?:\+33|0033|0)([67]\d{8})$`)

// normaliseMobile brings a number as it is typed in France into E.164; one that cannot be read is left as it is.
func normaliseMobile(typed string) string {
	typed = strings.TrimSpace(typed)
	if typed == "" {
		return ""
	}
	if m := frenchMobile.FindStringSubmatch(strings.NewReplacer(" ", "", ".", "", "-", "", "\u00a0", "", "\u202f", "").Replace(typed)); m != nil {
		return "+33" + m[1]
	}
	number, err := phonenumbers.Parse(typed, "FR")
	if err != nil || !phonenumbers.IsValidNumber(number) {
		return typed
	}
	return phonenumbers.Format(number, phonenumbers.E164)
}

func (c *checks) mobile(field, number string) {
	if number == "" || frenchMobile.MatchString(number) {
		return
	}
	parsed, err := phonenumbers.Parse(number, "FR")
	if err != nil || !phonenumbers.IsValidNumber(parsed) {
		c.add(field, "mobile_invalid", "Ce numéro n’existe pas. Exemple : 06 12 34 56 78.")
		return
	}
	kind := phonenumbers.GetNumberType(parsed)
	if kind != phonenumbers.MOBILE && kind != phonenumbers.FIXED_LINE_OR_MOBILE {
		c.add(field, "mobile_not_mobile", "Ce numéro n’est pas un mobile : il ne reçoit pas de SMS. Un mobile commence par 06 ou 07.")
	}
}

func (c *checks) email(field, address string, confirmed bool) {
	if address == "" {
		return
	}
	if !validEmail(address) {
		c.add(field, "email_invalid", "Cette adresse e-mail n’est pas complète. Exemple : nom@exemple.fr.")
		return
	}
	if suggestion := SuggestDomain(address); suggestion != "" && !confirmed {
		c.add(field, "email_typo", "Vouliez-vous dire @"+suggestion+" ? Corrigez, ou confirmez l’adresse.")
	}
}

func validEmail(address string) bool {
	parsed, err := mail.ParseAddress(address)
	if err != nil || parsed.Address != address || parsed.Name != "" || len(address) > 254 {
		return false
	}
	local, domain, _ := strings.Cut(address, "@")
	if local == "" || strings.ContainsAny(address, " \t\r\n\"(),:;<>[]\\") {
		return false
	}
	labels := strings.Split(domain, ".")
	return len(labels) >= 2 && !slices.Contains(labels, "") && len(labels[len(labels)-1]) >= 2
}

// knownDomains are the mail domains that patients in France mostly have.
var knownDomains = []string{
	"gmail.com", "orange.fr", "wanadoo.fr", "hotmail.fr", "hotmail.com", "outlook.fr", "outlook.com", "yahoo.fr", "yahoo.com",
	"free.fr", "sfr.fr", "laposte.net", "live.fr", "icloud.com", "bbox.fr", "numericable.fr", "neuf.fr", "aol.com", "msn.com",
	"protonmail.com", "proton.me", "gmx.fr", "gmx.com", "aphp.fr", "mail.com", "me.com", "live.com", "ymail.com", "club-internet.fr",
}

// SuggestDomain returns the known domain that a mistyped one was probably meant to be, or "".
// One wrong, missing, added or swapped letter is a typo; so is a known name with another ending.
func SuggestDomain(address string) string {
	_, domain, _ := strings.Cut(strings.ToLower(address), "@")
	if domain == "" || slices.Contains(knownDomains, domain) {
		return ""
	}
	for _, known := range knownDomains {
		if len(domain) > 5 && distance(domain, known) == 1 {
			return known
		}
	}
	name, ending, _ := strings.Cut(domain, ".")
	for _, known := range []string{"gmail.com", "orange.fr", "wanadoo.fr", "hotmail.fr", "outlook.fr", "laposte.net", "icloud.com"} {
		knownName, knownEnding, _ := strings.Cut(known, ".")
		mistyped := distance(name, knownName) == 1
		wrongEnding := name == knownName && (distance(ending, knownEnding) == 1 || known == "laposte.net")
		if mistyped || wrongEnding {
			return known
		}
	}
	return ""
}

// distance is the optimal string alignment distance: insertions, deletions, substitutions and swaps of neighbours.
func distance(a, b string) int {
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			rows[i][j] = min(rows[i-1][j]+1, rows[i][j-1]+1, rows[i-1][j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				rows[i][j] = min(rows[i][j], rows[i-2][j-2]+1)
			}
		}
	}
	return rows[len(a)][len(b)]
}
