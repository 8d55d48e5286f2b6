package email_test

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	netmail "net/mail"
	"net/textproto"
	"strings"
	"testing"

	"teleconsult/notifications"
	"teleconsult/notifications/email"
)

func TestEnvelope(t *testing.T) {
	t.Parallel()
	all := []string{"PIPELINING", "SIZE 10240000", "DSN", "SMTPUTF8", "8BITMIME"}
	bounces := func(c *email.Config) { c.Bounce = verp.Sender }
	from := "FROM:<" + verp.Sender(outgoing().MessageID) + ">"
	for name, c := range map[string]struct {
		extensions []string
		change     func(*email.Config)
		to         string
		mail, rcpt string // what follows MAIL and RCPT; # is the size
		code       string // when it is refused
	}{
		"nothing offered": {nil, bounces, "jeanne@exemple.fr", from, "TO:<jeanne@exemple.fr>", ""},
		"everything offered": {
			all, bounces, "jeanne+soins@exemple.fr", from + " SIZE=# RET=HDRS ENVID=" + outgoing().MessageID,
			"TO:<jeanne+soins@exemple.fr> NOTIFY=SUCCESS,FAILURE,DELAY ORCPT=rfc822;jeanne+2Bsoins@exemple.fr", "",
		},
		"nobody reads reports": {all, nil, "jeanne@exemple.fr", "FROM:<ne-pas-repondre@aphp.test> SIZE=#", "TO:<jeanne@exemple.fr>", ""},
		"domain with accents":  {nil, nil, "jeanne@hôpital.fr", "FROM:<ne-pas-repondre@aphp.test>", "TO:<jeanne@xn--hpital-ixa.fr>", ""},
		"mailbox with accents": {
			all, bounces, "jérôme@hôpital.fr", from + " SIZE=# SMTPUTF8 RET=HDRS ENVID=" + outgoing().MessageID,
			"TO:<jérôme@xn--hpital-ixa.fr> NOTIFY=SUCCESS,FAILURE,DELAY", "",
		},
		"mailbox with accents, an old relay": {nil, nil, "jérôme@exemple.fr", "", "", "5.6.7"},
		"mailbox with a space":               {nil, nil, `"jeanne m"@exemple.fr`, "FROM:<ne-pas-repondre@aphp.test>", `TO:<"jeanne m"@exemple.fr>`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := (&scripted{extensions: c.extensions}).start(t)
			sender := s.sender(t, c.change)
			m := outgoing()
			m.To = c.to
			r := sender.Send(t.Context(), m)
			if c.code != "" {
				if r.Verdict != undelivered || r.Code != c.code || s.heard("MAIL") != 0 {
					t.Errorf("%+v", r)
				}
				sendAll(t, sender, 1) // the connection is as good as before
				return
			}
			if r.Verdict != accepted {
				t.Fatalf("%+v", r)
			}
			lines := strings.SplitN(s.had()[0], "\r\n", 3)
			mail := lines[0]
			if at := strings.Index(mail, "SIZE="); at >= 0 {
				digits := len(mail[at+5:]) - len(strings.TrimLeft(mail[at+5:], "0123456789"))
				mail = mail[:at+5] + "#" + mail[at+5+digits:]
			}
			if mail != "MAIL "+c.mail || lines[1] != "RCPT "+c.rcpt {
				t.Errorf("%q\n%q", lines[0], lines[1])
			}
		})
	}
}

func TestBadAddresses(t *testing.T) {
	t.Parallel()
	s := (&scripted{}).start(t)
	sender := s.sender(t, nil)
	for _, to := range []string{"", "jeanne", "a@b\r\nDATA", "\"a\r\n\"@b.fr", "a@b, c@d", "a@-ô-.fr", "<a@b.fr", "a\x00@b.fr"} {
		m := outgoing()
		m.To = to
		if r := sender.Send(t.Context(), m); r.Verdict != undelivered || r.Code != "5.1.3" || strings.Contains(r.Detail, "jeanne") {
			t.Errorf("%q: %+v", to, r)
		}
	}
	m := outgoing()
	m.ReplyTo = "secrétariat@exemple.fr" // cannot be said to most relays: the mail goes without it
	if r := sender.Send(t.Context(), m); r.Verdict != accepted || strings.Contains(s.had()[0], "Reply-To") {
		t.Errorf("%+v", r)
	}
}

// What really goes over the wire, part by part.
func TestMailOnTheWire(t *testing.T) {
	t.Parallel()
	s := (&scripted{}).start(t)
	m := outgoing()
	m.Subject = "Votre rendez-vous vidéo du mardi 12 mai 2026 à 14\u00a0h\u00a030 avec le service de l’Hôpital européen =?x?= 1+1_2\r\nBcc: x@y"
	m.Text = ".\n..deux points\n" + strings.Repeat("é", 400) + "\r\nfin"
	sender := s.sender(t, func(c *email.Config) { c.Host = "teleconsultation.aphp.test" })
	for range 2 {
		if r := sender.Send(t.Context(), m); r.Verdict != accepted {
			t.Fatalf("%+v", r)
		}
	}
	_, raw, _ := strings.Cut(s.had()[1], "TO:<jeanne@exemple.fr>\r\n")
	for line := range strings.SplitSeq(strings.TrimSuffix(raw, "\r\n"), "\r\n") {
		if len(line) > 78 || strings.ContainsAny(line, "\r\n") || !ascii(line) {
			t.Errorf("%d letters: %q", len(line), line)
		}
	}
	for _, begin := range []string{"Subject: =?", "Message-ID: <" + m.MessageID + "@", "To: <jeanne"} {
		if !strings.Contains(raw, "\r\n"+begin) {
			t.Errorf("no line begins with %q", begin)
		}
	}
	mail, err := netmail.ReadMessage(textproto.NewReader(bufio.NewReader(strings.NewReader(raw))).DotReader())
	if err != nil {
		t.Fatal(err)
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(mail.Header.Get("Subject"))
	if err != nil || subject != strings.ReplaceAll(m.Subject, "\r\n", "  ") || mail.Header.Get("Bcc") != "" {
		t.Errorf("subject %q, %v", subject, err)
	}
	if id := mail.Header.Get("Message-Id"); id != "<"+m.MessageID+"@teleconsultation.aphp.test>" {
		t.Errorf("id %q", id)
	}
	var got []string
	walk(t, mail.Header.Get("Content-Type"), mail.Body, "", &got)
	ics := m.Calendar.Text
	text := strings.ReplaceAll(m.Text, "\r\n", "\n") // the dot reader makes it so
	for i, want := range []string{
		"multipart/mixed multipart/alternative text/plain: " + text,
		"multipart/mixed multipart/alternative text/html: " + m.HTML,
		"multipart/mixed multipart/alternative text/calendar method=REQUEST: " + ics,
		"multipart/mixed application/ics invite.ics: " + ics,
	} {
		if i >= len(got) || got[i] != want {
			t.Errorf("part %d: %q\nnot %q", i, got[min(i, len(got)-1)], want)
		}
	}
	if len(got) != 4 {
		t.Errorf("%d parts", len(got))
	}
}

func walk(t *testing.T, contentType string, body io.Reader, above string, found *[]string) {
	t.Helper()
	kind, parameters, err := mime.ParseMediaType(contentType)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(kind, "multipart/") {
		content, err := io.ReadAll(body)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"name", "method"} {
			if value := parameters[name]; value != "" {
				kind += " " + strings.TrimPrefix(name+"="+value, "name=")
			}
		}
		*found = append(*found, above+kind+": "+string(content))
		return
	}
	for parts := multipart.NewReader(body, parameters["boundary"]); ; {
		part, err := parts.NextRawPart()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		walk(t, part.Header.Get("Content-Type"), decoded(part), above+kind+" ", found)
	}
}

func ascii(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r >= 0x80 })
}

func TestNoCalendarNoAttachment(t *testing.T) {
	t.Parallel()
	s := (&scripted{}).start(t)
	m := outgoing()
	m.Calendar = notifications.Calendar{}
	if r := s.sender(t, nil).Send(t.Context(), m); r.Verdict != accepted {
		t.Fatalf("%+v", r)
	}
	if bytes.Contains([]byte(s.had()[0]), []byte("text/calendar")) || !strings.Contains(s.had()[0], "multipart/alternative") {
		t.Error(s.had()[0])
	}
}

func decoded(part *multipart.Part) io.Reader {
	if part.Header.Get("Content-Transfer-Encoding") == "base64" {
		return base64.NewDecoder(base64.StdEncoding, part)
	}
	if part.Header.Get("Content-Transfer-Encoding") == "quoted-printable" {
		return quotedprintable.NewReader(part)
	}
	return part
}
