// Package correspondence is what staff see of and do about the messages of one encounter: what became of each in
// plain French, sending one again or taking one back, a telephone call that was made, a delay that is announced,
// and the people whom no message has reached.
package correspondence

import "teleconsult/server/encounter"

// Service is what the use cases of the correspondence need.
type Service struct {
	// Encounters has the database, the clock and the secrets, keeps the facts and writes the messages.
	Encounters *encounter.Service
}
