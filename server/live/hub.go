// Package live carries what changed in the database to who is looking: one LISTEN connection per instance,
// an in-memory hub, and server-sent events to the screens of the departments concerned. An event says that
// something changed, never what a patient's data is: the screen reads it through the API.
package live

import (
	"encoding/json"
	"errors"
	"log/slog"
	"slices"
	"sync"
)

// kindResync tells a screen that it may have missed events of a department and should read again. It is the
// only kind that the hub itself makes; all others come from the use cases.
const kindResync = "resync"

// Event is one change of an encounter, as encounter.Settle announces it on the channel encounter_changed.
type Event struct {
	EncounterID  string `json:"encounterId"`
	DepartmentID string `json:"departmentId"`
	Kind         string `json:"kind"`
}

// Limits of what subscribers may cost.
const (
	// queueLength is how many events a screen may lag behind before it is told to read again instead.
	queueLength = 64
	// maxPerStaff is how many screens one person may keep open. One more ends the oldest, which most often is
	// the stream of a page that was left or reloaded and whose end nobody has noticed yet.
	maxPerStaff = 20
)

var errClosed = errors.New("the hub is closed")

// Hub hands events to subscribers. It is safe for concurrent use.
type Hub struct {
	log  *slog.Logger
	wake chan struct{}

	mu          sync.Mutex
	closed      bool
	subscribers map[*subscriber]struct{}
	// opened counts the screens that ever were, to tell the older of two.
	opened uint64
}

// subscriber is one screen.
type subscriber struct {
	number      uint64
	staffID     string
	sessionKey  string
	departments []string
	events      chan Event
	// lost is set when events did not reach the screen, which must then read again; nudge tells a quiet
	// stream to look at it.
	lost  bool
	nudge chan struct{}
	// ended is closed when the stream must end (sign-out, shutdown).
	ended chan struct{}
}

// NewHub makes a hub without subscribers.
func NewHub(log *slog.Logger) *Hub {
	return &Hub{log: log, wake: make(chan struct{}, 1), subscribers: map[*subscriber]struct{}{}}
}

// Wake receives when a message was queued. Several signals while nobody receives are one.
func (h *Hub) Wake() <-chan struct{} { return h.wake }

// Subscribers is how many screens are connected.
func (h *Hub) Subscribers() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.subscribers)
}

// Close ends all streams and refuses new ones. Call it before the HTTP server shuts down, which waits for them.
func (h *Hub) Close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.closed = true
	for s := range h.subscribers {
		h.drop(s)
	}
}

func (h *Hub) subscribe(staffID, sessionKey string, departments []string) (*subscriber, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return nil, errClosed
	}
	h.makeRoom(staffID)
	h.opened++
	s := &subscriber{
		number: h.opened, staffID: staffID, sessionKey: sessionKey, departments: departments,
		events: make(chan Event, queueLength), nudge: make(chan struct{}, 1), ended: make(chan struct{}),
	}
	h.subscribers[s] = struct{}{}
	return s, nil
}

// makeRoom ends the oldest screen of somebody who has as many as they may. The caller holds the lock.
func (h *Hub) makeRoom(staffID string) {
	open := 0
	var oldest *subscriber
	for s := range h.subscribers {
		if s.staffID != staffID {
			continue
		}
		open++
		if oldest == nil || s.number < oldest.number {
			oldest = s
		}
	}
	if open >= maxPerStaff {
		h.drop(oldest)
	}
}

func (h *Hub) unsubscribe(s *subscriber) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.drop(s)
}

// drop removes a subscriber and ends its stream, once. The caller holds the lock.
func (h *Hub) drop(s *subscriber) {
	if _, ok := h.subscribers[s]; ok {
		delete(h.subscribers, s)
		close(s.ended)
	}
}

// Publish hands an event to the subscribers of its department without ever waiting for one of them.
func (h *Hub) Publish(e Event) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for s := range h.subscribers {
		if !slices.Contains(s.departments, e.DepartmentID) {
			continue
		}
		select {
		case s.events <- e:
		default:
			s.lost = true
		}
	}
}

// takeLost tells once whether events were lost.
func (h *Hub) takeLost(s *subscriber) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	lost := s.lost
	s.lost = false
	return lost
}

// resync tells everybody to read again: events may have been lost while the database was away.
func (h *Hub) resync() {
	h.mu.Lock()
	for s := range h.subscribers {
		s.lost = true
		select {
		case s.nudge <- struct{}{}:
		default:
		}
	}
	h.mu.Unlock()
	h.wakeUp()
}

func (h *Hub) wakeUp() {
	select {
	case h.wake <- struct{}{}:
	default:
	}
}

func (h *Hub) endSession(sessionKey string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for s := range h.subscribers {
		if s.sessionKey == sessionKey {
			h.drop(s)
		}
	}
}

// notified takes one notification of the database.
func (h *Hub) notified(channel, payload string) {
	switch channel {
	case queuedChannel:
		h.wakeUp()
	case endedChannel:
		h.endSession(payload)
	case changedChannel:
		var e Event
		if err := json.Unmarshal([]byte(payload), &e); err != nil || e.DepartmentID == "" {
			h.log.Error("a notification is not readable", "channel", channel)
			return
		}
		h.Publish(e)
	}
}
