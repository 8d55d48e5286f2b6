package cell

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

var (
	mobileUnreadable = refused("mobile_unreadable", "Ce numéro n’est pas lisible. Écrivez seulement le numéro : 06 12 34 56 78.")
	mobileMangled    = refused("mobile_mangled", "Le tableur a abrégé ce numéro et des chiffres sont perdus. Redemandez le numéro, ou mettez la colonne au format texte et exportez-la de nouveau.")
	zeroRestored     = doubtful("mobile_zero_restored", "Le zéro du début manquait et a été remis. Vérifiez le numéro.")
	plusRestored     = doubtful("mobile_plus_restored", "Le + du début manquait et a été remis. Vérifiez le numéro.")
	numbersToChoose  = refused("several_numbers", "Il y a plusieurs numéros. Gardez un seul mobile.")
	numberChosen     = doubtful("several_numbers", "Il y a plusieurs numéros : le seul mobile a été gardé. Vérifiez-le.")
)

var (
	// abridged is a number as a spreadsheet shows it when the column is too narrow.
	abridged      = regexp.MustCompile(`^\+?(\d)(?:[.,](\d+))? ?e ?\+?(\d{1,2})$`)
	floated       = regexp.MustCompile(`^(\+?\d{9,15})[.,]0+$`)
	numberWords   = regexp.MustCompile(` (?:ou|et|or|and) `)
	betweenDigits = regexp.MustCompile(`[ .,;:/|()_-]+`)
	trunkZero     = regexp.MustCompile(`^((?:\+|00)[\d ]+)\(0\)`)
	twoNumbers    = regexp.MustCompile(`^(0\d{9})(0\d{9})$`)
	// The rule of Arcep's numbering plan; the next layer has it too (package patient).
	typedMobile     = regexp.MustCompile(`^(?:(?:\+33|0033)0?|0)([67]\d{8})$`)
	withoutPlus     = regexp.MustCompile(`^330?([67]\d{8})$`)
	withoutZero     = regexp.MustCompile(`^([67]\d{8})$`)
	anyNumber       = regexp.MustCompile(`^\+?\d+$`)
	numberSeparator = regexp.MustCompile(`[/;,|]| - `)
)

// A piece with fewer digits is the variant of a number ("… 01 / 02"); E.164 has 15 at most, here with 00 in front.
const fewestDigits, mostDigits = 8, 17

// Mobile reads a telephone number. A French mobile comes out in its one form (+336…), any other number without
// spaces and punctuation, for the rules of a patient to judge.
func Mobile(text string) (string, *Note) {
	s := strings.TrimPrefix(reading(text), "tel:")
	if s == "" {
		return "", nil
	}
	if m := abridged.FindStringSubmatch(s); m != nil {
		whole, ok := unabridged(m)
		if number, note := oneNumber(whole); ok && note != nil {
			return number, note
		}
		return "", mobileMangled
	}
	s = numberWords.ReplaceAllString(floated.ReplaceAllString(s, "$1"), ";")
	s = trunkZero.ReplaceAllString(s, "$1")
	s = s[:1] + strings.ReplaceAll(s[1:], "+", ";+")
	joined := compactNumber(s)
	if strings.Trim(joined, "+0123456789") != "" {
		return "", mobileUnreadable
	}
	if number, note := oneNumber(joined); typedMobile.MatchString(number) {
		return number, note
	}
	if pieces := separate(s, joined); len(pieces) > 1 {
		return chooseMobile(pieces)
	}
	if !anyNumber.MatchString(joined) {
		return "", mobileUnreadable
	}
	return joined, nil
}

// unabridged gives the digits of an abridged number when none is lost.
func unabridged(m []string) (string, bool) {
	power, err := strconv.Atoi(m[3])
	digits := m[1] + m[2]
	return digits, err == nil && len(digits) == power+1
}

func compactNumber(s string) string { return betweenDigits.ReplaceAllString(s, "") }

// separate cuts a cell into its numbers, by their separators or where a second one begins.
func separate(s, joined string) []string {
	if m := twoNumbers.FindStringSubmatch(joined); m != nil {
		return m[1:]
	}
	var numbers []string
	for _, piece := range numberSeparator.Split(s, -1) {
		if piece = compactNumber(piece); piece != "" {
			numbers = append(numbers, piece)
		}
	}
	return numbers
}

// chooseMobile takes the one mobile of several numbers.
func chooseMobile(pieces []string) (string, *Note) {
	var all, mobiles []string
	for _, piece := range pieces {
		if !anyNumber.MatchString(piece) || len(piece) < fewestDigits || len(piece) > mostDigits {
			return "", mobileUnreadable
		}
		number, _ := oneNumber(piece)
		all = append(all, number)
		if typedMobile.MatchString(number) {
			mobiles = append(mobiles, number)
		}
	}
	slices.Sort(mobiles)
	slices.Sort(all)
	mobiles, all = slices.Compact(mobiles), slices.Compact(all)
	switch {
	case len(all) == 1:
		return all[0], nil
	case len(mobiles) == 1:
		return mobiles[0], numberChosen
	}
	return "", numbersToChoose
}

// oneNumber brings a French mobile into its one form; other numbers stay as they are.
func oneNumber(compact string) (string, *Note) {
	if m := typedMobile.FindStringSubmatch(compact); m != nil {
		return "+33" + m[1], nil
	}
	if m := withoutPlus.FindStringSubmatch(compact); m != nil {
		return "+33" + m[1], plusRestored
	}
	if m := withoutZero.FindStringSubmatch(compact); m != nil {
		return "+33" + m[1], zeroRestored
	}
	return compact, nil
}
