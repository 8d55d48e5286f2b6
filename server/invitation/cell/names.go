package cell

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

var (
	nameUnreadable = refused("name_unreadable", "Ce nom n’est pas lisible. Écrivez seulement le nom et le prénom, sans chiffre.")
	namesGuessed   = doubtful("names_guessed", "Le nom et le prénom ont été devinés. Vérifiez-les.")
)

// Names reads the name of a patient from a cell for each part, or from one cell for both (full). What is
// used in daily life wins over the name of birth.
func Names(family, given, full string) (familyName, givenName string, note *Note) {
	cells := [3]string{family, given, full}
	doubt := false
	for i, text := range cells {
		name, guessed, ok := cleanName(text)
		if !ok {
			return "", "", nameUnreadable
		}
		cells[i], doubt = name, doubt || guessed
	}
	family, given, full = cells[0], cells[1], cells[2]
	var guessed bool
	switch {
	case family != "" && given != "":
		familyName, guessed = usedName(family)
		givenName = given
	case full == "":
		// One of the columns may hold both parts although its header names only one; only capitals prove it.
		familyName, givenName, guessed = splitName(family)
		if _, mixed := capitals(strings.Fields(family)); !mixed && !strings.Contains(family, ",") {
			familyName, guessed = usedName(family)
			givenName = ""
		}
		if given != "" {
			givenName = given
		}
	default:
		familyName, givenName, guessed = splitName(full)
		if family != "" {
			familyName, givenName, guessed = family, without(full, family), false
		}
		if given != "" {
			familyName, givenName, guessed = without(full, given), given, false
		}
	}
	if guessed || doubt {
		note = namesGuessed
	}
	return familyName, givenName, note
}

// without takes the words of a part away from the whole name.
func without(full, part string) string {
	taken := words(part)
	return strings.Join(slices.DeleteFunc(strings.Fields(full), func(word string) bool {
		return !slices.ContainsFunc(words(word), func(w string) bool { return !slices.Contains(taken, w) })
	}), " ")
}

var (
	parenthesis = regexp.MustCompile(`\(([^()]*)\)`)
	// A title that is glued to the name; M.C. and M.-C. are initials.
	gluedTitle = regexp.MustCompile(`^(?i:mr?|mme|mlle|mrs|dr|pr)\.(\pL{2,}.*)$`)
)

var titles = []string{
	"m", "mr", "mme", "mlle", "melle", "mle", "monsieur", "madame", "mademoiselle", "mrs", "ms", "miss", "dr", "docteur", "pr", "professeur", "prof",
}

func isTitle(word string) bool { return slices.Contains(titles, strings.TrimSuffix(fold(word), ".")) }

// mostName is how long a cell with a name may be, in bytes. Above it nobody is called so, and reading it would take long.
const mostName = 500

// cleanName removes what is no part of a name. Something in parentheses is left out with a doubt.
func cleanName(text string) (name string, doubt, ok bool) {
	if len(text) > mostName {
		return "", false, false
	}
	name = norm.NFC.String(visible(text))
	for _, m := range parenthesis.FindAllStringSubmatch(name, -1) {
		doubt = doubt || !isTitle(strings.TrimSpace(m[1]))
	}
	name = strings.Trim(parenthesis.ReplaceAllString(name, " "), quotes+",;:*\t\n\r")
	list := strings.Fields(name)
	for len(list) > 0 {
		if m := gluedTitle.FindStringSubmatch(list[0]); m != nil {
			list[0] = m[1]
		} else if len(list) > 1 && isTitle(list[0]) {
			list = list[1:]
		} else {
			break
		}
	}
	if last := len(list) - 1; last > 1 && isTitle(list[last]) && len([]rune(list[last])) > 1 {
		list = list[:last]
	}
	name = strings.Join(list, " ")
	odd := strings.ContainsFunc(name, func(r rune) bool { return unicode.IsDigit(r) || strings.ContainsRune("@#=<>{}[]|\\", r) })
	if strings.Trim(visible(text), quotes+"\u00a0\u202f-–—_/?.,;:*") == "" {
		return "", false, true
	}
	return name, doubt, !odd && strings.ContainsFunc(name, unicode.IsLetter)
}

// particles belong to the family name that follows.
var particles = []string{
	"de", "du", "des", "d", "la", "le", "les", "van", "von", "der", "den", "ter", "da", "do", "dos", "das", "di", "del", "della", "el", "al", "ben", "bin", "ibn", "ait", "abou", "abu", "saint", "sainte", "st", "ste",
}

func isParticle(word string) bool {
	return slices.Contains(particles, strings.TrimRight(fold(word), "'."))
}

// isCapital tells whether a word is written in capitals, which is how a family name is marked; McDONALD is, too.
func isCapital(word string) bool {
	word = strings.TrimPrefix(strings.TrimPrefix(word, "Mc"), "Mac")
	letters := 0
	for _, r := range word {
		switch {
		case unicode.IsLower(r):
			return strings.HasPrefix(word, "d'") && isCapital(word[2:]) || strings.HasPrefix(word, "d’") && isCapital(word[len("d’"):])
		case unicode.IsUpper(r):
			letters++
		}
	}
	return letters > 1
}

// capitals finds the words in capitals; mixed tells whether there are others that make a given name.
func capitals(list []string) (marked []bool, mixed bool) {
	marked = make([]bool, len(list))
	some, others := false, false
	for i, word := range list {
		marked[i] = isCapital(word)
		some = some || marked[i]
		others = others || !marked[i] && !isParticle(word)
	}
	return marked, some && others
}

// splitName parts a whole name.
func splitName(name string) (family, given string, guessed bool) {
	if before, after, found := strings.Cut(name, ","); found {
		before, after = strings.TrimSpace(before), strings.Trim(after, " ,")
		if isCapital(after) && !isCapital(before) {
			before, after = after, before // Jeanne, DUPONT
		}
		family, guessed = usedName(before)
		return family, after, guessed
	}
	list := strings.Fields(name)
	if len(list) == 0 {
		return "", "", false
	}
	if i := marriage(list); i >= 0 {
		f, g := married(list[:i], list[i], list[i+1:])
		return strings.Join(f, " "), strings.Join(g, " "), true
	}
	f, g, guessed := splitWords(list)
	return strings.Join(f, " "), strings.Join(g, " "), guessed
}

// splitWords parts the words of a name: by the capitals, else by the particles, else by their places, which is a guess.
func splitWords(list []string) (family, given []string, guessed bool) {
	if len(list) < 2 {
		return list, nil, false
	}
	if marked, mixed := capitals(list); mixed {
		return byCapitals(list, marked)
	}
	last := len(list) - 1
	if first := []rune(strings.TrimSuffix(list[last], ".")); len(first) == 1 {
		return list[:last], list[last:], true // Dupont J.
	}
	lead := 0
	for lead < len(list) && isParticle(list[lead]) {
		lead++
	}
	switch {
	case lead > 0 && lead+1 < len(list): // de la Tour Anne
		return list[:lead+1], list[lead+1:], true
	case isCapital(list[0]) && lead == 0: // in capitals all over, as exports write it, the family name comes first
		return list[:1], list[1:], true
	case isCapital(list[0]):
		return list, nil, true
	}
	start := last // Anne de la Tour
	for start > 1 && isParticle(list[start-1]) {
		start--
	}
	return list[start:], list[:start], true
}

func byCapitals(list []string, marked []bool) (family, given []string, guessed bool) {
	begin := slices.Index(marked, true)
	end := len(marked)
	for !marked[end-1] {
		end--
	}
	for begin > 0 && isParticle(list[begin-1]) {
		begin--
	}
	for i, word := range list {
		if i >= begin && i < end && (marked[i] || isParticle(word)) {
			family = append(family, word)
		} else {
			given = append(given, word)
		}
	}
	// A given name between capitals, or on both sides of them: DUPONT Jeanne MARTIN.
	guessed = len(family) < end-begin || begin > 0 && end < len(list)
	return family, given, guessed
}

// marriage is the place of the word before or after which the name in use stands.
func marriage(list []string) int {
	return slices.IndexFunc(list, func(word string) bool { return bornAs(word) || marriedTo(word) })
}

func bornAs(word string) bool { return fold(word) == "nee" || word == "né" || word == "NÉ" }

func marriedTo(word string) bool {
	return slices.Contains([]string{"ep", "eps", "epse", "epouse", "vve", "veuve"}, strings.TrimSuffix(fold(word), "."))
}

// usedName is the name in daily life of a family name that tells of a marriage.
func usedName(family string) (string, bool) {
	list := strings.Fields(family)
	i := marriage(list)
	if i < 0 {
		return family, false
	}
	used := list[:i]
	if marriedTo(list[i]) && i+1 < len(list) || len(used) == 0 {
		used = list[i+1:]
	}
	if len(used) == 0 {
		return family, true
	}
	return strings.Join(used, " "), true
}

// married parts a name that tells of a marriage: MARTIN née DUPONT Jeanne, DUPONT ép. MARTIN Jeanne, Jeanne MARTIN née DUPONT.
func married(before []string, word string, after []string) (family, given []string) {
	if len(before) == 0 || len(after) == 0 {
		family, given, _ = splitWords(append(before, after...))
		return family, given
	}
	wed := marriedTo(word)
	other, rest, _ := splitWords(after)
	if len(rest) > 0 { // the given name comes last
		if wed {
			return other, rest
		}
		return before, rest
	}
	family, given, _ = splitWords(before)
	if wed {
		family = after
	}
	return family, given
}
