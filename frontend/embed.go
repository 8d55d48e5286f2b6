//go:build !noui

// Package frontend holds the built staff application (npm run build → dist), embedded in the binary. The
// build tag noui leaves it out.
package frontend

import (
	"embed"
	"io/fs"
)

//go:embed all:dist
var dist embed.FS

// Files returns the built front end, index.html at its root. Before the first front-end build it holds no
// index.html, and the server answers with the API and the patients' pages only.
func Files() fs.FS {
	files, err := fs.Sub(dist, "dist")
	if err != nil { // only for a name that is no valid path, which "dist" is
		panic(err)
	}
	return files
}
