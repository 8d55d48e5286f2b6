package devbox

import (
	"context"
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // Twilio signs with HMAC-SHA-1
	"encoding/base64"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// step is one status of a message, some time after the one before.
type step struct {
	pause  time.Duration
	status string
}

// steps is what becomes of a message, and what is told of it, in which order.
func (b *Box) steps(fault Fault) (becomes, told []step) {
	becomes = []step{{sentAfter, "sent"}, {deliveredAfter, "delivered"}}
	if fault == TwilioUndelivered {
		becomes[1].status = "undelivered"
	}
	told = slices.Clone(becomes)
	switch fault {
	case TwilioNoCallback, TwilioTimeout:
		told = nil
	case TwilioBackwards:
		told[0].status, told[1].status = told[1].status, told[0].status
	case TwilioReorder:
		told = append([]step{{sentAfter, "queued"}}, told...)
		rand.Shuffle(len(told), func(i, j int) { told[i].status, told[j].status = told[j].status, told[i].status }) //nolint:gosec // no secret
	case TwilioDuplicate:
		told = append(told[:1:1], step{0, told[0].status}, told[1], step{0, told[1].status})
	case TwilioDelay:
		told[0].pause += b.delay()
	default:
	}
	return becomes, told
}

// report lets one message become what it becomes, and posts its status callbacks to target, if there is one.
func (b *Box) report(ctx context.Context, target string, t text, fault Fault) {
	becomes, told := b.steps(fault)
	b.later(func() {
		for _, s := range becomes {
			if !wait(ctx, s.pause) {
				return
			}
			b.texts.become(t.SID, s.status, b.config.Now())
		}
		if wait(ctx, b.config.PriceAfter) {
			b.texts.charge(t.SID)
		}
	})
	for _, s := range told {
		if !wait(ctx, s.pause) || target == "" {
			return
		}
		form := url.Values{
			"MessageSid": {t.SID}, "SmsSid": {t.SID}, "MessageStatus": {s.status}, "SmsStatus": {s.status},
			"AccountSid": {t.AccountSID}, "ApiVersion": {t.APIVersion}, "To": {t.To},
		}
		if t.From != nil {
			form.Set("From", *t.From)
		}
		if s.status == "undelivered" {
			form.Set("ErrorCode", "30003")
		}
		b.post(ctx, target, form)
	}
}

var callbackClient = &http.Client{Timeout: 10 * time.Second}

// post delivers one callback; like Twilio's, it is tried again only when nobody answers.
func (b *Box) post(ctx context.Context, target string, form url.Values) {
	for _, pause := range []time.Duration{0, time.Second, 3 * time.Second} {
		if !wait(ctx, pause) {
			return
		}
		r, err := http.NewRequestWithContext(ctx, http.MethodPost, target, strings.NewReader(form.Encode()))
		if err != nil {
			return
		}
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded; charset=UTF-8")
		r.Header.Set("User-Agent", "TwilioProxy/1.1")
		r.Header.Set("X-Twilio-Signature", sign(b.config.AuthToken, target, form))
		answer, err := callbackClient.Do(r)
		if err == nil {
			_ = answer.Body.Close()
			return
		}
	}
}

// sign is Twilio's signature: HMAC-SHA-1 over the address followed by the sorted parameters, in base64.
func sign(token, target string, form url.Values) string {
	h := hmac.New(sha1.New, []byte(token))
	_, _ = io.WriteString(h, target)
	for _, name := range slices.Sorted(maps.Keys(form)) {
		_, _ = io.WriteString(h, name+form.Get(name))
	}
	return base64.StdEncoding.EncodeToString(h.Sum(nil))
}
