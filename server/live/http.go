package live

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humafiber"

	"teleconsult/server/auth"
	"teleconsult/server/fault"
)

// Pace of a stream.
const (
	// heartbeat keeps proxies from closing a quiet stream, and finds out that the other end is gone.
	heartbeat = 15 * time.Second
	// recheckEvery is how often a stream asks whether its session goes on with the same rights.
	recheckEvery = time.Minute
	// retry is what the browser waits before it reconnects.
	retry = 3 * time.Second
)

var errStopping = fault.New(fault.KindUnavailable, "stopping", "Le serveur redémarre. La connexion reprendra d’elle-même.")

type eventsInput struct {
	LastEventID string `header:"Last-Event-ID" doc:"Sent by the browser when it reconnects: the stream then begins with a resync."`
}

// streams answers GET /events.
type streams struct {
	hub      *Hub
	sessions *auth.Service
	log      *slog.Logger
	// pace is heartbeat and recheck is recheckEvery, but for tests, which are in a hurry.
	pace, recheck time.Duration
}

// Register adds the stream of live events.
func Register(api huma.API, hub *Hub, sessions *auth.Service, log *slog.Logger) {
	s := &streams{hub: hub, sessions: sessions, log: log, pace: heartbeat, recheck: recheckEvery}
	huma.Register(api, huma.Operation{
		OperationID: "watch-events", Method: http.MethodGet, Path: "/events", Tags: []string{"live"},
		Summary:     "Server-sent events of the caller's departments",
		Description: "`event: encounter` carries {encounterId, departmentId, kind}; kind `resync` (without an encounterId) asks to read everything of the department again. `event: ping` comes every 15 seconds.",
		Metadata:    auth.Metadata(auth.EncounterRead),
		Responses: map[string]*huma.Response{"200": {
			Description: "A stream of events.",
			Content:     map[string]*huma.MediaType{"text/event-stream": {Schema: &huma.Schema{Type: huma.TypeString}}},
		}},
	}, s.get)
}

func (s *streams) get(ctx context.Context, in *eventsInput) (*huma.StreamResponse, error) {
	caller, err := auth.Require(ctx, auth.EncounterRead)
	if err != nil {
		return nil, err
	}
	sub, err := s.hub.subscribe(caller.StaffID, caller.SessionKey(), caller.Departments(auth.EncounterRead))
	if errors.Is(err, errClosed) {
		return nil, errStopping
	}
	if err != nil {
		return nil, err
	}
	return &huma.StreamResponse{Body: func(hctx huma.Context) {
		hctx.SetHeader("Content-Type", "text/event-stream; charset=utf-8")
		hctx.SetHeader("Cache-Control", "no-store")
		hctx.SetHeader("X-Accel-Buffering", "no") // nginx would hold events back
		c := humafiber.Unwrap(hctx).Context()
		_ = c.Conn().SetWriteDeadline(time.Time{}) // a stream has no end to be in time for
		// The request's own context ends with this function; the stream goes on without it.
		background := context.WithoutCancel(ctx)
		c.SetBodyStreamWriter(func(w *bufio.Writer) {
			defer s.hub.unsubscribe(sub)
			defer func() {
				// Nothing above this goroutine recovers: a panic here would end the process.
				if p := recover(); p != nil {
					s.log.ErrorContext(background, "a live stream failed", "panic", fmt.Sprint(p))
				}
			}()
			s.stream(background, w, sub, caller, in.LastEventID != "")
		})
	}}, nil
}

// stream writes events until the other end is gone, the session is over, or the hub closes.
func (s *streams) stream(ctx context.Context, w *bufio.Writer, sub *subscriber, caller auth.Caller, again bool) {
	number := 0
	send := func(name string, data any) bool {
		number++
		return write(w, number, name, data) == nil
	}
	if _, err := fmt.Fprintf(w, "retry: %d\n\n", retry.Milliseconds()); err != nil || !send("ping", struct{}{}) {
		return
	}
	resync := func() bool {
		for _, id := range sub.departments {
			if !send("encounter", Event{DepartmentID: id, Kind: kindResync}) {
				return false
			}
		}
		return true
	}
	if again && !resync() {
		return
	}
	beat := time.NewTicker(s.pace)
	defer beat.Stop()
	for sinceCheck := time.Duration(0); ; {
		var ok bool
		select {
		case <-sub.ended:
			return
		case e := <-sub.events:
			ok = send("encounter", e)
		case <-sub.nudge:
			ok = true
		case <-beat.C:
			ok = send("ping", struct{}{})
			if sinceCheck += s.pace; sinceCheck >= s.recheck {
				sinceCheck = 0
				ok = ok && s.sessions.StillOpen(ctx, caller)
			}
		}
		if ok && s.hub.takeLost(sub) {
			ok = resync()
		}
		if !ok {
			return
		}
	}
}

func write(w *bufio.Writer, number int, name string, data any) error {
	body, err := json.Marshal(data)
	if err != nil {
		return err
	}
	if _, err = fmt.Fprintf(w, "event: %s\nid: %d\ndata: %s\n\n", name, number, body); err != nil {
		return err
	}
	return w.Flush()
}
