package problem

import "context"

// Cause remembers the error behind a request's answer, so that the access log can tell it while the answer does not.
type Cause struct{ Err error }

type causeKey struct{}

// WithCause puts an empty cause into the context of a request.
func WithCause(ctx context.Context) (context.Context, *Cause) {
	c := &Cause{}
	return context.WithValue(ctx, causeKey{}, c), c
}

func remember(ctx context.Context, err error) {
	if c, ok := ctx.Value(causeKey{}).(*Cause); ok && c.Err == nil {
		c.Err = err
	}
}
