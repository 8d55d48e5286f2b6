package wording

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"teleconsult/templates/markup"
)

// forbidden are words that would tell somebody who sees a message over a shoulder why the patient is treated,
// or where: specialities, and the words of illness. A list cannot know all; it stops what people write without
// thinking. Without accents; "*" stands for any ending.
var forbidden = strings.Fields(`
	addictolog* allergolog* alcoolog* anesthes* cancer* cancerolog* cardiaque* cardiolog* chimiotherap* chirurg* dermatolog*
	diabet* endocrinolog* gastroenterolog* geriatr* gerontolog* greffe* gynecolog* hematolog* hepatolog* immunolog* infectiolog*
	maternite nephrolog* neurolog* obstetri* oncolog* ophtalmolog* orl palliati* pediatr* pneumolog* psychiatr* psycholog* psy
	radiotherap* rhumatolog* sexolog* transplant* urolog* venereolog*
	avortement* biopsie* depist* diagnos* examen* grossesse* hiv irm ist ivg maladie* malade* medicament* medical* medicaux mst
	ordonnance* pathologi* pma prescri* resultat* result results sida symptom* therap* traitement* tumeur* vaccin* vih
	abortion* disease* drug* illness* medication* medicine* pregnan* surgery surgical surgeon* treatment* tumor* tumour* cardiac*
`)

// titled are what stands before a person's name.
var titled = []string{"dr", "pr", "docteur", "docteure", "professeur", "professeure", "doctor", "professor"}

// matches tells whether a folded word is one of the list.
func matches(list []string, word string) bool {
	return slices.ContainsFunc(list, func(entry string) bool {
		if stem, open := strings.CutSuffix(entry, "*"); open {
			return strings.HasPrefix(word, stem)
		}
		return entry == word
	})
}

// demand is what a message of ours never asks for; the foot of every e-mail says so.
var demand = regexp.MustCompile(`mots? de passe|password|passcode|code (?:secret|pin|confidentiel|bancaire|personnel|recu)|pin code` +
	`|carte bancaire|bank card|credit card|card number|numero de (?:carte|securite sociale|compte)|\biban\b|identifiants?\b|votre code\b|your code\b`)

func (c *checks) words(text string) {
	folded := markup.Fold(text)
	for word := range strings.FieldsFuncSeq(folded, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		switch {
		case matches(forbidden, word):
			c.add("body", "medical_word", "« "+word+" » révèle trop dans un message que d’autres peuvent lire. Dites-le sans mot médical ni spécialité.")
		case slices.Contains(titled, word):
			c.add("body", "person_named", "« "+word+" » annonce un nom : un message ne nomme personne.")
		}
	}
	if demand.MatchString(folded) {
		c.add("body", "password_asked", "Ce message parle d’un mot de passe, d’un code ou d’une carte : un message frauduleux ferait de même. "+
			"La phrase qui met en garde est déjà au bas de chaque e-mail.")
	}
}

// address finds what a mail client or a telephone would make a link of. An e-mail address is none.
var address = regexp.MustCompile(`(?i)(@)?(?:https?://|www\.)?((?:[\p{L}0-9](?:[\p{L}0-9-]*[\p{L}0-9])?\.)+` +
	`(?:fr|com|net|org|eu|info|io|ly|me|app|link|page|site|online|shop|xyz|gl|co|to|be|ch|de|uk|health|sante|paris|ru|cn|top))\b`)

// scheme finds any other address that is written out.
var scheme = regexp.MustCompile(`(?i)\b(?:https?|ftp|javascript|data|file):\S*`)

// links finds addresses of hosts that are not ours.
func (c *checks) links(text string, homes []string) {
	foreign := false
	for _, found := range scheme.FindAllString(text, -1) {
		u, err := url.Parse(found)
		foreign = foreign || err != nil || !slices.Contains(homes, strings.ToLower(u.Hostname()))
	}
	for _, found := range address.FindAllStringSubmatch(text, -1) {
		foreign = foreign || found[1] == "" && !slices.Contains(homes, strings.ToLower(found[2]))
	}
	if foreign {
		c.add("body", "link_foreign", "Ce message contient une adresse web qui n’est pas la nôtre. Le lien personnel s’écrit {lien}.")
	}
}

// homesOf are the hosts of these addresses.
func homesOf(addresses ...string) []string {
	var homes []string
	for _, a := range addresses {
		if u, err := url.Parse(a); err == nil && u.Hostname() != "" {
			homes = append(homes, strings.ToLower(u.Hostname()))
		}
	}
	return homes
}
