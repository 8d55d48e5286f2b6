package main

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestArchitecture holds the whole repository against the house rules. Each rule is a pure function
// from the files to what breaks it (arch_rules_test.go, arch_go_test.go) and is itself tested on small
// made-up houses (arch_negative_test.go). The message says where to look and what the rule wants.
func TestArchitecture(t *testing.T) {
	house := readHouse(t, "..")
	if len(house.under("server/")) == 0 {
		t.Fatal("no Go file found: is the test run from its own folder?")
	}
	for _, rule := range archRules {
		t.Run(rule.name, func(t *testing.T) {
			for _, breach := range rule.check(house) {
				t.Errorf("%s\n\trule: %s", breach, rule.wants)
			}
		})
	}
}

// source is one text file of the repository; path has slashes and is relative to its top.
type source struct{ path, text string }

// house is what the rules look at: every text file, and the names of all top-level entries.
type house struct {
	files    []source
	topLevel []string
}

// breach is one place where a rule is broken.
type breach struct {
	path string
	line int // 0: the whole file or folder
	what string
}

func (b breach) String() string {
	if b.line == 0 {
		return fmt.Sprintf("%s: %s", b.path, b.what)
	}
	return fmt.Sprintf("%s:%d: %s", b.path, b.line, b.what)
}

type archRule struct {
	name  string
	wants string
	check func(house) []breach
}

var archRules = []archRule{
	{"ranks", "a package imports only packages of a lower rank (archRanks)", checkRanks},
	{"technologies", "a technology is used in the files named for it (archTechnologies)", checkTechnologies},
	{"clock and environment", "time and environment come in through main and server/config", checkAmbient},
	{"package names", "a package is named for what it holds, not for being shared", checkPackageNames},
	{"package documentation", "every package says in one comment what it is for", checkPackageDocs},
	{"sizes", "function ≤ 60 lines, file ≤ 400, package ≤ 1500 and ≤ 60 exported names, without comments and tests", checkSizes},
	{"no skipped tests", "a test runs or is deleted", checkSkips},
	{"front-end features", "a feature imports no other feature; ui and api import none", checkFeatures},
	{"front-end sizes", "a front-end file has at most 250 lines of code", checkFrontSizes},
	{"migrations", "migrations are NNNN_verb_noun.sql, numbered without gaps, and go forward only", checkMigrations},
	{"top level", "the top of the repository holds only what tools look for there", checkTopLevel},
	{"machine paths", "nothing in the repository knows the machine that it was written on", checkMachinePaths},
}

// under returns the files below a folder ("server/") or of one exact path.
func (h house) under(prefix string) []source {
	var found []source
	for _, f := range h.files {
		if f.path == prefix || strings.HasSuffix(prefix, "/") && strings.HasPrefix(f.path, prefix) {
			found = append(found, f)
		}
	}
	return found
}

// Folders that hold nothing written by hand.
var archUnread = []string{".git", ".tools", "bin", "data", "secrets", "node_modules", "dist", "test-results", "playwright-report"}

// readHouse reads the repository from the disk, and not from git's index, so that a new file counts
// before it is added.
func readHouse(t *testing.T, top string) house {
	t.Helper()
	var h house
	entries, err := os.ReadDir(top)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		h.topLevel = append(h.topLevel, e.Name())
	}
	err = filepath.WalkDir(top, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && slices.Contains(archUnread, entry.Name()):
			return filepath.SkipDir
		case !entry.Type().IsRegular():
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if bytes.IndexByte(text[:min(len(text), 8000)], 0) < 0 {
			rel, err := filepath.Rel(top, path)
			if err != nil {
				return err
			}
			h.files = append(h.files, source{filepath.ToSlash(rel), string(text)})
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return h
}
