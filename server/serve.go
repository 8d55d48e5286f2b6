package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"sync"
	"time"

	"teleconsult/notifications/dispatch"
	"teleconsult/server/config"
	"teleconsult/server/devbox"
	"teleconsult/server/secret"
	"teleconsult/server/web"
)

const (
	// drainTimeout is how long running requests may take when the server stops.
	drainTimeout = 25 * time.Second
	// sweepEvery is how often what has run out is removed.
	sweepEvery = time.Hour
	// lookEvery is how often waiting rooms are looked into for patients who left without a word, and encounters
	// whose messages have had no receipt for too long.
	lookEvery = 10 * time.Second
	// firstFollowUp is how long after the start it is first looked for messages that are late: after an outage the
	// whole queue is, and what may leave now leaves first.
	firstFollowUp = 30 * time.Second
	// digestEvery is how often it is asked whether the day of a department has ended.
	digestEvery = 5 * time.Minute
	// reconcileEvery is how often the SMS provider is asked about messages whose fate is open.
	reconcileEvery = 30 * time.Second
	// countEvery is how often the weeks that changed are counted again for the figures.
	countEvery = 15 * time.Second
)

// serve answers requests until ctx ends, then lets those that run finish.
func serve(ctx context.Context, environ []string, stdout io.Writer) error {
	cfg, err := config.Read(environ)
	if err != nil {
		return err
	}
	log := newLog(cfg, stdout)
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", cfg.Address())
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	defer func() { _ = listener.Close() }()
	if addr, ok := listener.Addr().(*net.TCPAddr); ok {
		cfg = cfg.WithPort(addr.Port)
	}
	database, err := openDatabase(ctx, cfg)
	if err != nil {
		return err
	}
	defer database.close()
	key, err := masterKey(cfg)
	if err != nil {
		return err
	}
	post, err := openDevbox(ctx, &cfg)
	if err != nil {
		return err
	}
	defer post.close()
	p := newParts(cfg, log, database.DB, secret.New(key))
	p.devbox = post.Box
	if cfg.Demo() {
		if err = p.demoHospital().Seed(ctx); err != nil {
			return fmt.Errorf("demo people: %w", err)
		}
	}
	server, err := newServer(p)
	if err != nil {
		return err
	}
	dispatcher, err := p.newDispatcher()
	if err != nil {
		return err
	}
	if p.bounceReader, err = p.newBounceReader(); err != nil {
		return err
	}
	if p.secureReader, err = p.newSecureReader(); err != nil {
		return err
	}
	background := p.start(ctx, database, server, dispatcher)
	defer background()
	log.InfoContext(ctx, "ready", "version", version, "listen", listener.Addr().String(), "public", cfg.PublicURL)
	return answer(ctx, p, server, listener)
}

// start runs what works beside the requests; the function it returns waits until all of it has ended.
func (p *parts) start(
	ctx context.Context, database *database, server *web.Server, dispatcher *dispatch.Dispatcher,
) (wait func()) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	var group sync.WaitGroup
	group.Go(func() {
		if err := p.hub.Run(ctx, database.url); err != nil {
			p.log.ErrorContext(ctx, "live events cannot start", "error", err.Error())
		}
	})
	group.Go(func() {
		p.metrics.running.Set(1)
		defer p.metrics.running.Set(0)
		if err := dispatcher.Run(ctx); err != nil {
			p.log.ErrorContext(ctx, "messages are not sent", "error", err.Error())
		}
		if p.mail != nil {
			p.mail.Close()
		}
		if p.secure != nil {
			p.secure.Close()
		}
	})
	group.Go(func() {
		if p.bounceReader == nil {
			return
		}
		if err := p.bounceReader.Run(ctx); err != nil {
			p.log.ErrorContext(ctx, "bounces are not read", "error", err.Error())
		}
	})
	group.Go(func() {
		if p.secureReader == nil {
			return
		}
		if err := p.secureReader.Run(ctx); err != nil {
			p.log.ErrorContext(ctx, "MSSanté receipts are not read", "error", err.Error())
		}
	})
	group.Go(func() {
		repeat(ctx, p.log, 0, sweepEvery, p.auth.Sweep, server.Sweep, p.encounter.EraseLinks, p.record.Erase, p.lists.Sweep, p.drops.Sweep,
			p.mailing.Sweep)
	})
	group.Go(func() { repeat(ctx, p.log, firstFollowUp, digestEvery, p.digest.Send) })
	group.Go(func() { p.worker.Run(ctx) })
	group.Go(func() { repeat(ctx, p.log, 0, reconcileEvery, p.reconcile) })
	group.Go(func() { repeat(ctx, p.log, 0, lookEvery, p.pages.TellAbsences) })
	group.Go(func() { repeat(ctx, p.log, firstFollowUp, lookEvery, p.encounter.FollowUp) })
	group.Go(func() { repeat(ctx, p.log, 0, countEvery, p.figures.Refresh) })
	return func() {
		cancel()
		group.Wait()
	}
}

// answer serves until ctx ends. Streams of live events end first, since the shutdown waits for every
// connection; Fiber's Listener returns before the draining has ended, so that is waited for as well.
func answer(ctx context.Context, p *parts, server *web.Server, listener net.Listener) error {
	failed := make(chan error, 1)
	go func() { failed <- server.Listen(listener) }()
	select {
	case err := <-failed:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	p.log.InfoContext(ctx, "stopping")
	p.hub.Close()
	if err := server.Shutdown(drainTimeout); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("stop: %w", err)
	}
	return nil
}

// repeat does what has to be done from time to time, after a first pause and then every interval until ctx ends.
func repeat(ctx context.Context, log *slog.Logger, first, interval time.Duration, tasks ...func(context.Context) error) {
	next := time.NewTimer(first)
	defer next.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-next.C:
		}
		for _, task := range tasks {
			if err := task(ctx); err != nil && ctx.Err() == nil {
				log.WarnContext(ctx, "a repeated task failed", "error", err.Error())
			}
		}
		next.Reset(interval)
	}
}

// postOffice is the devbox when there is one.
type postOffice struct {
	*devbox.Box

	others []io.Closer
}

func (o postOffice) close() {
	for _, other := range o.others {
		_ = other.Close()
	}
	if o.Box != nil {
		_ = o.Close()
	}
}

// openDevbox starts the post office of the embedded default and points the real clients at it, for what the
// environment leaves unconfigured. Nothing of it exists where others could reach the server.
func openDevbox(ctx context.Context, cfg *config.Config) (postOffice, error) {
	if !cfg.Demo() {
		return postOffice{}, nil
	}
	const accountSID = "AC00000000000000000000000000000000"
	authToken := secret.NewLongToken()
	// It outlives the signal to stop: the dispatcher still drains into it.
	box, err := devbox.Start(context.WithoutCancel(ctx), devbox.Config{DataDir: cfg.DataDir, Now: clock, AccountSID: accountSID, AuthToken: authToken})
	if err != nil {
		return postOffice{}, fmt.Errorf("devbox: %w", err)
	}
	if cfg.SMTPURL == "" && cfg.BounceIMAPURL == "" {
		// What comes back to mails that stay in the box comes back into the box.
		cfg.BounceAddress, cfg.BounceIMAPURL = cmp.Or(cfg.BounceAddress, devbox.BounceAddress), box.IMAPURL()
	}
	*cfg = withDevbox(*cfg, box.SMTPURL(), box.TwilioURL(), accountSID, authToken)
	others, err := openSecure(context.WithoutCancel(ctx), cfg, box)
	post := postOffice{box, others}
	if err != nil {
		post.close()
	}
	return post, err
}
