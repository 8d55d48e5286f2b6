// Package migrations holds the schema, forward only, as goose files that are embedded in the binary.
package migrations

import "embed"

// Files are the numbered goose migrations.
//
//go:embed 0*.sql
var Files embed.FS

// Grants is what the server's own role may do; %[1]s stands for the quoted role name.
//
//go:embed grants.sql
var Grants string
