package patient

import (
	"slices"
	"strings"
)

// provider is one that patients in France have their mailbox with.
type provider struct {
	name string
	// ending is the one that a wrong one was probably meant to be; more are the other endings it has.
	ending string
	more   []string
	// alone: it has no other ending in the world, so that any other is a mistake.
	alone bool
}

// providers are in the order of how many patients have them, because the first that fits is suggested.
var providers = []provider{
	{name: "gmail", ending: "com", alone: true},
	{name: "orange", ending: "fr"},
	{name: "hotmail", ending: "fr", more: []string{"com"}},
	{name: "yahoo", ending: "fr", more: []string{"com"}},
	{name: "free", ending: "fr"},
	{name: "wanadoo", ending: "fr"},
	{name: "outlook", ending: "fr", more: []string{"com"}},
	{name: "sfr", ending: "fr"},
	{name: "laposte", ending: "net", alone: true},
	{name: "icloud", ending: "com", alone: true},
	{name: "live", ending: "fr", more: []string{"com"}},
	{name: "bbox", ending: "fr", alone: true},
	{name: "neuf", ending: "fr"},
	{name: "numericable", ending: "fr"},
	{name: "club-internet", ending: "fr", alone: true},
	{name: "aliceadsl", ending: "fr", alone: true},
	{name: "protonmail", ending: "com", more: []string{"ch"}},
	{name: "msn", ending: "com"},
	{name: "aol", ending: "com", more: []string{"fr"}},
	{name: "aphp", ending: "fr", alone: true},
}

// correct are domains that exist, or names that do under many endings, and look like somebody's typo.
var correct = []string{"mail", "email", "hotmail.be", "live.be", "outlook.be", "yahoo.ca", "live.ca", "yahoo.co"}

// SuggestDomain returns the domain that a mistyped one of an address was probably meant to be, or "".
func SuggestDomain(address string) string {
	_, domain, _ := strings.Cut(strings.ToLower(strings.TrimSpace(address)), "@")
	tidied := tidyDomain(domain)
	name, ending, dotted := strings.Cut(tidied, ".")
	if name == "" || slices.Contains(correct, name) || slices.Contains(correct, tidied) {
		return ""
	}
	for _, p := range providers {
		if p.owns(name, ending) {
			if tidied != domain {
				return tidied
			}
			return ""
		}
	}
	for _, p := range providers {
		meant := p.meant(name, ending)
		if !dotted {
			meant = p.meantWithoutDot(name)
		}
		if meant != "" {
			return p.name + "." + meant
		}
	}
	return ""
}

// Suggest returns the whole address that a mistyped one was probably meant to be, or "".
func Suggest(address string) string {
	domain := SuggestDomain(address)
	if domain == "" {
		return ""
	}
	local, _, _ := strings.Cut(strings.TrimSpace(address), "@")
	return local + "@" + domain
}

// tidyDomain mends what is wrong in any domain: commas, dots too many, a www in front.
func tidyDomain(domain string) string {
	labels := strings.FieldsFunc(domain, func(r rune) bool { return strings.ContainsRune(".,; ", r) })
	if len(labels) > 2 && labels[0] == "www" {
		labels = labels[1:]
	}
	return strings.Join(labels, ".")
}

func (p provider) owns(name, ending string) bool {
	return name == p.name && (ending == p.ending || slices.Contains(p.more, ending))
}

// meant is the ending of the provider that name and ending were probably meant to be, "" for none.
func (p provider) meant(name, ending string) string {
	if name != p.name && !mistyped(name, p.name) {
		return ""
	}
	if repeated, _, _ := strings.Cut(ending, "."); repeated != ending && (name != p.name || !p.alone) {
		return "" // yahoo.co.uk
	}
	if name != p.name && (ending == p.ending || slices.Contains(p.more, ending)) {
		return ending
	}
	for _, e := range append([]string{p.ending}, p.more...) {
		if distance(ending, e) == 1 && (name == p.name || len(p.name) >= 5) {
			return e
		}
	}
	if p.alone {
		return p.ending
	}
	return ""
}

// meantWithoutDot is meant for a domain in which the dot, or the whole ending, was forgotten.
func (p provider) meantWithoutDot(domain string) string {
	if domain == p.name {
		return p.ending
	}
	for _, e := range append([]string{p.ending}, p.more...) {
		if domain == p.name+e {
			return e
		}
	}
	return ""
}

// mistyped tells whether one slip of the finger makes a of b: a letter too many or too few, two letters swapped,
// or one taken for its neighbour on the keyboard or for another vowel. In a short name only swapped and doubled
// letters count, because four letters have many neighbours that are somebody's own domain.
func mistyped(a, b string) bool {
	switch {
	case distance(a, b) != 1:
		return false
	case undoubled(a) == undoubled(b), len(a) == len(b) && sorted(a) == sorted(b):
		return true
	case len(b) < 5:
		return false
	case len(a) != len(b):
		return true
	}
	i := 0
	for a[i] == b[i] {
		i++
	}
	return confused(a[i], b[i])
}

func sorted(s string) string {
	letters := []byte(s)
	slices.Sort(letters)
	return string(letters)
}

// undoubled writes every run of a letter once.
func undoubled(s string) string { return string(slices.Compact([]byte(s))) }

// keyboards are the rows of azerty and qwerty, and what stands at one place on the one and the other.
var keyboards = []string{"azertyuiop", "qsdfghjklm", "wxcvbn", "qwertyuiop", "asdfghjkl", "zxcvbnm", "aq", "zw", "0o", "1l"}

func confused(a, b byte) bool {
	const vowels = "aeiouy"
	if strings.IndexByte(vowels, a) >= 0 && strings.IndexByte(vowels, b) >= 0 {
		return true
	}
	for _, row := range keyboards {
		i, j := strings.IndexByte(row, a), strings.IndexByte(row, b)
		if i >= 0 && j >= 0 && (i-j == 1 || j-i == 1) {
			return true
		}
	}
	return false
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
