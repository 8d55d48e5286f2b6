package main

import (
	"fmt"
	"go/ast"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
)

// archTopLevel is what may stand at the top of the repository: the rooms, and what tools look for there.
var archTopLevel = []string{
	"server", "frontend", "notifications", "templates", "migrations", "docs", "scripts",
	"go.mod", "go.sum", "Makefile", "Dockerfile", "compose.yaml", "README.md", "CHANGELOG.md",
	".ci", ".dockerignore", ".editorconfig", ".gitattributes", ".gitignore", ".golangci.yml", ".squawk.toml",
	// not in git
	".git", ".tools", ".env", "bin", "data", "secrets",
}

func checkTopLevel(h house) []breach {
	var found []breach
	for _, name := range h.topLevel {
		if !slices.Contains(archTopLevel, name) {
			found = append(found, breach{name, 0, "does not belong at the top; put it into a room, docs or scripts, or list it in archTopLevel"})
		}
	}
	return found
}

// Written in pieces, so that this file does not break its own rule.
var machinePath = regexp.MustCompile(`(?:^|[^\w.~/-])/(?:` + `work|farm` + `)/[\w.]|/tmp/` + `bash_jobs|(?:^|[^\w/.])/(?:` + `root|home/\w+` + `)/[\w.]`)

func checkMachinePaths(h house) []breach {
	var found []breach
	for _, f := range h.files {
		for i, line := range strings.Split(f.text, "\n") {
			if hit := machinePath.FindString(line); hit != "" {
				found = append(found, breach{f.path, i + 1, "names the folder of a machine: " + strings.TrimSpace(hit)})
			}
		}
	}
	return found
}

var migrationName = regexp.MustCompile(`^(\d{4})_([a-z]+)(?:_[a-z0-9]+)+\.sql$`)

// The first word of a migration's name says what it does.
var migrationVerbs = []string{
	"create", "add", "drop", "alter", "rename", "move", "copy", "fill", "seed", "grant", "revoke",
	"enable", "disable", "index", "split", "merge", "widen", "narrow", "allow", "forbid", "replace", "require",
}

func checkMigrations(h house) []breach {
	var found []breach
	number := 0
	files := h.under("migrations/")
	slices.SortFunc(files, func(a, b source) int { return strings.Compare(a.path, b.path) })
	for _, f := range files {
		name := path.Base(f.path)
		if !strings.HasSuffix(name, ".sql") || name == "grants.sql" {
			continue
		}
		number++
		parts := migrationName.FindStringSubmatch(name)
		if parts == nil {
			found = append(found, breach{f.path, 0, "is not named NNNN_verb_noun.sql"})
			continue
		}
		if !slices.Contains(migrationVerbs, parts[2]) {
			found = append(found, breach{f.path, 0, "starts with " + parts[2] + ", which is not in migrationVerbs"})
		}
		if want := fmt.Sprintf("%04d", number); parts[1] != want {
			found = append(found, breach{f.path, 0, "has number " + parts[1] + ", expected " + want})
		}
		if !strings.Contains(f.text, "-- +goose Up") {
			found = append(found, breach{f.path, 0, "has no line \"-- +goose Up\""})
		}
		if strings.Contains(f.text, "-- +goose Down") {
			found = append(found, breach{f.path, 0, "goes down; a mistake is mended by the next migration"})
		}
	}
	return found
}

var (
	goTestVars   = []string{"t", "b", "f", "tb"}
	goSkips      = []string{"Skip", "Skipf", "SkipNow"}
	webSkip      = regexp.MustCompile(`\b(?:test|it|describe|suite)(?:\.\w+)*\.(?:skip|only|fixme|todo|skipIf|runIf)\b`)
	webTest      = regexp.MustCompile(`\.(?:test|spec)\.tsx?$`)
	webGenerated = regexp.MustCompile(`(?:\.gen\.ts|\.d\.ts|/openapi\.json)$`)
)

func checkSkips(h house) []breach {
	var found []breach
	for _, f := range goFiles(h) {
		if f.err != nil || !isTest(f.path) && !slices.Contains(archTestRooms, f.dir) {
			continue
		}
		ast.Inspect(f.syntax, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			sel, ok := call.Fun.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			x, ok := sel.X.(*ast.Ident)
			if !ok {
				return true
			}
			skips := slices.Contains(goTestVars, x.Name) && slices.Contains(goSkips, sel.Sel.Name)
			if skips || x.Name == "testing" && sel.Sel.Name == "Short" {
				found = append(found, f.at(call.Pos(), "%s.%s: make the test run, or delete it", x.Name, sel.Sel.Name))
			}
			return true
		})
	}
	for _, f := range h.under("frontend/") {
		if !webTest.MatchString(f.path) {
			continue
		}
		for i, line := range strings.Split(f.text, "\n") {
			if hit := webSkip.FindString(line); hit != "" {
				found = append(found, breach{f.path, i + 1, hit + ": make the test run, or delete it"})
			}
		}
	}
	return found
}

// webImport finds the path in: import … from 'x', import 'x', export … from 'x', import('x').
var webImport = regexp.MustCompile(`(?:\bfrom\s*|\bimport\s*\(?\s*)['"]([^'"\n]+)['"]`)

// Tests of a feature may look at whatever they test together.
func checkFeatures(h house) []breach {
	var found []breach
	for _, f := range h.under("frontend/src/") {
		if !strings.HasSuffix(f.path, ".ts") && !strings.HasSuffix(f.path, ".tsx") || webTest.MatchString(f.path) {
			continue
		}
		from, _, _ := strings.Cut(strings.TrimPrefix(f.path, "frontend/src/"), "/")
		own := featureOf(f.path)
		for _, at := range webImport.FindAllStringSubmatchIndex(f.text, -1) {
			line := 1 + strings.Count(f.text[:at[0]], "\n")
			target := resolveImport(f.path, f.text[at[2]:at[3]])
			to := featureOf(target)
			switch {
			case to == "" || to == own:
			case own != "":
				found = append(found, breach{f.path, line, fmt.Sprintf("feature %s imports feature %s: what both need goes to ui, api or i18n", own, to)})
			case slices.Contains([]string{"ui", "api", "i18n"}, from):
				found = append(found, breach{f.path, line, fmt.Sprintf("%s imports feature %s: it must not know who uses it", from, to)})
			}
		}
	}
	return found
}

// featureOf returns the feature that a path below frontend/src belongs to, or "".
func featureOf(p string) string {
	rest, ok := strings.CutPrefix(p, "frontend/src/features/")
	if !ok {
		return ""
	}
	feature, _, _ := strings.Cut(rest, "/")
	return feature
}

// resolveImport turns an import's text into a path of the repository; a package's name stays as it is.
func resolveImport(from, target string) string {
	switch {
	case strings.HasPrefix(target, "."):
		return path.Join(path.Dir(from), target)
	case strings.HasPrefix(target, "@/"), strings.HasPrefix(target, "~/"):
		return path.Join("frontend/src", target[2:])
	case strings.HasPrefix(target, "/src/"):
		return path.Join("frontend", target)
	}
	return target
}

const webFileLines = 250

// archLargeWebFiles may be longer: file -> reason.
var archLargeWebFiles = map[string]string{}

func checkFrontSizes(h house) []breach {
	sizes := map[string]int{}
	for _, f := range h.under("frontend/") {
		ext := path.Ext(f.path)
		written := slices.Contains([]string{".ts", ".tsx", ".mjs"}, ext) && !webGenerated.MatchString(f.path) && !webTest.MatchString(f.path)
		if n := webCodeLines(f.text); written && n > webFileLines && archLargeWebFiles[f.path] == "" {
			sizes[f.path] = n
		}
	}
	var found []breach
	for _, p := range slices.Sorted(maps.Keys(sizes)) {
		found = append(found, breach{p, 0, fmt.Sprintf("%d lines of code, at most %d", sizes[p], webFileLines)})
	}
	return found
}

// webCodeLines counts lines that are neither blank nor wholly inside a comment.
func webCodeLines(text string) int {
	n, inside := 0, false
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		switch {
		case inside:
			inside = !strings.Contains(line, "*/")
		case strings.HasPrefix(line, "/*") && !strings.Contains(line, "*/"):
			inside = true
		case line == "", strings.HasPrefix(line, "//"), strings.HasPrefix(line, "/*") && strings.HasSuffix(line, "*/"):
		default:
			n++
		}
	}
	return n
}
