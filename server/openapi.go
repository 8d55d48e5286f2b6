package main

import (
	"io"
	"log/slog"

	"teleconsult/server/config"
	"teleconsult/server/secret"
)

// describeAPI writes the API's description; it needs no database and no settings.
func describeAPI(out io.Writer) error {
	cfg, err := config.Read(nil)
	if err != nil {
		return err
	}
	server, err := newServer(newParts(cfg, slog.New(slog.DiscardHandler), nil, secret.New([32]byte{})))
	if err != nil {
		return err
	}
	_, err = out.Write(server.OpenAPI())
	return err
}
