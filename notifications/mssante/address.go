// Package mssante sends documents by MSSanté, the secure health mail of France, and reads what recipients' software
// answers.
//
// MSSanté is e-mail between the mailboxes of one trust space: a mailbox of an operator, reached over TLS with a
// client certificate, writes to addresses under mssante.fr and to no others. Sources: domain.md §5 (ANS guides of
// MSSanté and Mon espace santé, implementation guide "LPS: document CDA par courriel MSS").
package mssante

import (
	"errors"
	"strings"
)

// space is the end of every address of the trust space; the dot keeps mssante.fr.example out, and evilmssante.fr.
const space = ".mssante.fr"

// patients is the domain of the patients' mailboxes in Mon espace santé.
const patients = "patient" + space

// Errors of addresses.
var (
	// ErrOutside: the address does not belong to the trust space.
	ErrOutside = errors.New("the address is outside the MSSanté trust space")
	// ErrPatient: the address is a patient's, where a professional's is wanted.
	ErrPatient = errors.New("the address is a patient's")
	// ErrMatricule: the matricule does not have the form of one.
	ErrMatricule = errors.New("a matricule has 15 characters")
)

// Address brings an address of the trust space into its one form, in lower case; anything else is ErrOutside.
func Address(raw string) (string, error) {
	a := strings.ToLower(strings.TrimSpace(raw))
	local, domain, found := strings.Cut(a, "@")
	if !found || len(a) > 254 || !localPart(local) || !strings.HasSuffix(domain, space) {
		return "", ErrOutside
	}
	for label := range strings.SplitSeq(domain, ".") {
		if !hostLabel(label) {
			return "", ErrOutside
		}
	}
	return a, nil
}

// Professional is Address for a mailbox that is no patient's.
func Professional(raw string) (string, error) {
	a, err := Address(raw)
	if err != nil {
		return "", err
	}
	if ofPatient(a) {
		return "", ErrPatient
	}
	return a, nil
}

// Patient is the address of a patient's mailbox in Mon espace santé: the 15 characters of the qualified INS's matricule.
// That it is qualified, and the patient's, is for the caller to know.
func Patient(matricule string) (string, error) {
	if len(matricule) != 15 || strings.ContainsFunc(matricule, func(r rune) bool {
		return (r < '0' || r > '9') && r != 'A' && r != 'B' // 2A, 2B: born in Corsica
	}) {
		return "", ErrMatricule
	}
	return Address(matricule + "@" + patients)
}

func ofPatient(address string) bool {
	return strings.HasSuffix(address, "@"+patients) || strings.HasSuffix(address, "."+patients)
}

// localPart: letters, digits and what mailboxes use of the rest; nothing that needs quoting.
func localPart(s string) bool {
	if s == "" || len(s) > 64 || s[0] == '.' || s[len(s)-1] == '.' || strings.Contains(s, "..") {
		return false
	}
	return !strings.ContainsFunc(s, func(r rune) bool { return !letterOrDigit(r) && !strings.ContainsRune(".-_+'", r) })
}

func hostLabel(s string) bool {
	if s == "" || len(s) > 63 || s[0] == '-' || s[len(s)-1] == '-' {
		return false
	}
	return !strings.ContainsFunc(s, func(r rune) bool { return !letterOrDigit(r) && r != '-' })
}

func letterOrDigit(r rune) bool { return r >= 'a' && r <= 'z' || r >= '0' && r <= '9' }
