package email_test

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/textproto"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/wneessen/go-mail"

	"teleconsult/notifications"
	"teleconsult/notifications/email"
)

// sink is the quickest relay there is: it takes everything and keeps nothing.
func sink(b *testing.B) (host string, port int) {
	b.Helper()
	l, err := (&net.ListenConfig{}).Listen(b.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go swallow(c)
		}
	}()
	at := l.Addr().(*net.TCPAddr)
	return at.IP.String(), at.Port
}

func swallow(c net.Conn) {
	defer func() { _ = c.Close() }()
	in, out := textproto.NewReader(bufio.NewReaderSize(c, 32<<10)), bufio.NewWriter(c)
	say := func(s string) {
		_, _ = out.WriteString(s + "\r\n")
		if in.R.Buffered() == 0 {
			_ = out.Flush()
		}
	}
	say("220 sink")
	for {
		line, err := in.ReadLineBytes()
		if err != nil {
			return
		}
		switch verb := strings.ToUpper(string(line[:min(4, len(line))])); verb {
		case "EHLO":
			say("250-sink\r\n250-PIPELINING\r\n250 ENHANCEDSTATUSCODES")
		case "DATA":
			say("354 go on")
			for {
				part, err := in.R.ReadSlice('\n')
				if err != nil {
					return
				}
				if string(part) == ".\r\n" {
					break
				}
			}
			say("250 2.0.0 taken")
		default:
			say("250 2.0.0 ok")
		}
	}
}

// invitation is a mail of the size that patients get.
func invitation() notifications.Outgoing {
	m := outgoing()
	m.Text = strings.Repeat("Votre rendez-vous à distance a lieu demain à 14 h 30 avec le service.\n", 20)
	m.HTML = "<table>" + strings.Repeat(`<tr><td style="font-size:16px">Votre rendez-vous à distance</td></tr>`, 60) + "</table>"
	m.Calendar.Text = "BEGIN:VCALENDAR\r\n" + strings.Repeat("DESCRIPTION:Votre rendez-vous à distance avec le service\r\n", 20) + "END:VCALENDAR\r\n"
	return m
}

func spread(b *testing.B, workers int, send func() error) {
	b.Helper()
	jobs := make(chan struct{})
	var all sync.WaitGroup
	b.ReportAllocs()
	b.ResetTimer()
	for range workers {
		all.Go(func() {
			for range jobs {
				if err := send(); err != nil {
					b.Error(err)
				}
			}
		})
	}
	for range b.N {
		jobs <- struct{}{}
	}
	close(jobs)
	all.Wait()
	b.StopTimer()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "mails/s")
}

var sizes = map[string]int{"1 connection": 1, "4 connections": 4, "20 connections": 20}

// The pool, from what the dispatcher hands over to the relay's answer.
func BenchmarkSender(b *testing.B) {
	for name, n := range sizes {
		b.Run(name, func(b *testing.B) {
			host, port := sink(b)
			s, err := email.New(email.Config{
				URL:  "smtp://" + net.JoinHostPort(host, strconv.Itoa(port)) + "?starttls=none",
				From: "AP-HP <ne-pas-repondre@aphp.test>", Now: time.Now, Connections: n, Bounce: verp.Sender,
			})
			if err != nil {
				b.Fatal(err)
			}
			defer s.Close()
			m := invitation()
			spread(b, n, func() error {
				if r := s.Send(context.Background(), m); r.Verdict != accepted {
					return io.ErrUnexpectedEOF
				}
				return nil
			})
		})
	}
}

// What there is to compare with: go-mail in a loop, one client and one connection per worker, the same mail.
func BenchmarkBareGoMail(b *testing.B) {
	for name, n := range sizes {
		b.Run(name, func(b *testing.B) {
			host, port := sink(b)
			clients := make(chan *mail.Client, n)
			for range n {
				c, err := mail.NewClient(host, mail.WithPort(port), mail.WithTLSPolicy(mail.NoTLS), mail.WithoutNoop())
				if err != nil {
					b.Fatal(err)
				}
				if err = c.DialWithContext(b.Context()); err != nil {
					b.Fatal(err)
				}
				clients <- c
			}
			m := invitation()
			spread(b, n, func() error {
				c := <-clients
				defer func() { clients <- c }()
				msg := mail.NewMsg()
				if err := msg.From("AP-HP <ne-pas-repondre@aphp.test>"); err != nil {
					return err
				}
				if err := msg.To(m.To); err != nil {
					return err
				}
				msg.Subject(m.Subject)
				msg.SetBodyString(mail.TypeTextPlain, m.Text)
				msg.AddAlternativeString(mail.TypeTextHTML, m.HTML)
				msg.AddAlternativeString("text/calendar; method=REQUEST", m.Calendar.Text, mail.WithPartEncoding(mail.EncodingB64))
				if err := msg.AttachReader("invite.ics", strings.NewReader(m.Calendar.Text)); err != nil {
					return err
				}
				return c.Send(msg)
			})
		})
	}
}
