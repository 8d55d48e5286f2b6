// Package staff holds the people who work with the product and their roles per department.
package staff

import "strings"

// Member is somebody who works in one or more departments.
type Member struct {
	ID         string
	Email      string
	FamilyName string
	GivenName  string
	// Title is shown before the name: "Dr", "Pr", "Mme".
	Title string
	// RPPS is the national number of a professional (11 digits), "" when there is none.
	RPPS    string
	IsAdmin bool
}

// Name is how the member is called on screens and in the record: "Dr Claire Martin".
func (m Member) Name() string {
	return strings.TrimSpace(strings.Join([]string{m.Title, m.GivenName, m.FamilyName}, " "))
}
