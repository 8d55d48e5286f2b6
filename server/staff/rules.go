package staff

import (
	"net/mail"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"teleconsult/server/auth"
	"teleconsult/server/fault"
)

// Roles are all roles that somebody can have in a department.
var Roles = []auth.Role{auth.Secretary, auth.Practitioner, auth.Manager}

// Longest texts, in characters.
const (
	maxName  = 100
	maxTitle = 20
	maxEmail = 254
)

// rppsDigits is the length of the national number of a professional.
const rppsDigits = 11

// isRPPS tells whether s is the national number of a professional: 11 digits, of which the last is Luhn's check
// digit (ANS, répertoire partagé des professionnels de santé).
func isRPPS(s string) bool {
	if len(s) != rppsDigits {
		return false
	}
	sum := 0
	for i, r := range []byte(s) {
		if r < '0' || r > '9' {
			return false
		}
		digit := int(r - '0')
		if (len(s)-i)%2 == 0 {
			if digit *= 2; digit > 9 {
				digit -= 9
			}
		}
		sum += digit
	}
	return sum%10 == 0 && strings.Trim(s, "0") != ""
}

// trimmed returns the member as it is stored, whatever spaces and capitals were typed.
func (m Member) trimmed() Member {
	m.Email = strings.ToLower(strings.TrimSpace(m.Email))
	m.FamilyName, m.GivenName, m.Title = strings.TrimSpace(m.FamilyName), strings.TrimSpace(m.GivenName), strings.TrimSpace(m.Title)
	m.RPPS = strings.Join(strings.FieldsFunc(m.RPPS, unicode.IsSpace), "")
	return m
}

// check finds everything that is wrong with a trimmed member.
func (m Member) check() []fault.Violation {
	var violations []fault.Violation
	add := func(field, code, message string) {
		violations = append(violations, fault.Violation{Field: field, Code: code, Message: message})
	}
	if !isEmail(m.Email) {
		add("email", "email_invalid", "Indiquez l’adresse professionnelle. Exemple : prenom.nom@aphp.fr.")
	}
	if !isName(m.FamilyName, maxName) {
		add("familyName", "family_name_invalid", "Indiquez le nom.")
	}
	if !isName(m.GivenName, maxName) {
		add("givenName", "given_name_invalid", "Indiquez le prénom.")
	}
	if m.Title != "" && !isName(m.Title, maxTitle) {
		add("title", "title_invalid", "Indiquez une civilité courte. Exemples : Dr, Pr, Mme, M.")
	}
	if m.RPPS != "" && !isRPPS(m.RPPS) {
		add("rpps", "rpps_invalid", "Ce numéro RPPS n’est pas valable : il compte 11 chiffres, dont une clé de contrôle.")
	}
	return violations
}

// isName takes what people are called; a line break or an invisible character in it would go into mails.
func isName(s string, longest int) bool {
	return s != "" && utf8.ValidString(s) && utf8.RuneCountInString(s) <= longest && !strings.ContainsFunc(s, unicode.IsControl)
}

func isEmail(address string) bool {
	parsed, err := mail.ParseAddress(address)
	if err != nil || parsed.Address != address || len(address) > maxEmail {
		return false
	}
	_, domain, _ := strings.Cut(address, "@")
	return strings.Contains(strings.Trim(domain, "."), ".") && !strings.ContainsFunc(address, unicode.IsControl)
}

// checkRoles refuses roles that do not exist. Each counts once however often it is named.
func checkRoles(roles []auth.Role) []fault.Violation {
	for _, r := range roles {
		if !slices.Contains(Roles, r) {
			return []fault.Violation{{Field: "roles", Code: "role_unknown", Message: "Ce rôle n’est pas connu."}}
		}
	}
	return nil
}

// difference returns which roles are added and which are taken between two sets, sorted.
func difference(before, after []auth.Role) (given, taken []auth.Role) {
	for _, r := range Roles {
		had, has := slices.Contains(before, r), slices.Contains(after, r)
		switch {
		case has && !had:
			given = append(given, r)
		case had && !has:
			taken = append(taken, r)
		}
	}
	return given, taken
}

var (
	errOwnRole = fault.New(fault.KindForbidden, "own_role",
		"Personne ne se donne un rôle à soi-même : demandez-le à un autre cadre du service ou à l’administrateur.")
	errLastManager = fault.New(fault.KindConflict, "last_manager",
		"Vous êtes la dernière personne qui gère ce service. Donnez d’abord ce rôle à quelqu’un d’autre.")
	errMember = fault.New(fault.KindConflict, "already_member",
		"Cette personne fait déjà partie du service : changez ses rôles dans la liste.")
	errDisabled = fault.New(fault.KindConflict, "account_disabled",
		"Le compte de cette personne est désactivé. Demandez à l’administrateur.")
	errElsewhere = fault.New(fault.KindForbidden, "member_elsewhere",
		"Cette personne a aussi des droits ailleurs : seul l’administrateur peut lui remettre un nouveau mot de passe.")
	errOwnPassword = fault.New(fault.KindConflict, "own_password", "Changez votre propre mot de passe avec l’actuel.")
)

// mayChange says whether the caller may turn somebody's roles into others; managers is how many managers of the
// department there are now. Nobody widens their own rights: two people stand behind every right. The
// administrator may leave a department without a manager, because they go on managing it.
func mayChange(caller auth.Caller, staffID string, before, after []auth.Role, managers int) error {
	given, taken := difference(before, after)
	switch {
	case staffID == caller.StaffID && len(given) > 0:
		return errOwnRole
	case !caller.Admin && managers <= 1 && slices.Contains(taken, auth.Manager):
		return errLastManager
	}
	return nil
}

// mayReset says whether the caller may hand somebody a new password: whoever does could sign in with it, so it
// takes the right to manage them everywhere.
func mayReset(caller auth.Caller, m Member, departments []string) error {
	if m.ID == caller.StaffID {
		return errOwnPassword
	}
	if caller.Admin {
		return nil
	}
	elsewhere := func(id string) bool { return !caller.Can(id, auth.StaffManage) }
	if m.IsAdmin || slices.ContainsFunc(departments, elsewhere) {
		return errElsewhere
	}
	return nil
}
