package main

import (
	"context"
	"log/slog"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/valyala/fasthttp"

	"teleconsult/server/auth"
	"teleconsult/server/config"
	"teleconsult/server/db"
	"teleconsult/server/dbtest"
	"teleconsult/server/demo"
	"teleconsult/server/secret"
)

// Size of the figures' department: 500,000 encounters over two years with 20 practitioners, 4 messages and 10 events each.
const (
	figureWeeks, figureEncounters, figurePractitioners = 104, 500_000, 20
	figureMessages, figureEvents                       = 4, 10
)

// BenchmarkFigures measures the figures of two years through the whole server, one request at a time; how long the
// server needs to count them, all and one week of them; what the counts take; and, beside it, how long it would take to
// count two years for each request.
func BenchmarkFigures(b *testing.B) {
	app, owner := dbtest.URLs(b)
	open := func(url string) *sqlx.DB {
		pool, err := sqlx.Open("postgres", url+"&binary_parameters=yes")
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { _ = pool.Close() })
		pool.SetMaxIdleConns(20)
		return pool
	}
	database, schema := db.Over(open(app)), open(owner)
	began := time.Now()
	triggers(b, schema, "DISABLE")
	department, practitioner := fillFigures(b, database)
	triggers(b, schema, "ENABLE")
	if _, err := schema.ExecContext(b.Context(), `ANALYZE`); err != nil { // as autovacuum does
		b.Fatal(err)
	}
	b.Logf("%d encounters written in %.0f s", figureEncounters, time.Since(began).Seconds())

	cfg, err := config.Read(nil)
	if err != nil {
		b.Fatal(err)
	}
	p := newParts(cfg, slog.New(slog.DiscardHandler), database, secret.New([32]byte{1}))
	server, err := newServer(p)
	if err != nil {
		b.Fatal(err)
	}
	base := serveBench(b, server.Fiber())
	cookie := signInBench(b, base, "cadre@bench.test")
	ctx := context.Background()
	refresh := func(b *testing.B) {
		b.Helper()
		if err := p.figures.Refresh(ctx); err != nil {
			b.Fatal(err)
		}
	}

	began = time.Now()
	refresh(b)
	all := time.Since(began).Seconds()
	b.Run("refresh-all", func(b *testing.B) {
		b.ReportMetric(all, "s")
		b.ReportMetric(float64(figureSize(b, database))/1024, "kB")
		b.ReportMetric(0, "ns/op") // it is measured once
	})
	b.Run("refresh-week", func(b *testing.B) {
		for range b.N {
			b.StopTimer()
			changeFigures(b, database, department)
			b.StartTimer()
			refresh(b)
		}
	})
	today := time.Now()
	address := base + "/api/v1/figures?departmentId=" + department + "&to=" + today.Format(time.DateOnly) + "&from="
	years := today.AddDate(0, 0, -7*(figureWeeks-1)).Format(time.DateOnly)
	b.Run("two-years", func(b *testing.B) { oneByOne(b, 200, address+years, cookie) })
	b.Run("two-years-practitioner", func(b *testing.B) { oneByOne(b, 200, address+years+"&practitionerId="+practitioner, cookie) })
	b.Run("three-months", func(b *testing.B) { oneByOne(b, 200, address+today.AddDate(0, -3, 0).Format(time.DateOnly), cookie) })
	export := base + "/api/v1/figures/export?departmentId=" + department + "&to=" + today.Format(time.DateOnly) + "&from=" + years
	b.Run("export-xlsx", func(b *testing.B) { oneByOne(b, 10, export+"&format=xlsx", cookie) })
	b.Run("counted-each-time", func(b *testing.B) { countDirectly(b, database, department) })
}

// triggers turns those off that note changes while two years are written at once, and on again.
func triggers(b *testing.B, schema *sqlx.DB, verb string) {
	for _, table := range []string{"encounter", "encounter_event", "message", "prescription_step", "record_transfer", "coding_entry"} {
		if _, err := schema.ExecContext(b.Context(), `ALTER TABLE `+table+` `+verb+` TRIGGER USER`); err != nil {
			b.Fatal(err)
		}
	}
}

// oneByOne asks so many times, once an answer has come, and reports percentiles in milliseconds.
func oneByOne(b *testing.B, times int, address, cookie string) {
	var all []time.Duration
	request, answer := fasthttp.AcquireRequest(), fasthttp.AcquireResponse()
	request.SetRequestURI(address)
	request.Header.Set("Cookie", cookie)
	for range times {
		t := time.Now()
		if err := fasthttp.Do(request, answer); err != nil || answer.StatusCode() != http.StatusOK {
			b.Fatalf("status %d, error %v: %s", answer.StatusCode(), err, answer.Body())
		}
		all = append(all, time.Since(t))
	}
	slices.Sort(all)
	percentile := func(p int) float64 { return float64(all[(len(all)-1)*p/100].Microseconds()) / 1000 }
	b.ReportMetric(percentile(50), "p50-ms")
	b.ReportMetric(percentile(95), "p95-ms")
	b.ReportMetric(float64(len(answer.Body())), "B")
}

func figureSize(b *testing.B, d *db.DB) (bytes int64) {
	err := d.InTx(context.Background(), db.System("bench"), func(ctx context.Context, tx db.Tx) error {
		return tx.GetContext(ctx, &bytes, `SELECT pg_total_relation_size('figure_week')`)
	})
	if err != nil {
		b.Fatal(err)
	}
	return bytes
}

// changeFigures changes one encounter of a year ago.
func changeFigures(b *testing.B, d *db.DB, department string) {
	err := d.InTx(context.Background(), db.Departments(department), func(ctx context.Context, tx db.Tx) error {
		const query = `UPDATE encounter SET tool = CASE tool WHEN 'zoom' THEN 'teams' ELSE 'zoom' END WHERE id = (
			SELECT id FROM encounter WHERE department_id = $1 AND modality = 'video' AND planned_start < now() - interval '1 year'
			ORDER BY planned_start DESC LIMIT 1)`
		_, err := tx.ExecContext(ctx, query, department)
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
}

// countDirectly counts a small part of the figures, held encounters and failed messages, of two years out of the rows.
func countDirectly(b *testing.B, d *db.DB, department string) {
	const query = `SELECT count(*) FROM (
		SELECT date_trunc('week', e.planned_start AT TIME ZONE 'Europe/Paris'), e.practitioner_id, m.channel,
			count(DISTINCT e.id) FILTER (WHERE e.status = 'finished'), count(*) FILTER (WHERE m.status = 'undelivered')
		FROM encounter AS e JOIN message AS m ON m.encounter_id = e.id AND m.department_id = $1
		WHERE e.department_id = $1 GROUP BY 1, 2, 3) AS x`
	for range b.N {
		err := d.InTx(db.Patient(context.Background(), time.Minute), db.Departments(department), func(ctx context.Context, tx db.Tx) error {
			var n int
			return tx.GetContext(ctx, &n, query, department)
		})
		if err != nil {
			b.Fatal(err)
		}
	}
}

// figureRows fill the department by plain SQL, in the order of time as they would have come.
var figureRows = []string{
	`CREATE TEMPORARY TABLE plan AS
		SELECT n, at, (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '7' || lpad(to_hex(n % 4096), 3, '0')
			|| '8' || substr(md5(n::text), 1, 15))::uuid AS id, h % 100 AS fate, h / 100 % 100 AS manner, h / 10000 % 60 - 5 AS late,
			h / 1000000 % $2 AS who
		FROM (SELECT n, date_trunc('week', now() AT TIME ZONE 'Europe/Paris') AT TIME ZONE 'Europe/Paris' + interval '5 days'
				- make_interval(secs => n::double precision * $3 * 7 * 86400 / $1) AS at, ('x' || substr(md5(n::text), 1, 7))::bit(28)::integer AS h
			FROM generate_series($1::integer, 1, -1) AS n) AS s ORDER BY at`,
	`INSERT INTO encounter (id, department_id, patient_id, practitioner_id, status, modality, telephone_reason, tool, planned_start,
			planned_end, started_at, finished_at, cancelled_at, cancel_reason, created_by, created_at, updated_at, acts_next, consent)
		SELECT plan.id, $1, p.id, s.id, status, CASE WHEN manner < 8 THEN 'telephone' ELSE 'video' END,
			CASE WHEN manner < 3 THEN 'age-70' WHEN manner < 8 THEN 'no-terminal' END,
			CASE WHEN manner < 8 THEN 'telephone' WHEN manner < 60 THEN 'ortif' WHEN manner < 80 THEN 'zoom' ELSE 'lasuite_visio' END,
			at, at + interval '20 minutes', CASE WHEN status = 'finished' THEN at + make_interval(mins => late) END,
			CASE WHEN status = 'finished' THEN at + make_interval(mins => late + 15) END, CASE WHEN status = 'cancelled' THEN at END,
			CASE WHEN status <> 'cancelled' THEN NULL WHEN fate < 84 THEN 'patient' WHEN fate < 88 THEN 'practitioner' WHEN fate < 94 THEN 'no-show'
				WHEN fate < 96 THEN 'technical' ELSE 'consent-refused' END,
			s.id, at - interval '7 days', at, 'nobody', CASE WHEN fate BETWEEN 96 AND 97 THEN 'refused' ELSE 'agreed' END
		FROM (SELECT plan.*, CASE WHEN at > now() - interval '1 hour' THEN 'planned' WHEN fate < 80 THEN 'finished'
				WHEN fate < 98 THEN 'cancelled' ELSE 'planned' END AS status FROM plan) AS plan
			JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS who FROM staff WHERE email LIKE 'p%@bench.test') AS s USING (who)
			JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS k FROM patient) AS p ON p.k = plan.n % 5000
		ORDER BY at`,
	`INSERT INTO message (id, department_id, encounter_id, purpose, channel, recipient, language, template, template_version, status,
			not_before, expires_at, created_at)
		SELECT (substr(id::text, 1, 20) || substr(md5(n::text || k), 1, 15))::uuid, $1, id, 'invitation',
			CASE WHEN k % 2 = 0 THEN 'email' ELSE 'sms' END, 'p@demo.test', 'fr', 'invitation', 'v',
			CASE WHEN (fate + k * 7) % 100 < 4 THEN 'undelivered' WHEN (fate + k * 7) % 100 < 7 THEN 'cancelled' ELSE 'delivered' END, at, at, at
		FROM plan CROSS JOIN generate_series(1, $2::integer) AS k ORDER BY at, k`,
	`INSERT INTO encounter_event (id, encounter_id, department_id, kind, occurred_at, recorded_at, actor_kind, data)
		SELECT (substr(plan.id::text, 1, 20) || substr(md5(n::text || k), 1, 15))::uuid, plan.id, $1,
			CASE WHEN k = 10 AND e.status IN ('finished', 'cancelled') THEN e.status WHEN k = 9 THEN 'started' ELSE 'page-read' END,
			at, at, 'system', CASE WHEN k = 10 AND manner % 9 = 0 THEN '{"incidents": [{"kind": "sound", "consequence": "none"}]}'
				WHEN k = 10 THEN '{"incidents": null}' ELSE '{}' END::jsonb
		FROM plan JOIN encounter AS e ON e.id = plan.id CROSS JOIN generate_series(1, $2::integer) AS k ORDER BY at, k`,
	`INSERT INTO prescription_step (id, encounter_id, department_id, channel, state, recorded_by, recorded_at)
		SELECT id, id, $1, 'none', 'announced', practitioner_id, finished_at + make_interval(hours => extract(minute FROM started_at)::integer)
		FROM encounter WHERE status = 'finished' ORDER BY planned_start`,
	`INSERT INTO record_transfer (id, encounter_id, department_id, note_version, note, transferred_by, transferred_at, number)
		SELECT id, id, $1, 'v', repeat('compte rendu ', 100), practitioner_id, finished_at + make_interval(hours => extract(minute FROM started_at)::integer), 1
		FROM encounter WHERE status = 'finished' ORDER BY planned_start`,
	`INSERT INTO coding_entry (id, encounter_id, department_id, state, activity_code_id, coded_by, coded_at)
		SELECT e.id, e.id, $1, 'coded', c.id, practitioner_id, finished_at + make_interval(hours => extract(minute FROM started_at)::integer)
		FROM encounter AS e JOIN activity_code AS c ON c.code = 'TC' WHERE status = 'finished' AND extract(second FROM started_at) < 55 ORDER BY planned_start`,
	// As after an upgrade: everything is to be counted, once.
	`INSERT INTO figure_change (department_id) VALUES ($1)`,
}

func fillFigures(b *testing.B, d *db.DB) (department, practitioner string) {
	err := d.InTx(db.Patient(context.Background(), 30*time.Minute), db.System("bench"), func(ctx context.Context, tx db.Tx) error {
		const people = `
			WITH d AS (INSERT INTO department (id, code, name, hospital, phone, email)
				VALUES (gen_random_uuid(), 'BENCH', 'Bench', 'Hôpital', '01 40 00 00 00', 'bench@demo.test') RETURNING id),
			s AS (INSERT INTO staff (id, email, family_name, given_name, title, password_hash)
				SELECT gen_random_uuid(), CASE n WHEN 0 THEN 'cadre' ELSE 'p' || n END || '@bench.test', 'Bench' || n, 'Claire', 'Dr', $1
				FROM generate_series(0, $2::integer) AS n RETURNING id, email),
			p AS (INSERT INTO patient (id, department_id, family_name, given_name, search_name, birth_date, email, created_at, updated_at)
				SELECT gen_random_uuid(), d.id, 'Patient' || n, 'Essai', 'patient' || n, date '1950-01-01' + n, 'p' || n || '@demo.test', now(), now()
				FROM d CROSS JOIN generate_series(1, 5000) AS n)
			INSERT INTO staff_role (staff_id, department_id, role)
			SELECT s.id, d.id, CASE s.email WHEN 'cadre@bench.test' THEN 'manager' ELSE 'practitioner' END FROM s, d
			RETURNING department_id`
		if err := tx.GetContext(ctx, &department, people, auth.HashPassword(demo.Password), figurePractitioners); err != nil {
			return err
		}
		parameters := [][]any{
			{figureEncounters, figurePractitioners, figureWeeks},
			{department},
			{department, figureMessages},
			{department, figureEvents},
			{department},
			{department},
			{department},
			{department},
			{department},
		}
		for i, query := range figureRows {
			if _, err := tx.ExecContext(ctx, query, parameters[i]...); err != nil {
				return err
			}
		}
		return tx.GetContext(ctx, &practitioner, `SELECT id FROM staff WHERE email = 'p1@bench.test'`)
	})
	if err != nil {
		b.Fatal(err)
	}
	return department, practitioner
}
