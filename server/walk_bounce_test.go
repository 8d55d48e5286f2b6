package main

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"
	"time"
)

// wordOf is what the screens call the state of an encounter's notice, and why.
func wordOf(v view) (word, code, explanation string) {
	for _, m := range v.Messages {
		if m.Purpose == "notice" {
			word, code, explanation = m.Word, m.Code, m.Explanation
		}
	}
	return word, code, explanation
}

// TestWalkOfMailsThatComeBack: the devbox takes the notices and sends back, into its IMAP mailbox, what servers and
// people answer; the program reads it there.
func TestWalkOfMailsThatComeBack(t *testing.T) {
	app := startApp(t)
	secretary := app.signIn("secretaire@demo.test")
	start := time.Now().In(app.paris).Add(50 * time.Hour).Truncate(time.Minute)
	absent := secretary.schedule(start, person{family: "Absente", given: "Anne", born: "1944-04-04", email: "absent@exemple.fr"}, "zoom")
	app.waitForMail("absent@exemple.fr", "")
	arrived := secretary.schedule(start.Add(time.Hour), person{family: "Remise", given: "Rose", born: "1944-04-04", email: "remis@exemple.fr"}, "zoom")
	gone := secretary.schedule(start.Add(2*time.Hour), person{family: "Retour", given: "René", born: "1944-04-04", email: "rebond@exemple.fr"}, "zoom")

	app.until("the bounce", func() bool { word, _, _ := wordOf(secretary.encounter(gone.ID)); return word == "non remis" })
	seen := secretary.encounter(gone.ID)
	if _, code, explanation := wordOf(seen); code != "550 5.1.1" || !strings.Contains(explanation, "n’existe pas") {
		t.Errorf("code %q, explained as %q", code, explanation)
	}
	told := false
	for _, s := range seen.Chain {
		told = told || s.ActsNext == "secretary" && (strings.Contains(s.Evidence, "non remis") || strings.Contains(s.Evidence, "n’existe pas"))
	}
	if !told {
		t.Errorf("the chain does not tell the secretary: %+v", seen.Chain)
	}
	app.until("the receipt", func() bool { word, _, _ := wordOf(secretary.encounter(arrived.ID)); return word == "remis" })

	// The absence came before the bounce, and changed nothing.
	if word, code, _ := wordOf(secretary.encounter(absent.ID)); word != "envoyé" || code != "" {
		t.Errorf("the absent person's notice is %q %q", word, code)
	}
}

// TestHookOfBounces hands a report over as a relay does.
func TestHookOfBounces(t *testing.T) {
	const secret = "a-secret-of-the-relay-and-us"
	app := startApp(t, "BOUNCE_HOOK_SECRET="+secret)
	mail := []byte("From: MAILER-DAEMON@mx.example\r\nReturn-Path: <>\r\n\r\nHello.\r\n")
	signature := func(at time.Time, body []byte) string {
		mac := hmac.New(sha256.New, []byte(secret))
		_, _ = fmt.Fprintf(mac, "%d.%s", at.Unix(), body)
		return fmt.Sprintf("t=%d,v1=%s", at.Unix(), hex.EncodeToString(mac.Sum(nil)))
	}
	var form bytes.Buffer
	parts := multipart.NewWriter(&form)
	part, err := parts.CreateFormFile("email", "mail.eml")
	if err != nil {
		t.Fatal(err)
	}
	_, _ = part.Write(mail)
	if err = parts.Close(); err != nil {
		t.Fatal(err)
	}
	odd := []byte("--b\r\ncontent-type:text/plain\r\ncontent-disposition:  form-data; name=email\r\n\r\n" + string(mail) + "\r\n--b--\r\n")
	bearer := map[string]string{"Authorization": "Bearer " + secret}
	for name, c := range map[string]struct {
		kind   string
		body   []byte
		header map[string]string
		want   int
	}{
		"by its secret":                 {"message/rfc822", mail, bearer, 204},
		"signed":                        {"message/rfc822", mail, map[string]string{"X-Bounce-Signature": signature(time.Now(), mail)}, 204},
		"as a form":                     {parts.FormDataContentType(), form.Bytes(), bearer, 204},
		"a signed form":                 {parts.FormDataContentType(), form.Bytes(), map[string]string{"X-Bounce-Signature": signature(time.Now(), form.Bytes())}, 204},
		"a signed form of another hand": {"multipart/form-data; boundary=b", odd, map[string]string{"X-Bounce-Signature": signature(time.Now(), odd)}, 204},
		"signed an hour ago":            {"message/rfc822", mail, map[string]string{"X-Bounce-Signature": signature(time.Now().Add(-time.Hour), mail)}, 401},
		"by another secret":             {"message/rfc822", mail, map[string]string{"Authorization": "Bearer guessed"}, 401},
		"by nobody":                     {"message/rfc822", mail, nil, 401},
		"too large":                     {"message/rfc822", append(bytes.Clone(mail), bytes.Repeat([]byte("x"), 1<<20)...), bearer, 413},
		"of another type":               {"application/json", mail, bearer, 415},
		"of no type":                    {"", mail, bearer, 415},
		"no mail":                       {"message/rfc822", []byte("hello"), bearer, 422},
		"a form without its e-mail":     {"multipart/form-data; boundary=b", []byte("--b\r\nContent-Disposition: form-data; name=other\r\n\r\nx\r\n--b--\r\n"), bearer, 422},
		"a form that is none":           {"multipart/form-data; boundary=b", []byte("x"), bearer, 422},
	} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, app.url+bounceHookPath, bytes.NewReader(c.body))
		if err != nil {
			t.Fatal(err)
		}
		if c.kind != "" {
			r.Header.Set("Content-Type", c.kind)
		}
		for k, v := range c.header {
			r.Header.Set(k, v)
		}
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = answer.Body.Close()
		if answer.StatusCode != c.want {
			t.Errorf("%s: %d, want %d", name, answer.StatusCode, c.want)
		}
	}
}
