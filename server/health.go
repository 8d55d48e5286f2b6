package main

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"teleconsult/server/config"
)

// health asks the server on this machine whether it is ready, for container engines.
func health(ctx context.Context, environ []string) error {
	cfg, err := config.Read(environ)
	if err != nil {
		return err
	}
	if cfg.ListenAddress == "0.0.0.0" || cfg.ListenAddress == "::" {
		cfg.ListenAddress = "127.0.0.1"
	}
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+cfg.Address()+"/readyz", http.NoBody)
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return fmt.Errorf("the server does not answer: %w", err)
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("the server is not ready (status %d)", response.StatusCode)
	}
	return nil
}
