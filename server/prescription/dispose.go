package prescription

import (
	"context"
	"net/url"
	"strings"
	"time"

	"github.com/google/uuid"

	"teleconsult/notifications"
	"teleconsult/server/auth"
	"teleconsult/server/db"
	"teleconsult/server/encounter"
	"teleconsult/server/fault"
	"teleconsult/templates"
)

// DisposeInput is a document that staff left in the hospital's own file drop (Dispose).
type DisposeInput struct {
	// URL and Password are what the file drop gave; both are sealed in the queue and wiped once sent.
	URL, Password string
	// Until is the last day on which the file drop keeps it (YYYY-MM-DD).
	Until string
	// WantedToday: the patient needs it on the day itself.
	WantedToday bool
	// ByTelephone: the password is told by telephone, because there is one way to write only.
	ByTelephone bool
}

// Limits of what is pasted, in characters.
const (
	maxURL      = 2000
	maxPassword = 100
	minPassword = 4
)

// Check says what is wrong with it, all at once, and gives the last day.
func (in DisposeInput) Check(today time.Time) (until time.Time, err error) {
	var violations []fault.Violation
	add := func(field, code, message string) {
		violations = append(violations, fault.Violation{Field: field, Code: code, Message: message})
	}
	u, problem := url.Parse(in.URL)
	switch {
	case in.URL == "":
		add("url", "url_missing", "Collez le lien que Dispose a donné.")
	case len(in.URL) > maxURL || problem != nil || u.Scheme != "https" || u.Host == "" || u.User != nil || strings.ContainsAny(in.URL, " \t\r\n"):
		add("url", "url_invalid", "Ce n’est pas un lien complet : il commence par https://.")
	}
	switch n := length(in.Password); {
	case n < minPassword || n > maxPassword || strings.ContainsAny(in.Password, "\r\n"):
		add("password", "password_invalid", "Collez le mot de passe que Dispose a donné (4 à 100 caractères).")
	case strings.Contains(in.URL, in.Password):
		add("password", "password_in_url", "Le mot de passe figure dans le lien : les deux doivent partir séparément.")
	}
	until, problem = time.Parse(time.DateOnly, in.Until)
	if problem != nil || until.Before(today) || until.After(today.AddDate(0, 2, 0)) {
		add("until", "until_invalid", "Indiquez le dernier jour où le document est disponible, à partir d’aujourd’hui.")
	}
	return until, fault.Invalid(violations...)
}

// Dispose sends the link by one way and the password by another. With one address only, the password is told by telephone,
// which somebody has to say they will do (409 one_way).
func (s *Service) Dispose(ctx context.Context, caller auth.Caller, encounterID string, in DisposeInput) (*encounter.Facts, error) {
	in.URL, in.Password = strings.TrimSpace(in.URL), strings.TrimSpace(in.Password)
	return s.Encounters.Command(ctx, caller, auth.PrescriptionRecord, encounterID, "prescription.dispose",
		func(ctx context.Context, tx db.Tx, f *encounter.Facts) error {
			if err := Held(f.Status); err != nil {
				return err
			}
			now := s.Encounters.Now()
			until, err := in.Check(day(now, f.Department.Zone))
			if err != nil {
				return err
			}
			proof, err := s.sendDispose(ctx, tx, f, in, until, now)
			if err != nil {
				return err
			}
			return s.Advance(ctx, tx, Progress{
				EncounterID: f.ID, DepartmentID: f.Department.ID, DeliveryID: uuid.NewString(), Channel: Dispose, State: Sent, Proof: proof,
				WantedToday: in.WantedToday, StaffID: caller.StaffID, At: now,
			})
		})
}

// sendDispose puts both messages into the queue, and says by which ways they go.
func (s *Service) sendDispose(ctx context.Context, tx db.Tx, f *encounter.Facts, in DisposeInput, until, now time.Time) (string, error) {
	email, mobile := f.Patient.Contact()
	if email == "" && mobile == "" {
		return "", fault.New(fault.KindConflict, "contact_missing", "Ni adresse e-mail ni mobile pour envoyer le lien.")
	}
	if (email == "" || mobile == "") && !in.ByTelephone {
		return "", fault.New(fault.KindConflict, "one_way", "Ce patient n’a qu’une adresse : le mot de passe ne peut pas partir par le même canal. Dites-le au téléphone.")
	}
	link := Envelope(f, notifications.ChannelEmail, now)
	way := "e-mail"
	if email == "" {
		link, way = Envelope(f, notifications.ChannelSMS, now), "SMS"
	}
	link.Content = templates.DocumentLink{Sender: f.Sender(), Until: until.Add(12 * time.Hour), Zone: f.AppointmentWords().Zone}
	link.LinkToken = in.URL
	if _, err := s.Encounters.Outbox.Enqueue(ctx, tx, now, link); err != nil {
		return "", err
	}
	if in.ByTelephone || email == "" || mobile == "" {
		return "Dispose : lien par " + way + ", mot de passe dit par téléphone", nil
	}
	password := Envelope(f, notifications.ChannelSMS, now)
	password.Content, password.Password = templates.DocumentPassword{Sender: f.Sender()}, in.Password
	_, err := s.Encounters.Outbox.Enqueue(ctx, tx, now, password)
	return "Dispose : lien par e-mail, mot de passe par SMS", err
}

// day is the local day of a moment, midnight UTC.
func day(t time.Time, zone *time.Location) time.Time {
	if zone != nil {
		t = t.In(zone)
	}
	y, m, d := t.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}
