package pharmacies

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"time"
)

// Server answers on a free port of this machine, until Close.
type Server struct {
	server *http.Server
	at     net.Listener
}

// Start serves a directory.
func Start(ctx context.Context, d *Directory) (*Server, error) {
	at, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("directory of pharmacies: %w", err)
	}
	s := &Server{server: &http.Server{Handler: d, ReadHeaderTimeout: 10 * time.Second}, at: at}
	go func() { _ = s.server.Serve(at) }() // it returns when it is closed
	return s, nil
}

// URL is a DIRECTORY_URL of the server.
func (s *Server) URL() string { return "http://" + s.at.Addr().String() + prefix }

// Close stops answering.
func (s *Server) Close() error { return s.server.Close() }
