package main

import (
	"fmt"
	"strings"
	"testing"
)

// TestArchitectureRulesFail shows that every rule can fail, and does not where it should not: small
// made-up houses, each with what the rule must say of it. An empty want is a house in order.
func TestArchitectureRulesFail(t *testing.T) {
	const doc = "// Package p is made up.\n"
	long := func(lines int) string {
		return "func f() {\n" + strings.Repeat("\t_ = 1\n\t// no code\n\n", lines) + "}\n"
	}
	names := func(n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, "const N%d = %d\n", i, i)
		}
		return b.String()
	}
	cases := []struct {
		name  string
		check func(house) []breach
		path  string
		text  string
		want  string // part of the only breach; "" for none
	}{
		{"lower rank", checkRanks, "server/encounter/a.go", `package encounter; import _ "teleconsult/server/patient"`, ""},
		{"higher rank", checkRanks, "server/patient/a.go", `package patient; import _ "teleconsult/server/encounter"`, "server/patient (rank 3) imports server/encounter (rank 4)"},
		{"same rank", checkRanks, "server/coding/a.go", `package coding; import _ "teleconsult/server/record"`, "of the same rank 5"},
		{"listed neighbour", checkRanks, "server/patient/http.go", `package patient; import _ "teleconsult/server/auth"`, ""},
		{"listed neighbour, other way", checkRanks, "server/auth/a.go", `package auth; import _ "teleconsult/server/patient"`, "of the same rank 3"},
		{"below itself", checkRanks, "server/meeting/zoom/a.go", `package zoom; import _ "teleconsult/server/meeting"`, ""},
		{"no rank", checkRanks, "server/billing/a.go", `package billing`, "has no rank"},
		{"import without rank", checkRanks, "server/web/a.go", `package web; import _ "teleconsult/server/billing"`, "server/billing, which has no rank"},
		{"main is above all", checkRanks, "server/a.go", `package main; import _ "teleconsult/server/web"`, ""},
		{"nobody imports main", checkRanks, "server/web/a.go", `package web; import _ "teleconsult/server"`, "(rank 8), which is above it"},
		{"notifications alone", checkRanks, "notifications/a.go", `package notifications; import _ "teleconsult/server/fault"`, "report through a callback"},
		{"test imports upwards", checkRanks, "server/trace/a_test.go", `package trace_test; import _ "teleconsult/server/web"`, ""},
		{"not Go", checkRanks, "server/web/a.go", `package`, "cannot be parsed"},

		{"fiber in http", checkTechnologies, "server/patient/http.go", `package patient; import _ "github.com/gofiber/fiber/v2"`, ""},
		{"fiber in http_x", checkTechnologies, "server/patient/http_find.go", `package patient; import _ "github.com/gofiber/fiber/v2"`, ""},
		{"fiber in rules", checkTechnologies, "server/patient/patient.go", `package patient; import _ "github.com/gofiber/fiber/v2"`, "HTTP framework"},
		{"fiber in a file that only sounds so", checkTechnologies, "server/patient/https.go", `package patient; import _ "github.com/gofiber/fiber/v2"`, "HTTP framework"},
		{"fiber in main", checkTechnologies, "server/serve.go", `package main; import _ "github.com/gofiber/fiber/v2"`, ""},
		{"fiber below web", checkTechnologies, "server/web/static/a.go", `package static; import _ "github.com/gofiber/fiber/v2"`, ""},
		{"huma adapter in store", checkTechnologies, "server/staff/store.go", `package staff; import _ "github.com/danielgtaylor/huma/v2/adapters/humafiber"`, "HTTP framework"},
		{"sql in store", checkTechnologies, "server/staff/store_roles.go", `package staff; import _ "github.com/jmoiron/sqlx"`, ""},
		{"sql in use case", checkTechnologies, "server/encounter/start.go", `package encounter; import _ "database/sql"`, "SQL"},
		{"sql in main", checkTechnologies, "server/serve.go", `package main; import _ "github.com/lib/pq"`, "SQL"},
		{"sql in test", checkTechnologies, "server/encounter/start_test.go", `package encounter; import _ "database/sql"`, ""},
		{"twilio in use case", checkTechnologies, "server/encounter/start.go", `package encounter; import _ "github.com/twilio/twilio-go/client"`, "SMS client"},
		{"test database in product", checkTechnologies, "server/demo.go", `package main; import _ "teleconsult/server/dbtest"`, "test database"},

		{"clock called", checkAmbient, "server/encounter/a.go", "package encounter\nimport \"time\"\nvar a = time.Now()", "uses time.Now"},
		{"clock as a value, renamed", checkAmbient, "server/encounter/a.go", "package encounter\nimport clock \"time\"\nvar a = clock.Now", "uses time.Now"},
		{"clock hidden", checkAmbient, "notifications/a.go", "package notifications\nimport \"time\"\nfunc f(t time.Time) { _ = time.Since(t) }", "uses time.Since"},
		{"environment", checkAmbient, "server/db/a.go", "package db\nimport \"os\"\nvar a = os.Getenv(\"A\")", "uses os.Getenv"},
		{"dot import", checkAmbient, "server/db/a.go", "package db\nimport . \"time\"", "with a dot"},
		{"clock in main", checkAmbient, "server/a.go", "package main\nimport \"time\"\nvar a = time.Now()", ""},
		{"a method of the same name", checkAmbient, "server/db/a.go", "package db\nimport \"time\"\ntype c struct{}\nfunc (c) Now() (t time.Time) { return }\nvar a = c{}.Now()", ""},

		{"bad package", checkPackageNames, "server/util/a.go", "package util", "package util says nothing"},
		{"bad folder", checkPackageNames, "frontend/src/ui/helpers/a.ts", "", "folder helpers says nothing"},
		{"good package", checkPackageNames, "server/trace/a.go", "package trace", ""},

		{"no comment", checkPackageDocs, "server/trace/a.go", "package trace", "no file has a comment"},
		{"comment", checkPackageDocs, "server/trace/a.go", doc + "package trace", ""},
		{"comment in a test only", checkPackageDocs, "server/trace/a_test.go", doc + "package trace", ""},

		{"function of 60", checkSizes, "server/trace/a.go", "package trace\n" + long(60), ""},
		{"function of 61", checkSizes, "server/trace/a.go", "package trace\n" + long(61), "function f has 61 lines"},
		{"test function of 61", checkSizes, "server/trace/a_test.go", "package trace\n" + long(61), ""},
		{"file of 401", checkSizes, "server/trace/a.go", "package trace\n" + strings.Repeat("var _ = 1 // x\n\n", 400), "401 lines of code, at most 400"},
		{"generated file", checkSizes, "server/trace/a.go", "// Code generated by x. DO NOT EDIT.\n\npackage trace\n" + strings.Repeat("var _ = 1\n", 400), ""},
		{"raw string counts its lines", checkSizes, "server/trace/a.go", "package trace\nvar a = `" + strings.Repeat("\n", 400) + "`\n", "402 lines of code"},
		{"60 names", checkSizes, "server/trace/a.go", "package trace\n" + names(60), ""},
		{"61 names", checkSizes, "server/trace/a.go", "package trace\n" + names(61), "61 exported names"},

		{"skip", checkSkips, "server/trace/a_test.go", "package trace\nfunc f(t *T) { t.Skip() }", "t.Skip"},
		{"short", checkSkips, "server/trace/a_test.go", "package trace\nfunc f() { if testing.Short() { return } }", "testing.Short"},
		{"another Skip", checkSkips, "server/trace/a_test.go", "package trace\nfunc f(d D) { d.Skip() }", ""},
		{"skip in the front end", checkSkips, "frontend/src/a.test.ts", "it.only('a', () => {})", "it.only"},

		{"feature imports feature", checkFeatures, "frontend/src/features/agenda/a.tsx", "import { x } from '../encounter/y'", "agenda imports feature encounter"},
		{"type import too", checkFeatures, "frontend/src/features/agenda/a.tsx", "import type {\n X,\n} from \"@/features/encounter/y\"", "agenda imports feature encounter"},
		{"lazy import too", checkFeatures, "frontend/src/features/agenda/a.tsx", "const x = () => import('../encounter')", "agenda imports feature encounter"},
		{"feature imports itself and ui", checkFeatures, "frontend/src/features/agenda/a.tsx", "import './b'; export * from '../../ui/c'; import 'preact'", ""},
		{"ui imports feature", checkFeatures, "frontend/src/ui/a.tsx", "import { x } from '../features/agenda/a'", "ui imports feature agenda"},
		{"routes import features", checkFeatures, "frontend/src/routes.ts", "const x = import('./features/agenda/a')", ""},

		{"front-end file of 250", checkFrontSizes, "frontend/src/a.ts", strings.Repeat("a()\n// b\n/* c */\n/*\nd\n*/\n\n", 250), ""},
		{"front-end file of 251", checkFrontSizes, "frontend/src/a.ts", strings.Repeat("a()\n", 251), "251 lines"},
		{"generated types", checkFrontSizes, "frontend/src/api/schema.d.ts", strings.Repeat("a()\n", 251), ""},

		{"migration", checkMigrations, "migrations/0001_create_x.sql", "-- +goose Up\n", ""},
		{"migration's name", checkMigrations, "migrations/0001-create-x.sql", "-- +goose Up\n", "not named NNNN_verb_noun.sql"},
		{"migration's verb", checkMigrations, "migrations/0001_new_x.sql", "-- +goose Up\n", "starts with new"},
		{"migration's number", checkMigrations, "migrations/0002_create_x.sql", "-- +goose Up\n", "expected 0001"},
		{"migration without up", checkMigrations, "migrations/0001_create_x.sql", "", "no line"},
		{"migration down", checkMigrations, "migrations/0001_create_x.sql", "-- +goose Up\n-- +goose Down\n", "goes down"},

		{"machine path", checkMachinePaths, "docs/a.md", "a\nsee " + "/wo" + "rk/main", "a.md:2: names the folder"},
		{"home folder", checkMachinePaths, "docs/a.md", "in " + "/ho" + "me/ann/x", "names the folder"},
		{"web path", checkMachinePaths, "docs/a.md", "https://example.org/work/x and ./work/x and /homepage", ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			found := c.check(house{files: []source{{c.path, c.text}}})
			switch {
			case c.want == "" && len(found) > 0:
				t.Errorf("expected none, got %v", found)
			case c.want != "" && (len(found) != 1 || !strings.Contains(found[0].String(), c.want)):
				t.Errorf("expected one with %q, got %v", c.want, found)
			}
		})
	}
	t.Run("top level", func(t *testing.T) {
		if found := checkTopLevel(house{topLevel: []string{"server", "notes.txt"}}); len(found) != 1 || found[0].path != "notes.txt" {
			t.Errorf("got %v", found)
		}
	})
	t.Run("package of 1501", func(t *testing.T) {
		var h house
		for i := range 4 {
			h.files = append(h.files, source{fmt.Sprintf("server/trace/%d.go", i), "package trace\n" + strings.Repeat("var _ = 1\n", 375)})
		}
		if found := checkSizes(h); len(found) != 1 || !strings.Contains(found[0].what, "1504 lines of code, at most 1500") {
			t.Errorf("got %v", found)
		}
	})
}
