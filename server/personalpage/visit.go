package personalpage

import (
	"context"
	"crypto/hmac"
	"encoding/hex"
	"strconv"
	"strings"
	"time"

	"teleconsult/notifications"
	"teleconsult/server/consent"
	"teleconsult/server/db"
	"teleconsult/server/encounter"
	"teleconsult/server/fault"
	"teleconsult/server/secret"
	"teleconsult/server/trace"
)

// visit is somebody who opened a personal page.
type visit struct {
	token string
	// proof is the device's cookie, "" when it has none.
	proof string
	// language is the one the reader chose, "" for the patient's.
	language string
	// via is the channel whose link was opened, "" when that is not known.
	via notifications.Channel
	by  trace.Actor
}

var (
	errLinkUnknown = fault.New(fault.KindNotFound, "link_unknown", "Ce lien n’est pas valable.")
	errLinkExpired = fault.New(fault.KindGone, "link_expired", "Ce lien n’est plus valable.")
	errUnproven    = fault.New(fault.KindUnauthenticated, "birth_date_needed", "Indiquez la date de naissance du patient.")
)

func notNow(code, detail string) error { return fault.New(fault.KindConflict, code, detail) }

// find looks up the link; it is the only thing on a patient page that is done before the department is known.
func (s *Service) find(ctx context.Context, v visit) (access, error) {
	if !secret.IsToken(v.token) {
		return access{}, errLinkUnknown
	}
	var a access
	err := s.Encounters.DB.InTx(ctx, db.System("patient-page"), func(ctx context.Context, tx db.Tx) (err error) {
		a, err = findAccess(ctx, tx, s.Encounters.AccessHash(v.token))
		return err
	})
	switch {
	case fault.KindOf(err) == fault.KindNotFound:
		return a, errLinkUnknown
	case err != nil:
		return a, err
	case a.RevokedAt.Valid || !s.Encounters.Now().Before(a.ExpiresAt):
		return a, errLinkExpired
	}
	return a, nil
}

// visited runs a use case of the personal page behind its door: the link stands, and this device has given
// the birth date where the department asks for it. use tells what happened, "" for nothing; then the chain is
// settled. Without the birth date the facts come back with errUnproven, for the page that asks.
func (s *Service) visited(
	ctx context.Context, v visit, use func(ctx context.Context, tx db.Tx, f *encounter.Facts) (happened string, err error),
) (*encounter.Facts, error) {
	a, err := s.find(ctx, v)
	if err != nil {
		return nil, err
	}
	var f *encounter.Facts
	err = s.Encounters.DB.InTx(ctx, db.Departments(a.DepartmentID), func(ctx context.Context, tx db.Tx) error {
		if err := encounter.Lock(ctx, tx, a.EncounterID, a.DepartmentID); err != nil {
			return err
		}
		var err error
		if f, err = encounter.Load(ctx, tx, a.EncounterID, a.DepartmentID); err != nil {
			return err
		}
		if f.Department.BirthDateAsked && !s.proven(v, f) {
			return errUnproven
		}
		happened, err := use(ctx, tx, f)
		if err != nil || happened == "" {
			return err
		}
		f, err = s.Encounters.Settle(ctx, tx, f.Department.ID, f.ID, happened)
		return err
	})
	return f, err
}

// proof is what a device keeps once it has given the birth date: a keyed hash over link, encounter and birth
// date, so that nothing is stored and a corrected birth date is asked again.
func (s *Service) proof(token string, f *encounter.Facts, until time.Time) string {
	expiry := strconv.FormatInt(until.Unix(), 10)
	mac := s.Encounters.Secrets.MAC("patient-proof", token, f.ID, f.Patient.BirthDate.Format(time.DateOnly), expiry)
	return expiry + "." + hex.EncodeToString(mac)
}

func (s *Service) proven(v visit, f *encounter.Facts) bool {
	expiry, _, _ := strings.Cut(v.proof, ".")
	seconds, err := strconv.ParseInt(expiry, 10, 64)
	if err != nil {
		return false
	}
	until := time.Unix(seconds, 0)
	return s.Encounters.Now().Before(until) && hmac.Equal([]byte(v.proof), []byte(s.proof(v.token, f, until)))
}

// languageOf is what the page is written in: the reader's choice, else the patient's language.
func (v visit) languageOf(f *encounter.Facts) string {
	if v.language != "" {
		return v.language
	}
	return f.Patient.Language
}

// noticeFor is the notice for the encounter as it is planned now.
func noticeFor(f *encounter.Facts, language string) (consent.Notice, error) {
	d := f.Department
	setting := consent.Setting{
		Language: language, Tool: f.Tool, Secure: d.IsSecure(f.Tool), Representative: f.Patient.Representative != nil,
	}
	if len(d.Tools) > 0 && d.IsSecure(d.Tools[0]) {
		setting.Preferred = d.Tools[0]
	}
	return consent.NoticeFor(setting)
}
