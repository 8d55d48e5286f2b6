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
		hint := "Exemple : nom@exemple.fr."
		if suggestion := SuggestDomain(address); suggestion != "" {
			hint = "Vouliez-vous dire @" + suggestion + " ?"
		}
		c.add(field, "email_invalid", "Cette adresse e-mail n’est pas complète. "+hint)
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
