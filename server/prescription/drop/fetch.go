package drop

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"filippo.io/age"

	"teleconsult/server/auth"
	"teleconsult/server/db"
	"teleconsult/server/encounter"
	"teleconsult/server/fault"
	"teleconsult/server/secret"
	"teleconsult/server/trace"
)

// visit is somebody who opened the page of a document.
type visit struct {
	token string
	// language is the one the reader chose, "" for the patient's.
	language string
	by       trace.Actor
}

var (
	errLinkUnknown = fault.New(fault.KindNotFound, "link_unknown", "Ce lien n’est pas valable.")
	errLinkExpired = fault.New(fault.KindGone, "link_expired", "Ce lien n’est plus valable.")
)

// linkPath is where a document's page is, below the patients' pages.
const linkPath = "drop/"

// find looks up the link; it is the only thing that is done before the department is known.
func (s *Service) find(ctx context.Context, v visit) (Drop, error) {
	if !secret.IsToken(v.token) {
		return Drop{}, errLinkUnknown
	}
	var found *Drop
	err := s.Encounters.DB.InTx(ctx, db.System("patient-page"), func(ctx context.Context, tx db.Tx) (err error) {
		found, err = byToken(ctx, tx, s.tokenHash(v.token))
		return err
	})
	switch {
	case err != nil:
		return Drop{}, err
	case found == nil || found.State == Arriving || found.State == Abandoned:
		return Drop{}, errLinkUnknown
	case !found.Open(s.Encounters.Now()):
		return Drop{}, errLinkExpired
	}
	return *found, nil
}

// look is what the page shows before anything is given.
func (s *Service) look(ctx context.Context, v visit) (*encounter.Facts, Drop, error) {
	d, err := s.find(ctx, v)
	if err != nil {
		return nil, d, err
	}
	var f *encounter.Facts
	err = s.Encounters.DB.InTx(ctx, db.Departments(d.DepartmentID), func(ctx context.Context, tx db.Tx) (err error) {
		f, err = encounter.Load(ctx, tx, d.EncounterID, d.DepartmentID)
		return err
	})
	return f, d, err
}

// attempt is what a reader gives.
type attempt struct {
	birthDate time.Time
	// password is as ReadPassword returns it.
	password string
}

// outcome is what came of an attempt: a document, or how things stand after a wrong one.
type outcome struct {
	content *content
	drop    Drop
	facts   *encounter.Facts
}

// clientTries is how many wrong tries over all documents one address has within a quarter of an hour.
const clientTries = 20

// fetch opens a document. A try is counted, and the count committed, before anything is compared. A wrong birth date
// costs as much time as a wrong password, and nobody is told which of the two it was.
func (s *Service) fetch(ctx context.Context, v visit, a attempt) (outcome, error) {
	d, err := s.find(ctx, v)
	if err != nil {
		return outcome{}, err
	}
	leave, err := s.enter(ctx)
	if err != nil {
		return outcome{}, err
	}
	o, counted, err := s.count(ctx, v, d)
	if err != nil || !counted {
		leave()
		return o, err
	}
	plain, err := s.decrypt(ctx, o.drop, a.password)
	leave()
	wrong := errors.As(err, new(*age.NoIdentityMatchError)) || err == nil && !a.birthDate.Equal(o.facts.Patient.BirthDate)
	switch {
	case wrong:
		return o, s.refuse(ctx, v, o)
	case err != nil:
		return o, err
	}
	o.drop, err = s.begin(ctx, v, o)
	if err == nil {
		o.content = &content{
			service: s, ctx: context.WithoutCancel(ctx), visit: v, drop: o.drop, plain: plain, left: o.drop.Size,
		}
	}
	return o, err
}

// count counts a try; counted is false when none is taken any more.
func (s *Service) count(ctx context.Context, v visit, d Drop) (o outcome, counted bool, err error) {
	o.drop = d
	err = s.Encounters.DB.InTx(ctx, db.Departments(d.DepartmentID), func(ctx context.Context, tx db.Tx) error {
		var err error
		if o.facts, err = encounter.Load(ctx, tx, d.EncounterID, d.DepartmentID); err != nil {
			return err
		}
		now := s.Encounters.Now()
		if err = auth.NewLimiter(s.Encounters.Secrets).Take(ctx, tx, now, byClient(v)...); err != nil {
			return err
		}
		after, err := countTry(ctx, tx, d.ID, now)
		if err != nil {
			return err
		}
		if after == nil {
			o.drop.Tries = MaxTries
			return nil
		}
		o.drop, counted = *after, true
		if err = record(ctx, tx, d, "tried", "", now); err != nil {
			return err
		}
		return trace.Append(ctx, tx, now, v.by, o.facts.Traced("patient.drop-try", nil))
	})
	return o, counted, err
}

func byClient(v visit) []auth.Attempt {
	if v.by.ClientAddress == "" {
		return nil
	}
	return []auth.Attempt{{Kind: "document-drop.client", Value: auth.Network(v.by.ClientAddress), Free: clientTries}}
}

// decrypt opens a document with a password; age.NoIdentityMatchError is a wrong one.
func (s *Service) decrypt(ctx context.Context, d Drop, password string) (io.Reader, error) {
	identity, err := age.NewScryptIdentity(password)
	if err != nil {
		return nil, fmt.Errorf("password of a document: %w", err)
	}
	identity.SetMaxWorkFactor(s.work)
	// What is read later is read after the request's own context has ended.
	plain, err := age.Decrypt(&chunkReader{service: s, ctx: context.WithoutCancel(ctx), drop: d}, identity)
	if err != nil {
		return nil, fmt.Errorf("open a document: %w", err)
	}
	return plain, nil
}

// refuse notes a wrong try that was the last one.
func (s *Service) refuse(ctx context.Context, v visit, o outcome) error {
	if !o.drop.Locked() {
		return nil
	}
	return s.within(ctx, o.drop, "drop.locked", func(ctx context.Context, tx db.Tx, f *encounter.Facts) error {
		if err := trace.Append(ctx, tx, s.Encounters.Now(), v.by, f.Traced("patient.drop-lock", nil)); err != nil {
			return err
		}
		return s.noteLock(ctx, tx, o.drop)
	})
}

// noteLock records, once, that a drop is locked.
func (s *Service) noteLock(ctx context.Context, tx db.Tx, d Drop) error {
	now := s.Encounters.Now()
	locked, err := updateLocked(ctx, tx, d.ID, now)
	if err != nil || !locked {
		return err
	}
	if err = record(ctx, tx, d, "locked", "", now); err != nil || d.FetchedAt != nil {
		return err
	}
	return s.tell(ctx, tx, d, failed, "Dépôt chiffré bloqué après 5 essais, sans avoir été téléchargé.", "")
}

// within runs a change that the patient or the system makes: it holds the encounter and settles it.
func (s *Service) within(
	ctx context.Context, d Drop, happened string, change func(ctx context.Context, tx db.Tx, f *encounter.Facts) error,
) error {
	return s.Encounters.DB.InTx(ctx, db.Departments(d.DepartmentID), func(ctx context.Context, tx db.Tx) error {
		if err := encounter.Lock(ctx, tx, d.EncounterID, d.DepartmentID); err != nil {
			return err
		}
		f, err := encounter.Load(ctx, tx, d.EncounterID, d.DepartmentID)
		if err != nil {
			return err
		}
		if err = change(ctx, tx, f); err != nil {
			return err
		}
		_, err = s.Encounters.Settle(ctx, tx, d.DepartmentID, d.EncounterID, happened)
		return err
	})
}

// begin counts a download that begins.
func (s *Service) begin(ctx context.Context, v visit, o outcome) (Drop, error) {
	d := o.drop
	err := s.Encounters.DB.InTx(ctx, db.Departments(d.DepartmentID), func(ctx context.Context, tx db.Tx) error {
		now := s.Encounters.Now()
		if err := auth.NewLimiter(s.Encounters.Secrets).Refund(ctx, tx, byClient(v)...); err != nil {
			return err
		}
		after, err := beginDownload(ctx, tx, d.ID, now)
		switch {
		case err != nil:
			return err
		case after == nil:
			return errLinkExpired
		}
		d = *after
		if err = record(ctx, tx, d, "opened", "", now); err != nil {
			return err
		}
		return trace.Append(ctx, tx, now, v.by, o.facts.Traced("patient.drop-open", nil))
	})
	return d, err
}

// content is a document on its way to the patient.
type content struct {
	service *Service
	ctx     context.Context //nolint:containedctx // an io.Reader is handed none
	visit   visit
	drop    Drop
	plain   io.Reader
	// left is what has not been read, in bytes.
	left int64
	// moved is called at each sign of life, ended when there will be none any more.
	moved, ended func()
}

// Read implements io.Reader.
func (c *content) Read(b []byte) (int, error) {
	if c.moved != nil {
		c.moved()
	}
	n, err := c.plain.Read(b)
	c.left -= int64(n)
	return n, err
}

// Close implements io.Closer; CloseWithError does the work.
func (c *content) Close() error { return nil }

// CloseWithError is called when the document was written to the connection, or could not be. Only one that was
// written to its last byte is a receipt.
func (c *content) CloseWithError(err error) error {
	if c.ended != nil {
		c.ended()
	}
	return c.service.arrived(c.ctx, c.visit, c.drop, err == nil && c.left == 0)
}

// arrived records how a download ended. The first whole one is what the department waits for.
func (s *Service) arrived(ctx context.Context, v visit, d Drop, whole bool) error {
	return s.within(ctx, d, "drop.fetched", func(ctx context.Context, tx db.Tx, f *encounter.Facts) error {
		now := s.Encounters.Now()
		if !whole {
			return record(ctx, tx, d, "broken-off", "", now)
		}
		if err := record(ctx, tx, d, "fetched", "", now); err != nil {
			return err
		}
		if err := trace.Append(ctx, tx, now, v.by, f.Traced("patient.drop-fetch", nil)); err != nil {
			return err
		}
		first, err := updateFetched(ctx, tx, d.ID, now)
		if err != nil || !first {
			return err
		}
		return s.tell(ctx, tx, d, delivered, "Téléchargé par le patient le "+localMoment(f, now)+".", "")
	})
}

// localMoment is a moment on the department's clocks.
func localMoment(f *encounter.Facts, at time.Time) string {
	if f.Department.Zone != nil {
		at = at.In(f.Department.Zone)
	}
	return at.Format("02/01/2006 à 15:04")
}
