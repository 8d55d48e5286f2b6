//go:build noui

// Package frontend stands for the staff application in a binary that is built without it.
package frontend

import "io/fs"

// Files returns nil: this binary was built without the front end.
func Files() fs.FS { return nil }
