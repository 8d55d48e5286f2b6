// Package worklist shows many encounters at once: a department's day, what is missing and waits for somebody,
// and who did or saw what of one of them. It only reads: what it sorts by is the summary that every use case of
// the encounter leaves on the row.
package worklist

import "teleconsult/server/encounter"

// Service is what the worklists need.
type Service struct {
	// Encounters has the database and the clock, and reads the facts.
	Encounters *encounter.Service
}
