package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"
)

const archModule = "teleconsult/"

// archRanks orders the rooms. The rank of a folder that is not listed is that of the nearest listed
// folder above it, and such a family may import each other (the compiler forbids circles).
var archRanks = map[string]int{
	"templates": 0, "migrations": 0, "frontend": 0,
	"server/fault": 0, "server/config": 0, "server/secret": 0, "server/interop/ics": 0,
	"server/spreadsheet": 0,
	"server/db":          1, "server/dbtest": 1, "server/problem": 1, "notifications": 1,
	"server/trace": 2, "server/outreach": 2, "server/page": 2,
	"server/auth": 3, "server/department": 3, "server/staff": 3, "server/patient": 3, "server/consent": 3, "server/meeting": 3,
	"server/encounter":     4,
	"server/encountertest": 5, "server/personalpage": 5, "server/worklist": 5,
	"server/invitation": 5, "server/prescription": 5, "server/record": 5, "server/coding": 5,
	"server/correspondence": 5, "server/wording": 5, "server/digest": 5, "server/figures": 5,
	"server/live": 6, "server/interop/hl7": 6, "server/interop/fhir": 6, "server/demo": 6,
	"server/web": 7, "server/devbox": 7,
	"server": 8,
}

// archNeighbours are the imports between rooms of one rank that are wanted, each with its reason.
// "*" stands for every room of that rank.
var archNeighbours = map[[2]string]string{
	{"server/dbtest", "server/db"}: "a test database is opened like any other",
	{"*", "server/auth"}:           "an operation knows its caller; auth knows none of the rooms",
}

// archTechnology is a set of imports and the files that may have them.
type archTechnology struct {
	name     string
	packages []string // import paths, with everything below them
	files    []string // patterns of a file's name (path.Match)
	rooms    []string // folders, with everything below them; "server" is the main package alone
	tests    bool     // whether tests may
}

// archTestRooms serve tests only, although none of their files ends in _test.go.
var archTestRooms = []string{"server/dbtest", "server/encountertest"}

var archTechnologies = []archTechnology{
	{
		name: "HTTP framework", packages: []string{"github.com/gofiber", "github.com/danielgtaylor/huma", "github.com/valyala/fasthttp"},
		files: []string{"http.go", "http_*.go", "page.go", "page_*.go"},
		rooms: []string{"server/web", "server/devbox", "server/problem", "server"}, tests: true,
	},
	{
		name: "SQL", packages: []string{"database/sql", "github.com/jmoiron/sqlx", "github.com/lib/pq"},
		files: []string{"store.go", "store_*.go"},
		rooms: []string{"server/db", "server/dbtest"}, tests: true,
	},
	{name: "migrations", packages: []string{"github.com/pressly/goose"}, rooms: []string{"server/db", "server/dbtest"}, tests: true},
	{name: "mail client", packages: []string{"github.com/wneessen/go-mail"}, rooms: []string{"notifications"}, tests: true},
	{name: "SMS client", packages: []string{"github.com/twilio/twilio-go"}, rooms: []string{"notifications"}, tests: true},
	{name: "test database", packages: []string{archModule + "server/dbtest", archModule + "server/encountertest", "github.com/peterldowns/pgtestdb"}, rooms: archTestRooms, tests: true},
	{name: "test code", packages: []string{"testing"}, rooms: archTestRooms, tests: true},
}

// archAmbient are the ways in which the world outside comes in unseen.
var archAmbient = map[string][]string{
	"time": {"Now", "Since", "Until"},
	"os":   {"Getenv", "LookupEnv", "Environ", "ExpandEnv"},
}

// archLargePackages may be larger than the rest: folder -> lines, exported names, reason.
var archLargePackages = map[string]struct {
	lines, names int
	reason       string
}{
	"notifications":    {1965, 80, "the one place where the state of a message changes; of its names, 50 are words of channel, purpose, status, verdict and priority"},
	"server/encounter": {3400, 88, "the heart: facts, chain, messages and the use cases of one aggregate, without its HTTP and its views; of its names, 35 are words of status, steps, calls and places"},
}

const (
	archFuncLines, archFileLines       = 60, 400
	archPackageLines, archPackageNames = 1500, 60
)

func isTest(p string) bool { return strings.HasSuffix(p, "_test.go") }

// goFile is a parsed Go file with its folder.
type goFile struct {
	source
	dir    string
	syntax *ast.File
	set    *token.FileSet
	err    error
}

func (f goFile) at(pos token.Pos, format string, args ...any) breach {
	return breach{f.path, f.set.Position(pos).Line, fmt.Sprintf(format, args...)}
}

func goFiles(h house) []goFile {
	var files []goFile
	for _, f := range h.files {
		if !strings.HasSuffix(f.path, ".go") || strings.Contains(f.path, "/testdata/") {
			continue
		}
		set := token.NewFileSet()
		syntax, err := parser.ParseFile(set, f.path, f.text, parser.ParseComments|parser.SkipObjectResolution)
		files = append(files, goFile{f, path.Dir(f.path), syntax, set, err})
	}
	return files
}

// roomOf returns the nearest folder at or above dir that has a rank.
func roomOf(dir string) (string, bool) {
	for d := dir; d != "." && d != "/"; d = path.Dir(d) {
		if _, ok := archRanks[d]; ok && (d != "server" || dir == "server") {
			return d, true
		}
	}
	return "", false
}

func imports(f goFile) map[*ast.ImportSpec]string {
	found := map[*ast.ImportSpec]string{}
	for _, spec := range f.syntax.Imports {
		if p, err := strconv.Unquote(spec.Path.Value); err == nil {
			found[spec] = p
		}
	}
	return found
}

func checkRanks(h house) []breach {
	var found []breach
	for _, f := range goFiles(h) {
		if f.err != nil {
			found = append(found, breach{f.path, 0, "cannot be parsed: " + f.err.Error()})
			continue
		}
		from, ok := roomOf(f.dir)
		if !ok {
			found = append(found, breach{f.path, 0, "the folder has no rank: give it one in archRanks"})
			continue
		}
		if isTest(f.path) {
			continue // a test may bring what it needs; the compiler forbids circles
		}
		for spec, p := range imports(f) {
			dir, ours := strings.CutPrefix(p, archModule)
			if !ours {
				continue
			}
			to, ok := roomOf(dir)
			switch {
			case !ok:
				found = append(found, f.at(spec.Pos(), "imports %s, which has no rank in archRanks", dir))
			case from == "notifications" && strings.HasPrefix(dir, "server"):
				found = append(found, f.at(spec.Pos(), "notifications imports %s: report through a callback that main wires", dir))
			case from == to || archRanks[to] < archRanks[from]:
			case archRanks[to] > archRanks[from]:
				found = append(found, f.at(spec.Pos(), "%s (rank %d) imports %s (rank %d), which is above it", from, archRanks[from], to, archRanks[to]))
			case archNeighbours[[2]string{from, to}] == "" && archNeighbours[[2]string{"*", to}] == "":
				found = append(found, f.at(spec.Pos(), "%s imports %s of the same rank %d; if that is wanted, list it in archNeighbours", from, to, archRanks[to]))
			}
		}
	}
	return found
}

func (t archTechnology) allows(f goFile) bool {
	if t.tests && isTest(f.path) {
		return true
	}
	for _, pattern := range t.files {
		if ok, _ := path.Match(pattern, path.Base(f.path)); ok {
			return true
		}
	}
	return slices.ContainsFunc(t.rooms, func(room string) bool {
		return f.dir == room || room != "server" && strings.HasPrefix(f.dir, room+"/")
	})
}

func checkTechnologies(h house) []breach {
	var found []breach
	for _, f := range goFiles(h) {
		if f.err != nil {
			continue
		}
		for spec, p := range imports(f) {
			for _, t := range archTechnologies {
				of := func(q string) bool { return p == q || strings.HasPrefix(p, q+"/") }
				if slices.ContainsFunc(t.packages, of) && !t.allows(f) {
					where := strings.Join(append(slices.Clone(t.files), t.rooms...), ", ")
					found = append(found, f.at(spec.Pos(), "imports %s (%s), which belongs in %s", p, t.name, where))
				}
			}
		}
	}
	return found
}

// checkAmbient finds time.Now and its like by syntax, also where it is passed on as a value.
func checkAmbient(h house) []breach {
	var found []breach
	for _, f := range goFiles(h) {
		if f.err != nil || isTest(f.path) || f.dir == "server" || f.dir == "server/config" || f.dir == "server/dbtest" {
			continue
		}
		local := map[string]string{} // name in this file -> import path
		for spec, p := range imports(f) {
			name := path.Base(p)
			if spec.Name != nil {
				name = spec.Name.Name
			}
			if _, watched := archAmbient[p]; watched {
				local[name] = p
				if name == "." {
					found = append(found, f.at(spec.Pos(), "imports %s with a dot, which hides the clock or the environment", p))
				}
			}
		}
		ast.Inspect(f.syntax, func(n ast.Node) bool {
			sel, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			if x, ok := sel.X.(*ast.Ident); ok && slices.Contains(archAmbient[local[x.Name]], sel.Sel.Name) {
				found = append(found, f.at(sel.Pos(), "uses %s.%s: take it as a parameter", local[x.Name], sel.Sel.Name))
			}
			return true
		})
	}
	return found
}

var archBadNames = []string{"util", "utils", "common", "helper", "helpers", "model", "models", "type", "types", "misc", "shared", "base", "lib"}

func checkPackageNames(h house) []breach {
	var found []breach
	for _, f := range goFiles(h) {
		if f.err == nil && slices.Contains(archBadNames, strings.TrimSuffix(f.syntax.Name.Name, "_test")) {
			found = append(found, f.at(f.syntax.Name.Pos(), "package %s says nothing: name it for what it holds", f.syntax.Name.Name))
		}
	}
	for _, f := range h.under("frontend/src/") {
		for _, folder := range strings.Split(path.Dir(f.path), "/") {
			if slices.Contains(archBadNames, folder) {
				found = append(found, breach{f.path, 0, "folder " + folder + " says nothing: name it for what it holds"})
			}
		}
	}
	return found
}

func checkPackageDocs(h house) []breach {
	documented := map[string]bool{}
	for _, f := range goFiles(h) {
		if f.err != nil || isTest(f.path) {
			continue
		}
		documented[f.dir] = documented[f.dir] || f.syntax.Doc != nil && strings.TrimSpace(f.syntax.Doc.Text()) != ""
	}
	var found []breach
	for _, dir := range slices.Sorted(maps.Keys(documented)) {
		if !documented[dir] {
			found = append(found, breach{dir, 0, "no file has a comment above its package clause"})
		}
	}
	return found
}

// codeLines returns the lines of a Go text that hold at least one token; comments and blanks do not count.
func codeLines(text string) map[int]bool {
	set := token.NewFileSet()
	file := set.AddFile("", set.Base(), len(text))
	var s scanner.Scanner
	s.Init(file, []byte(text), nil, 0)
	lines := map[int]bool{}
	for {
		pos, tok, lit := s.Scan()
		if tok == token.EOF {
			return lines
		}
		if tok == token.SEMICOLON && lit == "\n" {
			continue
		}
		first := file.Line(pos)
		for i := range strings.Count(lit, "\n") + 1 {
			lines[first+i] = true
		}
	}
}

func checkSizes(h house) []breach {
	var found []breach
	lines, names := map[string]int{}, map[string]int{}
	for _, f := range goFiles(h) {
		if f.err != nil || isTest(f.path) || ast.IsGenerated(f.syntax) {
			continue
		}
		code := codeLines(f.text)
		lines[f.dir] += len(code)
		names[f.dir] += exportedNames(f.syntax)
		if len(code) > archFileLines {
			found = append(found, breach{f.path, 0, fmt.Sprintf("%d lines of code, at most %d: which of its thoughts is a file of its own?", len(code), archFileLines)})
		}
		for _, d := range f.syntax.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Body != nil {
				n := 0
				for l := f.set.Position(fn.Body.Lbrace).Line + 1; l < f.set.Position(fn.Body.Rbrace).Line; l++ {
					if code[l] {
						n++
					}
				}
				if n > archFuncLines {
					found = append(found, f.at(fn.Pos(), "function %s has %d lines of code, at most %d", fn.Name.Name, n, archFuncLines))
				}
			}
		}
	}
	for _, dir := range slices.Sorted(maps.Keys(lines)) {
		maxLines, maxNames := archPackageLines, archPackageNames
		if larger, ok := archLargePackages[dir]; ok {
			maxLines, maxNames = max(maxLines, larger.lines), max(maxNames, larger.names)
		}
		if lines[dir] > maxLines {
			found = append(found, breach{dir, 0, fmt.Sprintf("%d lines of code, at most %d: split the room, or list it with a reason in archLargePackages", lines[dir], maxLines)})
		}
		if names[dir] > maxNames && dir != "server" {
			found = append(found, breach{dir, 0, fmt.Sprintf("%d exported names, at most %d", names[dir], maxNames)})
		}
	}
	return found
}

// exportedNames counts the exported names at the top of a file: not methods, not fields.
func exportedNames(f *ast.File) int {
	n := 0
	count := func(ids ...*ast.Ident) {
		for _, id := range ids {
			if id.IsExported() {
				n++
			}
		}
	}
	for _, d := range f.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Recv == nil {
				count(d.Name)
			}
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				switch spec := spec.(type) {
				case *ast.TypeSpec:
					count(spec.Name)
				case *ast.ValueSpec:
					count(spec.Names...)
				}
			}
		}
	}
	return n
}
