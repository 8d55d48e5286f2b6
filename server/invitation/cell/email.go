package cell

import (
	"regexp"
	"strings"
)

var (
	emailUnreadable   = refused("email_unreadable", "Cette adresse e-mail n’est pas lisible. Écrivez seulement l’adresse : nom@exemple.fr.")
	addressesToChoose = refused("several_addresses", "Il y a plusieurs adresses e-mail. Gardez-en une seule.")
	emailCorrected    = doubtful("email_corrected", "L’adresse e-mail contenait une faute de frappe, qui a été corrigée. Vérifiez-la.")
)

var (
	emailLabel  = regexp.MustCompile(`^(?i:(?:adresse )?(?:e-?mail|mail|courriel|m[ée]l) ?: ?)`)
	emailLink   = regexp.MustCompile(`(?i:mailto:)([^?\s<>]*)(?:\?[^\s<>]*)?`)
	bracketed   = regexp.MustCompile(`<([^<>]*@[^<>]*)>`)
	aroundAt    = regexp.MustCompile(` *@[@ ]*`)
	writtenAt   = regexp.MustCompile(`(?i: ?[(\[] ?(?:at|arobase|@) ?[)\]] ?)`)
	remark      = regexp.MustCompile(` *\([^()@]*\)$`)
	listed      = regexp.MustCompile(`[^\s,;|<>]+@[^\s,;|<>]+`)
	badDot      = regexp.MustCompile(` +\.|[,;. ]*[,;][,;.]*|\.{2,}`)
	plainEnding = regexp.MustCompile(`\.[a-z]{2,4}$`)
	localPart   = regexp.MustCompile("^[A-Za-z0-9!#$%&'*+/=?^_{|}~`-]+(?:\\.[A-Za-z0-9!#$%&'*+/=?^_{|}~`-]+)*$")
	domainPart  = regexp.MustCompile(`^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$`)
)

// longestEmail is the limit of RFC 5321.
const longestEmail = 254

// punctuation may stand around an address, but neither begin nor end it.
const punctuation = quotes + ".,;:!()[]<>"

// Email reads an e-mail address. Words beside an address are refused, because "jeanne dupont@exemple.fr" is more
// likely an address with a mistake than the address of somebody called dupont.
func Email(text string) (string, *Note) {
	if reading(text) == "" {
		return "", nil
	}
	s := emailLink.ReplaceAllString(emailLabel.ReplaceAllString(tidy(text), ""), "$1")
	var note *Note
	if at := writtenAt.ReplaceAllString(s, "@"); at != s {
		s, note = at, emailCorrected
	}
	s = aroundAt.ReplaceAllString(s, "@")
	if strings.Count(s, "@") > 1 {
		return oneOfSeveral(s)
	}
	if m := bracketed.FindStringSubmatch(s); m != nil {
		s = m[1]
	}
	s = remark.ReplaceAllString(strings.Trim(s, quotes), "")
	local, domain, found := strings.Cut(strings.Trim(s, punctuation), "@")
	if !found {
		return "", emailUnreadable
	}
	domain = strings.ToLower(domain)
	if mended := badDot.ReplaceAllString(domain, "."); mended != domain {
		// What follows an address after a comma is no part of its domain.
		if !plainEnding.MatchString(mended) {
			return "", emailUnreadable
		}
		domain, note = mended, emailCorrected
	}
	if !localPart.MatchString(local) || !domainPart.MatchString(domain) || len(local)+1+len(domain) > longestEmail {
		return "", emailUnreadable
	}
	return local + "@" + domain, note
}

// oneOfSeveral allows for the same address twice, as in a copied hyperlink.
func oneOfSeveral(s string) (string, *Note) {
	found := ""
	var note *Note
	for _, one := range listed.FindAllString(s, -1) {
		if strings.Count(one, "@") > 1 {
			return "", addressesToChoose
		}
		address, remarked := Email(one)
		if address == "" || found != "" && !strings.EqualFold(found, address) {
			return "", addressesToChoose
		}
		if found == "" {
			found, note = address, remarked
		}
	}
	if found == "" {
		return "", emailUnreadable
	}
	return found, note
}
