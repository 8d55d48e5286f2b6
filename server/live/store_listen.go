package live

import (
	"context"
	"fmt"
	"time"

	"github.com/lib/pq"

	"teleconsult/server/auth"
)

// Channels of Postgres NOTIFY.
const (
	// changedChannel carries an Event as JSON.
	changedChannel = "encounter_changed"
	// queuedChannel says that a message waits; its payload does not matter.
	queuedChannel = "message_queued"
	// endedChannel carries the key of a session that ended.
	endedChannel = auth.EndedChannel
)

// checkConnection is how often an idle LISTEN connection is checked: a firewall may have forgotten it.
const checkConnection = 60 * time.Second

// Run listens until ctx ends, on a connection of its own that is renewed whenever it is lost. It returns
// an error only when listening cannot begin at all.
func (h *Hub) Run(ctx context.Context, databaseURL string) error {
	// Not a pooled connection, and not one with binary parameters: LISTEN belongs to a session.
	listener := pq.NewListener(databaseURL, 100*time.Millisecond, 10*time.Second, func(event pq.ListenerEventType, _ error) {
		if event == pq.ListenerEventDisconnected {
			h.log.WarnContext(ctx, "live events pause: the database is away")
		}
	})
	// Listen waits for a connection and knows no context: closing is what ends it.
	stop := context.AfterFunc(ctx, func() { _ = listener.Close() })
	defer func() {
		if stop() {
			_ = listener.Close()
		}
	}()
	for _, channel := range []string{changedChannel, queuedChannel, endedChannel} {
		if err := listener.Listen(channel); err != nil && ctx.Err() == nil {
			return fmt.Errorf("listen to %s: %w", channel, err)
		}
	}
	check := time.NewTicker(checkConnection)
	defer check.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case n := <-listener.Notify:
			if n == nil { // the connection was renewed; what was said meanwhile is lost
				h.resync()
				continue
			}
			h.notified(n.Channel, n.Extra)
		case <-check.C:
			_ = listener.Ping() // an error makes the listener reconnect
		}
	}
}
