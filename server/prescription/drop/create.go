package drop

import (
	"context"
	"fmt"
	"io"

	"filippo.io/age"
	"github.com/google/uuid"

	"teleconsult/notifications"
	"teleconsult/server/auth"
	"teleconsult/server/db"
	"teleconsult/server/encounter"
	"teleconsult/server/fault"
	"teleconsult/server/prescription"
	"teleconsult/server/secret"
	"teleconsult/templates"
)

// workFactor is that of scrypt (2^15): a tenth of a second and 32 MB for each password, with its 66 bits.
const workFactor = 15

// Created is a drop that was just made.
type Created struct {
	Drop
	// Password is given once, where it has to be told by telephone; "" where a message brings it.
	Password string
}

var errStanding = fault.New(fault.KindConflict, "drop_standing", "Un document attend déjà ce patient. Retirez-le avant d’en déposer un autre.")

// Create takes a document in as it comes, encrypts it, and sends the link and the password. Nothing can be reached and
// nothing is sent before it has come whole; what has come of one that does not is deleted.
//
// It refuses before the consultation has finished, where a document waits already and where the link can be sent
// nowhere (409), and what is not a whole PDF, JPEG or PNG of at most 20 MB (422, 413).
func (s *Service) Create(ctx context.Context, caller auth.Caller, encounterID string, w Wish, content io.Reader) (Created, error) {
	departmentID, err := s.mayCreate(ctx, caller, encounterID, w)
	if err != nil {
		return Created{}, err
	}
	came := &document{content: content}
	mediaType, whole, err := recognise(came)
	if err != nil {
		return Created{}, err
	}
	now := s.Encounters.Now()
	d := Drop{
		ID: uuid.Must(uuid.NewV7()).String(), EncounterID: encounterID, DepartmentID: departmentID, MediaType: mediaType,
		CreatedAt: now, ExpiresAt: now.Add(arrival),
	}
	token, password := secret.NewToken(), NewPassword()
	err = s.Encounters.DB.InTx(ctx, db.Departments(departmentID), func(ctx context.Context, tx db.Tx) error {
		return insertArriving(ctx, tx, d, s.tokenHash(token), caller.StaffID)
	})
	if err != nil {
		return Created{}, err
	}
	if err = s.encrypt(ctx, d, password, whole); err == nil {
		err = came.check(mediaType)
	}
	var told bool
	if err == nil {
		d.Size = came.size
		told, err = s.complete(ctx, caller, &d, w, token, password)
	}
	if err != nil {
		s.abandon(context.WithoutCancel(ctx), d)
		return Created{}, err
	}
	if !told {
		password = ""
	}
	return Created{Drop: d, Password: password}, nil
}

func (s *Service) tokenHash(token string) []byte {
	return s.Encounters.Secrets.MAC("document-drop", token)
}

// mayCreate refuses before the document comes what would be refused after it.
func (s *Service) mayCreate(ctx context.Context, caller auth.Caller, encounterID string, w Wish) (departmentID string, err error) {
	departments := caller.Departments(auth.EncounterRead)
	err = s.Encounters.DB.InTx(ctx, db.Departments(departments...), func(ctx context.Context, tx db.Tx) error {
		f, err := s.load(ctx, tx, caller, encounterID)
		if err != nil {
			return err
		}
		departmentID = f.Department.ID
		_, err = s.route(ctx, tx, f, w)
		return err
	})
	return departmentID, err
}

// route finds the two ways to the patient, and what speaks against a drop.
func (s *Service) route(ctx context.Context, tx db.Tx, f *encounter.Facts, w Wish) (Route, error) {
	if err := prescription.Held(f.Status); err != nil {
		return Route{}, err
	}
	before, err := standing(ctx, tx, f.ID)
	if err != nil {
		return Route{}, err
	}
	if before != nil && before.Open(s.Encounters.Now()) {
		return Route{}, errStanding
	}
	has, err := s.channels(ctx, tx, f)
	if err != nil {
		return Route{}, err
	}
	return Choose(has, w)
}

// channels are those by which the patient, or the representative, can be written to, e-mail first.
func (s *Service) channels(ctx context.Context, tx db.Tx, f *encounter.Facts) ([]notifications.Channel, error) {
	has := []notifications.Channel{}
	email, mobile := f.Patient.Contact()
	for _, way := range []notifications.Recipient{
		{Channel: notifications.ChannelEmail, Address: email}, {Channel: notifications.ChannelSMS, Address: mobile},
	} {
		if way.Address == "" {
			continue
		}
		refused, err := notifications.Refused(ctx, tx, s.Encounters.Outbox.Vault, way.Channel, []string{way.Address})
		if err != nil {
			return nil, err
		}
		if !refused[way.Address] {
			has = append(has, way.Channel)
		}
	}
	return has, nil
}

// encrypt writes a document as it comes, in parts, each in its own transaction: none waits for the network.
func (s *Service) encrypt(ctx context.Context, d Drop, password string, content io.Reader) error {
	key, _ := ReadPassword(password)
	recipient, err := age.NewScryptRecipient(key)
	if err != nil {
		return fmt.Errorf("password of a document: %w", err)
	}
	recipient.SetWorkFactor(s.work)
	parts := &chunkWriter{service: s, ctx: ctx, drop: d}
	leave, err := s.enter(ctx)
	if err != nil {
		return err
	}
	w, err := age.Encrypt(parts, recipient)
	leave()
	if err != nil {
		return fmt.Errorf("encrypt a document: %w", err)
	}
	if _, err = io.Copy(w, content); err != nil {
		return err
	}
	if err = w.Close(); err != nil {
		return err
	}
	return parts.flush()
}

// complete makes the document reachable and sends the link and the password. told: the password is to be told.
func (s *Service) complete(ctx context.Context, caller auth.Caller, d *Drop, w Wish, token, password string) (told bool, err error) {
	_, err = s.Encounters.Command(ctx, caller, auth.PrescriptionRecord, d.EncounterID, "drop.create",
		func(ctx context.Context, tx db.Tx, f *encounter.Facts) error {
			route, err := s.route(ctx, tx, f, w)
			if err != nil {
				return err
			}
			if err = s.endExpired(ctx, tx, f); err != nil {
				return err
			}
			now := s.Encounters.Now()
			d.State, d.CreatedAt, d.ExpiresAt = Standing, now, now.Add(Life)
			if err = s.send(ctx, tx, f, d, route, token, password); err != nil {
				return err
			}
			if stands, err := updateStanding(ctx, tx, *d); err != nil || !stands {
				return orInterrupted(err)
			}
			if err = record(ctx, tx, *d, "created", caller.StaffID, now); err != nil {
				return err
			}
			told = route.Password == ""
			return s.tell(ctx, tx, *d, sent, route.words(), caller.StaffID)
		})
	return told, err
}

func orInterrupted(err error) error {
	if err == nil {
		return errInterrupted
	}
	return err
}

// words says how the two go, as a proof of the sending.
func (r Route) words() string {
	way := map[notifications.Channel]string{
		notifications.ChannelEmail: "par e-mail", notifications.ChannelSMS: "par SMS", "": "à dire par téléphone",
	}
	return "Dépôt chiffré : lien " + way[r.Link] + ", mot de passe " + way[r.Password] + "."
}

// send puts the link and the password into the queue. They have no slot and nothing follows them: no other channel
// ever takes their place.
func (s *Service) send(ctx context.Context, tx db.Tx, f *encounter.Facts, d *Drop, r Route, token, password string) (err error) {
	now, zone := s.Encounters.Now(), f.AppointmentWords().Zone
	sender := f.Sender()
	link := prescription.Envelope(f, r.Link, now)
	link.Content = templates.DocumentLink{Sender: sender, Until: d.ExpiresAt, Zone: zone}
	link.LinkToken = linkPath + token
	if d.LinkMessage, err = s.Encounters.Outbox.Enqueue(ctx, tx, now, link); err != nil || r.Password == "" {
		return err
	}
	second := prescription.Envelope(f, r.Password, now)
	second.Content, second.Password = templates.DocumentPassword{Sender: sender, Password: password}, password
	d.PasswordMessage, err = s.Encounters.Outbox.Enqueue(ctx, tx, now, second)
	return err
}

// abandon deletes what has come of a document that did not come whole. Where that fails, a sweep does it.
func (s *Service) abandon(ctx context.Context, d Drop) {
	_ = s.Encounters.DB.InTx(ctx, db.Departments(d.DepartmentID), func(ctx context.Context, tx db.Tx) error {
		if _, err := updateState(ctx, tx, d.ID, Arriving, Abandoned); err != nil {
			return err
		}
		return erase(ctx, tx, d.ID, s.Encounters.Now())
	})
}
