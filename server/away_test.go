package main

import (
	"context"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"teleconsult/server/auth"
	"teleconsult/server/db"
	"teleconsult/server/demo"
	"teleconsult/server/department"
	"teleconsult/server/staff"
)

// outside is the program as it runs in production: a Postgres that it did not start, and providers that it
// does not know to be there.
type outside struct {
	*app
	folder  string
	cluster *db.Cluster
}

// startOutside runs the program against a cluster of the test's own and a mail relay where nobody listens.
func startOutside(t *testing.T) *outside {
	t.Helper()
	folder, err := os.MkdirTemp("", "teleconsult-away-") //nolint:usetesting // another user must be able to enter it: t.TempDir is closed to all but root
	if err != nil {
		t.Fatal(err)
	}
	if err = os.Chmod(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(folder) })
	o := &outside{app: &app{t: t}, folder: folder}
	if o.paris, err = time.LoadLocation("Europe/Paris"); err != nil {
		t.Fatal(err)
	}
	o.postgresComes()
	t.Cleanup(func() { o.cluster.Stop() })
	if err = db.Migrate(context.Background(), o.cluster.OwnerURL(), o.cluster.AppURL()); err != nil {
		t.Fatal(err)
	}
	o.populate()
	ctx, cancel := context.WithCancel(context.Background())
	out, in := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		err := run(ctx, []string{"serve"}, []string{
			"PORT=0", "ENV=development", "LISTEN_ADDR=127.0.0.1", "DATA_DIR=" + folder + "/app", "DATABASE_URL=" + o.cluster.AppURL(),
			"SMTP_URL=smtp://127.0.0.1:9", "SMTP_FROM=ne-pas-repondre@exemple.fr",
			"TWILIO_ACCOUNT_SID=AC00000000000000000000000000000000", "TWILIO_AUTH_TOKEN=x", "TWILIO_FROM=APHP",
			"TWILIO_BASE_URL=http://127.0.0.1:9",
		}, strings.NewReader(""), in)
		_ = in.CloseWithError(err)
		ended <- err
	}()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("the program ended with %v", err)
		}
	})
	o.url = awaitReady(t, out)
	return o
}

func (o *outside) postgresComes() {
	o.t.Helper()
	cluster, err := db.StartCluster(context.Background(), o.folder, "fsync=off")
	if err != nil {
		o.t.Fatal(err)
	}
	o.cluster = cluster
}

// populate adds a department with a practitioner, as an administrator would.
func (o *outside) populate() {
	o.t.Helper()
	database, err := db.Open(context.Background(), o.cluster.AppURL())
	if err != nil {
		o.t.Fatal(err)
	}
	defer func() { _ = database.Close() }()
	departments, err := demo.Departments("Europe/Paris")
	if err != nil {
		o.t.Fatal(err)
	}
	m := staff.Member{ID: uuid.NewString(), Email: "medecin@demo.test", Title: "Dr", GivenName: "Claire", FamilyName: "Martin"}
	err = database.InTx(context.Background(), db.System("test"), func(ctx context.Context, tx db.Tx) error {
		if err := department.Insert(ctx, tx, departments[0]); err != nil {
			return err
		}
		if err := staff.Insert(ctx, tx, m, auth.HashPassword(demo.Password)); err != nil {
			return err
		}
		return staff.GiveRole(ctx, tx, m.ID, departments[0].ID, string(auth.Practitioner))
	})
	if err != nil {
		o.t.Fatal(err)
	}
}

// TestPostgresAwayForTenSeconds: while it is away everybody is told so and to try again, and nothing typed is
// taken for done; when it is back the same request succeeds without a restart.
func TestPostgresAwayForTenSeconds(t *testing.T) {
	o := startOutside(t)
	doctor := o.signIn("medecin@demo.test")
	departmentID, practitioner := doctor.department()
	in := map[string]any{
		"departmentId": departmentID, "practitionerId": practitioner, "date": time.Now().AddDate(0, 0, 2).Format(time.DateOnly),
		"time": "14:30", "durationMinutes": 20, "modality": "video", "tool": "ortif",
		"patient": map[string]any{"familyName": "Patience", "givenName": "Aude", "birthDate": "1980-01-02", "email": "aude@exemple.fr"},
	}
	o.cluster.Stop()
	away := time.Now()
	r := doctor.refused(http.MethodPost, "/encounters", in, http.StatusServiceUnavailable)
	if r.Code != "database_unavailable" {
		t.Errorf("code %s, want database_unavailable", r.Code)
	}
	if status := o.status("/readyz"); status != http.StatusServiceUnavailable {
		t.Errorf("/readyz says %d while the database is away", status)
	}
	if status := o.status("/healthz"); status != http.StatusOK {
		t.Errorf("/healthz says %d: the program itself is well", status)
	}
	time.Sleep(time.Until(away.Add(10 * time.Second))) // the ten seconds of the title
	o.postgresComes()
	o.until("ready again", func() bool { return o.status("/readyz") == http.StatusOK })
	var v view
	doctor.do(http.MethodPost, "/encounters", in, http.StatusCreated, &v)

	// Live events follow again, without the screen asking anew.
	events := doctor.events()
	o.until("live again", func() bool {
		doctor.command(v.ID, "appointment", nil)
		return events.has(v.ID)
	})
}

// TestProvidersDown: neither a mail relay nor Twilio answers. The encounter is planned all the same, the
// message waits with its reason, and the chain does not claim that anybody was told.
func TestProvidersDown(t *testing.T) {
	o := startOutside(t)
	doctor := o.signIn("medecin@demo.test")
	start := time.Now().In(o.paris).Add(80 * time.Minute).Truncate(time.Minute)
	byMail := doctor.schedule(start, person{family: "Poste", given: "Restante", born: "1980-01-02", email: "poste@exemple.fr"}, "zoom")
	bySMS := doctor.schedule(start, person{family: "Sans", given: "Reseau", born: "1980-01-02", mobile: "0612345678"}, "zoom")
	for _, id := range []string{byMail.ID, bySMS.ID} {
		o.until("a try to send", func() bool {
			messages := doctor.encounter(id).Messages
			return len(messages) == 1 && messages[0].Code != ""
		})
		v := doctor.encounter(id)
		if m := v.Messages[0]; m.Word != "en file" || m.Explanation == "" {
			t.Errorf("message %+v, want it waiting, with the reason in words", m)
		}
		v.wantStep(t, "information", "waiting", "system")
	}
}

func (a *app) status(path string) int {
	a.t.Helper()
	answer, err := http.Get(a.url + path)
	if err != nil {
		a.t.Fatal(err)
	}
	_ = answer.Body.Close()
	return answer.StatusCode
}

// has tells whether an event about the encounter came within a second.
func (s *stream) has(id string) bool {
	timeout := time.After(time.Second)
	for {
		select {
		case line := <-s.lines:
			if strings.HasPrefix(line, "data:") && strings.Contains(line, id) {
				return true
			}
		case <-timeout:
			return false
		}
	}
}
