package main

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/jmoiron/sqlx"
	"github.com/valyala/fasthttp"

	"teleconsult/server/auth"
	"teleconsult/server/config"
	"teleconsult/server/db"
	"teleconsult/server/dbtest"
	"teleconsult/server/demo"
	"teleconsult/server/secret"
)

func TestMain(m *testing.M) {
	if os.Getenv(sinkVariable) != "" {
		runSink()
		return
	}
	dbtest.Main(m)
}

// Size of the benchmark's department: 100,000 encounters over 2,000 days, 50 of them today.
const benchDays, benchPerDay = 2000, 50

// BenchmarkWorklist measures "my day", 50 rows of 100,000 encounters, through the whole server, beside a plain
// Fiber handler that does one primary-key SELECT on the same pool, in the same run.
func BenchmarkWorklist(b *testing.B) {
	app, _ := dbtest.URLs(b)
	pool, err := sqlx.Open("postgres", app+"&binary_parameters=yes")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = pool.Close() })
	pool.SetMaxOpenConns(20)
	pool.SetMaxIdleConns(20)
	database := db.Over(pool)
	department := fillBench(b, database)

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
	cookie := signInBench(b, base, "medecin@bench.test")

	plain := fiber.New(fiber.Config{DisableStartupMessage: true})
	plain.Get("/", func(c *fiber.Ctx) error {
		var code string
		const query = `SELECT code FROM department WHERE id = $1`
		if err := pool.GetContext(c.UserContext(), &code, query, department); err != nil {
			return err
		}
		return c.JSON(fiber.Map{"code": code})
	})
	plainBase := serveBench(b, plain)

	b.Run("my-day", func(b *testing.B) {
		load(b, base+"/api/v1/worklists/day?departmentId="+department, cookie)
	})
	b.Run("plain-primary-key", func(b *testing.B) { load(b, plainBase+"/", "") })
}

// load asks as fast as the machine lets it and reports requests per second and percentiles in milliseconds.
func load(b *testing.B, address, cookie string) {
	client := &fasthttp.Client{MaxConnsPerHost: 64}
	var mu sync.Mutex
	var all []time.Duration
	b.SetParallelism(8)
	b.ResetTimer()
	began := time.Now()
	b.RunParallel(func(pb *testing.PB) {
		var own []time.Duration
		request, answer := fasthttp.AcquireRequest(), fasthttp.AcquireResponse()
		request.SetRequestURI(address)
		request.Header.Set("Cookie", cookie)
		for pb.Next() {
			t := time.Now()
			if err := client.Do(request, answer); err != nil || answer.StatusCode() != http.StatusOK {
				b.Errorf("status %d, error %v: %s", answer.StatusCode(), err, answer.Body())
				return
			}
			own = append(own, time.Since(t))
		}
		mu.Lock()
		all = append(all, own...)
		mu.Unlock()
	})
	took := time.Since(began)
	if len(all) == 0 {
		return
	}
	slices.Sort(all)
	percentile := func(p int) float64 { return float64(all[(len(all)-1)*p/100].Microseconds()) / 1000 }
	b.ReportMetric(float64(len(all))/took.Seconds(), "requests/s")
	b.ReportMetric(percentile(50), "p50-ms")
	b.ReportMetric(percentile(99), "p99-ms")
}

func listenLocal() (net.Listener, error) {
	return (&net.ListenConfig{}).Listen(context.Background(), "tcp", "127.0.0.1:0")
}

func serveBench(b *testing.B, app *fiber.App) string {
	listener, err := listenLocal()
	if err != nil {
		b.Fatal(err)
	}
	go func() { _ = app.Listener(listener) }()
	b.Cleanup(func() { _ = app.ShutdownWithTimeout(time.Second) })
	return "http://" + listener.Addr().String()
}

func signInBench(b *testing.B, base, email string) string {
	request, answer := fasthttp.AcquireRequest(), fasthttp.AcquireResponse()
	request.Header.SetMethod(http.MethodPost)
	request.SetRequestURI(base + "/api/v1/session")
	request.Header.SetContentType("application/json")
	request.Header.Set("X-Requested-With", "teleconsult")
	request.SetBodyString(`{"email":"` + email + `","password":"` + demo.Password + `"}`)
	if err := fasthttp.Do(request, answer); err != nil || answer.StatusCode() != http.StatusOK {
		b.Fatalf("sign in: %d %v %s", answer.StatusCode(), err, answer.Body())
	}
	return "session=" + string(answer.Header.PeekCookie("session"))[len("session="):]
}

// fillBench makes the department by plain SQL: it measures reading, not planning.
func fillBench(b *testing.B, d *db.DB) (department string) {
	err := d.InTx(context.Background(), db.System("bench"), func(ctx context.Context, tx db.Tx) error {
		const people = `
			WITH d AS (INSERT INTO department (id, code, name, hospital, phone, email)
				VALUES (gen_random_uuid(), 'BENCH', 'Bench', 'Hôpital', '01 40 00 00 00', 'bench@demo.test') RETURNING id),
			s AS (INSERT INTO staff (id, email, family_name, given_name, title, password_hash)
				VALUES (gen_random_uuid(), 'medecin@bench.test', 'Bench', 'Claire', 'Dr', $1) RETURNING id)
			INSERT INTO staff_role (staff_id, department_id, role) SELECT s.id, d.id, 'practitioner' FROM s, d
			RETURNING department_id`
		if err := tx.GetContext(ctx, &department, people, auth.HashPassword(demo.Password)); err != nil {
			return err
		}
		const encounters = `
			WITH p AS (INSERT INTO patient (id, department_id, family_name, given_name, search_name, birth_date, email, created_at, updated_at)
				SELECT gen_random_uuid(), $1, 'Patient' || n, 'Essai', 'patient' || n || ' essai', date '1950-01-01' + n, 'p' || n || '@demo.test', now(), now()
				FROM generate_series(1, 5000) AS n RETURNING id),
			numbered AS (SELECT id, row_number() OVER () - 1 AS n FROM p)
			INSERT INTO encounter (id, department_id, patient_id, practitioner_id, status, modality, tool, planned_start, planned_end,
				started_at, finished_at, created_by, created_at, updated_at, next_step, acts_next, due_at)
			SELECT gen_random_uuid(), $1, numbered.id, s.id, CASE WHEN day > 0 THEN 'finished' ELSE 'planned' END, 'video', 'zoom',
				at, at + interval '10 minutes', CASE WHEN day > 0 THEN at END, CASE WHEN day > 0 THEN at + interval '9 minutes' END,
				s.id, at - interval '7 days', at, CASE WHEN day = 0 THEN 'held' END, CASE WHEN day = 0 THEN 'practitioner' ELSE 'nobody' END,
				CASE WHEN day = 0 THEN at + interval '40 minutes' END
			FROM generate_series(0, $2 - 1) AS day CROSS JOIN generate_series(0, $3 - 1) AS slot
				CROSS JOIN LATERAL (SELECT (date_trunc('day', now() AT TIME ZONE 'Europe/Paris') + interval '8 hours'
					+ slot * interval '12 minutes') AT TIME ZONE 'Europe/Paris' - day * interval '1 day' AS at) AS t
				JOIN numbered ON numbered.n = (day * $3 + slot) % 5000
				CROSS JOIN staff AS s
			WHERE s.email = 'medecin@bench.test'`
		_, err := tx.ExecContext(ctx, encounters, department, benchDays, benchPerDay)
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	return department
}
