package dispatch

import (
	"container/heap"
	"context"
	"sync"
	"sync/atomic"
	"time"
)

// buffer holds what was claimed and not begun, the most urgent first.
type buffer struct {
	mu    sync.Mutex
	jobs  urgent
	ready chan struct{} // one token for each job
}

// newBuffer makes a buffer that never holds more than size jobs.
func newBuffer(size int) *buffer { return &buffer{ready: make(chan struct{}, size)} }

func (b *buffer) len() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.jobs)
}

// room is how many jobs can be put.
func (b *buffer) room() int { return cap(b.ready) - b.len() }

func (b *buffer) put(jobs ...*job) {
	b.mu.Lock()
	for _, j := range jobs {
		heap.Push(&b.jobs, j)
	}
	b.mu.Unlock()
	for range jobs {
		b.ready <- struct{}{}
	}
}

// take waits for a job and takes the most urgent; nil when ctx ends first.
func (b *buffer) take(ctx context.Context) *job {
	for ctx.Err() == nil {
		select {
		case <-ctx.Done():
		case <-b.ready:
			b.mu.Lock()
			var j *job
			if len(b.jobs) > 0 { // else a job was dropped and its token was not
				j, _ = heap.Pop(&b.jobs).(*job)
			}
			b.mu.Unlock()
			if j != nil {
				return j
			}
		}
	}
	return nil
}

// all returns the jobs, which stay.
func (b *buffer) all() []*job {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]*job{}, b.jobs...)
}

// drop takes the jobs out for which gone says so. Their tokens stay: take passes over them.
func (b *buffer) drop(gone func(*job) bool) []*job {
	b.mu.Lock()
	defer b.mu.Unlock()
	var dropped []*job
	kept := b.jobs[:0]
	for _, j := range b.jobs {
		if gone(j) {
			dropped = append(dropped, j)
		} else {
			kept = append(kept, j)
		}
	}
	clear(b.jobs[len(kept):])
	b.jobs = kept
	heap.Init(&b.jobs)
	for range dropped { // a token that nobody took yet goes with its job
		select {
		case <-b.ready:
		default:
		}
	}
	return dropped
}

// urgent is a heap by rank.
type urgent []*job

// Len implements heap.Interface.
func (u urgent) Len() int { return len(u) }

// Less implements heap.Interface.
func (u urgent) Less(i, k int) bool { return u[i].Rank.Before(u[k].Rank) }

// Swap implements heap.Interface.
func (u urgent) Swap(i, k int) { u[i], u[k] = u[k], u[i] }

// Push implements heap.Interface.
func (u *urgent) Push(x any) {
	if j, ok := x.(*job); ok {
		*u = append(*u, j)
	}
}

// Pop implements heap.Interface.
func (u *urgent) Pop() any {
	last := len(*u) - 1
	j := (*u)[last]
	(*u)[last] = nil
	*u = (*u)[:last]
	return j
}

// pulse counts beats of a tenth of a second of this process's time, whatever the clock does.
type pulse struct{ beats atomic.Int64 }

func (p *pulse) run(ctx context.Context) {
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			p.beats.Add(1)
		}
	}
}
