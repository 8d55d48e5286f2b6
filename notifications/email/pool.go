package email

import (
	"context"
	"errors"
	"sync"
	"time"
)

const (
	// restful is how long a connection may rest before it is asked whether it still lives.
	restful     = 5 * time.Second
	noopTimeout = 3 * time.Second
	quitTimeout = 3 * time.Second
)

var errClosed = errors.New("the mail client is closed")

// pool keeps connections for the next message. A place (a right to one connection) is entered before
// anything is sent and left after it, so that there are never more connections in use than places.
type pool struct {
	now     func() time.Time
	limit   int           // messages per connection
	idleFor time.Duration // after which an unused connection is ended

	places chan struct{}

	mu      sync.Mutex
	resting []*connection // the last used is the last
	closed  bool
	ending  sync.WaitGroup // connections that say goodbye beside the senders
}

func newPool(c Config) *pool {
	return &pool{now: c.Now, limit: c.PerConnection, idleFor: c.Idle, places: make(chan struct{}, c.Connections)}
}

// enter waits for a place until ctx ends.
func (p *pool) enter(ctx context.Context) error {
	select {
	case p.places <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		<-p.places
		return errClosed
	}
	return nil
}

func (p *pool) leave() { <-p.places }

// rested returns the connection that was used last, nil when there is none that lives.
func (p *pool) rested(ctx context.Context) *connection {
	c := p.last()
	if c == nil || p.now().Sub(c.used) < restful {
		return c
	}
	stop := context.AfterFunc(ctx, c.breakOff)
	alive := c.alive()
	if stop() && alive {
		return c
	}
	c.breakOff()
	// the others have rested for longer still
	for c = p.last(); c != nil; c = p.last() {
		c.breakOff()
	}
	return nil
}

func (p *pool) last() *connection {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := len(p.resting)
	if n == 0 {
		return nil
	}
	c := p.resting[n-1]
	p.resting[n-1] = nil
	p.resting = p.resting[:n-1]
	c.idle.Stop()
	return c
}

// put keeps a connection that is in step for the next message, or ends it when it has carried enough.
func (p *pool) put(c *connection) {
	if c.sent < p.limit && p.keep(c) {
		return
	}
	c.quit()
}

func (p *pool) keep(c *connection) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return false
	}
	c.used = p.now()
	p.resting = append(p.resting, c)
	if c.idle == nil {
		c.idle = time.AfterFunc(p.idleFor, func() { p.end(c) })
	} else {
		c.idle.Reset(p.idleFor)
	}
	return true
}

// end says goodbye on a connection that nobody needed.
func (p *pool) end(c *connection) {
	p.mu.Lock()
	for i, other := range p.resting {
		if other == c {
			p.resting = append(p.resting[:i], p.resting[i+1:]...)
			p.ending.Go(c.quit)
			break
		}
	}
	p.mu.Unlock()
}

// close ends what rests; what is in use is ended when it comes back.
func (p *pool) close() {
	p.mu.Lock()
	p.closed = true
	for _, c := range p.resting {
		c.idle.Stop()
		p.ending.Go(c.quit)
	}
	p.resting = nil
	p.mu.Unlock()
	p.ending.Wait()
}
