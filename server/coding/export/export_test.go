package export_test

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2/humatest"
	"github.com/xuri/excelize/v2"

	"teleconsult/server/auth"
	"teleconsult/server/coding"
	"teleconsult/server/coding/export"
	"teleconsult/server/db"
	"teleconsult/server/dbtest"
	"teleconsult/server/encountertest"
	"teleconsult/server/fault"
	"teleconsult/server/patient/ins"
	"teleconsult/server/problem"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

type world struct {
	*encountertest.World
	exports *export.Service
	codes   *coding.Service
	t       testing.TB
}

func newWorld(t testing.TB) *world {
	t.Helper()
	w := encountertest.New(t)
	w.Exec(`UPDATE department SET unit = '123', speciality = 'psychiatry' WHERE id = $1`, w.Department)
	return &world{
		World: w, t: t, exports: &export.Service{Encounters: w.Encounters},
		codes: &coding.Service{Encounters: w.Encounters, Telephone: coding.TelephoneException()},
	}
}

// today is the day of the world's consultations.
var today = time.Date(2026, time.May, 12, 0, 0, 0, 0, time.UTC)

func (w *world) record(id string, in coding.Input) {
	w.t.Helper()
	w.Now = w.Now.Add(time.Minute)
	if in.State == coding.Coded {
		offer, err := w.codes.Codes(context.Background(), w.Secretary, id)
		if err != nil {
			w.t.Fatal(err)
		}
		in.ActivityCodeID = offer.Choices[0].ID
	}
	if _, err := w.codes.Code(context.Background(), w.Secretary, id, in); err != nil {
		w.t.Fatal(err)
	}
}

var asCoded = coding.Input{State: coding.Coded}

func (w *world) export() export.Batch {
	w.t.Helper()
	b, err := w.exports.Make(context.Background(), w.Secretary, w.Department, today)
	if err != nil {
		w.t.Fatal(err)
	}
	return b
}

func (w *world) file(b export.Batch, format string) []byte {
	w.t.Helper()
	number, content, err := w.exports.Fetch(context.Background(), w.Secretary, b.ID, format)
	if err != nil || number != b.Number {
		w.t.Fatalf("batch %d: %v", number, err)
	}
	return content
}

// table reads a CSV file whose cells hold no semicolon.
func (w *world) table(b export.Batch) []map[string]string {
	w.t.Helper()
	text := strings.TrimSuffix(strings.TrimPrefix(string(w.file(b, "csv")), "\uFEFF"), "\r\n")
	lines := strings.Split(text, "\r\n")
	header := strings.Split(lines[0], ";")
	var rows []map[string]string
	for _, line := range lines[1:] {
		row := map[string]string{}
		for i, cell := range strings.Split(line, ";") {
			row[header[i]] = strings.Trim(cell, `"`)
		}
		rows = append(rows, row)
	}
	return rows
}

func TestTheColumnsOfABatch(t *testing.T) {
	w := newWorld(t)
	id := w.Held()
	w.record(id, asCoded)
	b := w.export()
	if b.Number != 1 || b.Acts != 1 || b.Corrections != 0 || b.Target != "Gilda" {
		t.Errorf("%+v", b)
	}
	rows := w.table(b)
	if len(rows) != 1 || len(rows[0]) != 33 {
		t.Fatalf("%v", rows)
	}
	for column, want := range map[string]string{
		"Lot": "1", "Nature": "nouveau", "N° de venue (NDA)": "", "IPP": "8012345678", "Nom": "DURAND", "Prénom": "Zoé", "Date de naissance": "03/02/1950",
		"UF": "123", "Hôpital": "Hôpital Exemple", "Praticien": "Dr Claire Martin", "RPPS du praticien": "10000023084", "Date": "12/05/2026",
		"Heure de début": "14:32", "Durée (min)": "19", "Modalité": "vidéo", "Outil": "Zoom", "Connu depuis moins de 12 mois": "", "Code": "TCS",
		"Quantité": "1", "Coefficient": "1", "Montant (€)": "50,20", "Justification": "", "État": "codé", "Codé par": "Dr Claire Petit",
		"Codé le": "12/05/2026 15:01", "Remarque": "",
	} {
		if got := rows[0][column]; got != want {
			t.Errorf("%s: %q, want %q", column, got, want)
		}
	}
	book, err := excelize.OpenReader(bytes.NewReader(w.file(b, "xlsx")))
	if err != nil {
		t.Fatal(err)
	}
	cells, err := book.GetRows("Lot 1")
	if err != nil || len(cells) != 2 || len(cells[0]) != 33 || cells[1][5] != "DURAND" {
		t.Errorf("%v, %v", cells, err)
	}
}

// An act leaves once. Reopened with a reason, or refused by the software, it leaves again, and the file says that it did.
func TestAnActIsExportedOnceUnlessReopened(t *testing.T) {
	w := newWorld(t)
	kept, changed, takenBack, refused := w.Held(), w.Held(), w.Held(), w.Held()
	free := w.Held()
	for _, id := range []string{kept, changed, takenBack, refused} {
		w.record(id, asCoded)
	}
	w.record(free, coding.Input{State: coding.NotBillable, ReasonCode: "free", Reason: "secret médical"}) // nothing to hand over
	first := w.export()
	if first.Acts != 4 {
		t.Fatalf("%+v", first)
	}
	if _, err := w.exports.Make(t.Context(), w.Secretary, w.Department, today); fault.CodeOf(err) != "nothing_to_export" {
		t.Fatalf("twice: %v", err)
	}
	frozen, book := w.file(first, "csv"), w.file(first, "xlsx")

	if _, err := w.codes.Code(t.Context(), w.Secretary, changed, coding.Input{State: coding.NotBillable, ReasonCode: "free"}); fault.CodeOf(err) != "act_exported" {
		t.Fatalf("changed without a reason: %v", err)
	}
	if _, err := w.codes.Undo(t.Context(), w.Secretary, refused); fault.CodeOf(err) != "nothing_to_undo" {
		t.Fatalf("undone after it left: %v", err)
	}
	w.record(changed, coding.Input{State: coding.Reopened, ReasonCode: "mistake"})
	w.record(changed, asCoded)
	w.record(takenBack, coding.Input{State: coding.Reopened, ReasonCode: "corrected"})
	w.record(takenBack, coding.Input{State: coding.NotBillable, ReasonCode: "included", Reason: "dépression"})
	w.record(refused, coding.Input{State: coding.Refused, ReasonCode: "no-visit"})
	second := w.export()
	if second.Number != 2 || second.Acts != 2 || second.Corrections != 2 {
		t.Errorf("%+v", second)
	}
	var natures []string
	for _, row := range w.table(second) {
		natures = append(natures, row["Nature"]+" "+row["Code"]+" "+row["État"]+" "+row["Remarque"])
	}
	slices.Sort(natures)
	if want := []string{"annulation  non facturable compris dans un autre acte ou un forfait", "correction TCS codé "}; !slices.Equal(natures, want) {
		t.Errorf("%q, want %q", natures, want)
	}
	w.record(refused, asCoded)
	if third := w.export(); third.Number != 3 || third.Acts != 1 || third.Corrections != 1 {
		t.Errorf("%+v", third)
	}
	// Whatever was corrected since, a batch stays what it was, to the byte.
	w.Exec(`UPDATE patient SET family_name = 'Autre'`)
	w.Exec(`UPDATE activity_code SET amount_cents = 1`)
	if !bytes.Equal(w.file(first, "csv"), frozen) || !bytes.Equal(w.file(first, "xlsx"), book) {
		t.Error("a batch has changed")
	}
	for _, b := range []export.Batch{first, second} {
		for _, secret := range []string{"secret", "dépression"} {
			if strings.Contains(string(w.file(b, "csv")), secret) {
				t.Errorf("batch %d tells %q", b.Number, secret)
			}
		}
	}
	if n := w.Count(`SELECT count(*) FROM audit_event WHERE action = 'coding-export.download' AND actor_id = $1`, w.Secretary.StaffID); n < 7 {
		t.Errorf("%d downloads were traced", n)
	}
	if n := w.Count(`SELECT count(*) FROM audit_event WHERE action = 'coding-export.make'`); n != 3 {
		t.Errorf("%d exports were traced", n)
	}
}

// Exports that are asked for at once take every act once, under numbers without holes.
func TestExportsAtOnce(t *testing.T) {
	w := newWorld(t)
	for range 6 {
		w.record(w.Held(), asCoded)
	}
	const askers = 4
	done := make(chan error, askers)
	for range askers {
		go func() {
			_, err := w.exports.Make(context.Background(), w.Manager, w.Department, today)
			done <- err
		}()
	}
	made := 0
	for range askers {
		if err := <-done; err == nil {
			made++
		} else if fault.CodeOf(err) != "nothing_to_export" {
			t.Error(err)
		}
	}
	if n := w.Count(`SELECT count(*) FROM coding_export_row`); made != 1 || n != 6 {
		t.Errorf("%d batches, %d acts", made, n)
	}
	if _, err := w.exports.Make(t.Context(), w.Secretary, w.Department, today.AddDate(0, 0, -1)); fault.CodeOf(err) != "nothing_to_export" {
		t.Errorf("a day too early: %v", err)
	}
	w.record(w.Held(), asCoded)
	if b := w.export(); b.Number != 2 {
		t.Errorf("%+v", b)
	}
}

func TestExportsAreBehindTheWall(t *testing.T) {
	w := newWorld(t)
	w.record(w.Held(), asCoded)
	b := w.export()
	if _, _, err := w.exports.Fetch(t.Context(), w.Stranger, b.ID, "csv"); fault.KindOf(err) != fault.KindNotFound {
		t.Errorf("a stranger reads a batch: %v", err)
	}
	if _, _, err := w.exports.List(t.Context(), w.Stranger, w.Department, 0); fault.KindOf(err) != fault.KindNotFound {
		t.Errorf("a stranger lists batches: %v", err)
	}
	if _, err := w.exports.Make(t.Context(), w.Stranger, w.Department, today); fault.KindOf(err) != fault.KindNotFound {
		t.Errorf("a stranger makes one: %v", err)
	}
	other := w.Stranger.Departments(auth.ActCode)
	for _, table := range []string{"coding_export", "coding_export_row"} {
		var n int
		err := w.DB.InTx(t.Context(), db.Departments(other...), func(ctx context.Context, tx db.Tx) error {
			return tx.GetContext(ctx, &n, `SELECT count(*) FROM `+table)
		})
		if err != nil || n != 0 {
			t.Errorf("%s shows %d rows (%v)", table, n, err)
		}
		for _, change := range []string{`DELETE FROM ` + table, `UPDATE ` + table + ` SET department_id = department_id`} {
			err = w.DB.InTx(t.Context(), db.System("test"), func(ctx context.Context, tx db.Tx) error {
				_, err := tx.ExecContext(ctx, change)
				return err
			})
			if err == nil {
				t.Errorf("%s was allowed", change)
			}
		}
	}
}

func TestExportsOverHTTP(t *testing.T) {
	problem.Install()
	w := newWorld(t)
	_, api := humatest.New(t)
	export.Register(api, w.exports)
	secretary := auth.WithCaller(context.Background(), w.Secretary)
	for range 52 {
		w.record(w.Held(), asCoded)
		w.export()
	}
	w.record(w.Held(), asCoded)
	type page struct {
		Items   []export.CodingExport
		Waiting int
		Next    string
	}
	read := func(answer *httptest.ResponseRecorder, status int, into any) {
		t.Helper()
		if err := json.Unmarshal(answer.Body.Bytes(), into); err != nil || answer.Code != status {
			t.Fatalf("status %d: %s (%v)", answer.Code, answer.Body, err)
		}
	}
	path := "/coding-exports?departmentId=" + w.Department
	var first, rest page
	read(api.GetCtx(secretary, path), 200, &first)
	read(api.GetCtx(secretary, path+"&cursor="+first.Next), 200, &rest)
	if len(first.Items) != 50 || first.Items[0].Number != 52 || first.Waiting != 1 || len(rest.Items) != 2 || rest.Next != "" || rest.Items[1].Number != 1 {
		t.Errorf("%d items, next %q, then %d", len(first.Items), first.Next, len(rest.Items))
	}
	var made export.CodingExport
	body := map[string]any{"departmentId": w.Department, "until": "2026-05-12"}
	answer := api.PostCtx(secretary, "/coding-exports", body)
	read(answer, 201, &made)
	if made.Number != 53 || answer.Header().Get("Location") != "/api/v1/coding-exports/"+made.ID+"/file" {
		t.Errorf("%+v", made)
	}
	file := api.GetCtx(secretary, "/coding-exports/"+made.ID+"/file?format=xlsx")
	if file.Code != http.StatusOK || file.Header().Get("Content-Disposition") != `attachment; filename="codage-lot-53.xlsx"` || file.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("%d %v", file.Code, file.Header())
	}
	for name, c := range map[string]struct {
		answer *httptest.ResponseRecorder
		want   int
	}{
		"nothing left":    {api.PostCtx(secretary, "/coding-exports", body), 409},
		"no day":          {api.PostCtx(secretary, "/coding-exports", map[string]any{"departmentId": w.Department, "until": "mai"}), 422},
		"nobody":          {api.Get(path), 401},
		"another format":  {api.GetCtx(secretary, "/coding-exports/"+made.ID+"/file?format=pdf"), 422},
		"no such batch":   {api.GetCtx(secretary, "/coding-exports/"+w.Department+"/file"), 404},
		"another's batch": {api.GetCtx(auth.WithCaller(context.Background(), w.Stranger), "/coding-exports/"+made.ID+"/file"), 404},
	} {
		if c.answer.Code != c.want {
			t.Errorf("%s: %d, want %d", name, c.answer.Code, c.want)
		}
	}
}

// BenchmarkExport measures a batch of 2,000 acts, with both files.
func BenchmarkExport(b *testing.B) {
	for b.Loop() {
		b.StopTimer()
		w := newWorld(b) // an act leaves once
		w.Exec(`INSERT INTO encounter (id, department_id, patient_id, practitioner_id, status, modality, tool, tool_reason, planned_start, planned_end,
				started_at, finished_at, created_by, created_at, updated_at)
			SELECT gen_random_uuid(), $1, $2, $3, 'finished', 'video', 'zoom', '', at, at + interval '10 minutes', at, at + interval '9 minutes', $3, at, at
			FROM generate_series(1, 2000) AS n CROSS JOIN LATERAL (SELECT timestamptz '2026-05-12 05:00Z' + n / 20 * interval '1 minute' AS at) AS t`,
			w.Department, w.Patient, w.Practitioner.StaffID)
		w.Exec(`INSERT INTO coding_entry (id, encounter_id, department_id, state, activity_code_id, coded_by, coded_at)
			SELECT gen_random_uuid(), e.id, e.department_id, 'coded', (SELECT id FROM activity_code WHERE code = 'TC'), $1, e.finished_at
			FROM encounter AS e WHERE e.department_id = $2`, w.Secretary.StaffID, w.Department)
		b.StartTimer()
		if batch := w.export(); batch.Acts != 2000 {
			b.Fatal(batch.Acts)
		}
	}
}

// Only a qualified INS may leave (RNIV), and neither it nor a name can be read in what is kept.
func TestTheINSOfABatch(t *testing.T) {
	const matricule = "279035121518989"
	for _, c := range []struct {
		status ins.Status
		want   string
	}{{ins.Qualified, matricule}, {"VALI", ""}} {
		w := newWorld(t)
		w.record(w.Held(), asCoded)
		w.In(func(ctx context.Context, tx db.Tx) error {
			known := ins.Identity{Matricule: matricule, OID: "1.2.250.1.213.1.4.8", Status: c.status}
			return ins.Store(ctx, tx, w.Encounters.Secrets, w.Now, w.Department, w.Patient, w.Practitioner.StaffID, known)
		})
		b := w.export()
		if got := w.table(b)[0]["INS"]; got != c.want {
			t.Errorf("%s: %q, want %q", c.status, got, c.want)
		}
		if n := w.Count(`SELECT count(*) FROM coding_export WHERE position('Zoé'::bytea IN csv) + position($1::bytea IN csv) > 0`, matricule); n != 0 {
			t.Error("what is kept of a batch can be read without the key")
		}
	}
}
