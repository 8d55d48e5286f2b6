// Package drop keeps one document for a patient until it is fetched, in a form that neither the database nor the
// server can read: it is encrypted with age (age-encryption.org, version 1) for a password that is stored nowhere in
// clear. The link goes to the patient by one way and the password by another. Behind the link the patient gives the
// birth date and the password; five wrong tries lock the document until somebody of the department unlocks it. It can
// be downloaded five times within seven days, can be taken back, and is deleted after that; the receipt stays.
//
// Sources: the hospital's tutorial of April 2020, stage 4 ("Dispose": link and password); NIST SP 800-63B for the
// entropy of the password and the number of tries.
package drop

import (
	"slices"
	"time"

	"teleconsult/notifications"
	"teleconsult/server/fault"
)

// State is what has become of a drop.
type State string

// The states.
const (
	// Arriving: its bytes are still being written; nobody can reach it.
	Arriving State = "arriving"
	// Standing: it waits for the patient.
	Standing State = "standing"
	// Expired, Revoked and UsedUp cannot be reached any more.
	Expired State = "expired"
	Revoked State = "revoked"
	UsedUp  State = "used-up" // the last download has begun
	// Abandoned never came whole.
	Abandoned State = "abandoned"
)

// Limits of a drop.
const (
	// MaxBytes is the largest document, before encryption.
	MaxBytes = 20 << 20
	// MaxTries are the wrong tries after which a drop is locked.
	MaxTries = 5
	// MaxDownloads are counted when they begin: somebody who breaks each of them off has read as much.
	MaxDownloads = 5
	// Life is how long a drop waits.
	Life = 7 * 24 * time.Hour
	// arrival is how long the bytes of a document may take to come.
	arrival = time.Hour
	// lastDownload is how long the last download may take until the document is deleted under it.
	lastDownload = time.Hour
)

// Drop is a drop without its document.
type Drop struct {
	ID           string `db:"id"`
	EncounterID  string `db:"encounter_id"`
	DepartmentID string `db:"department_id"`
	State        State  `db:"state"`
	MediaType    string `db:"media_type"`
	// Size is that of the document, in bytes, before encryption.
	Size int64 `db:"size"`
	// LinkMessage and PasswordMessage are ids; PasswordMessage is "" when the password is told by telephone.
	LinkMessage     string    `db:"link_message"`
	PasswordMessage string    `db:"password_message"`
	CreatedAt       time.Time `db:"created_at"`
	ExpiresAt       time.Time `db:"expires_at"`
	Tries           int       `db:"tries"`
	// LockedAt is nil unless the last try was found to be wrong.
	LockedAt  *time.Time `db:"locked_at"`
	Downloads int        `db:"downloads"`
	// FetchedAt is when the document first arrived whole, nil while it has not.
	FetchedAt *time.Time `db:"fetched_at"`
}

// Open tells whether the document can be reached at a moment; a locked one stands as well.
func (d Drop) Open(now time.Time) bool { return d.State == Standing && now.Before(d.ExpiresAt) }

// Locked tells whether no try is taken.
func (d Drop) Locked() bool { return d.Tries >= MaxTries }

// Now is the state at a moment, also where nobody has swept since it expired.
func (d Drop) Now(now time.Time) State {
	if d.State == Standing && !now.Before(d.ExpiresAt) {
		return Expired
	}
	return d.State
}

// Wish is what somebody wants of the two ways.
type Wish struct {
	// Link is the channel of the link, "" for the first one that there is: e-mail, then SMS.
	Link notifications.Channel
	// Telephone: the password is told, though there is a second channel.
	Telephone bool
}

// Route are the two ways to a patient.
type Route struct {
	Link notifications.Channel
	// Password is "" when it is told by telephone.
	Password notifications.Channel
}

// Choose finds the ways to a patient who has these channels. The password never goes by the channel of the link:
// without a second one it is told by telephone.
func Choose(has []notifications.Channel, w Wish) (Route, error) {
	r := Route{Link: w.Link}
	for _, c := range []notifications.Channel{notifications.ChannelEmail, notifications.ChannelSMS} {
		if slices.Contains(has, c) && r.Link == "" {
			r.Link = c
		}
	}
	if r.Link == "" || !slices.Contains(has, r.Link) {
		return Route{}, fault.New(fault.KindConflict, "contact_missing", "Ce patient n’a pas d’adresse pour recevoir le lien : choisissez une autre façon de remettre le document.")
	}
	for _, c := range has {
		if c != r.Link && !w.Telephone {
			r.Password = c
		}
	}
	return r, nil
}
